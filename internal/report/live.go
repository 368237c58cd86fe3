package report

import (
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Live follows a run: Begin once, Check whenever a check has come to a result, End once. Implementations are safe for
// concurrent use.
type Live interface {
	Begin(s Start)
	Check(c result.Check)
	// End tells the whole report, and gives the first error met when writing.
	End(r result.Report) error
}

// Start is what is known when a run begins.
type Start struct {
	Tool   result.Tool
	Target result.Target
	Seed   uint64
	Total  int // checks that will run, each dialect once
}

// Events is a [Live] that writes one JSON object per line: {"event":"begin","tool","target","seed","total"}, then for each check
// {"event":"check","check":{…}} with the check as in report.json, then {"event":"end", …} with the report's fields but for
// the checks.
type Events struct {
	mu  sync.Mutex
	w   io.Writer
	err error
}

// NewEvents gives a stream of events on w.
func NewEvents(w io.Writer) *Events { return &Events{w: w} }

// Begin implements [Live].
func (e *Events) Begin(s Start) {
	s.Target.Adaptations = list(s.Target.Adaptations)
	e.write(struct {
		Event  string        `json:"event"`
		Tool   result.Tool   `json:"tool"`
		Target result.Target `json:"target"`
		Seed   uint64        `json:"seed"`
		Total  int           `json:"total"`
	}{"begin", s.Tool, s.Target, s.Seed, s.Total})
}

// Check implements [Live].
func (e *Events) Check(c result.Check) {
	e.write(struct {
		Event string       `json:"event"`
		Check result.Check `json:"check"`
	}{"check", wholeCheck(c)})
}

// End implements [Live].
func (e *Events) End(r result.Report) error {
	r = whole(r)
	e.write(struct {
		Event         string                    `json:"event"`
		SchemaVersion int                       `json:"schemaVersion"`
		StartedAt     time.Time                 `json:"startedAt"`
		DurationMs    float64                   `json:"durationMs"`
		Requests      int                       `json:"requests"`
		Verdict       result.Verdict            `json:"verdict"`
		Verdicts      map[string]result.Verdict `json:"verdicts"`
		Message       string                    `json:"message,omitempty"`
		Problems      []string                  `json:"problems,omitempty"`
		Counts        result.Counts             `json:"counts"`
		Leftovers     []result.Leftover         `json:"leftovers"`
	}{
		"end", result.SchemaVersion, r.StartedAt, r.DurationMs, r.Requests, r.Verdict, r.Verdicts, r.Message, r.Problems,
		r.Counts, r.Leftovers,
	})
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.err
}

func (e *Events) write(event any) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		return
	}
	enc := json.NewEncoder(e.w)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(event); err != nil {
		e.err = fmt.Errorf("write event: %w", err)
	}
}

package suitetest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// subtests shows a run as subtests of t.
type subtests struct {
	t        *testing.T
	failOn   result.Level
	evidence func(result.Finding) string // what shows the finding, "" when there is nothing to show
	several  bool                        // dialects, so that names must tell them apart
	open     map[string]chan result.Check
	running  sync.WaitGroup
	telling  sync.Mutex // go test writes line by line, so that what two checks say at once would stand between each other
}

// event is called by one goroutine. A check that is run has a subtest from its start to its end, any other one for a moment.
func (s *subtests) event(e rehearsal.Event) {
	name := s.name(e.Check)
	switch e.Kind {
	case rehearsal.Started:
		s.begin(name)
	case rehearsal.Finished:
		if s.open[name] == nil {
			s.begin(name)
		}
		s.open[name] <- e.Check
	default: // go test tells in the order in which checks end
	}
}

func (s *subtests) begin(name string) {
	finished := make(chan result.Check, 1) // nobody reads it when -run leaves the subtest out
	s.open[name] = finished
	s.running.Go(func() {
		s.telling.Lock() // go test writes that it runs
		started := sync.OnceFunc(s.telling.Unlock)
		defer started() // when -run leaves it out
		s.t.Run(name, func(t *testing.T) {
			started()
			s.tell(t, <-finished)
		})
	})
}

func (s *subtests) name(c result.Check) string {
	if s.several {
		return c.ID + "@" + c.Dialect
	}
	return c.ID
}

func (s *subtests) tell(t *testing.T, c result.Check) {
	t.Helper()
	s.telling.Lock()
	defer s.telling.Unlock()
	switch c.Status {
	case result.Passed:
	case result.Skipped:
		t.Skip(c.Reason)
	case result.KnownFailure:
		t.Skipf("known failure until %s (owner %s): %s%s", c.Expires, c.Owner, c.Reason, s.findings(c))
	case result.NotRun:
		t.Errorf("not run: %s", c.Reason)
	default:
		text := s.text(c)
		if c.Breaking(s.failOn) {
			t.Error(text)
		} else {
			t.Logf("%s only: %s", c.Level, text)
		}
	}
}

func (s *subtests) text(c result.Check) string {
	text := string(c.Status)
	if c.BlockedBy != "" {
		text += " by " + c.BlockedBy
	}
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	return text + s.findings(c)
}

func (s *subtests) findings(c result.Check) string {
	var b strings.Builder
	for _, f := range c.Findings {
		fmt.Fprintf(&b, "\n%s", suites.FindingText(f))
		if shown := s.evidence(f); shown != "" {
			fmt.Fprintf(&b, "\n    %s", strings.ReplaceAll(strings.TrimSpace(shown), "\n", "\n    "))
		}
	}
	return b.String()
}

package main

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/internal/replay"
	"github.com/rehearse-id/rehearse/internal/report"
)

// maxReplayLines bounds what is shown of one exchange.
const maxReplayLines = 30

// print tells people what differs: each exchange with its differences, as it went now, and with a line to try it again.
func (r replayed) print(std streams, terminal report.TerminalOptions) error {
	var b strings.Builder
	bad, good := "✗", "✓"
	if terminal.ASCII {
		bad, good = "x", "+"
	}
	paint := func(code, text string) string {
		if !terminal.Color {
			return text
		}
		return "\x1b[" + code + "m" + text + "\x1b[0m"
	}
	fmt.Fprintf(&b, "replay of %s against %s\n\n", r.clean(r.script.Base), r.url)
	for _, step := range r.result.Steps {
		if len(step.Differences) == 0 {
			continue
		}
		fmt.Fprintf(&b, "%s %d  %s %s  (recorded as %s)\n", paint("31", bad), step.Step, r.clean(step.Method), r.clean(step.Path), r.clean(step.Recorded))
		for _, d := range step.Differences {
			fmt.Fprintf(&b, "    %s: recorded %s, now %s\n", r.clean(d.What), r.side(d.Recorded), r.side(d.Now))
		}
		if step.Err != nil {
			fmt.Fprintf(&b, "    %s\n", r.clean(step.Err.Error()))
		}
		if step.Shown != nil {
			shown := lines(step.Shown.Text())
			for _, line := range shown[:min(len(shown), maxReplayLines)] {
				fmt.Fprintf(&b, "    %s\n", paint("2", line))
			}
			fmt.Fprintf(&b, "\n%s\n", step.Shown.Curl())
		}
		b.WriteString("\n")
	}
	for _, left := range r.result.Left {
		fmt.Fprintf(&b, "left behind: %s\n", r.clean(left))
	}
	sign := paint("32", good)
	if r.result.Differing > 0 || r.result.Died {
		sign = paint("31", bad)
	}
	if r.result.Died {
		b.WriteString("The endpoint stopped answering.\n")
	}
	fmt.Fprintf(&b, "%s %s\n", sign, r.sentence())
	_, err := fmt.Fprint(std.out, b.String())
	return err
}

func (r replayed) side(text string) string {
	if text == "" {
		return "nothing"
	}
	return r.clean(text)
}

// replayJSON is what `rehearse replay --format json` prints.
type replayJSON struct {
	SchemaVersion int              `json:"schemaVersion"`
	Recorded      string           `json:"recorded"`
	URL           string           `json:"url"`
	Exchanges     int              `json:"exchanges"`
	Differing     int              `json:"differing"`
	NotSent       int              `json:"notSent"`
	Skipped       int              `json:"skipped"`
	Died          bool             `json:"died"`
	Steps         []replayStepJSON `json:"steps"`
	Left          []string         `json:"left"`
}

type replayStepJSON struct {
	Step        int                 `json:"step"`
	Recorded    string              `json:"recorded"`
	Method      string              `json:"method"`
	Path        string              `json:"path"`
	Differences []replay.Difference `json:"differences"`
	NotSent     string              `json:"notSent,omitempty"`
	Error       string              `json:"error,omitempty"`
}

func (r replayed) forPrograms() replayJSON {
	out := replayJSON{
		SchemaVersion: 1, Recorded: r.redact(r.script.Base), URL: r.url, Exchanges: len(r.script.Steps), Differing: r.result.Differing,
		NotSent: r.result.Unsent, Skipped: r.script.Skipped, Died: r.result.Died, Steps: []replayStepJSON{}, Left: []string{},
	}
	for _, step := range r.result.Steps {
		one := replayStepJSON{Step: step.Step, Recorded: step.Recorded, Method: step.Method, Path: r.redact(step.Path), Differences: []replay.Difference{}, NotSent: step.Unsent}
		for _, d := range step.Differences {
			one.Differences = append(one.Differences, replay.Difference{What: r.redact(d.What), Recorded: r.redact(d.Recorded), Now: r.redact(d.Now)})
		}
		if step.Err != nil {
			one.Error = r.redact(step.Err.Error())
		}
		out.Steps = append(out.Steps, one)
	}
	for _, left := range r.result.Left {
		out.Left = append(out.Left, r.redact(left))
	}
	return out
}

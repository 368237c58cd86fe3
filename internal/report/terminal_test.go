package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/result"
)

// show runs the fixture past a terminal.
func show(t *testing.T, r result.Report, o TerminalOptions) string {
	t.Helper()
	clock := clockwork.NewFakeClock()
	var out bytes.Buffer
	o.Options, o.Clock = options(), clock
	term := NewTerminal(&out, o)
	term.Begin(Start{Tool: r.Tool, Target: r.Target, Seed: r.Seed, Total: len(r.Checks)})
	for _, c := range r.Checks {
		clock.Advance(400 * time.Millisecond)
		term.Check(c)
	}
	if err := term.End(r); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestTerminalOfARunWithTrouble(t *testing.T) {
	golden(t, "terminal.txt", []byte(show(t, fixture(), TerminalOptions{Dir: "rehearsal"})))
}

func TestTerminalOfACleanRun(t *testing.T) {
	golden(t, "terminal-clean.txt", []byte(show(t, clean(24), TerminalOptions{Dir: "rehearsal"})))
}

func TestTerminalInASCIIAndColour(t *testing.T) {
	out := show(t, fixture(), TerminalOptions{ASCII: true, Color: true, Dir: "rehearsal"})
	for i, c := range out {
		if c > 0x7e {
			t.Fatalf("%q at %d is not ASCII", c, i)
		}
	}
	if !strings.Contains(out, "\x1b[31m") {
		t.Error("no colour")
	}
}

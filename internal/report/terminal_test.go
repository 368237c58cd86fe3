package report

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/result"
)

// show runs a report past a terminal.
func show(t *testing.T, r result.Report, o TerminalOptions) string {
	t.Helper()
	clock := clockwork.NewFakeClock()
	var out bytes.Buffer
	if o.Exchanges == nil {
		o.Options = options()
	}
	o.Clock = clock
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

func TestTerminalNamesTheCausesOnItsFirstScreen(t *testing.T) {
	out := show(t, fixture(), TerminalOptions{Interactive: true})
	_, out, _ = strings.Cut(out, "NOT CONFORMANT")
	screen := strings.Join(strings.SplitN(out, "\n", 25)[:24], "\n")
	for _, want := range []string{
		"8 required checks failed", "What must change", "Create", "A filter finds one user only", "blocks 4", "Group push", "A deleted group is gone",
		"Disable", "A user whose sign-in is blocked",
	} {
		if !strings.Contains(screen, want) {
			t.Errorf("%q is not on the first screen\n%s", want, screen)
		}
	}
}

func TestTerminalTellsACauseInOrder(t *testing.T) {
	out := show(t, fixture(), TerminalOptions{})
	_, cause, _ := strings.Cut(out, "✗  4 A user whose")
	at := 0
	for _, mark := range []string{"expected active is false", "actual   active is still", "why      Entra writes", "fix      Treat the", "exchange x-00017", "> PATCH /scim/v2/Users/2819c223", "< 200", "curl -sS -i -X PATCH"} {
		i := strings.Index(cause[at:], mark)
		if i < 0 {
			t.Fatalf("%q is missing or too early in\n%s", mark, cause)
		}
		at += i
	}
}

func TestTerminalKeepsItsWidth(t *testing.T) {
	for _, width := range []int{0, 40, 80, 120} {
		limit := min(max(width, minWidth), maxWidth)
		if width == 0 {
			limit = defaultWidth
		}
		for line := range strings.SplitSeq(show(t, fixture(), TerminalOptions{Width: width, Dir: "rehearsal"}), "\n") {
			address := strings.Contains(line, "https://") && len(strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "sources"))) == 1
			if columns(line) > limit && !address && !strings.HasPrefix(line, "curl ") && !strings.HasPrefix(line, "again ") {
				t.Errorf("width %d: %d columns in %q", width, columns(line), line)
			}
		}
	}
}

func TestTerminalInASCIIAndColour(t *testing.T) {
	out := show(t, fixture(), TerminalOptions{ASCII: true, Color: true, Interactive: true, Dir: "rehearsal"})
	for i, c := range out {
		if c > 0x7e {
			t.Fatalf("%q at %d is not ASCII", c, i)
		}
	}
	if !strings.Contains(out, "\x1b[31mx\x1b[0m") {
		t.Error("no colour")
	}
}

func TestTerminalWithoutColourIsNotSteered(t *testing.T) {
	out := show(t, fixture(), TerminalOptions{})
	if strings.ContainsAny(out, "\x1b\x00\x07\r\u202e") {
		t.Error("something steers the terminal")
	}
}

func TestProgressIsOneLineThatDisappears(t *testing.T) {
	out := show(t, clean(4), TerminalOptions{Interactive: true, Width: 60})
	before, after, found := strings.Cut(out, "CONFORMANT")
	if !found || !strings.HasSuffix(before, "\r\x1b[K") {
		t.Errorf("the line is not erased: %q", before)
	}
	if strings.ContainsAny(after, "\r\x1b") {
		t.Errorf("progress after the end: %q", after)
	}
	_, progress, _ := strings.Cut(before, "\n\n")
	if strings.Contains(progress, "\n") {
		t.Errorf("more than one line: %q", progress)
	}
	if !strings.Contains(progress, "8/8 · 0 failures · 3 s · Group push") {
		t.Errorf("no progress in %q", progress)
	}
	for part := range strings.SplitSeq(progress, "\r\x1b[K") {
		if columns(part) >= 60 {
			t.Errorf("%d columns: %q", columns(part), part)
		}
	}
}

func TestProgressGoesOnWhileNothingHappens(t *testing.T) {
	clock := clockwork.NewFakeClock()
	out := &shared{}
	term := NewTerminal(out, TerminalOptions{Interactive: true, Clock: clock})
	term.Begin(Start{Total: 2})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := clock.BlockUntilContext(ctx, 1); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Second)
	if err := out.await(ctx, "0/2 · 0 failures · 1 s"); err != nil {
		t.Errorf("%v: %q", err, out.text())
	}
	if err := term.End(clean(1)); err != nil {
		t.Fatal(err)
	}
}

func TestTerminalServesManyChecksAtOnce(t *testing.T) {
	for _, live := range []Live{NewTerminal(&bytes.Buffer{}, TerminalOptions{Interactive: true}), NewEvents(&bytes.Buffer{})} {
		live.Begin(Start{Total: 100})
		var wg sync.WaitGroup
		for range 100 {
			wg.Go(func() { live.Check(fixture().Checks[9]) })
		}
		wg.Wait()
		if err := live.End(fixture()); err != nil {
			t.Error(err)
		}
	}
}

func TestLiveTellsThatItCannotWrite(t *testing.T) {
	for _, live := range []Live{NewTerminal(refusing{}, TerminalOptions{}), NewEvents(refusing{})} {
		live.Begin(Start{})
		live.Check(result.Check{})
		if err := live.End(fixture()); !errors.Is(err, os.ErrClosed) {
			t.Errorf("error %v", err)
		}
	}
}

func TestTerminalWithoutABeginning(t *testing.T) {
	var out bytes.Buffer
	if err := NewTerminal(&out, TerminalOptions{}).End(result.Report{Verdict: result.Unreachable, Message: "401 Unauthorized."}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "NOT REACHABLE\n401 Unauthorized.") {
		t.Errorf("got %s", out.String())
	}
}

func TestEventsAreOneObjectPerLine(t *testing.T) {
	var out bytes.Buffer
	r := fixture()
	e := NewEvents(&out)
	e.Begin(Start{Tool: r.Tool, Target: r.Target, Seed: r.Seed, Total: 2})
	e.Check(r.Checks[0])
	e.Check(r.Checks[8])
	if err := e.End(r); err != nil {
		t.Fatal(err)
	}
	golden(t, "events.jsonl", out.Bytes())
	for line := range strings.SplitSeq(strings.TrimSpace(out.String()), "\n") {
		var event struct{ Event string }
		if err := json.Unmarshal([]byte(line), &event); err != nil || event.Event == "" {
			t.Errorf("%v in %s", err, line)
		}
	}
}

func TestDetectTerminalListensToTheEnvironment(t *testing.T) {
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for name, c := range map[string]struct {
		env   map[string]string
		ascii bool
		width int
	}{
		"nothing set":       {nil, true, 0},
		"LANG":              {map[string]string{"LANG": "en_GB.UTF-8"}, false, 0},
		"LC_ALL wins":       {map[string]string{"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, true, 0},
		"LC_CTYPE over it":  {map[string]string{"LC_CTYPE": "C.utf8", "LANG": "C"}, false, 0},
		"COLUMNS":           {map[string]string{"COLUMNS": "100"}, true, 100},
		"COLUMNS is broken": {map[string]string{"COLUMNS": "wide"}, true, 0},
	} {
		o := DetectTerminal(f, func(k string) string { return c.env[k] })
		if o.Interactive || o.Color || o.ASCII != c.ascii || o.Width != c.width {
			t.Errorf("%s: %+v", name, o)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{""}},
		{"one two three", []string{"one two", "three"}},
		{"0123456789", []string{"0123456789"}},
		{"0123456789 a", []string{"0123456789", "a"}},
		{"0123456789abcdef", []string{"0123456789", "abcdef"}},
		{"a 0123456789abcdef", []string{"a 01234567", "89abcdef"}},
		{"a\nb\n", []string{"a", "b"}},
		{"日本語日本語", []string{"日本語日本", "語"}},
		{"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", []string{"e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301"}},
	} {
		got := wrap(c.text, 10)
		if strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

func FuzzWrapLosesNothing(f *testing.F) {
	f.Add("a quick brown 日本語 fox\n\tjumps", 12)
	f.Fuzz(func(t *testing.T, text string, width int) {
		if width > 1000 {
			t.Skip()
		}
		lines := wrap(text, width)
		for _, l := range lines {
			if columns(l) > max(width, 10) {
				t.Errorf("%d columns in %q", columns(l), l)
			}
		}
		strip := strings.NewReplacer(" ", "", "\n", "", "\t", "").Replace
		if strip(strings.Join(lines, "")) != strip(text) {
			t.Errorf("%q becomes %q", text, lines)
		}
	})
}

// shared is a writer that can be waited on.
type shared struct {
	mu   sync.Mutex
	b    bytes.Buffer
	wake chan struct{}
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wake != nil {
		close(s.wake)
		s.wake = nil
	}
	return s.b.Write(p)
}

func (s *shared) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func (s *shared) await(ctx context.Context, want string) error {
	for {
		s.mu.Lock()
		if strings.Contains(s.b.String(), want) {
			s.mu.Unlock()
			return nil
		}
		if s.wake == nil {
			s.wake = make(chan struct{})
		}
		wake := s.wake
		s.mu.Unlock()
		select {
		case <-wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

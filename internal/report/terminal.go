package report

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/term"

	"github.com/rehearse-id/rehearse/internal/result"
)

// TerminalOptions says what the other end of a [Terminal] can show.
type TerminalOptions struct {
	Options

	Interactive bool            // a person looks at a terminal: one line of progress that disappears
	Color       bool            // ANSI colours
	ASCII       bool            // no character beyond ASCII
	Width       int             // columns, 0 for 80
	Dir         string          // where the reports will be, "" for nowhere
	Clock       clockwork.Clock // nil for the real one
}

// DetectTerminal finds out what f can show: whether it is a terminal and how wide, whether colour is wanted (NO_COLOR, see
// no-color.org, and TERM=dumb say no) and whether the locale is UTF-8. The environment is read through getenv.
func DetectTerminal(f *os.File, getenv func(string) string) TerminalOptions {
	o := TerminalOptions{Interactive: term.IsTerminal(int(f.Fd()))}
	dumb := getenv("TERM") == "dumb"
	o.Color = o.Interactive && !dumb && getenv("NO_COLOR") == ""
	locale := getenv("LC_ALL")
	for _, name := range []string{"LC_CTYPE", "LANG"} {
		if locale == "" {
			locale = getenv(name)
		}
	}
	locale = strings.ToUpper(locale)
	o.ASCII = !strings.Contains(locale, "UTF-8") && !strings.Contains(locale, "UTF8") && runtime.GOOS != "windows"
	if o.Interactive {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			o.Width = width
		}
		o.Interactive = !dumb
	} else if width, err := strconv.Atoi(getenv("COLUMNS")); err == nil {
		o.Width = width
	}
	return o
}

// Terminal is a [Live] for people: progress while the run goes on, then the verdict, the causes, and each of them in full.
type Terminal struct {
	o     TerminalOptions
	p     paint
	clock clockwork.Clock

	mu     sync.Mutex
	w      io.Writer
	err    error
	begun  time.Time
	start  Start
	done   int
	failed int
	stage  string
	shown  bool // a progress line stands on the screen
	steps  int  // plain progress lines written
	stop   chan struct{}
	ticker sync.WaitGroup
}

// The widths between which text is set; longer lines are hard to read.
const (
	minWidth     = 40
	maxWidth     = 100
	defaultWidth = 80
)

// NewTerminal gives a terminal on w. Call End, which stops what Begin started.
func NewTerminal(w io.Writer, o TerminalOptions) *Terminal {
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	if o.Clock == nil {
		o.Clock = clockwork.NewRealClock()
	}
	return &Terminal{
		o: o, w: w, clock: o.Clock,
		p: paint{color: o.Color, ascii: o.ASCII, width: min(max(o.Width, minWidth), maxWidth)},
	}
}

// Begin implements [Live].
func (t *Terminal) Begin(s Start) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.start, t.begun = s, t.clock.Now()
	t.printf("%s\n\n", t.headline(s.Tool, s.Target))
	if !t.o.Interactive {
		if s.Total > 0 { // a run that never began has nothing to count
			t.printf("%s, seed %d\n", plural(s.Total, "check", "checks"), s.Seed)
		}
		return
	}
	t.draw()
	stop := make(chan struct{})
	t.stop = stop
	tick := t.clock.NewTicker(time.Second)
	t.ticker.Go(func() {
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.Chan():
				t.mu.Lock()
				t.draw()
				t.mu.Unlock()
			}
		}
	})
}

func (t *Terminal) headline(tool result.Tool, target result.Target) string {
	what := map[string]string{"scim": "SCIM endpoint", "connector": "Graph connector"}[target.Kind]
	if what == "" {
		what = target.Kind
	}
	line := fmt.Sprintf("%s %s · %s %s", tool.Name, tool.Version, what, target.URL)
	if target.Software != "" {
		line += " (" + target.Software + ")"
	}
	lines := wrap(t.p.text(strings.ReplaceAll(line, "\n", " ")), t.p.width)
	for i, l := range lines {
		lines[i] = t.p.in(l, bold)
	}
	return strings.Join(lines, "\n")
}

// Check implements [Live].
func (t *Terminal) Check(c result.Check) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.done++
	t.stage = c.Stage
	if c.Status == result.Failed || c.Status == result.UnexpectedPass {
		t.failed++
	}
	if t.o.Interactive {
		t.draw()
		return
	}
	t.note(c)
	const parts = 5 // a line for each fifth of the way
	if step := t.done * parts / max(t.start.Total, 1); step > t.steps && t.done < t.start.Total {
		t.steps = step
		t.printf("  %s\n", t.progress())
	}
}

// note tells what came of a check, if it is worth a line.
func (t *Terminal) note(c result.Check) {
	switch c.Status {
	case result.Failed, result.UnexpectedPass, result.NotRun:
		t.printf("%s %s\n", t.p.sign(c.Status), t.p.fit(t.p.text(identity(c)), t.p.width-2))
	default:
	}
}

func identity(c result.Check) string {
	if c.Dialect == "" {
		return c.ID
	}
	return c.ID + " [" + c.Dialect + "]"
}

func (t *Terminal) progress() string {
	at := fmt.Sprintf("%d/%d · %s", t.done, t.start.Total, plural(t.failed, "failure", "failures"))
	return t.p.text(at + " · " + stopwatch(t.clock.Since(t.begun)))
}

// stopwatch writes a time that still runs: 7 s, 4 min 05 s.
func stopwatch(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	return elapsed(float64(d.Milliseconds()))
}

// draw writes the line of progress over the one before.
func (t *Terminal) draw() {
	stage := "starting"
	if t.stage != "" {
		stage = stageTitle(t.stage)
	}
	const cells = 20
	full := min(t.done*cells/max(t.start.Total, 1), cells)
	bar := strings.Repeat("━", full) + t.p.in(strings.Repeat("─", cells-full), dim)
	if t.p.ascii {
		bar = strings.Repeat("#", full) + strings.Repeat(".", cells-full)
	}
	rest := t.p.fit(t.p.text(fmt.Sprintf("%s · %s", t.progress(), stage)), t.o.Width-cells-4)
	if t.o.Width < 2*cells {
		bar = ""
	}
	t.printf("\r\x1b[K%s", strings.TrimSpace(bar+"  "+rest))
	t.shown = true
}

// End implements [Live]. A second call does nothing but give the error again.
func (t *Terminal) End(r result.Report) error {
	t.mu.Lock()
	if t.stop != nil {
		close(t.stop)
		t.stop = nil
	}
	t.mu.Unlock()
	t.ticker.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.shown {
		t.printf("\r\x1b[K")
		t.shown = false
	}
	if t.begun.IsZero() {
		t.printf("%s\n\n", t.headline(r.Tool, r.Target))
	} else if !t.o.Interactive {
		t.printf("\n")
	}
	v := view{paint: t.p, o: t.o}
	v.report(tell(r, t.o.Options))
	t.printf("%s", v.b.String())
	return t.err
}

func (t *Terminal) printf(format string, args ...any) {
	if t.err != nil {
		return
	}
	if _, err := fmt.Fprintf(t.w, format, args...); err != nil {
		t.err = fmt.Errorf("write to terminal: %w", err)
	}
}

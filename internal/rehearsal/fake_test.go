package rehearsal

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		// Ginkgo leaves the goroutine of its signal handler behind after every run.
		goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"),
	)
}

// fake is a check by its last name; "sync.x" puts it into another stage than create.
type fake struct {
	name      string
	dialect   string
	needs     []string
	causes    []string
	level     result.Level
	packs     []suites.Pack
	aliases   []string
	exclusive bool
	last      bool
	does      func(ctx context.Context, t *suites.T) // nil: passes
}

func id(name string) string {
	if !strings.Contains(name, ".") {
		name = "create." + name
	}
	return "e." + name
}

func ids(names ...string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = id(name)
	}
	return all
}

// stage binds fakes, noting which ran in which order and how many at once.
type theatre struct {
	mu     sync.Mutex
	ran    []string
	now    map[string]bool
	most   int
	beside map[string][]string // who ran when it started
}

func (th *theatre) bind(fakes []fake, opts ...suites.Option) []suites.Runnable {
	th.now, th.beside = make(map[string]bool), make(map[string][]string)
	var rs []suites.Runnable
	for _, f := range fakes {
		if f.level == "" {
			f.level = result.Required
		}
		if f.packs == nil {
			f.packs = []suites.Pack{suites.Lifecycle}
		}
		spec := suites.Spec{
			ID: id(f.name), Title: "title of " + f.name, Stage: suites.Stage(strings.Split(id(f.name), ".")[1]), Packs: f.packs, Level: f.level,
			Breaks: []result.Break{result.BreaksEntra}, Sources: []string{"RFC 7644 §3.3"}, Why: "why", Fix: "fix",
			Needs: ids(f.needs...), Causes: ids(f.causes...), Exclusive: f.exclusive, Last: f.last, Aliases: ids(f.aliases...),
		}
		check := suites.Check[*suites.T]{Spec: spec, Run: func(ctx context.Context, t *suites.T) {
			th.enter(f.name)
			defer th.leave(f.name)
			if f.does != nil {
				f.does(ctx, t)
			}
		}}
		rs = append(rs, suites.Bind([]suites.Check[*suites.T]{check}, f.dialect, func(_ context.Context, t *suites.T) (*suites.T, error) { return t, nil }, opts...)...)
	}
	return rs
}

func (th *theatre) enter(name string) {
	th.mu.Lock()
	defer th.mu.Unlock()
	th.ran = append(th.ran, name)
	for other := range th.now {
		th.beside[name] = append(th.beside[name], other)
		th.beside[other] = append(th.beside[other], name)
	}
	th.now[name] = true
	th.most = max(th.most, len(th.now))
}

func (th *theatre) leave(name string) {
	th.mu.Lock()
	defer th.mu.Unlock()
	delete(th.now, name)
}

func fails(_ context.Context, t *suites.T) {
	t.Fail(result.Finding{Expected: "white", Actual: "black"})
}

func skips(_ context.Context, t *suites.T) { t.Skip("no roles") }

func panics(context.Context, *suites.T) { panic("boom") }

func blames(name string) func(context.Context, *suites.T) {
	return func(_ context.Context, t *suites.T) { t.Block(id(name), "no user") }
}

func loses(ctx context.Context, t *suites.T) { t.LostContact(); fails(ctx, t) }

// perform runs the plan without Ginkgo, which has tests of its own.
func perform(t *testing.T, p Plan) Result {
	t.Helper()
	p.WithoutGinkgo = true
	r, err := Run(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// cast is the checks of a result in short: "name status" and what else is said, in order.
func cast(checks []result.Check) []string {
	var lines []string
	for _, c := range checks {
		line := fmt.Sprintf("%s %s", strings.TrimPrefix(strings.TrimPrefix(c.ID, "e."), "create."), c.Status)
		if c.Dialect != "" {
			line = c.Dialect + ":" + line
		}
		if c.BlockedBy != "" {
			line += " by " + strings.TrimPrefix(c.BlockedBy, "e.create.")
		}
		lines = append(lines, line)
	}
	return lines
}

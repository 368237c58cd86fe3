package rehearsal

import (
	"context"
	"flag"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/rehearse-id/rehearse/suites"
)

// frontTimeout is Ginkgo's suite time-out. It never decides anything: each check has its own time, and Ginkgo only waits.
const frontTimeout = 24 * time.Hour

// turn is held by the one run of this process that Ginkgo, whose state is global, stands in front of.
var turn = make(chan struct{}, 1)

// startFront puts Ginkgo in front of the run: one It for each runnable, which waits for its outcome. The function it returns
// waits for Ginkgo to end. Ginkgo's own verdict is dropped, and it writes nothing.
//
// Each run leaves one of Ginkgo's goroutines behind, and it keeps SIGINT and SIGTERM from ending the process by themselves: the
// program must have a handler of its own, and must exit by itself on a second signal.
func startFront(ctx context.Context, p Plan, rs []suites.Runnable, await func(context.Context, suites.Runnable) suites.Outcome) (wait func()) {
	if len(rs) == 0 || !canRunGinkgo() {
		return func() {}
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		select {
		case turn <- struct{}{}:
			defer func() { <-turn }()
		case <-ctx.Done():
			return
		}
		runGinkgo(p, rs, await)
	}()
	return func() { <-ended }
}

func runGinkgo(p Plan, rs []suites.Runnable, await func(context.Context, suites.Runnable) suites.Outcome) {
	stdout := formatter.ColorableStdOut
	formatter.ColorableStdOut = io.Discard
	defer func() { formatter.ColorableStdOut = stdout }()
	globals.Reset() // RunSpecs runs once per Reset; this is our process, there are no Describes of anybody else
	defer globals.Reset()

	suite, reporter := types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig()
	suite.RandomSeed = int64(p.Seed & math.MaxInt64)
	suite.Timeout = frontTimeout
	suite.GracePeriod = p.Grace
	reporter.NoColor, reporter.Succinct = true, true
	suites.Register(rs, await)
	ginkgo.RunSpecs(deaf{}, "rehearsal", suite, reporter)
}

// canRunGinkgo says whether RunSpecs would get past its own checks of the process, on which it calls [os.Exit]: it wants a
// working directory, and refuses "go test" with -count or -parallel.
func canRunGinkgo() bool {
	if _, err := os.Getwd(); err != nil {
		return false
	}
	fine := true
	flag.Visit(func(f *flag.Flag) {
		switch strings.TrimPrefix(f.Name, "test.") {
		case "parallel":
			fine = false
		case "count":
			fine = fine && f.Value.String() == "1"
		}
	})
	return fine
}

// deaf is the test Ginkgo reports to.
type deaf struct{}

func (deaf) Fail() {}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// outputFlags say what is written and where.
type outputFlags struct {
	Out          string `help:"Folder for report.json, report.html, junit.xml, results.sarif, exchanges.har and summary.md." default:"rehearsal" placeholder:"DIR"`
	AllExchanges bool   `help:"Keep all exchanges in exchanges.har, not only those that findings cite."`
	Format       string `help:"What is printed (${enum})." enum:"pretty,jsonl" default:"pretty"`
	Annotations  string `help:"Mark what must change on the page of the CI job (${enum}; auto: github where GITHUB_ACTIONS is true)." enum:"auto,github,none" default:"auto"`
	NoColor      bool   `help:"Print without colours (also: NO_COLOR)."`
}

// output tells a run to a person or a program while it goes on, and writes the report folder at its end.
type output struct {
	live report.Live

	annotations *annotations
	dir         string
	options     report.Options
	recorder    *exchange.Recorder
	all         bool
	start       report.Start
	begin       sync.Once
	judged      func(rehearsal.Result) error // what else is done with a run's result, once it is reported; nil for nothing
}

func newOutput(std streams, flags outputFlags, command string, recorder *exchange.Recorder, failOn result.Level) *output {
	options := report.Options{FailOn: failOn, Command: command, Exchanges: recorder.Get, Rule: rules()}
	out := &output{annotations: newAnnotations(std, flags), dir: flags.Out, options: options, recorder: recorder, all: flags.AllExchanges}
	if flags.Format == "jsonl" {
		out.live = report.NewEvents(std.out)
		return out
	}
	terminal := terminalOptions(std, flags.NoColor)
	terminal.Options, terminal.Dir = options, flags.Out
	out.live = report.NewTerminal(std.out, terminal)
	return out
}

// writable says, before anything is sent, whether the reports can be written.
func writable(dir string) error {
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		var probe *os.File
		if probe, err = os.CreateTemp(dir, ".rehearse-*"); err == nil {
			return errors.Join(probe.Close(), os.Remove(probe.Name()))
		}
	}
	return usage("the reports cannot be written: %v; name another folder with --out", err)
}

// open tells what is about to be judged.
func (o *output) open(start report.Start) { o.start = start }

// event follows the run.
func (o *output) event(e rehearsal.Event) {
	o.begin.Do(func() {
		o.start.Total = e.Total
		o.annotations.open()
		o.live.Begin(o.start)
	})
	if e.Kind == rehearsal.Finished && e.Check.Status != result.NotRun {
		o.live.Check(e.Check)
	}
}

// unopened ends a run whose target could not be opened. When anything was sent, there is a report all the same.
func (o *output) unopened(r result.Report, cause error, took time.Duration) error {
	verdict, code := unopenedVerdict(cause)
	absent, ofConnector := errors.AsType[*connector.UnreachableError](cause)
	if o.recorder.Count() == 0 && !ofConnector {
		return &endError{code: code, message: cause.Error()}
	}
	r.Verdict, r.Message = verdict, cause.Error()
	if unusable, ok := errors.AsType[*endpoint.UnusableError](cause); ok {
		r.Unusable = string(unusable.Kind)
	}
	if ofConnector {
		r.Message, r.Unusable = absent.Message, absent.Kind
	}
	r.Requests, r.DurationMs = o.recorder.Count(), milliseconds(took)
	o.all = true // the exchanges are all there is to see
	o.begin.Do(func() { o.annotations.open(); o.live.Begin(o.start) })
	if err := o.end(r); err != nil {
		return err
	}
	return &endError{code: code}
}

// finish reports a run and turns its verdict into an exit code.
func (o *output) finish(r result.Report, ran rehearsal.Result, took time.Duration) error {
	r.Requests, r.DurationMs = o.recorder.Count(), milliseconds(took)
	o.begin.Do(func() { o.annotations.open(); o.live.Begin(o.start) })
	if err := o.end(r); err != nil {
		return err
	}
	if o.judged != nil {
		if err := o.judged(ran); err != nil {
			return err
		}
	}
	if len(ran.Faults) > 0 {
		return &endError{code: exitError, message: "the harness itself failed; please report this:\n" + strings.Join(ran.Faults, "\n")}
	}
	return verdictExit(r.Verdict)
}

// end writes the report folder, then tells the end, which names the folder.
func (o *output) end(r result.Report) error {
	options := o.options
	if o.all {
		options.All = o.recorder.All()
	}
	written := report.WriteAll(o.dir, r, options)
	if err := o.live.End(r); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if err := o.annotations.close(r, o.options); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	if written != nil {
		return &endError{code: exitError, message: written.Error() + "; name another folder with --out"}
	}
	return nil
}

// verdictExit is the exit code of a verdict.
func verdictExit(verdict result.Verdict) error {
	codes := map[result.Verdict]int{
		result.Conformant: exitConformant, result.NonConformant: exitNonConformant, result.Unreachable: exitUnreachable,
		result.Error: exitError, result.Empty: exitEmpty,
	}
	code, ok := codes[verdict]
	if !ok {
		code = exitError
	}
	if code == exitConformant {
		return nil
	}
	return &endError{code: code}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// utf8Locale says whether the environment's locale is UTF-8.
func utf8Locale(getenv func(string) string) bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := strings.ToUpper(getenv(name)); value != "" {
			return strings.Contains(value, "UTF-8") || strings.Contains(value, "UTF8")
		}
	}
	return true
}

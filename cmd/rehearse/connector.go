package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// connectorCommand judges a Microsoft Graph connector.
type connectorCommand struct {
	Driven    drivenFlags        `embed:"" group:"The connector:"`
	Selection connectorSelection `embed:"" group:"What to run:"`
	Baseline  baselineFlags      `embed:"" group:"Known failures:"`
	Output    outputFlags        `embed:"" group:"Output:"`
}

// connectorSelection says which checks of a connector run, and what counts.
type connectorSelection struct {
	choiceFlags `embed:""`

	Pack []string `help:"Only checks of this pack (repeatable): lifecycle, requests." placeholder:"PACK"`
}

// Help shows examples and the exit codes.
func (connectorCommand) Help() string {
	return `Examples:

  rehearse connector
  rehearse connector --fault licence-before-usage-location
  rehearse connector --exec 'python3 my_adapter.py'
  rehearse connector --exec './adapter' --only 'connector.create.*' --timeout 60s
  rehearse connector --webhook https://localhost:8443/rehearse --webhook-secret-file secret.txt
  rehearse connector --scim http://127.0.0.1:8080/scim --token s3cret
  rehearse connector --exec ./adapter --known-failures known.yaml --out out

Each check has a fake tenant of its own. docs/connectors.md tells how to drive a connector of your own in ten minutes.

Exit codes: 0 conformant, 1 not conformant (also a connector that hangs or crashes), 2 wrong usage, 3 nobody to judge (the
server of --webhook is not there, or takes no messages), 4 harness error or interrupt, 5 nothing applicable.`
}

// Run judges the connector, writes the reports and returns the verdict as an exit code.
func (c connectorCommand) Run(ctx context.Context, std streams) error {
	roomy(forCommands)
	if err := c.Selection.settle(); err != nil {
		return err
	}
	plan, err := c.Selection.plan(c.Selection.Pack, connector.Catalogue(), nil)
	if err != nil {
		return err
	}
	known, err := c.Baseline.baseline(plan, time.Now())
	if err != nil {
		return err
	}
	if err := writable(c.Output.Out); err != nil {
		return err
	}
	recorder := exchange.NewRecorder(exchange.WithKeep(connectorExchanges))
	config := connector.Config{Seed: c.Selection.Seed, Timeout: c.Driven.Timeout, Recorder: recorder}
	driven, err := c.Driven.open(&config)
	if err != nil {
		return err
	}
	if config.Fixed != nil {
		config.Fixed.Tell = func(ctx context.Context, to connector.Configuration) error { return c.Driven.introduce(ctx, std, to) }
	}
	if driven.outside && c.Driven.CAFolder != "" {
		config.Folder = c.Driven.CAFolder
	} else if driven.outside {
		folder, err := os.MkdirTemp("", "rehearse-connector-*")
		if err != nil {
			return fmt.Errorf("make a folder for the tenant's certificates: %w", err)
		}
		defer func() { _ = os.RemoveAll(folder) }() // it holds public certificates only
		config.Folder = folder
	}
	out := newOutput(std, c.Output, c.command(), recorder, plan.FailOn)
	out.judged = func(ran rehearsal.Result) error { return known.write(std, plan, ran) }
	return c.rehearse(ctx, std, config, driven, plan, out)
}

// connectorExchanges is how many exchanges of a run are kept, so that findings can cite the earliest.
const connectorExchanges = 50_000

// rehearse opens the connector, runs the plan and reports.
func (c connectorCommand) rehearse(ctx context.Context, std streams, config connector.Config, driven driven, plan rehearsal.Plan, out *output) error {
	started := time.Now()
	r := result.Report{
		SchemaVersion: result.SchemaVersion, Tool: result.Tool{Name: "rehearse", Version: version()},
		Target: result.Target{Kind: "connector", URL: driven.address, Adaptations: []string{}}, StartedAt: started, Seed: config.Seed,
		Verdicts: map[string]result.Verdict{}, Checks: []result.Check{}, Leftovers: []result.Leftover{},
	}
	if plan.Shard.Of > 0 {
		whole := c
		whole.Selection.Shard = ""
		r.Shard = &result.Shard{Index: plan.Shard.Index, Of: plan.Shard.Of, FailOn: plan.FailOn, Command: whole.command()}
	}
	target, err := connector.Open(ctx, config)
	if exit, asked := errors.AsType[*endError](err); asked { // nobody was there to configure it
		return errors.Join(exit, config.Driver.Close())
	}
	if err != nil {
		return out.unopened(r, errors.Join(err, config.Driver.Close()), time.Since(started))
	}
	describe := func() {
		r.Target = target.Describe()
		r.Target.URL, r.Target.BuiltIn, r.Target.Faults = driven.address, !driven.outside, c.Driven.Fault
	}
	describe()
	out.open(report.Start{Tool: r.Tool, Target: r.Target, Seed: r.Seed})
	plan.Parallel = min(plan.Parallel, target.Instances())
	plan.Runnables, plan.Events = target.Runnables(), out.event
	ran, runErr := rehearsal.Run(ctx, plan)
	closed := target.Close()
	if runErr != nil {
		return fmt.Errorf("run the checks: %w", runErr)
	}
	if closed != nil {
		fmt.Fprintf(std.err, "rehearse: %v\n", closed)
	}
	describe()
	r.Verdict, r.Verdicts, r.Message, r.Problems = ran.Verdict, ran.Verdicts, ran.Message, ran.Problems
	r.Checks, r.Counts = ran.Checks, result.Count(ran.Checks)
	r.Calls, r.Permissions = target.Requests(), target.Permissions()
	r.Permissions.Partial = ran.Selected < len(plan.Runnables) || slices.ContainsFunc(ran.Checks, result.Check.Unplayed)
	if r.Shard != nil {
		r.Shard.Selected, r.Shard.Positions = ran.Selected, ran.Positions
	}
	r.Leftovers = append(r.Leftovers, ran.Leftovers...)
	return out.finish(r, ran, time.Since(started))
}

// command is the command line that runs the same rehearsal again, without secrets.
func (c connectorCommand) command() string {
	parts := append([]string{"rehearse", "connector"}, c.Driven.words()...)
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" {
				parts = append(parts, flag, shellQuoted(value))
			}
		}
	}
	s := c.Selection
	add("--pack", s.Pack...)
	add("--stage", s.Stage...)
	add("--only", s.Only...)
	add("--only-failed", s.OnlyFailed)
	add("--known-failures", s.KnownFailures)
	if s.FailOn != string(result.Required) {
		add("--fail-on", s.FailOn)
	}
	add("--shard", s.Shard)
	add("--seed", strconv.FormatUint(s.Seed, 10))
	return strings.Join(parts, " ")
}

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/container"
	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// closeTimeout is how long the clean-up of the target may take, also after an interrupt.
const closeTimeout = 2 * time.Minute

// scimCommand judges a SCIM endpoint.
type scimCommand struct {
	Target    targetFlags    `embed:"" group:"The endpoint:"`
	Image     imageFlags     `embed:"" group:"The endpoint in a container:"`
	Selection selectionFlags `embed:"" group:"What to run:"`
	Baseline  baselineFlags  `embed:"" group:"Known failures:"`
	Output    outputFlags    `embed:"" group:"Output:"`

	image *container.Container // that was started as the target; nil without --image
}

// targetFlags say which endpoint is rehearsed and how it is reached.
type targetFlags struct {
	reachFlags `embed:""`
	limitFlags `embed:""`
	loadFlags  `embed:""`
	shapeFlags `embed:""`

	UserDomain string `help:"Domain of the user names, for endpoints that take verified domains only." default:"rehearsal.example"`
	Sweep      bool   `help:"First remove users and groups that earlier runs left because they were killed. No other run may go on at the same time."`
}

// Help shows examples and the exit codes.
func (scimCommand) Help() string {
	return `Examples:

  rehearse scim
  rehearse scim --fault patch-string-false-ignored
  rehearse scim --url https://app.example/scim --token-file token.txt --yes
  rehearse scim --url http://127.0.0.1:8080/scim --token s3cret --only 'endpoint.group.*'
  rehearse scim --url https://app.example/scim?aadOptscim062020 --token-file token.txt --yes
  rehearse scim --image registry.example/app:1.2 --port 8080 --env TOKEN=s3cret --token s3cret
  rehearse scim --url https://app.example/scim --client-id entra --client-key key.pem --token-url https://app.example/oauth/token
  rehearse scim --dialect default
  rehearse scim --url https://app.example/scim --token-file token.txt --match externalId --without-attribute addresses
  rehearse scim --url https://app.example/scim --token-file token.txt --schema job-schema.json
  rehearse scim --url https://app.example/scim --token-file token.txt --read-only --yes
  rehearse scim --url https://app.example/scim --token-file token.txt --max-objects 200 --pace 5
  rehearse scim --url https://app.example/scim --token-file token.txt --pack load --load-for 30s --yes

Exit codes: 0 conformant, 1 not conformant, 2 wrong usage, 3 no usable SCIM answer or not authorised,
4 harness error or interrupt, 5 nothing applicable.`
}

// Run judges the endpoint, writes the reports and returns the verdict as an exit code.
func (c scimCommand) Run(ctx context.Context, std streams) error {
	roomy(forCommands)
	if c.Target.Sweep && c.Selection.Shard != "" {
		return usage("--sweep with --shard: shards go on side by side, and would remove each other's users; sweep before them")
	}
	if c.Target.Sweep && c.Target.ReadOnly {
		return usage("--sweep with --read-only: a sweep removes users and groups; leave one of them out")
	}
	if err := c.Selection.settle(); err != nil {
		return err
	}
	plan, err := c.plan()
	if err != nil {
		return err
	}
	known, err := c.Baseline.baseline(plan, time.Now())
	if err != nil {
		return err
	}
	recorder := exchange.NewRecorder()
	config, err := c.config(recorder)
	if err != nil {
		return err
	}
	if c.Image.Image != "" { // only when nothing is wrong with what was asked for: to start it takes long
		image, err := c.Image.start(ctx, std, recorder)
		if err != nil {
			return err
		}
		defer c.Image.remove(ctx, std, image)
		config.URL, c.image = image.URL(c.Image.BasePath), image
		c.Target.URL = config.URL
	}
	if c.Target.URL == "" {
		builtin, err := serveBuiltin(ctx, &config, c.Target.Fault)
		if err != nil {
			return err
		}
		defer builtin.close()
	}
	if plan.Shard.Of > 0 { // beside the others on one target: names that are not theirs
		config.Prefix = fmt.Sprintf("%s-%dof%d", endpoint.DefaultPrefix(config.Seed), plan.Shard.Index, plan.Shard.Of)
	}
	if err := c.Target.consent(std, config.URL, func() []string { return c.writes(ctx, plan, config) }); err != nil {
		return err
	}
	if err := c.Target.signIn(ctx, &config); err != nil {
		return err
	}
	if c.Target.Sweep {
		recorder.AddSecret(config.Token)
		if err := sweep(ctx, std, config, recorder); err != nil {
			return err
		}
	}
	out := newOutput(std, c.Output, c.command(), recorder, plan.FailOn)
	out.judged = func(ran rehearsal.Result) error { return known.write(std, plan, ran) }
	return c.rehearse(ctx, config, plan, out)
}

// config reads how the target is reached and judged, and refuses whatever is wrong with it before anything is started or sent. Until an image is started, its
// endpoint has an address that nobody asks.
func (c scimCommand) config(recorder *exchange.Recorder) (endpoint.Config, error) {
	if err := c.Image.check(c.Target.URL, c.Target.Fault); err != nil {
		return endpoint.Config{}, err
	}
	if c.Image.Image != "" {
		c.Target.URL = "http://127.0.0.1/" + strings.TrimPrefix(c.Image.BasePath, "/")
	}
	config, err := c.Target.config(recorder, c.Selection.Seed)
	if err != nil {
		return config, err
	}
	config.UserDomain = c.Target.UserDomain
	if err := errors.Join(c.Target.limit(&config), c.Target.press(&config, slices.Contains(c.Selection.Pack, string(suites.Load)) || c.Selection.names("endpoint.load")), c.Target.shape(&config)); err != nil {
		return config, err
	}
	if c.Target.asked() { // a file that cannot be read
		if _, err := c.Target.source(config.Transport, config.Timeout, recorder); err != nil {
			return config, err
		}
	}
	judged := config
	if judged.URL == "" {
		judged.URL = "http://127.0.0.1/" // the built-in endpoint has its address when it is served
	}
	if err := judged.Validate(); err != nil {
		return config, usage("%v", err)
	}
	return config, writable(c.Output.Out)
}

// writes are the lines of the plan of a run: what it would send to the built-in endpoint, and where it stops.
func (c scimCommand) writes(ctx context.Context, plan rehearsal.Plan, config endpoint.Config) []string {
	if slices.Contains(plan.Packs, suites.Load) {
		return loadPlan(config, c.Target.LoadFor)
	}
	f, err := predict(ctx, plan, config, c.Target.signInFlags, c.dialects())
	if err != nil {
		return []string{"how many requests it takes cannot be told: " + inWords(err), limitsOf(config)}
	}
	return f.lines(config, c.Target.paceOf(endpoint.DefaultPace))
}

// rehearse opens the target, runs the plan against it, cleans up and reports.
func (c scimCommand) rehearse(ctx context.Context, config endpoint.Config, plan rehearsal.Plan, out *output) error {
	started := time.Now()
	r := result.Report{
		SchemaVersion: result.SchemaVersion, Tool: result.Tool{Name: "rehearse", Version: version()},
		Target: result.Target{Kind: "scim", URL: config.URL, Adaptations: []string{}}, StartedAt: started, Seed: config.Seed,
		Verdicts: map[string]result.Verdict{}, Checks: []result.Check{}, Leftovers: []result.Leftover{},
	}
	if plan.Shard.Of > 0 {
		whole := c
		whole.Selection.Shard = ""
		r.Shard = &result.Shard{Index: plan.Shard.Index, Of: plan.Shard.Of, FailOn: plan.FailOn, Command: whole.command()}
	}
	builtIn := func(t result.Target) result.Target {
		t.BuiltIn, t.Faults = c.Target.URL == "", c.Target.Fault
		return t
	}
	r.Target = builtIn(r.Target)
	out.open(report.Start{Tool: r.Tool, Target: r.Target, Seed: r.Seed})
	target, err := endpoint.Open(ctx, config)
	if err != nil {
		return out.unopened(r, err, time.Since(started))
	}
	out.open(report.Start{Tool: r.Tool, Target: builtIn(target.Describe()), Seed: r.Seed})
	plan.Runnables, plan.Alive, plan.Events = target.Runnables(c.dialects()...), target.Alive, out.event
	ran, runErr := rehearsal.Run(ctx, plan)

	cleanup, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeTimeout)
	defer cancel()
	leftovers := target.Close(cleanup)
	if runErr != nil {
		return fmt.Errorf("run the checks: %w", runErr)
	}
	r.Target = builtIn(target.Describe())
	r.Verdict, r.Verdicts, r.Message, r.Problems = ran.Verdict, ran.Verdicts, ran.Message, ran.Problems
	r.Checks, r.Counts, r.Load = ran.Checks, result.Count(ran.Checks), target.Load()
	stopped(&r, target.Spent(), plan.FailOn)
	if c.image != nil {
		log, err := c.image.Log(cleanup)
		if err != nil {
			return fmt.Errorf("quote the container: %w", err)
		}
		quote(log, r.Checks, config.Recorder)
	}
	if r.Shard != nil {
		r.Shard.Selected, r.Shard.Positions = ran.Selected, ran.Positions
	}
	r.Leftovers = append(r.Leftovers, leftovers...)
	return out.finish(r, ran, time.Since(started))
}

// unopenedVerdict says what an error of opening the target makes of the run.
func unopenedVerdict(err error) (verdict result.Verdict, code int) {
	var unusable *endpoint.UnusableError
	if _, absent := errors.AsType[*connector.UnreachableError](err); absent {
		return result.Unreachable, exitUnreachable
	}
	switch {
	case !errors.As(err, &unusable):
		return result.Error, exitError
	case unusable.Kind == endpoint.Misconfigured:
		return result.Error, exitUsage
	default:
		return result.Unreachable, exitUnreachable
	}
}

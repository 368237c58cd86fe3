package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	mathrand "math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// closeTimeout is how long the clean-up of the target may take, also after an interrupt.
const closeTimeout = 2 * time.Minute

// scimCommand judges a SCIM endpoint.
type scimCommand struct {
	Target    targetFlags    `embed:"" group:"The endpoint:"`
	Selection selectionFlags `embed:"" group:"What to run:"`
	Baseline  baselineFlags  `embed:"" group:"Known failures:"`
	Output    outputFlags    `embed:"" group:"Output:"`
}

// targetFlags say which endpoint is rehearsed and how it is reached.
type targetFlags struct {
	reachFlags `embed:""`

	UserDomain string `help:"Domain of the user names, for endpoints that take verified domains only." default:"rehearsal.example"`
	Sweep      bool   `help:"First remove users and groups that earlier runs left because they were killed. No other run may go on at the same time."`
}

// reachFlags say which endpoint and how it is reached.
type reachFlags struct {
	signInFlags `embed:""`

	URL       string        `help:"Tenant URL, as it stands in Entra (default: the built-in endpoint)." placeholder:"URL"`
	Token     string        `help:"Secret token." placeholder:"TOKEN"`
	TokenFile string        `help:"Read the secret token from this file." placeholder:"FILE"`
	CACert    string        `name:"ca-cert" help:"Trust the certificate authorities in this PEM file too." placeholder:"FILE"`
	Header    []string      `help:"Send this header with every request (repeatable)." sep:"none" placeholder:"NAME:VALUE"`
	Timeout   time.Duration `help:"Time for one request." default:"30s"`
	Pace      float64       `help:"Requests per second at most (default: no limit on this machine, else 25; negative: no limit)." default:"0"`
	Yes       bool          `help:"Do not ask before users and groups are made on an endpoint off this machine." short:"y"`
	Fault     []string      `help:"Give the built-in endpoint this fault (repeatable). See rehearse list --faults." placeholder:"NAME"`
}

// selectionFlags say which checks run, and what counts.
type selectionFlags struct {
	Pack          []string `help:"Only checks of this pack (repeatable): lifecycle, dialect, gallery, validator, rfc, load, security." placeholder:"PACK"`
	Only          []string `help:"Only checks whose id matches (repeatable; * and ? match any characters); what they need runs too." placeholder:"GLOB"`
	OnlyFailed    string   `help:"Only what did not pass in this report.json." placeholder:"REPORT"`
	KnownFailures string   `help:"YAML list of checks that are known to fail, with reason, owner and expiry." placeholder:"FILE"`
	FailOn        string   `help:"Lowest level whose failures count (${enum})." enum:"required,recommended" default:"required"`
	Dialect       string   `help:"Dialect of Entra's requests: default, aadOptscim062020 or both (default: both, unless the URL carries the flag aadOptscim062020, then that one)." enum:",default,aadOptscim062020,both" default:"" placeholder:"DIALECT"`
	Parallel      int      `help:"Checks side by side." default:"8"`
	Shard         string   `help:"Only this part of the checks, such as 2/3; rehearse merge joins the parts. All parts want the same --seed." placeholder:"I/N"`
	Seed          uint64   `help:"Seed of names and random values (default: a random one, printed)." default:"0"`
}

// outputFlags say what is written and where.
type outputFlags struct {
	Out          string `help:"Folder for report.json, report.html, junit.xml, results.sarif, exchanges.har and summary.md." default:"rehearsal" placeholder:"DIR"`
	AllExchanges bool   `help:"Keep all exchanges in exchanges.har, not only those that findings cite."`
	Format       string `help:"What is printed (${enum})." enum:"pretty,jsonl" default:"pretty"`
	Annotations  string `help:"Mark what must change on the page of the CI job (${enum}; auto: github where GITHUB_ACTIONS is true)." enum:"auto,github,none" default:"auto"`
	NoColor      bool   `help:"Print without colours (also: NO_COLOR)."`
}

// Help shows examples and the exit codes.
func (scimCommand) Help() string {
	return `Examples:

  rehearse scim
  rehearse scim --fault patch-string-false-ignored
  rehearse scim --url https://app.example/scim --token-file token.txt --yes
  rehearse scim --url http://127.0.0.1:8080/scim --token s3cret --only 'endpoint.group.*'
  rehearse scim --url https://app.example/scim?aadOptscim062020 --token-file token.txt --yes
  rehearse scim --dialect default

Exit codes: 0 conformant, 1 not conformant, 2 wrong usage, 3 no usable SCIM answer or not authorised,
4 harness error or interrupt, 5 nothing applicable.`
}

// Run judges the endpoint, writes the reports and returns the verdict as an exit code.
func (c scimCommand) Run(ctx context.Context, std streams) error {
	roomy()
	if c.Target.Sweep && c.Selection.Shard != "" {
		return usage("--sweep with --shard: shards go on side by side, and would remove each other's users; sweep before them")
	}
	if _, err := rehearsal.ParseShard(c.Selection.Shard); err != nil && c.Selection.Shard != "" {
		return usage("%v", err)
	}
	if c.Selection.Seed == 0 && c.Selection.Shard != "" {
		return usage("--shard %s without --seed: the parts of a run share one, such as the number of the CI run", c.Selection.Shard)
	}
	if c.Selection.Seed == 0 {
		c.Selection.Seed = mathrand.Uint64N(1 << 32)
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
	config, err := c.Target.config(recorder, c.Selection.Seed)
	if err != nil {
		return err
	}
	config.UserDomain = c.Target.UserDomain
	if c.Target.URL == "" {
		token := rand.Text()
		builtin, err := serve(ctx, "127.0.0.1:0", token, c.Target.Fault)
		if err != nil {
			return err
		}
		defer builtin.close()
		config.URL, config.Token = builtin.url, token
	}
	if plan.Shard.Of > 0 { // beside the others on one target: names that are not theirs
		config.Prefix = fmt.Sprintf("%s-%dof%d", endpoint.DefaultPrefix(config.Seed), plan.Shard.Index, plan.Shard.Of)
	}
	if err := c.Target.consent(std, config.URL); err != nil {
		return err
	}
	if err := writable(c.Output.Out); err != nil {
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

// rehearse opens the target, runs the plan against it, cleans up and reports.
func (c scimCommand) rehearse(ctx context.Context, config endpoint.Config, plan rehearsal.Plan, out *output) error {
	started := time.Now()
	r := result.Report{
		SchemaVersion: result.SchemaVersion, Tool: result.Tool{Name: "rehearse", Version: version()},
		Target: result.Target{Kind: "scim", URL: config.URL, Adaptations: []string{}}, StartedAt: started, Seed: config.Seed,
		Verdicts: map[string]result.Verdict{}, Checks: []result.Check{}, Leftovers: []result.Leftover{},
	}
	if plan.Shard.Of > 0 {
		r.Shard = &result.Shard{Index: plan.Shard.Index, Of: plan.Shard.Of, FailOn: plan.FailOn}
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
	r.Checks, r.Counts = ran.Checks, result.Count(ran.Checks)
	if r.Shard != nil {
		r.Shard.Selected, r.Shard.Positions = ran.Selected, ran.Positions
	}
	r.Leftovers = append(r.Leftovers, leftovers...)
	return out.finish(r, ran, time.Since(started))
}

// plan reads what to run and refuses what cannot be run before anything is sent.
func (c scimCommand) plan() (rehearsal.Plan, error) {
	s := c.Selection
	plan := rehearsal.Plan{
		Only: s.Only, FailOn: result.Level(s.FailOn), Parallel: s.Parallel, Seed: s.Seed, Dialects: bothDialects(),
	}
	packs := map[string]bool{}
	for _, pack := range suites.Packs() {
		packs[string(pack)] = true
	}
	for _, name := range s.Pack {
		if !packs[name] {
			return plan, usage("unknown pack %q%s", name, anyOf("the packs are", name, packs))
		}
		plan.Packs = append(plan.Packs, suites.Pack(name))
	}
	if s.Parallel < 1 {
		return plan, usage("--parallel %d: want at least 1", s.Parallel)
	}
	if s.OnlyFailed != "" {
		data, err := os.ReadFile(s.OnlyFailed)
		if err != nil {
			return plan, usage("read report: %v", err)
		}
		earlier, err := report.ReadJSON(bytes.NewReader(data))
		if err != nil {
			return plan, usage("%s: %v", s.OnlyFailed, err)
		}
		plan.OnlyFailed = &earlier
	}
	if s.KnownFailures != "" {
		data, err := os.ReadFile(s.KnownFailures)
		if err != nil {
			return plan, usage("read known failures: %v", err)
		}
		if plan.Known, err = rehearsal.LoadKnownFailures(s.KnownFailures, data); err != nil {
			return plan, usage("%v", err)
		}
	}
	if s.Shard != "" {
		var err error
		if plan.Shard, err = rehearsal.ParseShard(s.Shard); err != nil {
			return plan, usage("%v", err)
		}
	}
	plan.Runnables = endpoint.Catalogue(c.dialects()...)
	if err := plan.Validate(); err != nil {
		return plan, usage("%v", err)
	}
	return plan, nil
}

// dialects are those in which the checks run.
func (c scimCommand) dialects() []string {
	switch c.Selection.Dialect {
	case "":
		return endpoint.Dialects(c.Target.URL)
	case "both":
		return bothDialects()
	default:
		return []string{c.Selection.Dialect}
	}
}

func bothDialects() []string {
	var names []string
	for _, d := range wire.Dialects() {
		names = append(names, string(d))
	}
	return names
}

// config says how the target is reached.
func (t reachFlags) config(recorder *exchange.Recorder, seed uint64) (endpoint.Config, error) {
	config := endpoint.Config{URL: t.URL, Token: t.Token, Timeout: t.Timeout, Pace: t.Pace, Seed: seed, Recorder: recorder, Header: http.Header{}}
	switch {
	case t.URL != "" && len(t.Fault) > 0:
		return config, usage("--fault is for the built-in endpoint: leave out --url, or serve one with `rehearse endpoint --fault %s`", t.Fault[0])
	case t.URL == "" && (t.Token != "" || t.TokenFile != "" || t.asked()):
		return config, usage("a token without --url: name the endpoint it is for")
	case t.Token != "" && t.TokenFile != "":
		return config, usage("--token and --token-file: give one of them")
	case t.URL != "" && !strings.Contains(t.URL, "://"):
		return config, usage("--url %s has no scheme: write https://%[1]s, or http://%[1]s on your own machine", t.URL)
	case t.URL != "" && !isWebAddress(t.URL):
		return config, usage("--url %s is no address of a SCIM endpoint: it begins with https://, or http:// on your own machine", redacted(t.URL))
	case t.Timeout <= 0:
		return config, usage("--timeout %v: want more than 0", t.Timeout)
	}
	if err := t.check(t.Token != "" || t.TokenFile != ""); err != nil {
		return config, err
	}
	config.TokenFrom = t.tokenFrom()
	if t.TokenFile != "" {
		data, err := os.ReadFile(t.TokenFile)
		if err != nil {
			return config, usage("read token: %v", err)
		}
		if config.Token = strings.TrimSpace(string(data)); config.Token == "" {
			return config, usage("%s: the token file is empty", t.TokenFile)
		}
	}
	for _, header := range t.Header {
		name, value, ok := strings.Cut(header, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return config, usage("--header %q: want NAME:VALUE", name)
		}
		config.Header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		recorder.AddSecret(strings.TrimSpace(value))
	}
	transport, err := newTransport(t.CACert)
	if err != nil {
		return config, err
	}
	config.Transport = transport
	return config, nil
}

// isWebAddress says whether requests can be sent to a URL.
func isWebAddress(text string) bool {
	u, err := url.Parse(text)
	return err != nil || u.Host != "" && (strings.EqualFold(u.Scheme, "https") || strings.EqualFold(u.Scheme, "http")) // what cannot be read is refused in words of its own
}

// tokenFrom says where the token came from.
func (t reachFlags) tokenFrom() string {
	const variable = "REHEARSE_TOKEN"
	switch {
	case t.TokenFile != "":
		return "the file " + t.TokenFile
	case t.Token != "" && t.Token == os.Getenv(variable):
		return "the variable " + variable
	case t.Token != "":
		return "--token or the configuration file"
	case t.asked():
		return redacted(t.TokenURL)
	default:
		return ""
	}
}

// signIn fetches a token when client credentials are given.
func (t reachFlags) signIn(ctx context.Context, config *endpoint.Config) error {
	if !t.asked() {
		return nil
	}
	var err error
	config.Token, err = t.token(ctx, config.Transport, config.Timeout, config.Recorder)
	return err
}

// consent asks before anything is made on an endpoint off this machine.
func (t reachFlags) consent(std streams, url string) error {
	if t.Yes || isLoopback(url) {
		return nil
	}
	question := "Rehearse makes users and groups on " + redacted(url) + ", changes them and removes them again."
	if !isTerminal(std.in) {
		return usage("%s Say --yes to agree.", question)
	}
	fmt.Fprintf(std.err, "%s\nGo on? [y/N] ", question)
	answer, err := bufio.NewReader(std.in).ReadString('\n')
	if answer = strings.ToLower(strings.TrimSpace(answer)); err != nil || answer != "y" && answer != "yes" {
		return &endError{code: exitUsage, message: "nothing was sent"}
	}
	return nil
}

// command is the command line that runs the same rehearsal again, without secrets.
func (c scimCommand) command() string {
	parts := []string{"rehearse", "scim"}
	add := func(flag string, values ...string) {
		for _, value := range values {
			if value != "" {
				parts = append(parts, flag, shellQuoted(value))
			}
		}
	}
	t, s := c.Target, c.Selection
	if t.URL != "" {
		add("--url", redacted(t.URL))
	}
	add("--token-file", t.TokenFile)
	if t.Token != "" {
		parts = append(parts, "--token", "$TOKEN")
	}
	parts = append(parts, t.words()...)
	add("--ca-cert", t.CACert)
	if t.Yes {
		parts = append(parts, "--yes")
	}
	add("--fault", t.Fault...)
	add("--pack", s.Pack...)
	add("--only", s.Only...)
	add("--only-failed", s.OnlyFailed)
	add("--known-failures", s.KnownFailures)
	if s.FailOn != string(result.Required) {
		add("--fail-on", s.FailOn)
	}
	if d := c.dialects(); len(d) == 1 { // the URL shown here has lost its query
		add("--dialect", d[0])
	}
	add("--shard", s.Shard)
	add("--seed", strconv.FormatUint(s.Seed, 10))
	return strings.Join(parts, " ")
}

// unopenedVerdict says what an error of opening the target makes of the run.
func unopenedVerdict(err error) (verdict result.Verdict, code int) {
	var unusable *endpoint.UnusableError
	switch {
	case !errors.As(err, &unusable):
		return result.Error, exitError
	case unusable.Kind == endpoint.Misconfigured:
		return result.Error, exitUsage
	default:
		return result.Unreachable, exitUnreachable
	}
}

package main

import (
	"bytes"
	mathrand "math/rand/v2"
	"os"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// selectionFlags say which checks of an endpoint run, and what counts.
type selectionFlags struct {
	choiceFlags `embed:""`

	Pack    []string `help:"Only checks of this pack (repeatable): ${packs}." placeholder:"PACK"`
	Dialect string   `help:"Dialect of Entra's requests: default, aadOptscim062020 or both (default: both, unless the URL carries the flag aadOptscim062020, then that one)." enum:",default,aadOptscim062020,both" default:"" placeholder:"DIALECT"`
}

// choiceFlags say which checks run, and what counts.
type choiceFlags struct {
	Stage         []string `help:"Only checks of this stage (repeatable; see: rehearse list), such as create; what they need runs too." placeholder:"STAGE"`
	Only          []string `help:"Only checks whose id matches (repeatable; * and ? match any characters); what they need runs too." placeholder:"GLOB"`
	OnlyFailed    string   `help:"Only what did not pass in this report.json." placeholder:"REPORT"`
	KnownFailures string   `help:"YAML list of checks that are known to fail, with reason, owner and expiry." placeholder:"FILE"`
	FailOn        string   `help:"Lowest level whose failures count (${enum})." enum:"required,recommended" default:"required"`
	Parallel      int      `help:"Checks side by side." default:"8"`
	Shard         string   `help:"Only this part of the checks, such as 2/3; rehearse merge joins the parts. All parts want the same --seed." placeholder:"I/N"`
	Seed          uint64   `help:"Seed of names and random values (default: a random one, printed)." default:"0"`
}

// plan reads what to run and refuses what cannot be run before anything is sent.
func (c scimCommand) plan() (rehearsal.Plan, error) {
	return c.Selection.plan(c.Selection.Pack, endpoint.Catalogue(c.dialects()...), bothDialects())
}

// settle takes a random seed where none is given. Shards of a run share one, which must be.
func (s *choiceFlags) settle() error {
	if s.Shard != "" {
		if _, err := rehearsal.ParseShard(s.Shard); err != nil {
			return usage("%v", err)
		}
		if s.Seed == 0 {
			return usage("--shard %s without --seed: the parts of a run share one, such as the number of the CI run", s.Shard)
		}
	}
	if s.Seed == 0 {
		s.Seed = mathrand.Uint64N(1 << 32)
	}
	return nil
}

// names says whether a pattern of --only is about ids that begin so.
func (s choiceFlags) names(beginning string) bool {
	return slices.ContainsFunc(s.Only, func(pattern string) bool { return strings.HasPrefix(pattern, beginning) })
}

// plan reads what to run out of a catalogue of checks.
func (s choiceFlags) plan(chosenPacks []string, catalogue []suites.Runnable, dialects []string) (rehearsal.Plan, error) {
	plan := rehearsal.Plan{
		Only: s.Only, FailOn: result.Level(s.FailOn), Parallel: s.Parallel, Seed: s.Seed, Dialects: dialects,
	}
	packs, stages := map[string]bool{}, map[string]bool{}
	for _, r := range catalogue {
		stages[string(r.Stage)] = true
		for _, pack := range r.Packs {
			packs[string(pack)] = true
		}
	}
	for _, name := range chosenPacks {
		if !packs[name] {
			return plan, usage("unknown pack %q%s", name, anyOf("the packs are", name, packs))
		}
		plan.Packs = append(plan.Packs, suites.Pack(name))
	}
	for _, name := range s.Stage {
		if !stages[name] {
			return plan, usage("unknown stage %q%s", name, anyOf("the stages are", name, stages))
		}
		plan.Stages = append(plan.Stages, suites.Stage(name))
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
	plan.Runnables = catalogue
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

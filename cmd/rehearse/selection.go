package main

import (
	"bytes"
	"os"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// selectionFlags say which checks run, and what counts.
type selectionFlags struct {
	Pack          []string `help:"Only checks of this pack (repeatable): ${packs}." placeholder:"PACK"`
	Only          []string `help:"Only checks whose id matches (repeatable; * and ? match any characters); what they need runs too." placeholder:"GLOB"`
	OnlyFailed    string   `help:"Only what did not pass in this report.json." placeholder:"REPORT"`
	KnownFailures string   `help:"YAML list of checks that are known to fail, with reason, owner and expiry." placeholder:"FILE"`
	FailOn        string   `help:"Lowest level whose failures count (${enum})." enum:"required,recommended" default:"required"`
	Dialect       string   `help:"Dialect of Entra's requests: default, aadOptscim062020 or both (default: both, unless the URL carries the flag aadOptscim062020, then that one)." enum:",default,aadOptscim062020,both" default:"" placeholder:"DIALECT"`
	Parallel      int      `help:"Checks side by side." default:"8"`
	Shard         string   `help:"Only this part of the checks, such as 2/3; rehearse merge joins the parts. All parts want the same --seed." placeholder:"I/N"`
	Seed          uint64   `help:"Seed of names and random values (default: a random one, printed)." default:"0"`
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

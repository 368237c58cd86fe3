// Package report draws a [result.Report] for its readers: report.json for programs and later runs, junit.xml for a CI server,
// results.sarif for a scanner's page, summary.md for a job's page, report.html for people, exchanges.har for whoever debugs, and the terminal while a run goes
// on. All of them tell the same story in the same order: the verdict, the causes with their fixes, then everything else.
//
// The package judges nothing: the verdict comes from package result. It knows neither Ginkgo nor what checks say.
// Everything that came from a target is hostile here: each writer escapes for its own format.
package report

import (
	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// Options is what the writers need to know beside the report.
type Options struct {
	// FailOn is the level down to which failures weigh, as in [result.Decide]. "" and [result.Required] mean that only
	// required checks do.
	FailOn result.Level
	// Command is the command line that runs the same rehearsal again, without secrets. "" means one made of the
	// report's target and seed.
	Command string
	// Exchanges finds the exchanges that findings cite. Ids it does not know are left out. Nil finds none.
	Exchanges func(ids ...string) []*exchange.Exchange
	// Rule gives what is known of a check by its id, for readers that list all rules. Nil means what findings say.
	Rule func(id string) Rule
	// All are the exchanges for exchanges.har. Nil means those that findings cite.
	All []*exchange.Exchange
}

func (o Options) find(ids []string) []*exchange.Exchange {
	if o.Exchanges == nil || len(ids) == 0 {
		return nil
	}
	return o.Exchanges(ids...)
}

// Cited gives the ids of the exchanges that the report's findings cite, each once, in the order of the checks.
func Cited(r result.Report) []string {
	var ids []string
	seen := map[string]bool{}
	for _, c := range r.Checks {
		for _, f := range c.Findings {
			for _, id := range f.Exchanges {
				if !seen[id] {
					seen[id] = true
					ids = append(ids, id)
				}
			}
		}
	}
	return ids
}

package main

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// limitFlags bound what a run does to its target.
type limitFlags struct {
	ReadOnly    bool `help:"Send nothing that writes: checks that would are skipped."`
	Keep        bool `help:"Leave what the run makes on the endpoint, so that the requests shown can be sent again; --sweep removes it later."`
	MaxRequests int  `help:"Stop before more requests are sent than this; 0 is no limit." default:"100000" placeholder:"N"`
	MaxObjects  int  `help:"Stop before more users and groups are made than this; 0 is no limit." default:"20000" placeholder:"N"`
}

// loadFlags say how hard the checks of the pack load press the target.
type loadFlags struct {
	LoadFor   time.Duration `help:"How long the pack load sends 25 requests a second." default:"10s" placeholder:"10s"`
	LoadUsers int           `help:"How many users the pack load makes to read them page by page (default: 10000 on this machine, 1000 elsewhere)." default:"0" placeholder:"N"`
}

// press puts them into a configuration; pressed says whether the pack load is chosen at all.
func (f loadFlags) press(config *endpoint.Config, pressed bool) error {
	if f.LoadFor < time.Second || f.LoadFor > time.Hour {
		return usage("--load-for %v: want one second to one hour", f.LoadFor)
	}
	if f.LoadUsers < 0 || f.LoadUsers > maxLoadUsers {
		return usage("--load-users %d: want a number up to %d", f.LoadUsers, maxLoadUsers)
	}
	if words := f.pressing([]string{string(suites.Load)}); len(words) > 0 && !pressed {
		return usage("%s is about the pack load: add --pack load", words[0])
	}
	config.Load = &endpoint.Load{For: f.LoadFor, Users: f.LoadUsers}
	return nil
}

// pressing are the flags of a command line that presses as hard again; nobody presses without the pack load.
func (f loadFlags) pressing(packs []string) []string {
	var words []string
	if !slices.Contains(packs, string(suites.Load)) {
		return words
	}
	if f.LoadFor != defaultLoadFor {
		words = append(words, "--load-for", f.LoadFor.String())
	}
	if f.LoadUsers != 0 {
		words = append(words, "--load-users", strconv.Itoa(f.LoadUsers))
	}
	return words
}

// defaultLoadFor is what --load-for is when it is not given.
const defaultLoadFor = 10 * time.Second

// maxLoadUsers bounds what --load-users asks for.
const maxLoadUsers = 100_000

// limit puts the limits into a configuration.
func (f limitFlags) limit(config *endpoint.Config) error {
	if f.MaxRequests < 0 {
		return usage("--max-requests %d: want a number of requests, 0 for no limit", f.MaxRequests)
	}
	if f.MaxObjects < 0 {
		return usage("--max-objects %d: want a number of users and groups, 0 for no limit", f.MaxObjects)
	}
	config.Keep = f.Keep
	config.ReadOnly, config.MaxRequests, config.MaxObjects = f.ReadOnly, f.MaxRequests, f.MaxObjects
	return nil
}

// stopped gives a run that its budget ended the verdict that what did run allows: a failure that counts stays one, and what was not asked is
// no pass.
func stopped(r *result.Report, why string, failOn result.Level) {
	unrun := result.Count(r.Checks).NotRun
	if why == "" || unrun == 0 {
		return
	}
	r.Message = fmt.Sprintf("The run was stopped, since %s; %d of %d checks were not run.", why, unrun, len(r.Checks))
	for _, c := range r.Checks {
		if c.Breaking(failOn) {
			r.Verdict, r.Problems = result.NonConformant, append(r.Problems, r.Message)
			r.Message = ""
			return
		}
	}
	r.Verdict = result.Error
}

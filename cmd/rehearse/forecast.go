package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// forecastTimeout bounds the rehearsal from which a plan of writes is taken.
const forecastTimeout = 30 * time.Second

// forecast is how many requests a run sends. It is counted, not guessed: the same checks are rehearsed against the built-in endpoint first.
type forecast struct {
	checks, users, groups int
	verbs                 map[string]int
	requests              int
}

// predict rehearses a plan against the built-in endpoint, on this machine and without a pace, with credentials of the kinds that the run has.
func predict(ctx context.Context, plan rehearsal.Plan, config endpoint.Config, signIn signInFlags, dialects []string) (forecast, error) {
	ctx, cancel := context.WithTimeout(ctx, forecastTimeout)
	defer cancel()
	f := forecast{verbs: map[string]int{}}
	recorder := exchange.NewRecorder()
	own := endpoint.Config{
		Pace: -1, Seed: config.Seed, Prefix: config.Prefix, UserDomain: config.UserDomain, ReadOnly: config.ReadOnly,
		Match: config.Match, Without: config.Without, Schema: config.Schema,
		Load: config.Load, Recorder: recorder,
	}
	builtin, err := serveBuiltin(ctx, &own, nil)
	if err != nil {
		return f, err
	}
	defer builtin.close()
	own.Also = config.Also
	if config.ExpiredToken == "" {
		own.ExpiredToken = ""
	}
	if config.OtherToken == "" {
		own.OtherToken = ""
	}
	if !signIn.asked() || signIn.asserts() {
		own.OAuth = nil
	}
	if !signIn.asked() || !signIn.asserts() {
		own.Federation = nil
	}
	target, err := endpoint.Open(ctx, own)
	if err != nil {
		return f, fmt.Errorf("count the requests: %w", err)
	}
	plan.Runnables, plan.Known, plan.WithoutGinkgo = target.Runnables(dialects...), nil, true
	ran, err := rehearsal.Run(ctx, plan)
	target.Close(context.WithoutCancel(ctx))
	if err != nil {
		return f, fmt.Errorf("count the requests: %w", err)
	}
	f.checks = len(ran.Checks)
	f.count(recorder.All())
	return f, nil
}

func (f *forecast) count(sent []*exchange.Exchange) {
	for _, e := range sent {
		f.requests++
		f.verbs[e.Request.Method]++
		path, _, _ := strings.Cut(e.Request.URL, "?")
		if e.Request.Method != http.MethodPost || e.Response.Status != http.StatusCreated {
			continue
		}
		switch {
		case strings.HasSuffix(path, "/Users"):
			f.users++
		case strings.HasSuffix(path, "/Groups"):
			f.groups++
		}
	}
}

// lines tell the forecast to a person. pace is 0 for no limit.
func (f forecast) lines(config endpoint.Config, pace float64) []string {
	what := fmt.Sprintf("%d checks send about %d requests: %s", f.checks, f.requests, byVerb(f.verbs))
	prefix := config.Prefix
	if prefix == "" {
		prefix = endpoint.DefaultPrefix(config.Seed)
	}
	lines := []string{what}
	if config.ReadOnly {
		lines = append(lines, "nothing is written (--read-only)")
	} else {
		fate := "removed again"
		if config.Keep {
			fate = "kept (--keep)"
		}
		lines = append(lines, fmt.Sprintf("%d users and %d groups are made, changed and %s; their names begin with %s", f.users, f.groups, fate, prefix))
	}
	if pace > 0 {
		took := time.Duration(float64(f.requests) / pace * float64(time.Second))
		lines = append(lines, fmt.Sprintf("at most %g requests a second (--pace): %s or longer", pace, roughly(took)))
	} else {
		lines = append(lines, "as fast as the endpoint answers (--pace limits it)")
	}
	return append(lines, limitsOf(config))
}

// loadPlan is the plan of a run with the pack load, which is not rehearsed first: it would take as long.
func loadPlan(config endpoint.Config, lasts time.Duration) []string {
	many := fmt.Sprintf("%d users", config.Load.Users)
	if config.Load.Users == 0 {
		many = fmt.Sprintf("%d users (%d on this machine)", endpoint.DefaultLoadUsersElsewhere, endpoint.DefaultLoadUsers)
	}
	return []string{
		fmt.Sprintf("the pack load sends %d requests a second for %v, and bursts of more (--load-for)", endpoint.DefaultLoadRate, lasts),
		"it makes " + many + ", reads them page by page and removes them again (--load-users)",
		limitsOf(config),
	}
}

// limitsOf says where a run stops in any case.
func limitsOf(config endpoint.Config) string {
	limit := func(n int, what string) string {
		if n == 0 {
			return "any number of " + what
		}
		return fmt.Sprintf("%d %s", n, what)
	}
	return "never more than " + limit(config.MaxRequests, "requests (--max-requests)") + " and " + limit(config.MaxObjects, "users and groups (--max-objects)")
}

// byVerb tells counts by HTTP method, those that write last.
func byVerb(verbs map[string]int) string {
	var parts []string
	for _, verb := range []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete} {
		if n := verbs[verb]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, verb))
		}
	}
	return strings.Join(parts, ", ")
}

// roughly is a duration as one would say it.
func roughly(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d seconds", max(1, int(d.Round(time.Second).Seconds())))
	}
	return fmt.Sprintf("%.1f minutes", d.Minutes())
}

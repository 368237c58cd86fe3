package report

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// Part is the report of one shard of a run, with the exchanges of its HAR file.
type Part struct {
	Name      string // where it came from, for messages
	Report    result.Report
	Exchanges []*exchange.Exchange
}

// Merge joins the shards of a run into the report that one run would have written, and their exchanges, which get new ids. Times span all
// shards; requests and leftovers are those of all. The order of the parts does not matter.
//
// The error says in one sentence why they are not the shards of one run: a shard is missing or given twice, or they differ in target, seed,
// version, selection or the level that weighs.
func Merge(parts []Part) (result.Report, []*exchange.Exchange, error) {
	parts = slices.Clone(parts)
	if err := complete(parts); err != nil {
		return result.Report{}, nil, fmt.Errorf("merge reports: %w", err)
	}
	slices.SortFunc(parts, func(a, b Part) int { return a.Report.Shard.Index - b.Report.Shard.Index })
	es, renamed := gather(parts)
	first := parts[0].Report
	r := result.Report{
		SchemaVersion: result.SchemaVersion, Tool: first.Tool, Target: first.Target, StartedAt: first.StartedAt, Seed: first.Seed,
		Verdicts: map[string]result.Verdict{}, Leftovers: []result.Leftover{},
	}
	r.Target.Adaptations, r.Calls, r.Permissions = nil, nil, nil
	var end time.Time
	for _, p := range parts {
		if p.Report.StartedAt.Before(r.StartedAt) {
			r.StartedAt = p.Report.StartedAt
		}
		if ended := p.Report.StartedAt.Add(time.Duration(p.Report.DurationMs * float64(time.Millisecond))); ended.After(end) {
			end = ended
		}
		if r.Target.Software == "" {
			r.Target.Software = p.Report.Target.Software
		}
		r.Target.Adaptations = union(r.Target.Adaptations, p.Report.Target.Adaptations)
		r.Problems = union(r.Problems, p.Report.Problems)
		r.Requests += p.Report.Requests
		if r.Load == nil { // one check measures it, and one shard has that check
			r.Load = p.Report.Load
		}
		r.Calls, r.Permissions = joinCalls(r.Calls, p.Report.Calls), joinPermissions(r.Permissions, p.Report.Permissions)
		r.Leftovers = append(r.Leftovers, p.Report.Leftovers...)
	}
	r.DurationMs = float64(end.Sub(r.StartedAt).Microseconds()) / 1000
	var err error
	if r.Checks, err = arrange(parts, renamed); err != nil {
		return result.Report{}, nil, fmt.Errorf("merge reports: %w", err)
	}
	r.Counts = result.Count(r.Checks)
	decide(&r, parts)
	return whole(r), es, nil
}

// complete says why the parts are not all the shards of one run.
func complete(parts []Part) error {
	if len(parts) == 0 {
		return errors.New("there are none")
	}
	have := map[int]string{}
	for _, p := range parts {
		s, first := p.Report.Shard, parts[0].Report
		switch {
		case s == nil:
			return fmt.Errorf("%s is the report of a whole run, not of a shard", p.Name)
		case s.Of < 1 || s.Index < 1 || s.Index > s.Of:
			return fmt.Errorf("%s says that it is shard %d of %d", p.Name, s.Index, s.Of)
		case first.Shard == nil:
			return fmt.Errorf("%s is the report of a whole run, not of a shard", parts[0].Name)
		case s.Of != first.Shard.Of:
			return fmt.Errorf("%s is one of %d shards, %s one of %d", parts[0].Name, first.Shard.Of, p.Name, s.Of)
		case have[s.Index] != "":
			return fmt.Errorf("%s and %s are both shard %d/%d", have[s.Index], p.Name, s.Index, s.Of)
		}
		have[s.Index] = p.Name
		if what := differs(first, p.Report); what != "" {
			return fmt.Errorf("%s and %s are not shards of one run: they differ in %s", parts[0].Name, p.Name, what)
		}
	}
	of := parts[0].Report.Shard.Of
	var missing []string
	for i := 1; i <= of && len(missing) < 20; i++ {
		if have[i] == "" {
			missing = append(missing, fmt.Sprintf("%d/%d", i, of))
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("missing: shard %s", strings.Join(missing, ", "))
	}
	return nil
}

// differs names what two shards of one run have in common, if these do not.
func differs(a, b result.Report) string {
	selected := a.Shard.Selected == b.Shard.Selected || a.Shard.Selected == 0 || b.Shard.Selected == 0
	for _, one := range []struct {
		same bool
		what string
	}{
		{a.Target.Kind == b.Target.Kind && sameTarget(a.Target.URL, b.Target.URL), fmt.Sprintf("the target (%s, %s)", a.Target.URL, b.Target.URL)},
		{a.Target.BuiltIn == b.Target.BuiltIn, "the target (the built-in endpoint, another one)"},
		{slices.Equal(a.Target.Faults, b.Target.Faults), fmt.Sprintf("--fault (%s, %s)", strings.Join(a.Target.Faults, " "), strings.Join(b.Target.Faults, " "))},
		{a.Seed == b.Seed, fmt.Sprintf("the seed (%d, %d)", a.Seed, b.Seed)},
		{a.Tool == b.Tool, fmt.Sprintf("the version (%s, %s)", a.Tool.Version, b.Tool.Version)},
		{a.Shard.FailOn == b.Shard.FailOn, fmt.Sprintf("--fail-on (%s, %s)", a.Shard.FailOn, b.Shard.FailOn)},
		{selected, fmt.Sprintf("what was chosen (%d and %d checks)", a.Shard.Selected, b.Shard.Selected)},
	} {
		if !one.same {
			return one.what
		}
	}
	return ""
}

// sameTarget compares addresses. Shards that each serve the target on their own machine may do so on any port.
func sameTarget(a, b string) bool {
	ua, err := url.Parse(a)
	ub, err2 := url.Parse(b)
	if a == b || err != nil || err2 != nil {
		return a == b
	}
	return loopback(ua.Hostname()) && loopback(ub.Hostname()) && ua.Path == ub.Path && ua.Scheme == ub.Scheme
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && ip.IsLoopback()
}

// gather joins the exchanges by the time they were sent. renamed gives the new id of an exchange of a shard.
func gather(parts []Part) (es []*exchange.Exchange, renamed map[[2]string]string) {
	type owned struct {
		*exchange.Exchange

		of string
	}
	var all []owned
	for _, p := range parts {
		for _, e := range p.Exchanges {
			all = append(all, owned{e, p.Name})
		}
	}
	slices.SortStableFunc(all, func(a, b owned) int { return a.Started.Compare(b.Started) })
	renamed = make(map[[2]string]string, len(all))
	for i, one := range all {
		e := *one.Exchange
		e.ID = fmt.Sprintf("x-%05d", i+1)
		renamed[[2]string{one.of, one.ID}] = e.ID
		es = append(es, &e)
	}
	return es, renamed
}

// arrange puts the checks of all shards where they stand in the whole run.
func arrange(parts []Part, renamed map[[2]string]string) ([]result.Check, error) {
	at := map[int]result.Check{}
	from := map[place]string{}
	selected, complete := 0, true
	for _, p := range parts {
		s := p.Report.Shard
		selected, complete = max(selected, s.Selected), complete && s.Selected > 0
		if len(s.Positions) != len(p.Report.Checks) {
			return nil, fmt.Errorf("%s has places for %d checks, but %d checks", p.Name, len(s.Positions), len(p.Report.Checks))
		}
		for i, check := range p.Report.Checks {
			n, name := s.Positions[i], place{check.ID, check.Dialect}
			switch {
			case n < 0 || n >= s.Selected:
				return nil, fmt.Errorf("%s puts %s at place %d of %d", p.Name, name, n, s.Selected)
			case from[name] != "":
				return nil, fmt.Errorf("%s stands in %s and in %s", name, from[name], p.Name)
			case at[n].ID != "":
				return nil, fmt.Errorf("%s and %s have the same place: the shards overlap", place{at[n].ID, at[n].Dialect}, name)
			}
			from[name] = p.Name
			check.Findings = slices.Clone(check.Findings)
			for j, f := range check.Findings {
				f.Exchanges = slices.Clone(f.Exchanges)
				for k, id := range f.Exchanges {
					f.Exchanges[k] = id + " of shard " + strconv.Itoa(s.Index) // nobody has it, unless it is in the HAR file
					if now, ok := renamed[[2]string{p.Name, id}]; ok {
						f.Exchanges[k] = now
					}
				}
				check.Findings[j] = f
			}
			at[n] = check
		}
	}
	checks := make([]result.Check, 0, len(at))
	for n := range selected {
		if c, ok := at[n]; ok {
			checks = append(checks, c)
		} else if complete {
			return nil, fmt.Errorf("%d of %d checks stand in none of the shards", selected-len(at), selected)
		}
	}
	return checks, nil
}

// decide gives the verdicts one run would have come to.
func decide(r *result.Report, parts []Part) {
	failOn := parts[0].Report.Shard.FailOn
	of := func(p Part) result.Verdict { return p.Report.Verdict }
	r.Verdict = verdictOf(r.Checks, failOn, parts, of)
	for _, c := range r.Checks {
		if _, done := r.Verdicts[c.Dialect]; done {
			continue
		}
		same := slices.DeleteFunc(slices.Clone(r.Checks), func(o result.Check) bool { return o.Dialect != c.Dialect })
		r.Verdicts[c.Dialect] = verdictOf(same, failOn, parts, func(p Part) result.Verdict { return p.Report.Verdicts[c.Dialect] })
	}
	if r.Verdict == result.Empty {
		r.Message = "Nothing that was chosen applies to this target."
	}
	for _, p := range parts {
		if p.Report.Verdict == r.Verdict && undecided(r.Verdict) && p.Report.Message != "" {
			r.Message = strings.TrimSpace(fmt.Sprintf("%s Shard %d/%d: %s", r.Message, p.Report.Shard.Index, p.Report.Shard.Of, p.Report.Message))
		}
	}
}

// verdictOf is what a run with these checks comes to: what a shard could not finish nobody knows, and what breaks one breaks the whole.
func verdictOf(checks []result.Check, failOn result.Level, parts []Part, of func(Part) result.Verdict) result.Verdict {
	for _, worst := range []result.Verdict{result.Error, result.Unreachable, result.NonConformant} {
		if slices.ContainsFunc(parts, func(p Part) bool { return of(p) == worst }) {
			return worst
		}
	}
	return result.Decide(checks, failOn)
}

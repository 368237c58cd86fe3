package connector

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
	"github.com/rehearse-id/rehearse/suites"
)

const unused = "connector.setup.unused-permissions"

func privilegeSetupChecks() []Check {
	const risk = "Whoever gets hold of the secret can do whatever the application may do. "
	return []Check{
		{
			Spec: suites.Spec{
				ID: unused, Title: "Each permission that the connector asks for is good for something it does",
				Level: result.Recommended, Breaks: breaksEntra, Causes: needs(tested, passwordSet), Sources: sources(learnPermissions, learnLeast),
				Why: risk + "A permission that nothing needs is pure risk, and administrators refuse what nobody can explain.",
				Fix: "Take out of the list of permissions what no request needs any more.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.asksForPermissions()
				calls := needsOf(r.tour(ctx, r.untried), r.signsInItself(), carriedOut)
				r.That("no permission is asked for that no request of all operations has a use for", idle(r.Description().Permissions, calls), noNames("none"))
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.setup.least-privilege", Title: "The connector asks for no wider permission than it needs",
				Level: result.Recommended, Breaks: breaksEntra, Sources: sources(learnPermissions, learnLeast),
				Why: risk + "Directory.ReadWrite.All reaches the whole directory, where permissions for users and groups do the same work.",
				Fix: "Ask for the narrower permissions that serve the same requests, and leave the wide one out.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.asksForPermissions()
				calls := needsOf(r.tour(ctx, r.untried), r.signsInItself(), carriedOut)
				r.That("no permission is asked for where narrower ones serve the same requests", tooWide(r.Description().Permissions, calls), noNames("none"))
			},
		},
	}
}

// asksForPermissions skips the check when the connector does not say which permissions it asks for.
func (r *Rig) asksForPermissions() {
	if r.Description().Permissions == nil {
		r.Skip("the connector does not say which permissions it asks for")
	}
}

// signsInItself says whether it is the application that signs in, and not a user.
func (r *Rig) signsInItself() bool { return !r.Description().Declares(Delegated) }

// idle are the permissions that play no part in any of the calls.
func idle(asked []string, calls []need) []string {
	return slices.DeleteFunc(slices.Clone(asked), func(name string) bool {
		return signInPermission(name) || slices.ContainsFunc(calls, func(n need) bool { return n.concerns(name) })
	})
}

// signInPermission says whether a permission is for signing users in, and not for Graph.
// Source: learn.microsoft.com/entra/identity-platform/scopes-oidc.
func signInPermission(name string) bool {
	return slices.Contains([]string{"openid", "profile", "email", "offline_access"}, name)
}

// tooWide are the permissions in whose place narrower ones do: those asked for besides, or others.
func tooWide(asked []string, calls []need) []string {
	var wide []string
	reaches := reachesOf(permission.Rules())
	for _, name := range asked {
		concerned := slices.DeleteFunc(slices.Clone(calls), func(n need) bool { return !n.concerns(name) })
		if len(concerned) == 0 {
			continue
		}
		if narrower, all := served(concerned, reaches.narrowerThan(name, asked)); all {
			wide = append(wide, fmt.Sprintf("%s, where %s do as well", name, strings.Join(narrower, " and ")))
		} else if narrower, all := served(concerned, reaches.narrowerThan(name, waysOf(concerned))); all && strings.HasPrefix(name, "Directory.") {
			wide = append(wide, fmt.Sprintf("%s, where %s would do", name, strings.Join(narrower, " and ")))
		}
	}
	return wide
}

// served says whether permissions are enough for all calls, and which of them are needed for that.
func served(calls []need, by []string) (needed []string, all bool) {
	enough := func(held []string) bool {
		return !slices.ContainsFunc(calls, func(n need) bool { return !n.met(held) })
	}
	if !enough(by) {
		return nil, false
	}
	needed = slices.Clone(by)
	for _, name := range by { // what can be left out is left out
		if fewer := without(needed, []string{name}); enough(fewer) {
			needed = fewer
		}
	}
	slices.Sort(needed)
	return needed, true
}

// waysOf are the permissions that play a part in calls.
func waysOf(calls []need) []string {
	var all []string
	for _, n := range calls {
		for _, way := range n.ways {
			all = append(all, namesIn(way)...)
		}
	}
	return slices.Compact(slices.Sorted(slices.Values(all)))
}

// namesIn are the permissions in a way to be allowed something, such as "A and B".
func namesIn(way string) []string {
	return slices.DeleteFunc(strings.Fields(way), func(word string) bool { return word == "and" || word == "or" })
}

// reaches is how many requests of Graph each permission plays a part in.
type reaches map[string]int

func reachesOf(rules []permission.Rule) reaches {
	all := reaches{}
	for _, rule := range rules {
		var names []string
		for _, way := range slices.Concat(rule.Delegated(), rule.Application()) {
			names = append(names, namesIn(way)...)
		}
		for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
			all[name]++
		}
	}
	return all
}

// narrowerThan are those among others that reach less than a permission, the widest first.
func (r reaches) narrowerThan(name string, others []string) []string {
	narrower := slices.DeleteFunc(slices.Clone(others), func(other string) bool { return other == name || r[other] >= r[name] })
	slices.SortStableFunc(narrower, func(a, b string) int { return r[b] - r[a] })
	return narrower
}

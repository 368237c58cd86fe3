package connector

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
	"github.com/rehearse-id/rehearse/suites"
)

// missingPermissions owns that the connector asks for what it needs: every other check that fails after such a refusal is blocked by it.
const missingPermissions = "connector.setup.missing-permissions"

func permissionSetupChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: missingPermissions, Title: "The connector asks for every permission without which an operation that it declares fails",
				Level: result.Required, Breaks: breaksBoth, Sources: sources(learnPermissions, learnErrors, learnAuth),
				Why: "An administrator consents to what the product lists, and to nothing else. Graph answers 403 to the rest every time: the operation works in the tenant of whoever wrote it, where more was granted once, and in no other.",
				Fix: "Add the permission to the list for administrators, and to the description of the connector; or send a request that the listed ones allow.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.asksForPermissions()
				defer func() { r.lacks(r.refused) }() // also when the tour ends early
				other := r.toursWithMore(ctx)
				if !signsIn(!r.signsInItself()).OK(grants(r.Calls())) {
					r.refused = nil
					r.Skip("the connector signs in otherwise than it declares, so that other permissions count")
				}
				if len(r.refused) == 0 && len(other) > 0 {
					r.untried(other[0])
				}
			},
		},
	}
}

// maxTours bounds how often the tour is repeated with more permissions.
const maxTours = 4

// toursWithMore has the connector do everything it declares, and again with the permissions that it lacked, because who is refused the first request
// never sends the second. It returns what failed with another reason.
func (r *Rig) toursWithMore(ctx context.Context) (other []Result) {
	began := time.Now()
	for range maxTours {
		before := len(r.refused)
		r.tour(ctx, func(o Result) {
			if len(r.refusedFor(o)) == 0 {
				other = append(other, o)
			}
		})
		if len(r.refused) == before || r.target.config.Fixed != nil || time.Since(began) > r.target.patience()/maxTours {
			break
		}
		r.grant(narrowest(r.refused, r.Description().Permissions))
		r.Reconfigure(func(*Configuration) {}) // for a new token
	}
	return other
}

// grant has an administrator consent to these permissions besides.
func (r *Rig) grant(names []string) {
	r.granted = names
	all := directory.RequiredResourceAccess{ResourceAppID: permission.AppID}
	for _, name := range r.held() {
		p, _ := permission.Named(name)
		for _, access := range []directory.ResourceAccess{{ID: p.Application, Type: "Role"}, {ID: p.Delegated, Type: "Scope"}} {
			if access.ID != "" {
				all.ResourceAccess = append(all.ResourceAccess, access)
			}
		}
	}
	must(r.Tenant.Directory().Update(r.App.ObjectID, directory.Properties{"requiredResourceAccess": []directory.RequiredResourceAccess{all}}))
	r.consent()
}

// held are the permissions that the connector's application has, unless a check withdrew them.
func (r *Rig) held() []string { return slices.Concat(r.Description().Permissions, r.granted) }

// refusal is a request that Graph refused because no permission that the connector asks for allows it.
type refusal struct {
	need

	request Request // that the connector was carrying out
}

// refusedFor are the requests for want of whose permission the connector could not do what it was told: those of the last call that failed before it gave
// up. When it says that it could, it went on without them, and needs them not.
func (r *Rig) refusedFor(o Result) []refusal {
	if o.Err == nil {
		return nil
	}
	return r.refusedAtLast(o)
}

// refusedAtLast are the requests of the last call of an operation that failed which no permission the connector asks for allows. A refusal with another
// reason is none: a role that is lacking, a consent that a check withdrew, weather.
func (r *Rig) refusedAtLast(o Result) []refusal {
	if r.Description().Permissions == nil {
		return nil
	}
	asked := r.held()
	var last *Call
	for _, c := range o.Calls {
		if c.Graph() && c.failed() {
			last = c
		}
	}
	if last == nil {
		return nil
	}
	var all []refusal
	for _, n := range needsOf([]*Call{last}, r.signsInItself(), func(status int) bool { return status == http.StatusForbidden }) {
		if !n.met(asked) && len(n.least(asked)) > 0 {
			all = append(all, refusal{n, o.Request})
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(n refusal) bool { // of an update the properties say more than the path
		return n.properties == nil && slices.ContainsFunc(all, func(other refusal) bool {
			return other.properties != nil && other.method == n.method && other.template == n.template
		})
	})
}

// failed says whether Graph did not carry out a call, or something in a batch.
func (c *Call) failed() bool {
	bad := func(status int) bool { return status == 0 || status >= http.StatusBadRequest }
	return bad(c.Response.Status) || slices.ContainsFunc(c.Served, func(s exchange.Served) bool { return bad(s.Status) })
}

// noteRefusals keeps what an operation was refused for want of a permission, and has the check that owns it suspected of what this one finds. Where the
// connector says that it could do all the same, that is so when the refused call would have written, or when Graph gave it nothing else.
func (r *Rig) noteRefusals(o Result) {
	if r.target.problem != nil {
		return
	}
	all := r.refusedFor(o)
	r.refused = append(r.refused, all...)
	if o.Err == nil {
		all = slices.DeleteFunc(r.refusedAtLast(o), func(n refusal) bool {
			return !n.call.Writes() && slices.ContainsFunc(o.Calls, func(c *Call) bool { return c.Graph() && !c.failed() })
		})
	}
	if len(all) > 0 {
		r.Suspect(missingPermissions)
	}
}

// lacks makes a finding of each permission that is missing.
func (r *Rig) lacks(refused []refusal) {
	kind := "delegated"
	if r.signsInItself() {
		kind = "application"
	}
	for _, name := range narrowest(refused, r.Description().Permissions) {
		its := slices.DeleteFunc(slices.Clone(refused), func(n refusal) bool { return !n.concerns(name) })
		var shown []string
		for _, n := range its {
			shown = append(shown, n.call.ID)
		}
		r.Fail(result.Finding{
			Rule: "the connector asks for " + name, Expected: fmt.Sprintf("the %s permission %s in the list that administrators consent to", kind, name), Actual: r.toldOf(its, name),
			Count: len(its), Exchanges: shown,
		})
	}
}

// maxNamed bounds the requests that a finding names.
const maxNamed = 6

// toldOf says which requests were refused with 403, for what operations, and where less than the permission would do, what. Those that need the
// permission itself come first.
func (r *Rig) toldOf(refused []refusal, name string) string {
	type line struct {
		request, least string
		operations     []string
	}
	var lines []line
	for _, n := range refused {
		one := line{request: n.method + " " + n.template, least: strings.Join(n.least(r.Description().Permissions), " and ")}
		i := slices.IndexFunc(lines, func(l line) bool { return l.request == one.request && l.least == one.least })
		if i < 0 {
			lines, i = append(lines, one), len(lines)
		}
		if o := n.request.said(); !slices.Contains(lines[i].operations, o) {
			lines[i].operations = append(lines[i].operations, o)
		}
	}
	itself := func(l line) bool { return l.least == name }
	lines = slices.Concat(slices.DeleteFunc(slices.Clone(lines), func(l line) bool { return !itself(l) }), slices.DeleteFunc(lines, itself))
	words := make([]string, 0, len(lines))
	for _, l := range lines[:min(len(lines), maxNamed)] {
		said := l.request + " (" + strings.Join(l.operations, ", ")
		if !itself(l) {
			said += ", which takes " + l.least + " at least"
		}
		words = append(words, said+")")
	}
	told := "it does not, and Graph answered 403 to " + strings.Join(words, ", ")
	if more := len(lines) - len(words); more > 0 {
		told += ", and to " + counted(more, "more request")
	}
	return told
}

// said is what was asked in two words: create user, or assignLicense.
func (q Request) said() string {
	switch q.Operation {
	case Create, Update, Delete, Search, Sync:
		return string(q.Operation) + " " + string(q.Type)
	default: // are of users alone or of groups alone
		return string(q.Operation)
	}
}

// narrowest are the permissions that serve the refused requests beside those asked for: of the least ones of all requests those that the others do not
// replace, the widest left out first.
func narrowest(refused []refusal, asked []string) []string {
	var missing []string
	for _, n := range refused {
		for _, name := range n.least(asked) {
			if !slices.Contains(missing, name) {
				missing = append(missing, name)
			}
		}
	}
	reaches := reachesOf(permission.Rules())
	slices.SortFunc(missing, func(a, b string) int { return cmp.Or(reaches[b]-reaches[a], strings.Compare(a, b)) })
	for _, name := range slices.Clone(missing) {
		fewer := without(missing, []string{name})
		if !slices.ContainsFunc(refused, func(n refusal) bool { return !n.met(slices.Concat(asked, fewer)) }) {
			missing = fewer
		}
	}
	slices.Sort(missing)
	return missing
}

// least are the permissions that the least way to be allowed a request takes beside those asked for; nil when no permission allows it.
func (n need) least(asked []string) []string {
	if n.properties == nil {
		return without(namesIn(n.ways[0]), asked)
	}
	rule, _ := permission.Find(n.method, "/users/{id}")
	ways := rule.Delegated()
	if n.application {
		ways = rule.Application()
	}
	all := waysOf([]need{{ways: ways}})
	if !n.met(all) {
		return nil
	}
	least := without(permission.UsedForUserWrites(n.caller(all), false, permission.DeniedUserWrites(n.caller(asked), false, n.properties)), asked)
	for _, name := range slices.Clone(least) { // what the others reach as well
		if fewer := without(least, []string{name}); n.met(slices.Concat(asked, fewer)) {
			least = fewer
		}
	}
	return least
}

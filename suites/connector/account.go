package connector

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// account is what has become of somebody's account.
type account struct {
	id       string
	object   *directory.Object // as it is, or as it was when it was deleted; nil when nothing is left
	live     bool
	recycled bool
}

// Account looks somebody up in the tenant, the deleted too.
func (r *Rig) account(id string) account {
	s := r.Snapshot()
	if o, ok := s.Object(id); ok {
		return account{id: id, object: o, live: o.Type() == directory.User}
	}
	o, ok := s.Deleted(id)
	return account{id: id, object: o, recycled: ok}
}

// String says it in words.
func (a account) String() string {
	switch {
	case a.recycled:
		return "the account was deleted"
	case !a.live:
		return "the account is gone for good"
	case a.object.Bool("accountEnabled"):
		return "the account is there and enabled"
	default:
		return "the account is there and disabled"
	}
}

func isDisabled() worded[account] {
	return worded[account]{Want: "the account is there and disabled", OK: func(a account) bool { return a.live && !a.object.Bool("accountEnabled") }, Got: account.String}
}

func isEnabled() worded[account] {
	return worded[account]{Want: "the account is there and enabled", OK: func(a account) bool { return a.live && a.object.Bool("accountEnabled") }, Got: account.String}
}

func isLive() worded[account] {
	return worded[account]{Want: "the account is there", OK: func(a account) bool { return a.live }, Got: account.String}
}

// own are the properties of an account, and what the directory derives from other things left out.
func (a account) own() directory.Properties {
	p := directory.Properties{}
	if a.object == nil {
		return p
	}
	p = a.object.Properties()
	maps.DeleteFunc(p, func(name string, _ any) bool {
		return slices.Contains([]string{
			"accountEnabled", "signInSessionsValidFromDateTime", "refreshTokensValidFromDateTime", "assignedLicenses", "licenseAssignmentStates", "assignedPlans", "provisionedPlans",
			"passwordProfile", "lastPasswordChangeDateTime",
		}, name)
	})
	return p
}

// keepsAllOf matches an account whose properties are those of another state of it, besides what blocking, sessions, licences and passwords change.
func keepsAllOf(before account) worded[account] {
	was := before.own()
	differences := func(a account) []string {
		is := a.own()
		var all []string
		names := slices.Collect(maps.Keys(was))
		for name := range is {
			if _, known := was[name]; !known {
				names = append(names, name)
			}
		}
		slices.Sort(names)
		for _, name := range names {
			if !reflect.DeepEqual(was[name], is[name]) {
				all = append(all, fmt.Sprintf("%s was %s and is %s", name, quoted(was[name]), quoted(is[name])))
			}
		}
		return all
	}
	return worded[account]{
		Want: "all other properties as they were",
		OK:   func(a account) bool { return a.live && len(differences(a)) == 0 },
		Got: func(a account) string {
			if !a.live {
				return a.String()
			}
			return strings.Join(differences(a), "; ")
		},
	}
}

// quoted is a value for a person.
func quoted(v any) string {
	if v == nil {
		return "nothing"
	}
	return fmt.Sprintf("%q", fmt.Sprint(v))
}

// licences are the SKU ids that somebody has from herself, sorted.
func (r *Rig) licences(id string) []string { return r.licencesFrom(id, false) }

// inherited are the SKU ids that somebody has from groups, sorted.
func (r *Rig) inherited(id string) []string { return r.licencesFrom(id, true) }

func (r *Rig) licencesFrom(id string, groups bool) []string {
	all := []string{}
	if a := r.account(id); a.live {
		for _, s := range directory.Value[[]directory.LicenseAssignmentState](a.object, "licenseAssignmentStates") {
			if (s.AssignedByGroup != nil) == groups {
				all = append(all, s.SkuID)
			}
		}
	}
	slices.Sort(all)
	return all
}

// disable has the connector disable somebody. That it does is given: else the check is blocked.
func (r *Rig) disable(ctx context.Context, p *Person) Result {
	o := r.Do(ctx, Request{Operation: Disable, Type: User, ID: p.ID})
	r.given(isDisabled(), o, map[bool]string{true: accountDisabled, false: neverDeletes})
	return o
}

// enable has the connector enable somebody who was disabled by an administrator. That it does is given: else the check is blocked.
func (r *Rig) enable(ctx context.Context, p *Person) Result {
	o := r.Do(ctx, Request{Operation: Enable, Type: User, ID: p.ID})
	r.given(isEnabled(), o, map[bool]string{true: accountEnabled, false: sameObject})
	return o
}

// given blocks the check unless an operation succeeded and left the account as it should be; owners are the checks to blame, by whether the account
// is there at all.
func (r *Rig) given(m worded[account], o Result, owners map[bool]string) {
	a := r.account(o.Request.ID)
	if o.Err == nil && m.OK(a) {
		return
	}
	r.blockBut(owners[a.live], fmt.Sprintf("%v, and %v", o, a), o.Shown()...)
}

// prepared lets the tenant's administrator change somebody, without the connector.
func (r *Rig) prepared(p *Person, changes directory.Properties) {
	must(r.Tenant.Directory().Update(p.ID, changes))
}

// shownOf are the exchanges of asks, each once.
func shownOf(all []ask) []*exchange.Exchange {
	var shown []*exchange.Exchange
	for _, a := range all {
		for _, e := range a.call.shown() {
			if !slices.Contains(shown, e) {
				shown = append(shown, e)
			}
		}
	}
	return shown
}

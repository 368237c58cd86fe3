package connector

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const (
	learnAssign    = learnAPI + "user-assignlicense"
	learnLicensing = "https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference"
	learnGroups    = "https://learn.microsoft.com/entra/identity/users/licensing-groups-resolve-problems"
)

// licenceChecks are about giving licences.
func licenceChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: assign, Title: "Assign gives an account a licence",
				Level: result.Required, Breaks: breaksEntra, Causes: needs("connector.licence.sku-id", "connector.licence.both-arrays"), Sources: sources(learnAssign),
				Why: "Without a licence she has an account and nothing to work with: no mailbox, no files, no applications.",
				Fix: "POST /users/{id}/assignLicense with the SKU id in addLicenses, and read Graph's answer.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.colleague(ctx)
				sku := r.Subscribe(office, seats)
				o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{sku}})
				r.Must("assign of a licence that the tenant has seats of succeeds", o, succeeds(), o.Shown()...)
				r.That("after assign the account has the licence", skus(r.licences(ada.ID)), areSkus(sku), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.sku-id", Title: "A licence is named by its SKU id",
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnAssign, learnLicensing),
				Why: "Graph takes GUIDs alone. A part number such as SPE_E3 is refused with 400, and nobody gets a licence.",
				Fix: "Send skuId of /subscribedSkus, not skuPartNumber.",
			},
			Run: func(ctx context.Context, r *Rig) {
				for _, a := range r.assignments(ctx) {
					r.That("addLicenses names licences by SKU id", a.skus(), areGUIDs(), a.call.shown()...)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.both-arrays", Title: "assignLicense carries addLicenses and removeLicenses",
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnAssign),
				Why: "Both parameters are required, also when one is empty. Graph refuses the request with 400, and the licence is neither given nor taken.",
				Fix: "Send both, the one you have nothing for as an empty array.",
			},
			Run: func(ctx context.Context, r *Rig) {
				for _, a := range r.assignments(ctx) {
					r.That("the body of assignLicense has both arrays", a, hasBothArrays(), a.call.shown()...)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.several", Title: "Several licences are all given",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(assign), Sources: sources(learnAssign),
				Why: "Whoever needs two licences has one of them, and the product shows both.",
				Fix: "Put every licence into addLicenses, not the first one only.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.colleague(ctx)
				both := []string{r.Subscribe(office, seats), r.Subscribe(mobility, seats)}
				o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: both})
				r.Must("assign of two licences succeeds", o, succeeds(), o.Shown()...)
				r.That("after assign of two licences the account has both", skus(r.licences(ada.ID)), areSkus(both...), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.no-needless-writes", Title: "A licence that the account has already is not assigned again",
				Level: result.Recommended, Breaks: breaksGraph, Needs: needs(assign), Sources: sources(learnAssign, learnThrottling),
				Why: "Every assignLicense is a write against the tenant's quota, and one with disabledPlans empty switches plans on again that an administrator had switched off.",
				Fix: "Read licenseAssignmentStates first, and send what differs.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.colleague(ctx)
				sku := r.Subscribe(office, seats)
				r.licensed(ada, sku)
				o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{sku}})
				var again []ask
				for _, a := range assignmentsIn(o.Calls) {
					if slices.ContainsFunc(a.skus(), func(s string) bool { return strings.EqualFold(s, sku) }) {
						again = append(again, a.ask)
					}
				}
				reads(r, "assign of a licence that the account has writes nothing", again, none("no assignLicense"), o)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.disabled-plans-kept", Title: "Another licence leaves the service plans of the first switched off",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(assign), Sources: sources(learnAssign),
				Why: "An administrator has switched plans off, often because a contract or a works council forbids them. They are on again, and nobody is told.",
				Fix: "Put new licences alone into addLicenses: a licence that is repeated gets the disabledPlans of the request.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.colleague(ctx)
				first, off := r.Subscribe(office, seats), planOf(office)
				r.licensedWithout(ada, first, off)
				r.assigned(ctx, ada, r.Subscribe(mobility, seats))
				r.That("after another licence was assigned the plans of the first are still switched off", r.switchedOff(ada.ID, first), areSkus(off), Exchanges(r.Calls())...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.usage-location-first", Title: "The usage location is written before the licence",
				Level: result.Required, Breaks: breaksGraph, Needs: needs(assign), Causes: needs(setOf("usageLocation")), Sources: sources(learnAssign, learnUser),
				Why: "Graph gives no licence to an account without a usage location: 400. The new colleague has none on her first day, although the order had the location in it.",
				Fix: "In an update that has both, PATCH usageLocation first, then assignLicense.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Update, AssignLicense)
				r.NeedsAttribute(User, "usageLocation")
				ada := r.nowhere(ctx)
				sku := r.Subscribe(office, seats)
				o := r.Do(ctx, Request{Operation: Update, Type: User, ID: ada.ID, Attributes: map[string]any{"usageLocation": "DE"}, Licenses: []string{sku}})
				r.unsupported(o)
				shown := o.Shown()
				if refused := slices.DeleteFunc(assignmentsIn(o.Calls), func(a assignment) bool { return a.ok() }); len(refused) > 0 {
					shown = shownOf([]ask{refused[0].ask})
				}
				r.Must("an update with a usage location and a licence succeeds", o, succeeds(), shown...)
				r.That("after an update with a usage location and a licence the account has the licence", skus(r.licences(ada.ID)), areSkus(sku), o.Shown()...)
			},
		},
	}
}

// assignment is one assignLicense.
type assignment struct {
	ask

	add, remove json.RawMessage
}

// assignmentsIn are the calls of assignLicense of a user.
func assignmentsIn(calls []*Call) []assignment {
	var all []assignment
	for _, a := range asksThat(calls, http.MethodPost, "/users/*/assignLicense", nil) {
		all = append(all, assignment{a, a.member("addLicenses"), a.member("removeLicenses")})
	}
	return all
}

// skus are what addLicenses names.
func (a assignment) skus() []string {
	var licences []struct {
		SkuID string `json:"skuId"`
	}
	_ = json.Unmarshal(a.add, &licences) // what cannot be read names none
	var all []string
	for _, l := range licences {
		all = append(all, l.SkuID)
	}
	return all
}

// taken are what removeLicenses names.
func (a assignment) taken() []string {
	var all []string
	_ = json.Unmarshal(a.remove, &all) // what cannot be read names none
	return all
}

// assignments are those that the connector makes to give a licence, whether it succeeds or not.
func (r *Rig) assignments(ctx context.Context) []assignment {
	ada := r.colleague(ctx)
	o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{r.Subscribe(office, seats)}})
	return assignmentsIn(o.Calls)
}

// colleague is somebody whom the connector made, with a usage location and no licence.
func (r *Rig) colleague(ctx context.Context) *Person {
	r.Needs(AssignLicense)
	p := r.Hire(ctx, nil)
	r.located(p)
	return p
}

// nowhere is somebody whom the connector made, without a usage location.
func (r *Rig) nowhere(ctx context.Context) *Person {
	attributes := r.Person(nil)
	maps.DeleteFunc(attributes, func(name string, _ any) bool { return name == "usageLocation" })
	p := r.hire(ctx, attributes)
	if a := r.account(p.ID); a.object.String("usageLocation") != "" {
		r.Skip(fmt.Sprintf("the connector gives a new account the usage location %s by itself", a.object.String("usageLocation")))
	}
	return p
}

// unsupported skips the check when the connector says that it cannot do this form of an operation.
func (r *Rig) unsupported(o Result) {
	if o.Err != nil && o.Err.Code == NotSupported {
		r.Skip("the connector says that it cannot do this: " + o.Err.Message)
	}
}

func areGUIDs() worded[[]string] {
	bad := func(all []string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return uuid.Validate(s) == nil })
	}
	return worded[[]string]{
		Want: "GUIDs", OK: func(all []string) bool { return len(bad(all)) == 0 },
		Got: func(all []string) string { return fmt.Sprintf("%q", bad(all)) },
	}
}

func hasBothArrays() worded[assignment] {
	missing := func(a assignment) []string {
		var names []string
		for _, m := range []struct {
			name  string
			value json.RawMessage
		}{{"addLicenses", a.add}, {"removeLicenses", a.remove}} {
			if !strings.HasPrefix(strings.TrimSpace(string(m.value)), "[") {
				names = append(names, m.name)
			}
		}
		return names
	}
	return worded[assignment]{
		Want: "addLicenses and removeLicenses, both arrays", OK: func(a assignment) bool { return len(missing(a)) == 0 },
		Got: func(a assignment) string { return "no array " + strings.Join(missing(a), " and no array ") },
	}
}

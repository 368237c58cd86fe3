package connector

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// licenceChangeChecks are about taking licences away, exchanging them, and those that come from groups.
func licenceChangeChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.licence.removed", Title: "Remove takes a licence away",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAssign),
				Why: "The company goes on paying for somebody who does not need it, and the next new colleague gets no seat.",
				Fix: "POST /users/{id}/assignLicense with the SKU id in removeLicenses.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.licensee(ctx)
				sku := r.Subscribe(office, seats)
				r.licensed(ada, sku)
				o := r.Do(ctx, Request{Operation: RemoveLicense, Type: User, ID: ada.ID, Licenses: []string{sku}})
				r.bothArrays(o)
				r.Must("remove of a licence that the account has succeeds", o, succeeds(), o.Shown()...)
				reads(r, "after remove the account has no licence", skus(r.licences(ada.ID)), areSkus(), o)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.removed-alone", Title: "Remove of one licence leaves the others",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAssign),
				Why: "She was to lose one tool, and has lost her mailbox.",
				Fix: "Put the licence you were told into removeLicenses, and no other.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.licensee(ctx)
				goes, stays := r.Subscribe(mobility, seats), r.Subscribe(office, seats)
				r.licensed(ada, goes, stays)
				o := r.Do(ctx, Request{Operation: RemoveLicense, Type: User, ID: ada.ID, Licenses: []string{goes}})
				left := slices.DeleteFunc(r.licences(ada.ID), func(sku string) bool { return sku == goes })
				r.That("after remove of one licence the account has the other", skus(left), areSkus(stays), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.changed", Title: "Assign of one licence instead of another leaves the new one alone",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(assign, "connector.licence.removed"), Sources: sources(learnAssign),
				Why: "With both she takes two seats, or Graph refuses the new licence because its plans exclude those of the old one.",
				Fix: "Put the new SKU id into addLicenses and the old one into removeLicenses.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, before, after := r.swap(ctx)
				o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{after}, Instead: []string{before}})
				r.Must("assign of one licence instead of another succeeds", o, succeeds(), o.Shown()...)
				r.That("after assign of one licence instead of another the account has the new one alone", skus(r.licences(ada.ID)), areSkus(after), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.change-in-one-call", Title: "One licence is exchanged for another in one call",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs("connector.licence.changed"), Sources: sources(learnAssign),
				Why: "Between two calls she has no licence, and if the second one fails she keeps none: her mailbox is counted down.",
				Fix: "Send addLicenses and removeLicenses in the same assignLicense, which Graph carries out as a whole.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada, before, after := r.swap(ctx)
				o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{after}, Instead: []string{before}})
				var done []assignment
				for _, a := range assignmentsIn(o.Calls) {
					if a.ok() && (len(a.skus()) > 0 || len(a.taken()) > 0) {
						done = append(done, a)
					}
				}
				r.That("one assignLicense gives the new licence and takes the old one away", done, worded[[]assignment]{
					Want: "one assignLicense", OK: func(all []assignment) bool { return len(all) < 2 },
					Got: func(all []assignment) string { return fmt.Sprintf("%d times assignLicense", len(all)) },
				}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.inherited-left-alone", Title: "A licence that comes from a group is left alone when another is removed",
				Level: result.Required, Breaks: breaksGraph, Needs: needs("connector.licence.removed"), Sources: sources(learnAssign, learnGroups),
				Why: "Graph refuses with 400 to take an inherited licence from a user, and with it the whole request: the other licence is not removed either.",
				Fix: "Take licences out of removeLicenses whose licenseAssignmentStates have an assignedByGroup.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.licensee(ctx)
				inherited, direct := r.Subscribe(office, seats), r.Subscribe(mobility, seats)
				r.licensedGroup(ada, inherited)
				r.licensed(ada, direct)
				acts := []Request{{Operation: RemoveLicense, Type: User, ID: ada.ID, Licenses: []string{direct}}}
				if d := r.Description(); d.Has(Update) && d.Has(AssignLicense) {
					acts = append(acts, Request{Operation: Update, Type: User, ID: ada.ID, Licenses: []string{r.Subscribe(reports, seats)}})
				}
				for _, act := range acts {
					o := r.Do(ctx, act)
					r.unsupported(o)
					var wrong []ask
					for _, a := range assignmentsIn(o.Calls) {
						if slices.ContainsFunc(a.taken(), func(sku string) bool { return strings.EqualFold(sku, inherited) }) {
							wrong = append(wrong, a.ask)
						}
					}
					r.Must("removeLicenses names no licence that comes from a group", wrong, none("no removal of an inherited licence"), shownOf(wrong)...)
					r.That("the licence from the group is still there", skus(r.inherited(ada.ID)), areSkus(inherited), o.Shown()...)
					if act.Operation == RemoveLicense {
						r.That("the licence that was to be removed is gone", skus(r.licences(ada.ID)), areSkus(), o.Shown()...)
					}
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.inherited-not-doubled", Title: "A licence that comes from a group is not assigned directly, too",
				Level: result.Recommended, Breaks: breaksEntra, Needs: needs(assign), Sources: sources(learnGroups, learnAssign),
				Why: "When she leaves the group the licence stays, because she has it from herself as well. Nobody sees why, and the seat is paid for.",
				Fix: "Read licenseAssignmentStates, and leave out of addLicenses what a group gives already.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(Update)
				ada := r.colleague(ctx)
				sku := r.Subscribe(office, seats)
				r.licensedGroup(ada, sku)
				o := r.Do(ctx, Request{Operation: Update, Type: User, ID: ada.ID, Licenses: []string{sku}})
				r.unsupported(o)
				reads(r, "an update with a licence that the account has from a group assigns it no second time", skus(r.licences(ada.ID)), areSkus(), o)
			},
		},
	}
}

// licensee is somebody whom the connector made, with a usage location, for checks of removal.
func (r *Rig) licensee(ctx context.Context) *Person {
	r.Needs(RemoveLicense)
	p := r.Hire(ctx, nil)
	r.located(p)
	return p
}

// swap is somebody with a licence that another is to take the place of, whose plans exclude those of the first.
func (r *Rig) swap(ctx context.Context) (p *Person, before, after string) {
	p = r.colleague(ctx)
	before, after = r.Subscribe(small, seats), r.Subscribe(office, seats)
	r.licensed(p, before)
	return p, before, after
}

// bothArrays blocks the check when assignLicense lacked a parameter, which another check owns.
func (r *Rig) bothArrays(o Result) {
	for _, a := range assignmentsIn(o.Calls) {
		if m := hasBothArrays(); !a.ok() && !m.OK(a) {
			r.blockBut("connector.licence.both-arrays", "the body of assignLicense has "+m.Got(a), a.call.shown()...)
		}
	}
}

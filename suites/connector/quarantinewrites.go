package connector

import (
	"context"
	"net/http"
	"slices"
)

// deed is a write other than an update: what the connector is told, and whether the tenant has it.
type deed struct {
	name    string
	needs   []Operation
	prepare func(ctx context.Context, r *Rig) (Request, func() bool)
}

// deeds are the writes that a connector has code of its own for.
func deeds() []deed {
	member := func(r *Rig, in bool) (Request, func() bool) {
		ada, op := r.Colleague(nil), AddMember
		crew := r.Crew(nil)
		if in {
			crew, op = r.Crew(nil, ada), RemoveMember
		}
		return Request{Operation: op, Type: Group, ID: crew, Members: []string{ada.ID}}, func() bool {
			return slices.Contains(slices.Collect(r.Snapshot().Members(crew)), ada.ID) != in
		}
	}
	of := func(o Operation, m worded[account]) func(ctx context.Context, r *Rig) (Request, func() bool) {
		return func(ctx context.Context, r *Rig) (Request, func() bool) {
			ada := r.Hire(ctx, nil)
			return Request{Operation: o, Type: User, ID: ada.ID}, func() bool { return m.OK(r.account(ada.ID)) }
		}
	}
	return []deed{
		{"create", nil, func(_ context.Context, r *Rig) (Request, func() bool) {
			attributes := r.Person(nil)
			name, _ := attributes["userPrincipalName"].(string)
			return Request{Operation: Create, Type: User, Attributes: attributes}, func() bool {
				_, live := r.named(name)
				return live
			}
		}},
		{"disable", []Operation{Disable}, of(Disable, isDisabled())},
		{"delete", []Operation{Delete}, of(Delete, isGone())},
		{"add a member", []Operation{AddMember}, func(_ context.Context, r *Rig) (Request, func() bool) { return member(r, false) }},
		{"remove a member", []Operation{RemoveMember}, func(_ context.Context, r *Rig) (Request, func() bool) { return member(r, true) }},
		{"assign a licence", []Operation{AssignLicense}, func(ctx context.Context, r *Rig) (Request, func() bool) {
			ada, sku := r.colleague(ctx), r.Subscribe(office, seats)
			return Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{sku}}, func() bool { return slices.Contains(r.licences(ada.ID), sku) }
		}},
	}
}

// weathered has the connector do something in fair weather and once more while the first request that writes is answered 429, and is what came of it
// then. ok is false when it does not come off in fair weather either, which is another check's affair, or nothing was refused.
func (r *Rig) weathered(ctx context.Context, d deed) (a attempt, ok bool) {
	if slices.ContainsFunc(d.needs, func(o Operation) bool { return !r.Description().Has(o) }) {
		return attempt{}, false
	}
	request, done := d.prepare(ctx, r)
	if r.Do(ctx, request); !done() {
		return attempt{}, false
	}
	a = r.struck(func(before int) attempt {
		request, done = d.prepare(ctx, r)
		r.Weather("throttle:2s:" + requestsOfItsOwn + ":times=1" + skipping(before))
		defer r.Weather("")
		o := r.Do(ctx, request)
		return attempt{o, done()}
	})
	return a, slices.ContainsFunc(asksOf(a.Calls), func(one ask) bool { return one.status == http.StatusTooManyRequests })
}

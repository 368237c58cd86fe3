package connector

import (
	"context"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// tour has the connector do everything it declares once, in order, and returns the calls. The check is skipped when something failed on the
// way: then not all is seen that it needs.
func (r *Rig) tour(ctx context.Context) []*Call {
	ada := r.toursPeople(ctx)
	r.toursGroups(ctx, ada)
	for _, t := range []Type{User, Group} {
		r.visit(ctx, Request{Operation: Search, Type: t})
		if o, done := r.visit(ctx, Request{Operation: Sync, Type: t}); done {
			r.visit(ctx, Request{Operation: Sync, Type: t, Token: o.Answer.Token})
		}
	}
	return r.Calls()
}

// visit is one step of the tour, unless the connector does not declare it.
func (r *Rig) visit(ctx context.Context, request Request) (Result, bool) {
	if !r.target.description.Has(request.Operation) {
		return Result{}, false
	}
	o := r.Do(ctx, request)
	if o.Err != nil {
		r.Skip("not all could be tried: " + o.String())
	}
	return o, true
}

// toursPeople is what a life brings.
func (r *Rig) toursPeople(ctx context.Context) *Person {
	r.visit(ctx, Request{Operation: Test})
	ada := r.Colleague(directory.Properties{"usageLocation": "DE"})
	boss := r.Colleague(nil)
	r.visit(ctx, Request{Operation: Create, Type: User, Attributes: r.Person(r.writable(User, map[string]any{managerOf: boss.ID}))})
	changes := map[string]any{managerOf: boss.ID, probed: "Clerk", "password": r.ownPassword()}
	for _, a := range attributeRows() {
		changes[a.name] = a.after
	}
	if changes = r.writable(User, changes); len(changes) > 0 {
		r.visit(ctx, Request{Operation: Update, Type: User, ID: ada.ID, Attributes: changes})
		if _, has := changes[managerOf]; has {
			r.visit(ctx, Request{Operation: Update, Type: User, ID: ada.ID, Attributes: map[string]any{managerOf: nil}})
		}
	}
	sku := r.Subscribe("SPE_E3", 5)
	r.visit(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{sku}})
	r.visit(ctx, Request{Operation: RemoveLicense, Type: User, ID: ada.ID, Licenses: []string{sku}})
	r.visit(ctx, Request{Operation: Disable, Type: User, ID: ada.ID})
	r.visit(ctx, Request{Operation: Enable, Type: User, ID: ada.ID})
	if _, deleted := r.visit(ctx, Request{Operation: Delete, Type: User, ID: boss.ID}); deleted {
		r.visit(ctx, Request{Operation: Restore, Type: User, ID: boss.ID})
	}
	return ada
}

// toursGroups is what becomes of a group.
func (r *Rig) toursGroups(ctx context.Context, ada *Person) {
	if !r.target.description.Has(AddMember) {
		return
	}
	crew, others := r.Crew(nil), r.Colleagues(2)
	r.visit(ctx, Request{Operation: Create, Type: Group, Attributes: r.Group(nil)})
	if changes := r.writable(Group, map[string]any{"description": "Of the tour"}); len(changes) > 0 {
		r.visit(ctx, Request{Operation: Update, Type: Group, ID: crew, Attributes: changes})
	}
	all := append(IDs(others), ada.ID)
	r.visit(ctx, Request{Operation: AddMember, Type: Group, ID: crew, Members: all})
	r.visit(ctx, Request{Operation: RemoveMember, Type: Group, ID: crew, Members: all})
	r.visit(ctx, Request{Operation: Delete, Type: Group, ID: crew})
}

// writable are the attributes that the connector declares.
func (r *Rig) writable(t Type, attributes map[string]any) map[string]any {
	declared := map[string]any{}
	for name, value := range attributes {
		if r.target.description.Writes(t, name) {
			declared[name] = value
		}
	}
	return declared
}

// need is what one call needs of permissions.
type need struct {
	exchange    *exchange.Exchange
	application bool     // the application itself signed in
	ways        []string // each of which does; "A and B" where two are needed together
	properties  []string // that are written to a user, for which there are permissions of their own
}

// needsOf are those of the calls that were carried out. application says that the application itself signed in.
func needsOf(calls []*Call, application bool) []need {
	var all []need
	for _, c := range calls {
		for _, s := range c.Served {
			if s.Status < 400 && len(s.AnyOf) > 0 {
				all = append(all, need{exchange: c.Exchange, ways: s.AnyOf, application: application})
			}
		}
	}
	for _, a := range of(asksOf(calls), "PATCH", "/users/*") {
		if a.ok() {
			all = append(all, need{exchange: a.call.Exchange, properties: keys(a.object()), application: application})
		}
	}
	return all
}

// met says whether permissions are enough.
func (n need) met(held []string) bool {
	if n.properties != nil {
		return len(permission.DeniedUserWrites(n.caller(held), false, n.properties)) == 0
	}
	return slices.ContainsFunc(n.ways, func(way string) bool { return wayIsOpen(way, held) })
}

// wayIsOpen says whether permissions are enough for a way, such as "A and B or C".
func wayIsOpen(way string, held []string) bool {
	for each := range strings.SplitSeq(way, " and ") {
		if !slices.ContainsFunc(strings.Split(each, " or "), func(name string) bool { return slices.Contains(held, name) }) {
			return false
		}
	}
	return true
}

// concerns says whether a permission plays any part in it.
func (n need) concerns(name string) bool {
	for _, property := range n.properties {
		if slices.Contains(permission.UsedForUserWrites(n.caller([]string{name, "User.Read.All"}), false, []string{property}), name) {
			return true
		}
	}
	return slices.ContainsFunc(n.ways, func(way string) bool { return slices.Contains(strings.Fields(way), name) })
}

// caller is one who holds permissions.
func (n need) caller(held []string) permission.Caller {
	return permission.Caller{AppOnly: n.application, Scopes: held, Roles: held}
}

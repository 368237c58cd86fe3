package connector

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

// tour has the connector do everything it declares once, in order, and returns the calls. What fails on the way is told to failed.
func (r *Rig) tour(ctx context.Context, failed func(Result)) []*Call {
	began, most := time.Now(), r.target.patience()*2/3
	visit := func(request Request) (Result, bool) {
		if !r.target.description.Has(request.Operation) {
			return Result{}, false
		}
		if time.Since(began) > most {
			r.Skip(fmt.Sprintf("not all could be tried within %v", most))
		}
		o := r.Do(ctx, request)
		if o.Err != nil {
			failed(o)
		}
		return o, o.Err == nil
	}
	r.toursGroups(visit, r.toursPeople(visit))
	for _, t := range []Type{User, Group} {
		visit(Request{Operation: Search, Type: t})
		if o, done := visit(Request{Operation: Sync, Type: t}); done {
			visit(Request{Operation: Sync, Type: t, Token: o.Answer.Token})
		}
	}
	return r.Calls()
}

// visit is one step of the tour: what came of it, and whether the connector declares it and did it.
type visit func(Request) (o Result, done bool)

// untried skips the check after a failure on the tour: then not all is seen that the connector needs.
func (r *Rig) untried(o Result) { r.Skip("not all could be tried: " + o.String()) }

// toursPeople is what a life brings.
func (r *Rig) toursPeople(visit visit) *Person {
	visit(Request{Operation: Test})
	ada := r.Colleague(directory.Properties{"usageLocation": "DE"})
	boss := r.Colleague(nil)
	visit(Request{Operation: Create, Type: User, Attributes: r.Person(r.writable(User, map[string]any{managerOf: boss.ID}))})
	changes := map[string]any{managerOf: boss.ID, probed: "Clerk", "password": r.ownPassword()}
	for _, a := range attributeRows() {
		changes[a.name] = a.after
	}
	if changes = r.writable(User, changes); len(changes) > 0 {
		visit(Request{Operation: Update, Type: User, ID: ada.ID, Attributes: changes})
		if _, has := changes[managerOf]; has {
			visit(Request{Operation: Update, Type: User, ID: ada.ID, Attributes: map[string]any{managerOf: nil}})
		}
	}
	sku := r.Subscribe("SPE_E3", 5)
	visit(Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{sku}})
	visit(Request{Operation: RemoveLicense, Type: User, ID: ada.ID, Licenses: []string{sku}})
	visit(Request{Operation: Disable, Type: User, ID: ada.ID})
	visit(Request{Operation: Enable, Type: User, ID: ada.ID})
	if _, deleted := visit(Request{Operation: Delete, Type: User, ID: boss.ID}); deleted {
		visit(Request{Operation: Restore, Type: User, ID: boss.ID})
	}
	return ada
}

// toursGroups is what becomes of a group.
func (r *Rig) toursGroups(visit visit, ada *Person) {
	if !r.target.description.Has(AddMember) {
		return
	}
	crew, others := r.Crew(nil), r.Colleagues(2)
	visit(Request{Operation: Create, Type: Group, Attributes: r.Group(nil)})
	if changes := r.writable(Group, map[string]any{"description": "Of the tour"}); len(changes) > 0 {
		visit(Request{Operation: Update, Type: Group, ID: crew, Attributes: changes})
	}
	all := append(IDs(others), ada.ID)
	visit(Request{Operation: AddMember, Type: Group, ID: crew, Members: all})
	visit(Request{Operation: RemoveMember, Type: Group, ID: crew, Members: all})
	visit(Request{Operation: Delete, Type: Group, ID: crew})
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
	call        *Call
	method      string   // of the request, which may be an item of a batch
	template    string   // of its path, such as /v1.0/users/{id}
	application bool     // the application itself signed in
	ways        []string // each of which does; "A and B" where two are needed together
	properties  []string // that are written to a user, for which there are permissions of their own
}

// carriedOut is the status of a request that Graph carried out.
func carriedOut(status int) bool { return status >= http.StatusOK && status < http.StatusBadRequest }

// needsOf are those of the calls of a status. application says that the application itself signed in.
func needsOf(calls []*Call, application bool, of func(status int) bool) []need {
	var all []need
	for _, c := range calls {
		for _, s := range c.Served {
			if of(s.Status) && len(s.AnyOf) > 0 {
				all = append(all, need{call: c, method: s.Method, template: s.Template, ways: s.AnyOf, application: application})
			}
		}
	}
	for _, a := range asksThat(calls, http.MethodPatch, "/users/*", func(a ask) bool { return of(a.status) }) {
		written := keys(a.object())
		if len(written) == 0 {
			continue
		}
		version, _, _ := strings.Cut(strings.TrimPrefix(a.path, "/"), "/")
		all = append(all, need{call: a.call, method: a.method, template: "/" + version + "/users/{id}", properties: written, application: application})
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

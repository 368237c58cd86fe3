package provisioning_test

import (
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// oracle knows what the endpoint has to hold, from the directory alone: it has its own reading of scope and mappings, in a few lines that
// share nothing with the engine.
type oracle struct {
	*world

	variant bool                       // the mapping in use
	had     map[string]map[string]bool // endpoint attribute of a user -> values it was ever to have, for what has none now stays
	decoys  []map[string]any
	excused map[string]bool // what a restart that forgets the links left behind: nobody knows of it any more
}

// plant puts accounts into the endpoint that are not the tenant's, and one that is there before its user is provisioned.
func (o *oracle) plant() {
	stranger := o.own(http.MethodPost, "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"root@other.example","active":true,"displayName":"Person person1"}`)
	o.own(http.MethodPost, "/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"PERSON2@contoso.example","active":false,"title":"before"}`)
	o.own(http.MethodPost, "/Groups", fmt.Sprintf(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Strangers","members":[{"value":%q}]}`, stranger["id"]))
	o.decoys = slices.Concat(o.all("/Users")[:1], o.all("/Groups"))
	o.remember()
	o.keep(o.users[1], "title", "before")
}

// wanted are the single values the mappings give a user, under the paths of the endpoint.
func (o *oracle) wanted(u *directory.Object) map[string]string {
	const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	w := map[string]string{
		"userName": u.String("userPrincipalName"), "displayName": u.String("displayName"), "externalId": u.String("mailNickname"), "title": u.String("jobTitle"),
		"name.givenName": u.String("givenName"), "name.familyName": u.String("surname"), "addresses.work.locality": u.String("city"),
		enterprise + ".employeeNumber": u.String("employeeId"), enterprise + ".department": u.String("department"),
		"name.formatted": strings.TrimSpace(u.String("givenName") + " " + u.String("surname")),
	}
	if o.variant {
		w["displayName"] += " (Contoso)"
		w["title"] = u.String("department")
	}
	return w
}

func (o *oracle) keep(user, path, value string) {
	if o.had[user+path] == nil {
		o.had[user+path] = map[string]bool{}
	}
	o.had[user+path][value] = true
}

// remember takes note of all values users have now.
func (o *oracle) remember() {
	if len(o.excused) > 0 {
		o.joined()
	}
	snap := o.dir.Snapshot()
	for u := range snap.Objects(directory.User) {
		for path, v := range o.wanted(u) {
			o.keep(u.ID(), path, v)
		}
		boss, _ := snap.Manager(u.ID())
		o.keep(u.ID(), "manager", boss)
	}
}

// scoped says whether a live object is assigned, or is a member of a group that is.
func (o *oracle) scoped(id string) bool {
	snap := o.dir.Snapshot()
	object, live := snap.Object(id)
	if !live {
		return false
	}
	assigned := func(id string) bool {
		for a := range snap.AssignedTo(o.app) {
			if a.PrincipalID == id {
				return true
			}
		}
		return false
	}
	in := assigned(id)
	for _, g := range o.groups {
		if _, live := snap.Object(g); live && object.Type() == directory.User && assigned(g) {
			in = in || slices.Contains(slices.Collect(snap.Members(g)), id)
		}
	}
	return in
}

// excuse notes what a restart that forgets the links leaves to nobody until it is joined again: whoever leaves before that stays as he is.
func (o *oracle) excuse() {
	for _, r := range slices.Concat(o.all("/Users"), o.all("/Groups")) {
		o.excused[at(r, "id")] = true
		for m := range membersOf(r) {
			o.excused[at(r, "id")+m] = true
		}
	}
}

// joined takes the excuse back from whom the service knows again.
func (o *oracle) joined() {
	for _, r := range slices.Concat(o.all("/Users"), o.all("/Groups")) {
		id := at(r, "id")
		if owner := o.owner(id); owner != "" && o.scoped(owner) {
			delete(o.excused, id)
		}
	}
}

// owner is the object of the directory an id of the endpoint is joined to.
func (o *oracle) owner(anchor string) string {
	for _, id := range slices.Concat(o.users, o.groups) {
		if a, ok := o.job.Anchor(id); ok && a == anchor {
			return id
		}
	}
	return ""
}

func membersOf(r map[string]any) map[string]bool {
	ids := map[string]bool{}
	list, _ := r["members"].([]any)
	for _, m := range list {
		member, _ := m.(map[string]any)
		ids[fmt.Sprint(member["value"])] = true
	}
	return ids
}

// at reads a value of an answer: a path by dots, through the only element of a list.
func at(r map[string]any, path string) string {
	var v any = r
	keys := strings.Split(path, ".")
	if rest, ok := strings.CutPrefix(path, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User."); ok {
		keys = append([]string{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}, strings.Split(rest, ".")...)
	}
	for _, key := range keys {
		switch now := v.(type) {
		case map[string]any:
			v = now[key]
		case []any:
			v = now[0] // "work": the mappings write no other
		}
	}
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// check compares the endpoint with the directory. References are complete only after a restart: who comes into scope later is not made up for.
// Source: learn.microsoft.com/entra/identity/app-provisioning/known-issues.
func (o *oracle) check(t *rapid.T, restarted bool) {
	if len(o.road.conflicts) > 0 {
		t.Fatalf("what was there was created once more: %v", o.road.conflicts)
	}
	users, groups := o.all("/Users"), o.all("/Groups")
	for _, decoy := range o.decoys {
		same := func(r map[string]any) bool { return reflect.DeepEqual(r, decoy) }
		if !slices.ContainsFunc(users, same) && !slices.ContainsFunc(groups, same) {
			t.Fatalf("a stranger was touched: %v", decoy)
		}
	}
	byName, names := map[string]map[string]any{}, map[string]bool{}
	for _, r := range users {
		byName[strings.ToLower(at(r, "userName"))] = r
		names[fmt.Sprint(r["id"])] = true
	}
	snap, known := o.dir.Snapshot(), map[string]bool{}
	anchors, maybe := map[string]string{}, map[string]bool{} // of users who are provisioned for sure; of those blocked, who may not be joined
	for _, id := range o.users {
		if u, live := snap.Object(id); live && o.scoped(id) {
			r := byName[strings.ToLower(u.String("userPrincipalName"))]
			o.checkUser(t, u, r)
			switch {
			case r == nil:
			case !u.Bool("accountEnabled"):
				maybe[at(r, "id")], known[at(r, "id")] = true, true
			default:
				anchors[id], known[at(r, "id")] = at(r, "id"), true
			}
		}
	}
	for _, r := range users {
		if id := at(r, "id"); !known[id] && at(r, "active") != "false" && !o.excused[id] && !o.isDecoy(id) {
			t.Fatalf("%s is active and belongs to nobody in scope: %v", at(r, "userName"), r)
		}
	}
	for id, anchor := range anchors {
		o.checkManager(t, id, byName, anchors, anchor, restarted)
	}
	o.checkGroups(t, groups, anchors, maybe, restarted)
}

func (o *oracle) isDecoy(id string) bool {
	return slices.ContainsFunc(o.decoys, func(d map[string]any) bool { return at(d, "id") == id })
}

func (o *oracle) checkUser(t *rapid.T, u *directory.Object, r map[string]any) {
	name := u.String("userPrincipalName")
	switch {
	case r == nil && u.Bool("accountEnabled"):
		t.Fatalf("%s is missing", name)
	case r == nil:
		return // never enabled while the service looked
	case !u.Bool("accountEnabled") && o.excused[at(r, "id")]:
		return // blocked while the service had forgotten him: he counts as never provisioned
	case at(r, "active") != fmt.Sprint(u.Bool("accountEnabled")):
		t.Fatalf("%s is active %s", name, at(r, "active"))
	case !u.Bool("accountEnabled"):
		return // blocked before the service knew of it: what is there is not joined
	}
	for path, want := range o.wanted(u) {
		have := at(r, path)
		if want == "" && !o.had[u.ID()+path][have] && have != "" || want != "" && !strings.EqualFold(have, want) {
			t.Fatalf("%s has %s %q, want %q", name, path, have, want)
		}
	}
}

func (o *oracle) checkManager(t *rapid.T, id string, byName map[string]map[string]any, anchors map[string]string, anchor string, restarted bool) {
	u, _ := o.dir.Snapshot().Object(id)
	have := at(byName[strings.ToLower(u.String("userPrincipalName"))], "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User.manager.value")
	boss, _ := o.dir.Snapshot().Manager(id)
	want := anchors[boss]
	if restarted && want != "" && have != want {
		t.Fatalf("%s (%s) has manager %q, want %q", u.String("userPrincipalName"), anchor, have, want)
	}
}

func (o *oracle) checkGroups(t *rapid.T, groups []map[string]any, anchors map[string]string, maybe map[string]bool, restarted bool) {
	snap, byAnchor, taken := o.dir.Snapshot(), map[string]map[string]any{}, map[string]bool{}
	for _, r := range groups {
		byAnchor[at(r, "id")] = r
	}
	for _, id := range o.groups {
		g, live := snap.Object(id)
		if !live || !o.scoped(id) {
			continue
		}
		anchor, _ := o.job.Anchor(id)
		r := byAnchor[anchor]
		if r == nil || !strings.EqualFold(at(r, "displayName"), g.String("displayName")) || at(r, "externalId") != id {
			t.Fatalf("group %s is %v, want %q", id, r, g.String("displayName"))
		}
		taken[anchor] = true
		have, want := membersOf(r), map[string]bool{}
		for m := range snap.Members(id) {
			if anchors[m] != "" {
				want[anchors[m]] = true
			}
		}
		for m := range maps.Keys(want) {
			if restarted && !have[m] {
				t.Fatalf("group %s lacks %s", g.String("displayName"), m)
			}
		}
		for m := range maps.Keys(have) {
			owner := o.owner(m)
			if _, alive := snap.Object(owner); alive && !want[m] && !maybe[m] && !o.excused[anchor+m] {
				t.Fatalf("group %s has %s (%s), who has left", g.String("displayName"), m, owner)
			}
		}
	}
	for anchor, r := range byAnchor {
		if !taken[anchor] && !o.excused[anchor] && !o.isDecoy(anchor) {
			t.Fatalf("group %s belongs to nobody in scope", at(r, "displayName"))
		}
	}
}

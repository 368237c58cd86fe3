package directory_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// model is the directory as plainly as it can be said: maps, scans, and copies of everything.
type model struct {
	objects     map[string]modelObject
	members     map[[2]string]bool // group, member
	managers    map[string]string
	assignments map[string]directory.Assignment
}

type modelObject struct {
	typ     directory.Type
	name    string // displayName
	unique  string // userPrincipalName of a user, mailNickname of a Microsoft 365 group, "" otherwise
	deleted time.Time
}

func (m model) copy() model {
	return model{maps.Clone(m.objects), maps.Clone(m.members), maps.Clone(m.managers), maps.Clone(m.assignments)}
}

func (m model) live(id string) bool {
	o, ok := m.objects[id]
	return ok && o.deleted.IsZero()
}

func (m model) taken(id string, o modelObject) bool {
	for other, each := range m.objects {
		if other != id && each.deleted.IsZero() && each.typ == o.typ && o.unique != "" && strings.EqualFold(each.unique, o.unique) {
			return true
		}
	}
	return false
}

func (m model) forget(id string) {
	delete(m.objects, id)
	delete(m.managers, id)
	maps.DeleteFunc(m.members, func(k [2]string, _ bool) bool { return k[0] == id || k[1] == id })
	maps.DeleteFunc(m.managers, func(_, manager string) bool { return manager == id })
	maps.DeleteFunc(m.assignments, func(_ string, a directory.Assignment) bool { return a.PrincipalID == id || a.ResourceID == id })
}

// compare says where a snapshot differs from the model, "" when nowhere.
func (m model) compare(s *directory.Snapshot) string {
	var want, got []string
	for id, o := range m.objects {
		state := "live"
		if !o.deleted.IsZero() {
			state = "deleted"
		}
		want = append(want, fmt.Sprint(state, " ", o.typ, " ", id, " ", o.name, " ", o.unique))
		if !m.live(id) {
			continue
		}
		for key := range m.members {
			if key[0] == id && m.live(key[1]) {
				want = append(want, "member "+id+" "+key[1], "memberOf "+key[1]+" "+id)
			}
		}
		if manager := m.managers[id]; m.live(manager) {
			want = append(want, "manager "+id+" "+manager, "report "+manager+" "+id)
		}
		for _, a := range m.assignments {
			if a.PrincipalID == id && m.live(a.ResourceID) {
				want = append(want, fmt.Sprint("assignment ", a), fmt.Sprint("assigned ", a))
			}
		}
		if o.typ == directory.User {
			want = append(want, "lookup "+o.unique+" "+id)
		}
	}
	describe := func(state string, o *directory.Object) string {
		unique := o.String("userPrincipalName")
		if o.Bool("mailEnabled") {
			unique = o.String("mailNickname")
		}
		return fmt.Sprint(state, " ", o.Type(), " ", o.ID(), " ", o.String("displayName"), " ", unique)
	}
	for _, typ := range []directory.Type{directory.User, directory.Group, directory.ServicePrincipal} {
		for o := range s.DeletedObjects(typ) {
			got = append(got, describe("deleted", o))
		}
		for o := range s.Objects(typ) {
			id := o.ID()
			got = append(got, describe("live", o))
			for other := range s.Members(id) {
				got = append(got, "member "+id+" "+other)
			}
			for other := range s.MemberOf(id) {
				got = append(got, "memberOf "+id+" "+other)
			}
			if manager, ok := s.Manager(id); ok {
				got = append(got, "manager "+id+" "+manager)
			}
			for other := range s.DirectReports(id) {
				got = append(got, "report "+id+" "+other)
			}
			for a := range s.Assignments(id) {
				got = append(got, fmt.Sprint("assignment ", a))
			}
			for a := range s.AssignedTo(id) {
				got = append(got, fmt.Sprint("assigned ", a))
			}
			if found, ok := s.Lookup(typ, "userPrincipalName", o.String("userPrincipalName")); typ == directory.User && ok {
				got = append(got, "lookup "+o.String("userPrincipalName")+" "+found.ID())
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(want, got) {
		return fmt.Sprintf("the directory says\n  %s\nthe model says\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
	return ""
}

// replay applies changes to the visible links of a model and says where the result differs from the model afterwards: the
// log alone must be enough to follow the directory.
func replay(before model, after model, changes []directory.Change) string {
	links := func(m model) map[string]bool {
		all := map[string]bool{}
		for key := range m.members {
			if m.live(key[0]) && m.live(key[1]) {
				all["members "+key[0]+" "+key[1]] = true
			}
		}
		for user, manager := range m.managers {
			if m.live(user) && m.live(manager) {
				all["manager "+user+" "+manager] = true
			}
		}
		return all
	}
	followed, alive := links(before), before.copy()
	for _, c := range changes {
		key := fmt.Sprint(c.Relation, " ", c.ObjectID, " ", c.TargetID)
		switch c.Operation {
		case directory.LinkAdded:
			followed[key] = true
		case directory.LinkRemoved:
			delete(followed, key)
		case directory.Deleted:
			maps.DeleteFunc(followed, func(k string, _ bool) bool { return strings.HasPrefix(k[strings.Index(k, " ")+1:], c.ObjectID) })
		case directory.Restored: // its own links come back with it: who follows the log has kept them
			o := alive.objects[c.ObjectID]
			o.deleted = time.Time{}
			alive.objects[c.ObjectID] = o
			for k := range links(alive) {
				if strings.HasPrefix(k[strings.Index(k, " ")+1:], c.ObjectID) {
					followed[k] = true
				}
			}
		default: // no link comes or goes
		}
	}
	maps.DeleteFunc(followed, func(k string, _ bool) bool { return strings.HasPrefix(k, "appRole") })
	if want := links(after); !maps.Equal(followed, want) {
		return fmt.Sprintf("following the log gives %v, want %v", followed, want)
	}
	return ""
}

func TestGivenAnyHistoryThenTheDirectoryAgreesWithTheModelNowAndAtEverySequence(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
		opts := []directory.Option{directory.WithClock(clock), directory.WithIDs(counter()), directory.WithHistory(1000)}
		atOnce := rapid.Bool().Draw(t, "security groups are gone at once")
		if atOnce {
			opts = append(opts, directory.WithoutSecurityGroupRecycling())
		}
		d := directory.New(opts...)
		m := model{map[string]modelObject{}, map[[2]string]bool{}, map[string]string{}, map[string]directory.Assignment{}}
		past := []model{m.copy()}
		snapshots := []*directory.Snapshot{d.Snapshot()}

		anyID := func(t *rapid.T) string { return drawID(t, m) }
		expect := func(t *rapid.T, what string, err error, ok bool) bool {
			if (err == nil) != ok {
				t.Fatalf("%s: got %v, the model says ok is %v", what, err, ok)
			}
			return ok
		}
		is := func(id string, typ directory.Type) bool { return m.live(id) && m.objects[id].typ == typ }
		unified := func(id string) bool { return m.objects[id].unique != "" }

		t.Repeat(map[string]func(*rapid.T){
			"create user": func(t *rapid.T) {
				name := rapid.SampledFrom([]string{"a", "b", "c", "A"}).Draw(t, "name")
				o, err := d.Create(directory.User, user(name, nil))
				made := modelObject{typ: directory.User, name: name, unique: name + "@contoso.example"}
				if expect(t, "create", err, !m.taken("", made)) {
					m.objects[o.ID()] = made
				}
			},
			"create group": func(t *rapid.T) {
				name := rapid.SampledFrom([]string{"r", "g"}).Draw(t, "name")
				p, made := security(name), modelObject{typ: directory.Group, name: name}
				if rapid.Bool().Draw(t, "microsoft 365") {
					p, made.unique = microsoft365(name), name
				}
				o, err := d.Create(directory.Group, p)
				if expect(t, "create", err, !m.taken("", made)) {
					m.objects[o.ID()] = made
				}
			},
			"create application": func(t *rapid.T) {
				o, err := d.Create(directory.ServicePrincipal, directory.Properties{"displayName": "app"})
				expect(t, "create", err, true)
				m.objects[o.ID()] = modelObject{typ: directory.ServicePrincipal, name: "app"}
			},
			"rename": func(t *rapid.T) {
				id, name := anyID(t), rapid.SampledFrom([]string{"x", "y"}).Draw(t, "name")
				_, err := d.Update(id, directory.Properties{"displayName": name})
				if expect(t, "rename", err, m.live(id)) {
					o := m.objects[id]
					o.name = name
					m.objects[id] = o
				}
			},
			"change principal name": func(t *rapid.T) {
				id, name := anyID(t), rapid.SampledFrom([]string{"a", "b", "C"}).Draw(t, "name")+"@contoso.example"
				o := m.objects[id]
				o.unique = name
				_, err := d.Update(id, directory.Properties{"userPrincipalName": name})
				if expect(t, "change principal name", err, is(id, directory.User) && !m.taken(id, o)) {
					m.objects[id] = o
				}
			},
			"delete": func(t *rapid.T) {
				id := anyID(t)
				if !expect(t, "delete", d.Delete(id), m.live(id)) {
					return
				}
				o := m.objects[id]
				if o.typ == directory.Group && !unified(id) && atOnce {
					m.forget(id)
					return
				}
				o.deleted = clock.Now()
				m.objects[id] = o
			},
			"restore": func(t *rapid.T) {
				id := anyID(t)
				o, known := m.objects[id]
				_, err := d.Restore(id)
				if expect(t, "restore", err, known && !o.deleted.IsZero() && !m.taken(id, o)) {
					o.deleted = time.Time{}
					m.objects[id] = o
				}
			},
			"purge": func(t *rapid.T) {
				id := anyID(t)
				o, known := m.objects[id]
				if expect(t, "purge", d.Purge(id), known && !o.deleted.IsZero()) {
					m.forget(id)
				}
			},
			"wait and expire": func(*rapid.T) {
				clock.Advance(11 * 24 * time.Hour)
				d.Expire()
				for id, o := range maps.Clone(m.objects) {
					if !o.deleted.IsZero() && clock.Now().Sub(o.deleted) > directory.Retention {
						m.forget(id)
					}
				}
			},
			"add member": func(t *rapid.T) {
				g, u := anyID(t), anyID(t)
				ok := is(g, directory.Group) && m.live(u) && g != u && !m.members[[2]string{g, u}] && (!unified(g) || is(u, directory.User))
				if expect(t, "add member", d.AddMember(g, u), ok) {
					m.members[[2]string{g, u}] = true
				}
			},
			"remove member": func(t *rapid.T) {
				g, u := anyID(t), anyID(t)
				key := [2]string{g, u}
				if expect(t, "remove member", d.RemoveMember(g, u), m.live(g) && m.live(u) && m.members[key]) {
					delete(m.members, key)
				}
			},
			"set manager": func(t *rapid.T) {
				u, manager := anyID(t), anyID(t)
				if expect(t, "set manager", d.SetManager(u, manager), is(u, directory.User) && is(manager, directory.User)) {
					m.managers[u] = manager
				}
			},
			"clear manager": func(t *rapid.T) {
				u := anyID(t)
				if expect(t, "clear manager", d.SetManager(u, ""), is(u, directory.User)) {
					delete(m.managers, u)
				}
			},
			"assign": func(t *rapid.T) {
				p, r := anyID(t), anyID(t)
				free := true
				for _, a := range m.assignments {
					free = free && (a.PrincipalID != p || a.ResourceID != r)
				}
				a, err := d.Assign(p, r, directory.DefaultAccessRole)
				if expect(t, "assign", err, m.live(p) && is(r, directory.ServicePrincipal) && free && (!is(p, directory.Group) || !unified(p))) {
					m.assignments[a.ID] = a
				}
			},
			"unassign": func(t *rapid.T) {
				ids := append(slices.Sorted(maps.Keys(m.assignments)), "nothing")
				id := rapid.SampledFrom(ids).Draw(t, "assignment")
				a, known := m.assignments[id]
				if expect(t, "unassign", d.Unassign(id), known && m.live(a.PrincipalID) && m.live(a.ResourceID)) {
					delete(m.assignments, id)
				}
			},
			"": func(t *rapid.T) {
				s := d.Snapshot()
				if difference := m.compare(s); difference != "" {
					t.Fatal(difference)
				}
				if err := s.Check(); err != nil {
					t.Fatal(err)
				}
				if difference := replay(past[len(past)-1], m, d.Changes(snapshots[len(snapshots)-1].Sequence())); difference != "" {
					t.Fatal(difference)
				}
				past, snapshots = append(past, m.copy()), append(snapshots, s)
			},
		})
		for i, s := range snapshots { // what was read once never changes, and can be read again
			if difference := past[i].compare(s); difference != "" {
				t.Fatalf("snapshot %d changed: %s", i, difference)
			}
			if again, ok := d.At(s.Sequence()); !ok || again.Sequence() != s.Sequence() {
				t.Fatalf("the state at %d cannot be read again", s.Sequence())
			}
		}
	})
}

func drawID(t *rapid.T, m model) string {
	return rapid.SampledFrom(append(slices.Sorted(maps.Keys(m.objects)), "nobody")).Draw(t, "id")
}

package directory

import (
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Snapshot is the whole directory at one sequence. It never changes, is safe for concurrent use, and costs nothing to keep
// but the memory of what was replaced since. Sequences of objects come in the order of their ids, links in the order of the
// ids at the other end; both show live objects only.
type Snapshot struct {
	version     int // number of the write that made it, for the ring of past snapshots
	time        time.Time
	live        [typeCount]tree[*Object]
	recycled    [typeCount]tree[*Object]
	index       tree[entry] // live objects only
	forward     tree[*link] // also links of recycled objects, which come back with them
	backward    tree[*link]
	assignments tree[*Assignment]
	log         log
	marks       marks
}

// marks say up to where in the change log the work Entra does on its own time is done.
type marks struct{ licences, dynamic uint64 }

// Sequence returns the number of the last change in the snapshot, 0 for an empty directory.
func (s *Snapshot) Sequence() uint64 { return s.log.length }

// Time returns when the snapshot became the current one.
func (s *Snapshot) Time() time.Time { return s.time }

// Changes returns the changes after the sequence up to the snapshot's own, oldest first.
func (s *Snapshot) Changes(since uint64) iter.Seq[Change] {
	return func(yield func(Change) bool) { s.log.since(since, yield) }
}

// Object returns a live object of any type.
func (s *Snapshot) Object(id string) (*Object, bool) { return find(&s.live, id) }

// Deleted returns an object in the recycle bin. Its properties are those it had; note that Graph shows the
// userPrincipalName of a deleted user with the id without dashes in front (seen in public issues, not documented).
func (s *Snapshot) Deleted(id string) (*Object, bool) { return find(&s.recycled, id) }

// Objects returns the live objects of a type; nothing for an unknown type.
func (s *Snapshot) Objects(t Type) iter.Seq[*Object] { return scan(&s.live, t) }

// DeletedObjects returns the objects of a type in the recycle bin.
func (s *Snapshot) DeletedObjects(t Type) iter.Seq[*Object] { return scan(&s.recycled, t) }

// Count returns the number of live objects of a type.
func (s *Snapshot) Count(t Type) int {
	if n, ok := numberOf(t); ok {
		return s.live[n].items.Len()
	}
	return 0
}

// Lookup returns the live object of a type with a value of an indexed property, ignoring letter case; the one with the
// lowest id when several have it. It returns false for a property without an index.
func (s *Snapshot) Lookup(t Type, property, value string) (found *Object, ok bool) {
	n, known := numberOf(t)
	if !known {
		return nil, false
	}
	ordinal, known := schema[n].index(property)
	if !known {
		return nil, false
	}
	pivot := entry{number: n, ordinal: ordinal, value: fold(value)}
	s.index.from(pivot, func(e entry) bool {
		if e.number == pivot.number && e.ordinal == pivot.ordinal && e.value == pivot.value {
			found, ok = s.live[n].get(&Object{id: e.id})
		}
		return false
	})
	return found, ok
}

// memberships are the relations Graph calls members. It is never written.
var memberships = [...]Relation{Members, RoleMembers, UnitMembers}

// Members returns the ids of the direct members of a group, a directory role or an administrative unit.
func (s *Snapshot) Members(id string) iter.Seq[string] {
	return func(yield func(string) bool) {
		o, _ := s.Object(id)
		for _, r := range memberships {
			if o == nil || !slices.Contains(linkEnds[r].from, o.table.number) {
				continue
			}
			for each := range s.ends(r, id, true) {
				if !yield(each) {
					return
				}
			}
		}
	}
}

// MemberOf returns the ids of the groups, then of the directory roles and then of the administrative units an object is a direct
// member of.
func (s *Snapshot) MemberOf(id string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, r := range memberships {
			for each := range s.ends(r, id, false) {
				if !yield(each) {
					return
				}
			}
		}
	}
}

// HasMember says whether an object is a direct member of a group, a directory role or an administrative unit.
func (s *Snapshot) HasMember(id, member string) bool {
	for _, r := range memberships {
		if l, ok := s.forward.get(&link{relation: r, from: fold(id), to: fold(member)}); ok {
			return s.visible(l)
		}
	}
	return false
}

// Manager returns the id of a user's manager.
func (s *Snapshot) Manager(user string) (string, bool) {
	for id := range s.ends(Manager, user, true) {
		return id, true
	}
	return "", false
}

// DirectReports returns the ids of the users whose manager a user is.
func (s *Snapshot) DirectReports(user string) iter.Seq[string] { return s.ends(Manager, user, false) }

// AssignedTo returns the app-role assignments of a service principal, by principal.
func (s *Snapshot) AssignedTo(resource string) iter.Seq[Assignment] {
	return s.assigned(resource, false)
}

// Assignments returns the app-role assignments a user, group or service principal holds, by resource.
func (s *Snapshot) Assignments(principal string) iter.Seq[Assignment] {
	return s.assigned(principal, true)
}

// Assignment returns an app-role assignment by its id.
func (s *Snapshot) Assignment(id string) (Assignment, bool) {
	a, ok := s.assignments.get(&Assignment{ID: foldID(id)})
	if !ok || !s.isLive(a.PrincipalID) || !s.isLive(a.ResourceID) {
		return Assignment{}, false
	}
	return *a, true
}

func (s *Snapshot) isLive(id string) bool {
	_, ok := s.Object(id)
	return ok
}

// kept says whether an object is live or in the recycle bin.
func (s *Snapshot) kept(id string) bool {
	_, recycled := s.Deleted(id)
	return recycled || s.isLive(id)
}

func (s *Snapshot) visible(l *link) bool {
	_, from := s.live[l.fromType].get(&Object{id: l.from})
	_, to := s.live[l.toType].get(&Object{id: l.to})
	return from && to
}

// links yields the links that start at id, or end there, whether both ends are live or not.
func (s *Snapshot) links(r Relation, id string, forward bool) iter.Seq[*link] {
	return func(yield func(*link) bool) {
		if forward {
			s.forward.from(&link{relation: r, from: id}, func(l *link) bool { return l.relation == r && l.from == id && yield(l) })
			return
		}
		s.backward.from(&link{relation: r, to: id}, func(l *link) bool { return l.relation == r && l.to == id && yield(l) })
	}
}

// visibleLinks yields those of them whose ends are both live.
func (s *Snapshot) visibleLinks(r Relation, id string, forward bool) iter.Seq[*link] {
	return func(yield func(*link) bool) {
		id := foldID(id)
		if !s.isLive(id) {
			return
		}
		for l := range s.links(r, id, forward) {
			number, other := l.toType, l.to
			if !forward {
				number, other = l.fromType, l.from
			}
			if _, ok := s.live[number].get(&Object{id: other}); ok && !yield(l) {
				return
			}
		}
	}
}

func (s *Snapshot) ends(r Relation, id string, forward bool) iter.Seq[string] {
	return func(yield func(string) bool) {
		for l := range s.visibleLinks(r, id, forward) {
			end := l.to
			if !forward {
				end = l.from
			}
			if !yield(end) {
				return
			}
		}
	}
}

func (s *Snapshot) assigned(id string, forward bool) iter.Seq[Assignment] {
	return func(yield func(Assignment) bool) {
		for l := range s.visibleLinks(AppRoleAssignment, id, forward) {
			if !yield(*l.assignment) {
				return
			}
		}
	}
}

func find(trees *[typeCount]tree[*Object], id string) (*Object, bool) {
	key := &Object{id: foldID(id)}
	for i := range trees {
		if trees[i].items.Len() == 0 {
			continue
		}
		if o, ok := trees[i].get(key); ok {
			return o, true
		}
	}
	return nil, false
}

func scan(trees *[typeCount]tree[*Object], t Type) iter.Seq[*Object] {
	return func(yield func(*Object) bool) {
		if n, ok := numberOf(t); ok {
			trees[n].items.Scan(yield)
		}
	}
}

// fold makes ids and indexed values comparable without letter case. Most are folded already.
func fold(s string) string {
	if isFolded(s) {
		return s
	}
	return strings.ToLower(s)
}

// isFolded says that a text is of ASCII without capitals, eight bytes at a time.
func isFolded(s string) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	for ; len(s) >= 8; s = s[8:] {
		w := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
		if w&high != 0 || (w+(0x80-'A')*ones)&^(w+(0x7f-'Z')*ones)&high != 0 {
			return false
		}
	}
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf || s[i] >= 'A' && s[i] <= 'Z' {
			return false
		}
	}
	return true
}

// Changes returns the changes after the sequence, oldest first: all of them for 0, none for the current sequence.
func (d *Directory) Changes(since uint64) []Change {
	return slices.Collect(d.Snapshot().Changes(since))
}

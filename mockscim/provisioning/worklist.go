package provisioning

import (
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// worklist is what one cycle looks at.
type worklist struct {
	users, groups set
	members       map[string]*set // group -> members that came or went; the other members are not looked at
	strayed       bool            // those who are linked and in scope no more are listed
}

// set is a set of ids in the order in which they came.
type set struct {
	ids  []string
	seen map[string]struct{}
}

func (s *set) add(id string) {
	if _, ok := s.seen[id]; ok {
		return
	}
	if s.seen == nil {
		s.seen = map[string]struct{}{}
	}
	s.seen[id] = struct{}{}
	s.ids = append(s.ids, id)
}

func (w *worklist) add(kind directory.Type, id string) {
	switch kind {
	case directory.User:
		w.users.add(id)
	case directory.Group:
		w.groups.add(id)
	default: // service principals are not provisioned
	}
}

func (w *worklist) addMember(group, member string) {
	s := w.members[group]
	if s == nil {
		s = &set{}
		w.members[group] = s
	}
	s.add(member)
}

// everything lists what an initial cycle looks at: all that is in scope, and all that is linked or failed before.
func everything(now scope, m *memory) *worklist {
	w := &worklist{members: map[string]*set{}}
	now.addEntitled(w)
	w.addRemembered(m, slices.Sorted(maps.Keys(m.links)))
	w.addFailed(m, func(*escrow) bool { return true })
	w.addDoubtful(m)
	return w
}

// changed lists what an incremental cycle looks at: what the change log names since the watermark, and what earlier
// cycles left to do. It costs as much as there are changes, however large the tenant is. Where it is not known who was in scope before, it asks
// instead who is linked and is not in scope now, which costs as much as there are links, and no request.
func changed(before, now scope, changes iter.Seq[directory.Change], m *memory, at time.Time) *worklist {
	w := &worklist{members: map[string]*set{}}
	for c := range changes {
		switch {
		case c.Relation == directory.AppRoleAssignment:
			if c.TargetID == now.app {
				w.addAssigned(before, now, c.ObjectID, m)
			}
		case c.Relation == directory.Members:
			w.addMembership(before, now, c.ObjectID, c.TargetID, m)
		case c.Type == directory.ServicePrincipal:
			if c.ObjectID == now.app && slices.Contains(c.Properties, "appRoles") {
				now.addEntitled(w)
			}
		case c.Type == directory.Group:
			w.groups.add(c.ObjectID)
			if c.Operation != directory.Updated && (before.snap == nil || before.assigned(c.ObjectID) || now.assigned(c.ObjectID)) {
				// An assigned group that comes or goes takes its members along.
				w.addAssigned(before, now, c.ObjectID, m)
			}
		default:
			w.add(c.Type, c.ObjectID)
		}
	}
	w.addFailed(m, func(e *escrow) bool { return !at.Before(e.next) })
	w.addDoubtful(m)
	w.addRemembered(m, slices.Sorted(maps.Keys(m.unechoed)))
	w.addRemembered(m, slices.Sorted(maps.Keys(m.due)))
	w.addRemembered(m, slices.Sorted(maps.Keys(m.staged)))
	return w
}

// addAssigned lists a principal whose assignment changed, with the members it has and had.
func (w *worklist) addAssigned(before, now scope, principal string, m *memory) {
	if before.snap != nil {
		before.addPrincipal(w, principal)
	} else {
		w.addStrayed(now, m)
	}
	now.addPrincipal(w, principal)
}

// addStrayed lists the objects that are linked although they are not in scope now.
func (w *worklist) addStrayed(now scope, m *memory) {
	if w.strayed {
		return
	}
	w.strayed = true
	for _, id := range slices.Sorted(maps.Keys(m.links)) {
		if o, ok := now.snap.Object(id); m.links[id].managed && (!ok || !now.entitled(o)) {
			w.add(m.links[id].kind, id)
		}
	}
}

// addMembership lists a membership that changed. The member itself is looked at when the group is assigned: its scope and its
// roles may depend on it. A group that no longer is has taken the members it had along, and a member that is gone has a
// change of its own.
func (w *worklist) addMembership(before, now scope, group, member string, m *memory) {
	if l := m.links[group]; l != nil || now.all || now.assigned(group) {
		w.groups.add(group)
		w.addMember(group, member)
	}
	if o, ok := now.snap.Object(member); ok && (before.snap == nil || now.assigned(group)) {
		w.add(o.Type(), member)
	}
}

func (w *worklist) addRemembered(m *memory, ids []string) {
	for _, id := range ids {
		if l := m.links[id]; l != nil {
			w.add(l.kind, id)
		}
	}
}

// addFailed lists the objects that failed and are to be tried again now.
func (w *worklist) addFailed(m *memory, due func(*escrow) bool) {
	for _, id := range slices.Sorted(maps.Keys(m.escrows)) {
		if e := m.escrows[id]; due(e) {
			w.add(e.kind, id)
		}
	}
}

package directory

// replayed is a link without its payload.
type replayed struct {
	relation       Relation
	from, to, role string
}

// story is what the change log tells.
type story struct {
	live, recycled map[string]bool
	last           map[string]uint64 // by object: its last change
	links          map[replayed]bool
	ends           map[string][]replayed // by object: links that came, some of which went
}

// replay follows the change log.
func (c *checker) replay() {
	s := &story{live: map[string]bool{}, recycled: map[string]bool{}, last: map[string]uint64{}, links: map[replayed]bool{}, ends: map[string][]replayed{}}
	for change := range c.s.Changes(0) {
		if !s.follow(change) {
			c.sayf("change %d tells %v of %s %s, which cannot be", change.Sequence, change.Operation, change.Type, change.ObjectID)
		}
	}
	c.compare(s)
}

// follow applies a change, false when it cannot follow what came before.
func (s *story) follow(change Change) (possible bool) {
	id := change.ObjectID
	live, recycled := s.live[id], s.recycled[id]
	switch change.Operation {
	case Created:
		possible = !live && !recycled
		s.live[id] = true
	case Updated:
		possible = live || recycled
	case Deleted:
		possible = live
		delete(s.live, id)
		s.recycled[id] = true
	case Restored:
		possible = recycled
		delete(s.recycled, id)
		s.live[id] = true
	case Purged:
		possible = recycled
		delete(s.recycled, id)
		for _, each := range s.ends[id] {
			delete(s.links, each)
		}
		delete(s.ends, id)
	case LinkAdded, LinkRemoved:
		s.link(replayed{change.Relation, id, change.TargetID, change.Role}, change.Operation == LinkAdded)
		return true
	}
	s.last[id] = change.Sequence
	return possible
}

func (s *story) link(l replayed, added bool) {
	if !added {
		delete(s.links, l)
		return
	}
	if !s.links[l] {
		s.links[l] = true
		s.ends[l.from], s.ends[l.to] = append(s.ends[l.from], l), append(s.ends[l.to], l)
	}
}

// mine holds an object against the change log.
func (c *checker) mine(o *Object, s *story, there map[string]bool, where string) {
	if !there[o.id] {
		c.sayf("%s %s is %s, the change log says it is not", o.Type(), o.id, where)
	}
	if s.last[o.id] != o.sequence {
		c.sayf("%s %s has changed at %d, the change log says at %d", o.Type(), o.id, o.sequence, s.last[o.id])
	}
}

func (c *checker) compare(s *story) {
	n, m := 0, 0
	for _, table := range schema {
		for o := range c.s.Objects(table.typ) {
			n++
			c.mine(o, s, s.live, "live")
		}
		for o := range c.s.DeletedObjects(table.typ) {
			m++
			c.mine(o, s, s.recycled, "in the recycle bin")
		}
	}
	if n != len(s.live) || m != len(s.recycled) {
		c.sayf("%d objects live and %d deleted, the change log says %d and %d", n, m, len(s.live), len(s.recycled))
	}
	seen := map[replayed]bool{}
	c.s.forward.items.Scan(func(l *link) bool {
		r := replayed{l.relation, l.from, l.to, l.role}
		seen[r] = true
		if s.live[l.from] && s.live[l.to] && !s.links[r] {
			c.sayf("%s from %s to %s stands, the change log says it does not", l.relation, l.from, l.to)
		}
		return true
	})
	for l := range s.links {
		if s.live[l.from] && s.live[l.to] && !seen[l] {
			c.sayf("%s from %s to %s is gone, the change log says it stands", l.relation, l.from, l.to)
		}
	}
}

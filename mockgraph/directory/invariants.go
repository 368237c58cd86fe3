package directory

import (
	"errors"
	"fmt"
)

// maxProblems bounds what [Snapshot.Check] reports.
const maxProblems = 20

// Check walks the whole state and returns what does not hold together, nil when everything does: indexes agree with records, no
// link and no grant dangles, both directions of links agree, unique values are unique, seats taken equal licences assigned, and
// the change log is possible: replaying it gives the same objects, their last changes and links. It costs several seconds for a
// million users.
func (s *Snapshot) Check() error {
	c := &checker{s: s}
	c.objects()
	c.links()
	c.seats()
	c.replay()
	return errors.Join(c.problems...)
}

type checker struct {
	s        *Snapshot
	problems []error
}

func (c *checker) sayf(format string, args ...any) {
	if len(c.problems) < maxProblems {
		c.problems = append(c.problems, fmt.Errorf(format, args...))
	}
}

func (c *checker) objects() {
	entries := 0
	for _, table := range schema {
		for o := range c.s.Objects(table.typ) {
			if _, both := c.s.Deleted(o.id); both || o.deleted != 0 {
				c.sayf("%s %s is live and deleted", table.typ, o.id)
			}
			if o.sequence == 0 || o.sequence > c.s.log.length {
				c.sayf("%s %s has changed at %d, after the end", table.typ, o.id, o.sequence)
			}
			seen := map[entry]bool{}
			for e := range o.entries(nil) {
				if _, ok := c.s.index.get(e); !ok {
					c.sayf("%s %s is not in the index of %s", table.typ, o.id, table.properties[e.ordinal].Name)
				}
				if !seen[e] {
					seen[e] = true
					entries++
				}
			}
			c.unique(o)
		}
		for o := range c.s.DeletedObjects(table.typ) {
			if o.deleted == 0 {
				c.sayf("%s %s is in the recycle bin since never", table.typ, o.id)
			}
		}
	}
	if n := c.s.index.items.Len(); n != entries {
		c.sayf("the index has %d entries, the objects %d values", n, entries)
	}
	c.extensions()
	for g := range c.s.Objects(OAuth2PermissionGrant) {
		for _, name := range []string{"clientId", "resourceId", "principalId"} {
			if id := g.String(name); id != "" && !c.s.isLive(id) {
				c.sayf("grant %s names %s, which is not there", g.id, id)
			}
		}
	}
}

// extensions asks that directory extensions are called after their application.
func (c *checker) extensions() {
	for app := range c.s.Objects(Application) {
		for _, e := range c.s.ExtensionProperties(app.id) {
			owner, _ := extensionOwner(e.Name)
			if _, known := extensionKinds[e.DataType]; !known || owner != app.String("appId") {
				c.sayf("extension %s of type %s is no extension of application %s", e.Name, e.DataType, app.id)
			}
		}
	}
}

func (c *checker) unique(o *Object) {
	x := &tx{view: c.s}
	if err := x.unique(nil, o); err != nil {
		c.sayf("%s %s: %w", o.Type(), o.id, err)
	}
}

func (c *checker) links() {
	assignments, managers := 0, map[string]bool{}
	c.s.forward.items.Scan(func(l *link) bool {
		if !c.s.kept(l.from) || !c.s.kept(l.to) {
			c.sayf("%s from %s to %s dangles", l.relation, l.from, l.to)
		}
		if !fits(l) {
			c.sayf("%s from %s to %s is between other types than it is for", l.relation, l.from, l.to)
		}
		if other, ok := c.s.backward.get(l); !ok || other != l {
			c.sayf("%s from %s to %s stands in one direction only", l.relation, l.from, l.to)
		}
		if l.relation == Manager {
			if managers[l.from] {
				c.sayf("user %s has two managers", l.from)
			}
			managers[l.from] = true
		}
		if l.assignment != nil {
			assignments++
			if a, ok := c.s.assignments.get(l.assignment); !ok || a != l.assignment {
				c.sayf("assignment %s is not found by its id", l.assignment.ID)
			}
		}
		return true
	})
	if c.s.backward.items.Len() != c.s.forward.items.Len() {
		c.sayf("%d links forward, %d backward", c.s.forward.items.Len(), c.s.backward.items.Len())
	}
	if n := c.s.assignments.items.Len(); n != assignments {
		c.sayf("%d assignments by id, %d by principal", n, assignments)
	}
}

func (c *checker) seats() {
	taken := map[string]int{}
	states, _ := NewReader(User, "licenseAssignmentStates")
	for u := range c.s.Objects(User) {
		if states.Has(u) {
			for _, sku := range consumed(get[[]LicenseAssignmentState](u, "licenseAssignmentStates")) {
				taken[sku]++
			}
		}
	}
	for sku := range c.s.Objects(SubscribedSku) {
		id := sku.String("skuId")
		if n := get[int](sku, "consumedUnits"); n != taken[id] {
			c.sayf("licence %s: %d seats taken, %d users have it", sku.String("skuPartNumber"), n, taken[id])
		}
		delete(taken, id)
	}
	for id, n := range taken {
		c.sayf("%d users have licence %s, which the tenant has not", n, id)
	}
}

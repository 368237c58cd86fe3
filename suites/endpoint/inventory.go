package endpoint

import (
	"slices"
	"strings"
	"sync"
)

// The two collections a target has.
const (
	users  = "Users"
	groups = "Groups"
)

// thing is something the run made on the target.
type thing struct {
	kind, id string // id is "" when the answer was lost and only the name is known
	name     string
	owner    string // the check that made it
}

// inventory is everything the run has made on the target and not yet removed. It is the reason why a rehearsal can neither
// change nor forget anything: what is not in it is not touched, what is in it is removed.
type inventory struct {
	prefix string // in the names of all that the run makes

	mu      sync.Mutex
	things  []thing
	removed []thing
}

// learn notes a resource the target has shown. It is the run's own when its name carries the run's prefix.
func (i *inventory) learn(owner, kind, id, name string) {
	if id == "" || !strings.Contains(strings.ToLower(name), i.prefix) {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	for n, t := range i.things {
		if t.kind == kind && t.id == id {
			return
		}
		if t.kind == kind && t.id == "" && strings.EqualFold(t.name, name) {
			i.things[n].id = id
			return
		}
	}
	i.things = append(i.things, thing{kind, id, name, owner})
}

// miss notes a resource that may have been made although the answer did not arrive or named no id.
func (i *inventory) miss(owner, kind, name string) {
	if name == "" {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, t := range i.things {
		if t.kind == kind && strings.EqualFold(t.name, name) {
			return
		}
	}
	i.things = append(i.things, thing{kind: kind, name: name, owner: owner})
}

// holds says whether the run made this resource.
func (i *inventory) holds(kind, id string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	made := func(t thing) bool { return t.kind == kind && t.id == id }
	return slices.ContainsFunc(i.things, made) || slices.ContainsFunc(i.removed, made)
}

// gone notes that the target says it has removed a resource.
func (i *inventory) gone(kind, id string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.things = slices.DeleteFunc(i.things, func(t thing) bool {
		if t.kind != kind || t.id != id {
			return false
		}
		i.removed = append(i.removed, t)
		return true
	})
}

// forget drops a thing that turned out not to be there.
func (i *inventory) forget(t thing) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.things = slices.DeleteFunc(i.things, func(other thing) bool { return other == t })
}

// of returns what a check made and has not removed, newest first; everything for the owner "".
func (i *inventory) of(owner string) []thing {
	i.mu.Lock()
	defer i.mu.Unlock()
	var own []thing
	for _, t := range slices.Backward(i.things) {
		if owner == "" || t.owner == owner {
			own = append(own, t)
		}
	}
	return own
}

// removedCount returns how many things the target says it has removed.
func (i *inventory) removedCount() int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return len(i.removed)
}

// removals returns what the target says it has removed.
func (i *inventory) removals() []thing {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.removed)
}

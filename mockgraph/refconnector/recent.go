package refconnector

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// recents remembers for a while what this connector wrote. Graph's replicas lag behind: an object made a moment ago may be unknown to the
// next one asked, and a value written a moment ago may still be read as it was.
// Source: learn.microsoft.com/graph/aad-advanced-queries (eventual consistency), and public issues of clients.
type recents struct {
	mu      *sync.Mutex
	objects map[string]*recentObject
}

type recentObject struct {
	at     time.Time      // of the last write
	made   bool           // created or restored
	values map[string]any // properties as last written
}

const (
	recentLife = 10 * time.Minute
	maxRecents = 10_000
)

func newRecents() recents { return recents{mu: new(sync.Mutex), objects: map[string]*recentObject{}} }

// made remembers a new object.
func (r *recents) made(now time.Time, id string) { r.write(now, id, nil, true) }

// wrote remembers the values that were written to an object.
func (r *recents) wrote(now time.Time, id string, values map[string]any) {
	r.write(now, id, values, false)
}

func (r *recents) write(now time.Time, id string, values map[string]any, made bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.objects) >= maxRecents {
		for old, o := range r.objects {
			if now.Sub(o.at) > recentLife || len(r.objects) >= maxRecents {
				delete(r.objects, old)
			}
		}
	}
	o := r.objects[id]
	if o == nil || now.Sub(o.at) > recentLife {
		o = &recentObject{values: map[string]any{}}
		r.objects[id] = o
	}
	o.at, o.made = now, o.made || made
	maps.Copy(o.values, values)
}

// forget is for objects that are gone.
func (r *recents) forget(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.objects, id)
}

// any says whether one of the objects was made a moment ago.
func (r *recents) any(now time.Time, ids []string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range ids {
		if o := r.objects[id]; o != nil && o.made && now.Sub(o.at) <= recentLife {
			return true
		}
	}
	return false
}

// value is what was written to a property a moment ago.
func (r *recents) value(now time.Time, id, name string) (any, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.objects[id]
	if o == nil || now.Sub(o.at) > recentLife {
		return nil, false
	}
	value, ok := o.values[name]
	return value, ok
}

// trues are the names, less their beginning, under which true was written a moment ago.
func (r *recents) trues(now time.Time, id, beginning string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.objects[id]
	if o == nil || now.Sub(o.at) > recentLife {
		return nil
	}
	var all []string
	for name, value := range o.values {
		if rest, ok := strings.CutPrefix(name, beginning); ok && value == true {
			all = append(all, rest)
		}
	}
	slices.Sort(all)
	return all
}

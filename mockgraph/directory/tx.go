package directory

import "time"

// tx is one write: it sees its own changes, and nobody else does until all of them are published at once.
type tx struct {
	d     *Directory
	w     *writers
	log   log
	now   time.Time
	marks marks
	gone  []string           // ids of objects that are gone for ever
	known map[string]*Object // live objects that were met, for writes of many; nil: none is remembered
	plans []string           // that need others, once they were asked for
	view  *Snapshot          // the changes so far; renewed by each change that can be read back
}

// write runs one write. An error leaves the directory as it was, and a write that changes nothing publishes nothing.
func (d *Directory) write(change func(x *tx) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	before := d.current.Load()
	x := &tx{d: d, w: &d.w, log: before.log, now: d.clock.Now().UTC(), marks: before.marks}
	x.refresh()
	if err := change(x); err != nil {
		x.abandon()
		return err
	}
	after := *before
	after.version++
	after.time = x.now
	after.log = x.log
	after.marks = x.marks
	if d.w.commit(&after) || after.marks != before.marks {
		d.publish(&after)
	}
	for _, id := range x.gone {
		d.photos.put(id, Photo{})
	}
	return nil
}

// commit publishes the changes of all trees and says whether there are any.
func (w *writers) commit(after *Snapshot) bool {
	changed := w.index.commit(&after.index)
	changed = w.forward.commit(&after.forward) || changed
	changed = w.backward.commit(&after.backward) || changed
	changed = w.assignments.commit(&after.assignments) || changed
	for i := range typeCount {
		changed = w.live[i].commit(&after.live[i]) || changed
		changed = w.recycled[i].commit(&after.recycled[i]) || changed
	}
	return changed
}

func (x *tx) abandon() {
	for i := range typeCount {
		x.w.live[i].abandon()
		x.w.recycled[i].abandon()
	}
	x.w.index.abandon()
	x.w.forward.abandon()
	x.w.backward.abandon()
	x.w.assignments.abandon()
}

// refresh lets the view show the changes so far, through the same methods readers use.
func (x *tx) refresh() {
	view := &Snapshot{time: x.now, log: x.log}
	x.show(view)
	x.view = view
}

// show points a snapshot at the trees under change.
func (x *tx) show(view *Snapshot) {
	view.index, view.forward, view.backward, view.assignments = x.w.index.view(), x.w.forward.view(), x.w.backward.view(), x.w.assignments.view()
	for i := range typeCount {
		view.live[i], view.recycled[i] = x.w.live[i].view(), x.w.recycled[i].view()
	}
}

// sync does the same for a view that nobody else has: a tree is another one after its first change in a write only.
func (x *tx) sync() { x.show(x.view) }

func (x *tx) newID() string { return fold(x.d.newID()) }

// record adds a change to the log and returns its sequence.
func (x *tx) record(c Change) uint64 {
	c.Time = x.now
	return x.log.add(c)
}

// maxKnown bounds how many objects a write remembers.
const maxKnown = 4096

// remember lets a write of many find the objects again that it has met.
func (x *tx) remember() { x.known = map[string]*Object{} }

func (x *tx) met(o *Object) {
	if x.known == nil {
		return
	}
	if len(x.known) >= maxKnown {
		clear(x.known)
	}
	x.known[o.id] = o
}

// live returns a live object.
func (x *tx) live(id string) (*Object, bool) {
	if o, ok := x.known[id]; ok {
		return o, true
	}
	o, ok := x.view.Object(id)
	if ok {
		x.met(o)
	}
	return o, ok
}

// object returns a live object or Graph's refusal.
func (x *tx) object(id string) (*Object, error) {
	if o, ok := x.live(id); ok {
		return o, nil
	}
	return nil, notFound(id)
}

// recycled returns an object in the recycle bin or Graph's refusal.
func (x *tx) recycled(id string) (*Object, error) {
	if o, ok := x.view.Deleted(id); ok {
		return o, nil
	}
	return nil, notFound(id)
}

// putLive stores a live object and its index entries, replacing before, which may be nil.
func (x *tx) putLive(before, o *Object) {
	if before != nil {
		for e := range before.entries(o) {
			x.w.index.drop(e)
		}
	}
	for e := range o.entries(before) {
		x.w.index.put(e)
	}
	x.w.live[o.table.number].put(o)
	x.met(o)
	x.sync()
}

func (x *tx) dropLive(o *Object) {
	for e := range o.entries(nil) {
		x.w.index.drop(e)
	}
	x.w.live[o.table.number].drop(o)
	delete(x.known, o.id)
	x.sync()
}

func (x *tx) putRecycled(o *Object) {
	x.w.recycled[o.table.number].put(o)
	x.sync()
}

func (x *tx) dropRecycled(o *Object) {
	x.w.recycled[o.table.number].drop(o)
	x.sync()
}

func (x *tx) putLink(l *link) {
	x.w.forward.put(l)
	x.w.backward.put(l)
	if l.assignment != nil {
		x.w.assignments.put(l.assignment)
	}
	x.sync()
}

func (x *tx) dropLink(l *link) {
	x.w.forward.drop(l)
	x.w.backward.drop(l)
	if l.assignment != nil {
		x.w.assignments.drop(l.assignment)
	}
	x.sync()
}

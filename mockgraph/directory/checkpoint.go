package directory

import (
	"maps"
	"slices"
)

// Checkpoint is the state of a directory at a moment, journals and photos included, to go back to. It costs no more than the journals
// it copies, and what is replaced since.
type Checkpoint struct {
	snapshot *Snapshot
	w        writers // trees of its own, which nobody reads or writes
	audits   []DirectoryAudit
	records  []ProvisioningRecord
	photos   map[string]Photo
}

// Snapshot returns the state the checkpoint goes back to.
func (c *Checkpoint) Snapshot() *Snapshot { return c.snapshot }

// Checkpoint remembers the present state.
func (d *Directory) Checkpoint() *Checkpoint {
	d.mu.Lock()
	defer d.mu.Unlock()
	return &Checkpoint{snapshot: d.current.Load(), w: d.w.fork(), audits: d.audits.all(), records: d.records.all(), photos: d.photos.copy()}
}

// Rollback replaces the whole state by that of a checkpoint, of this directory or of another one: nobody sees a mixture, and past
// snapshots are gone. Sequences go back too, so what a client remembers of the time between may come to mean something else.
func (d *Directory) Rollback(c *Checkpoint) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.w = c.w.fork()
	s := *c.snapshot
	d.w.show(&s)
	s.log = s.log.fork()
	s.version = d.current.Load().version + 1
	for i := range d.past {
		d.past[i].Store(nil)
	}
	d.audits.replace(slices.Clone(c.audits))
	d.records.replace(slices.Clone(c.records))
	photos := map[string]Photo{}
	maps.Copy(photos, c.photos)
	d.photos.replace(photos)
	d.publish(&s)
}

// fork returns trees of their own with the same content. Nothing may be under change.
func (w *writers) fork() writers {
	var f writers
	for i := range typeCount {
		f.live[i], f.recycled[i] = w.live[i].fork(), w.recycled[i].fork()
	}
	f.index = w.index.fork()
	f.forward, f.backward = w.forward.fork(), w.backward.fork()
	f.assignments = w.assignments.fork()
	return f
}

// show points a snapshot at copies of the trees.
func (w *writers) show(s *Snapshot) {
	for i := range typeCount {
		s.live[i], s.recycled[i] = w.live[i].fork().base, w.recycled[i].fork().base
	}
	s.index = w.index.fork().base
	s.forward, s.backward = w.forward.fork().base, w.backward.fork().base
	s.assignments = w.assignments.fork().base
}

func (w *writer[T]) fork() writer[T] { return writer[T]{base: tree[T]{w.base.items.Copy()}} }

// fork returns a log with the same changes whose writer does not meet that of the other.
func (l log) fork() log {
	l.chunks = slices.Clone(l.chunks)
	if n := l.length % chunkSize; n > 0 {
		last := new([chunkSize]record)
		copy(last[:n], l.chunks[l.length/chunkSize][:n])
		l.chunks[l.length/chunkSize] = last
	}
	return l
}

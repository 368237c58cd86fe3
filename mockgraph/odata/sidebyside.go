package odata

import (
	"iter"
	"runtime"
	"slices"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// How a scan is shared out: to a few goroutines, so that one query does not take the whole machine, and not for less than it is worth.
const (
	maxWorkers = 4
	fewest     = 1 << 13 // objects for each
)

// parted is a source whose objects can be read side by side. A snapshot never changes, so its parts need no lock.
type parted interface {
	Parts(t directory.Type, n int, values bool) []iter.Seq[*directory.Object]
}

var _ parted = (*directory.Snapshot)(nil)

// walk tests the candidates, side by side where every object must be read and there are many.
func (r *runner) walk(items iter.Seq[Record], sorted bool) *Page {
	if parts := r.parts(sorted); len(parts) > 1 {
		r.sideBySide(parts, sorted)
		return r.finish(sorted)
	}
	return r.run(items, sorted)
}

// parts shares out a scan that goes to the end, nil when it is for one alone. A page in the order of the scan that counts nothing ends as
// soon as it is full.
func (r *runner) parts(sorted bool) []iter.Seq[*directory.Object] {
	source, ok := r.env.source.(parted)
	if !ok || !r.scan || sorted && !r.count {
		return nil
	}
	t := r.q.collection.Type
	n := min(maxWorkers, runtime.GOMAXPROCS(0), r.env.source.Count(t)/fewest)
	if n < 2 {
		return nil
	}
	return source.Parts(t, n, r.q.readsValues())
}

// readsValues says whether the query looks at more of each object than its booleans, which lie in the object itself.
func (q *Query) readsValues() bool {
	return q.search != nil || len(q.order) > 0 || slices.ContainsFunc(q.filtered, func(name string) bool {
		row, known := q.schema.property(name)
		return !known || row.Kind != directory.Boolean || row.Collection
	})
}

// sideBySide tests the parts at the same time and puts together what they found, in their order. It returns when all are done.
func (r *runner) sideBySide(parts []iter.Seq[*directory.Object], sorted bool) {
	workers := make([]runner, len(parts))
	broken := make([]any, len(parts))
	var running sync.WaitGroup
	for i, part := range parts {
		w := &workers[i]
		w.q, w.keys, w.size, w.count, w.total, w.env.source = r.q, r.keys, r.size, r.count, r.total, r.env.source
		running.Go(func() {
			defer func() { broken[i] = recover() }() // for the goroutine that asked, which may have somebody who catches it
			w.test(recordsOf(part), sorted)
		})
	}
	running.Wait()
	r.best.less = r.less
	for i := range workers {
		if broken[i] != nil {
			panic(broken[i])
		}
		w := &workers[i]
		r.page.Count += w.page.Count
		r.more = r.more || w.more
		r.page.Items = append(r.page.Items, w.page.Items...)
		for _, item := range w.best.items {
			r.best.add(item, r.size)
		}
	}
	if sorted && r.size >= 0 && len(r.page.Items) > r.size {
		r.page.Items, r.more = r.page.Items[:r.size], true
	}
}

package odata

import (
	"cmp"
	"container/heap"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Page is one page of results.
type Page struct {
	Items []Record
	// Count is the number of all items, for @odata.count, which stands on the first page of advanced queries with $count only.
	Count   int
	Counted bool
	// Next is the query string of the next page, "" on the last one. It repeats the options and carries them in its $skiptoken
	// too; the ConsistencyLevel header is for the client to send again.
	Next string
}

// Run returns the page of directory objects the query asks for.
func (q *Query) Run(s Source) (*Page, error) {
	r := q.runner(s)
	if q.start.page == 0 && q.mode.advanced() && !q.collection.CountOnly {
		r.count = true
	}
	if r.count && q.filter.test == nil && q.search == nil && q.whole() {
		r.page.Count, r.page.Counted, r.count = s.Count(q.collection.Type), true, false
	}
	items, sorted := q.candidates(s, r)
	return r.walk(items, sorted), nil
}

// Over runs a query over items that are not directory objects, in the order of their ids.
func (q *Query) Over(s Source, items iter.Seq[Record]) (*Page, error) {
	r := q.runner(s)
	r.count = q.start.page == 0 && q.mode.counted && (q.mode.eventual || q.schema.Unrestricted)
	return r.run(items, false), nil
}

// Total returns the number of all items that match, for paths that end in /$count.
func (q *Query) Total(s Source) (int, error) {
	if q.filter.test == nil && q.search == nil && q.whole() {
		return s.Count(q.collection.Type), nil
	}
	r := q.runner(s)
	r.count, r.size, r.total = true, 0, true
	items, _ := q.candidates(s, r)
	return r.walk(items, true).Count, nil
}

// whole says whether the collection is a whole entity set.
func (q *Query) whole() bool {
	return q.collection.Type != "" && q.collection.Navigation == "" && !q.collection.Deleted && q.collection.Schema == nil
}

// runner walks the candidates of one query.
type runner struct {
	q     *Query
	env   env
	keys  []sortKey // the order, before the id
	size  int       // of the page, -1 for no bound
	count bool
	total bool // only the count is wanted
	scan  bool // the candidates are all objects of the type
	page  Page
	more  bool
	best  topmost
}

func (q *Query) runner(s Source) *runner {
	r := &runner{q: q, keys: q.order, size: q.pageSize()}
	r.env.source = s
	return r
}

// pageSize varies by seed, query and page.
func (q *Query) pageSize() int {
	if q.collection.Unpaged {
		return -1
	}
	h := cmp.Or(q.collection.Variation, q.settings.variation)
	if h == 0 {
		return q.top
	}
	for _, c := range []byte(q.options.canonical()) {
		h = (h ^ uint64(c)) * 1099511628211 // FNV-1a
	}
	random := rand.New(rand.NewPCG(h, uint64(q.start.page))) //nolint:gosec // replayable on purpose
	switch random.IntN(8) {
	case 0:
		return 0
	case 1, 2:
		return 1 + random.IntN(q.top)
	}
	return q.top
}

// run tests the candidates. sorted says that they come in the order of the query.
func (r *runner) run(items iter.Seq[Record], sorted bool) *Page {
	r.test(items, sorted)
	return r.finish(sorted)
}

func (r *runner) test(items iter.Seq[Record], sorted bool) {
	r.best.less = r.less
	for item := range items {
		if !r.visit(item, sorted) {
			return
		}
	}
}

// finish makes the page of what was found.
func (r *runner) finish(sorted bool) *Page {
	if !sorted {
		r.page.Items, r.more = r.best.take(r.size)
	}
	if r.count {
		r.page.Counted = true
	}
	if r.more && !r.total {
		r.page.Next = r.next()
	}
	return &r.page
}

// visit takes one candidate and says whether more are wanted.
func (r *runner) visit(item Record, sorted bool) bool {
	behind := !r.q.start.started || r.after(item)
	if !behind && !r.count {
		return true
	}
	r.env.record = item
	if r.q.filter.test != nil && !r.q.filter.test(&r.env) || r.q.search != nil && !r.q.search(&r.env) {
		return true
	}
	if r.count {
		r.page.Count++
	}
	switch {
	case !behind:
	case !sorted:
		r.best.add(item, r.size)
	case r.size < 0 || len(r.page.Items) < r.size:
		r.page.Items = append(r.page.Items, item)
	default:
		r.more = true
		return r.count
	}
	return true
}

// after says whether an item comes after the last one of the page before.
func (r *runner) after(item Record) bool {
	e := env{record: item}
	for i, key := range r.keys {
		if i == len(r.q.start.values) {
			break
		}
		if c := key.order(key.get(&e), r.q.start.values[i]); c != 0 {
			return c > 0
		}
	}
	return item.ID() > r.q.start.id
}

func (r *runner) less(a, b Record) bool {
	x, y := env{record: a}, env{record: b}
	for _, key := range r.keys {
		if c := key.order(key.get(&x), key.get(&y)); c != 0 {
			return c < 0
		}
	}
	return a.ID() < b.ID()
}

func (k sortKey) order(a, b any) int {
	if k.descending {
		return order(b, a)
	}
	return order(a, b)
}

// next returns the query string of the next page.
func (r *runner) next() string {
	q := r.q
	token := q.start
	token.collection, token.options, token.page = q.collection.key(), q.options.canonical(), q.start.page+1
	if n := len(r.page.Items); n > 0 {
		last := env{record: r.page.Items[n-1]}
		token.started, token.id, token.values = true, last.record.ID(), nil
		for _, key := range r.keys {
			token.values = append(token.values, key.get(&last))
		}
	}
	link := "$skiptoken=" + q.engine.Seal(pageKind, token.encode())
	if token.options != "" {
		link = token.options + "&" + link
	}
	return link
}

// topmost keeps the first items of an order, one more than the page holds.
type topmost struct {
	items []Record
	less  func(a, b Record) bool
}

func (t *topmost) Len() int           { return len(t.items) }
func (t *topmost) Less(i, j int) bool { return t.less(t.items[j], t.items[i]) } // the last of the order on top
func (t *topmost) Swap(i, j int)      { t.items[i], t.items[j] = t.items[j], t.items[i] }
func (t *topmost) Push(x any) {
	if item, ok := x.(Record); ok {
		t.items = append(t.items, item)
	}
}

func (t *topmost) Pop() any {
	last := t.items[len(t.items)-1]
	t.items = t.items[:len(t.items)-1]
	return last
}

func (t *topmost) add(item Record, size int) {
	switch {
	case size < 0:
		t.items = append(t.items, item)
	case len(t.items) <= size:
		heap.Push(t, item)
	case t.less(item, t.items[0]):
		t.items[0] = item
		heap.Fix(t, 0)
	}
}

// take returns the page and whether there are more items.
func (t *topmost) take(size int) ([]Record, bool) {
	slices.SortFunc(t.items, func(a, b Record) int {
		switch {
		case t.less(a, b):
			return -1
		case t.less(b, a):
			return 1
		}
		return strings.Compare(a.ID(), b.ID())
	})
	if size >= 0 && len(t.items) > size {
		return t.items[:size], true
	}
	return t.items, false
}

// recordsOf makes records of objects, of one type when it is given.
func recordsOf(objects iter.Seq[*directory.Object]) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for o := range objects {
			if !yield(o) {
				return
			}
		}
	}
}

package serviceprovider

import (
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tidwall/btree"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// record is one stored resource. It never changes: a write puts another record in its place. The resource is kept as text, because
// maps of a hundred thousand users would have the garbage collector walk through millions of small pieces again and again.
type record struct {
	kind     *kind  //
	seq      uint64 // order of creation
	id       string //
	text     string // the resource as JSON: id, schemas and meta included; meta.location and derived attributes are not
	created  time.Time
	modified time.Time
}

// resource is the resource of a record, read from its text: each call gives a copy that belongs to the caller.
func (r *record) resource() scim.Resource { return r.members() }

// members is [record.resource] less the members that are not named; no names are all.
func (r *record) members(names ...string) scim.Resource {
	resource, err := scim.DecodeText(r.text, names...)
	if err != nil {
		return scim.Resource{} // cannot be: keep wrote it
	}
	return resource
}

// keep makes a resource the record's.
func (r *record) keep(resource scim.Resource) *record {
	r.write(nil, resource)
	return r
}

// write is [record.keep] with memory to write in, which it gives back.
func (r *record) write(scratch []byte, resource scim.Resource) []byte {
	text, err := scim.AppendJSON(scratch[:0], resource)
	if err != nil {
		text = []byte("{}") // cannot be: resources are made of JSON's values
	}
	r.text = string(text)
	return text
}

// table holds the records of one kind: in order of creation, by id and by each index of the kind.
type table struct {
	ordered *btree.Map[uint64, *record]
	byID    *btree.Map[string, *record]
	indexes []*btree.Map[string, uint64] // indexKey -> sequence
}

// state is everything stored at one moment. It does not change while somebody reads it, so long scans hold nobody up.
type state struct {
	tables []table // by slot of the kind
	next   uint64  // sequence of the last record
	own    uint64  // a bit for each table that no other state shares

	readers atomic.Int64 // who has it from [store.read] and has not released it
	kept    bool         // somebody has it from [store.snapshot]; guarded by the store's mu
}

// store publishes states. Writers take turns. While nobody reads the current state they change it where it stands, otherwise they
// publish another one, which shares all nodes of the trees the write did not touch.
type store struct {
	writing sync.Mutex
	mu      sync.Mutex // guards current; held during a write in place, otherwise for moments
	current *state
}

// degree is how wide the trees are. A write copies the nodes on its way down, so small nodes make writes cheap; much smaller ones make
// the way long.
const degree = 8

func newStore(ks []*kind) *store {
	first := &state{}
	for _, k := range ks {
		t := table{ordered: btree.NewMap[uint64, *record](degree), byID: btree.NewMap[string, *record](degree)}
		for range k.indexes {
			t.indexes = append(t.indexes, btree.NewMap[string, uint64](degree))
		}
		first.tables = append(first.tables, t)
	}
	first.own = ^uint64(0)
	return &store{current: first}
}

// snapshot is the state as of now, for as long as the caller likes.
func (s *store) snapshot() *state {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current.kept = true
	return s.current
}

// read is the state as of now until the caller releases it, which costs the next write less than a snapshot does.
func (s *store) read() *state {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.current.readers.Add(1)
	return s.current
}

// release ends what [store.read] began.
func (s *state) release() { s.readers.Add(-1) }

// update runs write on a draft of the state, which becomes the state when write says so. write must not ask the store for a state.
func (s *store) update(write func(tx *tx) (commit bool)) {
	s.writing.Lock()
	defer s.writing.Unlock()
	s.mu.Lock()
	current := s.current
	if current.kept || current.readers.Load() > 0 {
		s.mu.Unlock()
		draft := current.copy()
		if write(&tx{state: draft}) {
			s.mu.Lock()
			s.current = draft
			s.mu.Unlock()
		}
		return
	}
	defer s.mu.Unlock()
	t := &tx{state: current, inPlace: true}
	committed, next := false, current.next
	defer func() { // also when write panics
		if !committed {
			t.rollback()
			current.next = next
		}
	}()
	committed = write(t)
}

// copy is a draft: it shares the trees until [tx.table] makes them its own.
func (s *state) copy() *state {
	return &state{next: s.next, tables: slices.Clone(s.tables)}
}

// get is the record with that id, nil when there is none.
func (s *state) get(k *kind, id string) *record {
	r, _ := s.tables[k.slot].byID.Get(id)
	return r
}

// size is how many records there are.
func (s *state) size(k *kind) int { return s.tables[k.slot].ordered.Len() }

// all yields the records in order of creation.
func (s *state) all(k *kind) iter.Seq[*record] {
	return func(yield func(*record) bool) {
		s.tables[k.slot].ordered.Scan(func(_ uint64, r *record) bool { return yield(r) })
	}
}

// from yields the records in order of creation, the first offset ones left out.
func (s *state) from(k *kind, offset int) iter.Seq[*record] {
	ordered := s.tables[k.slot].ordered
	return func(yield func(*record) bool) {
		first, _, ok := ordered.GetAt(offset)
		if ok {
			ordered.Ascend(first, func(_ uint64, r *record) bool { return yield(r) })
		}
	}
}

// lookup yields the records whose indexed value is the given one but for case, in order of creation.
func (s *state) lookup(k *kind, index int, value string) iter.Seq[*record] {
	prefix := indexPrefix(value)
	t := s.tables[k.slot]
	return func(yield func(*record) bool) {
		t.indexes[index].Ascend(prefix, func(key string, seq uint64) bool {
			if !strings.HasPrefix(key, prefix) {
				return false
			}
			if len(key) != len(prefix)+sequenceBytes {
				return true // a longer value that contains the separator
			}
			r, ok := t.ordered.Get(seq)
			return !ok || yield(r)
		})
	}
}

// tx is a write on a draft of the state.
type tx struct {
	*state

	inPlace bool // the draft is the state itself: what is done may have to be undone
	undo    []func()
}

// rollback undoes a write in place, the last thing first.
func (t *tx) rollback() {
	undo := t.undo
	t.inPlace, t.undo = false, nil
	for _, step := range slices.Backward(undo) {
		step()
	}
}

// table is a table to write to.
func (t *tx) table(k *kind) *table {
	mine := &t.tables[k.slot]
	if mark := uint64(1) << k.slot; t.own&mark == 0 {
		t.own |= mark
		mine.ordered, mine.byID = mine.ordered.Copy(), mine.byID.Copy()
		mine.indexes = slices.Clone(mine.indexes)
		for i, index := range mine.indexes {
			mine.indexes[i] = index.Copy()
		}
	}
	return mine
}

// put adds a record whose resource is the one given, or replaces the one with its id; then only the index entries that differ are touched.
func (t *tx) put(k *kind, r *record, resource scim.Resource) {
	var old scim.Resource
	replaced := t.get(k, r.id)
	if replaced != nil {
		old = replaced.members(k.indexed...)
	}
	if t.inPlace {
		t.undo = append(t.undo, func() {
			if replaced != nil {
				t.put(k, replaced, replaced.resource())
				return
			}
			t.drop(k, r)
		})
	}
	own := t.table(k)
	own.ordered.Set(r.seq, r)
	own.byID.Set(r.id, r)
	t.reindex(k, r.seq, old, resource)
}

// drop takes a record away and nothing else; references to it stay.
func (t *tx) drop(k *kind, r *record) {
	if t.inPlace {
		t.undo = append(t.undo, func() { t.put(k, r, r.resource()) })
	}
	own := t.table(k)
	own.ordered.Delete(r.seq)
	own.byID.Delete(r.id)
	t.reindex(k, r.seq, r.members(k.indexed...), nil)
}

func (t *tx) reindex(k *kind, seq uint64, before, after scim.Resource) {
	var few [192]byte // what most records find room in
	var three [3]entry
	fresh := entries{few[:0], three[:0]}
	for i, index := range k.indexes {
		was, is := index.values(before), index.values(after)
		if slices.Equal(was, is) {
			continue
		}
		stale := make(map[string]bool, len(was))
		for _, value := range was {
			stale[indexKey(value, seq)] = true
		}
		for _, value := range is {
			if len(stale) > 0 {
				if key := indexKey(value, seq); stale[key] {
					delete(stale, key)
					continue
				}
			}
			fresh = fresh.with(i, value, seq)
		}
		for key := range stale {
			t.table(k).indexes[i].Delete(key)
		}
	}
	for i, key := range fresh.keys() {
		t.table(k).indexes[i].Set(key, seq)
	}
}

// sequence is a number no record has had.
func (t *tx) sequence() uint64 {
	t.next++
	return t.next
}

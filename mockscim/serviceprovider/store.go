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

// record is one stored resource. It never changes: a write puts another record in its place.
type record struct {
	kind     *kind         //
	seq      uint64        // order of creation
	id       string        //
	resource scim.Resource // id, schemas and meta included; meta.location and derived attributes are not
	created  time.Time
	modified time.Time
}

// table holds the records of one kind: in order of creation, by id and by each index of the kind.
type table struct {
	ordered *btree.Map[uint64, *record]
	byID    *btree.Map[string, *record]
	indexes []*btree.Map[string, uint64] // indexKey -> sequence
}

// state is everything stored at one moment. A published state never changes, so readers need no lock and long scans hold
// nobody up.
type state struct {
	tables []table // by slot of the kind
	next   uint64  // sequence of the last record
}

// store publishes states. Writers take turns; the trees share all nodes a write did not touch.
type store struct {
	writing sync.Mutex
	current atomic.Pointer[state]
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
	s := &store{}
	s.current.Store(first)
	return s
}

// snapshot is the state as of now.
func (s *store) snapshot() *state { return s.current.Load() }

// update runs write on a draft of the state and publishes the draft when write says so.
func (s *store) update(write func(tx *tx) (commit bool)) {
	s.writing.Lock()
	defer s.writing.Unlock()
	draft := s.current.Load().copy()
	if write(&tx{state: draft}) {
		s.current.Store(draft)
	}
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

	own uint64 // a bit for each table that belongs to the draft
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

// put adds a record, or replaces the one with its id; then only the index entries that differ are touched.
func (t *tx) put(k *kind, r *record) {
	var old scim.Resource
	if replaced := t.get(k, r.id); replaced != nil {
		old = replaced.resource
	}
	own := t.table(k)
	own.ordered.Set(r.seq, r)
	own.byID.Set(r.id, r)
	t.reindex(k, r.seq, old, r.resource)
}

// drop takes a record away and nothing else; references to it stay.
func (t *tx) drop(k *kind, r *record) {
	own := t.table(k)
	own.ordered.Delete(r.seq)
	own.byID.Delete(r.id)
	t.reindex(k, r.seq, r.resource, nil)
}

func (t *tx) reindex(k *kind, seq uint64, before, after scim.Resource) {
	for i, index := range k.indexes {
		was, is := index.values(before), index.values(after)
		if slices.Equal(was, is) {
			continue
		}
		var stale map[string]bool
		if len(was) > 0 {
			stale = make(map[string]bool, len(was))
		}
		for _, value := range was {
			stale[indexKey(value, seq)] = true
		}
		entries := t.table(k).indexes[i]
		for _, value := range is {
			key := indexKey(value, seq)
			if !stale[key] {
				entries.Set(key, seq)
			}
			delete(stale, key)
		}
		for key := range stale {
			entries.Delete(key)
		}
	}
}

// sequence is a number no record has had.
func (t *tx) sequence() uint64 {
	t.next++
	return t.next
}

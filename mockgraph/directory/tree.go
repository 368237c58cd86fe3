package directory

import (
	"strings"

	"github.com/tidwall/btree"
)

// degree of the trees: small enough that copying a path on write stays cheap, large enough that scans stay fast.
const degree = 16

// tree is an ordered set that copies on write. A published tree is never written again, so reading it needs no lock.
type tree[T any] struct{ items *btree.BTreeG[T] }

func newTree[T any](less func(a, b T) bool) tree[T] {
	return tree[T]{btree.NewBTreeGOptions(less, btree.Options{NoLocks: true, Degree: degree})}
}

func (t tree[T]) get(key T) (T, bool) { return t.items.Get(key) }

// from calls yield for the items not below pivot, in order, until it returns false.
func (t tree[T]) from(pivot T, yield func(T) bool) { t.items.Ascend(pivot, yield) }

// writer is the writing side of a tree: its own copy, which nobody else sees.
type writer[T any] struct {
	base tree[T]
	edit tree[T] // the copy under change, zero when nothing is changed
}

func newWriter[T any](less func(a, b T) bool) writer[T] { return writer[T]{base: newTree(less)} }

// view returns the tree as the transaction sees it.
func (w *writer[T]) view() tree[T] {
	if w.edit.items != nil {
		return w.edit
	}
	return w.base
}

func (w *writer[T]) change() *btree.BTreeG[T] {
	if w.edit.items == nil {
		w.edit = tree[T]{w.base.items.Copy()}
	}
	return w.edit.items
}

func (w *writer[T]) put(item T)  { w.change().Set(item) }
func (w *writer[T]) drop(item T) { w.change().Delete(item) }

// commit makes the changes the base, publishes a copy of it and says so; false when there are none. It is a copy because taking
// a copy writes to the tree it is taken from, and nothing that is published is ever written.
func (w *writer[T]) commit(published *tree[T]) bool {
	if w.edit.items == nil {
		return false
	}
	w.base, w.edit = w.edit, tree[T]{}
	*published = tree[T]{w.base.items.Copy()}
	return true
}

func (w *writer[T]) abandon() { w.edit = tree[T]{} }

// link is a relation between two objects, by the number of their types. It never changes once it is in a tree.
type link struct {
	from, to         string
	role             string      // app role of an assignment, "" otherwise
	assignment       *Assignment // nil when the relation is another
	relation         Relation
	fromType, toType uint8
}

// entry says that the object with id has the value under the property, folded.
type entry struct {
	number  uint8 // of the type
	ordinal uint8
	value   string
	id      string
}

func lessObject(a, b *Object) bool         { return a.id < b.id }
func lessAssignment(a, b *Assignment) bool { return a.ID < b.ID }

func lessEntry(a, b entry) bool {
	if a.number != b.number {
		return a.number < b.number
	}
	if a.ordinal != b.ordinal {
		return a.ordinal < b.ordinal
	}
	if order := strings.Compare(a.value, b.value); order != 0 {
		return order < 0
	}
	return a.id < b.id
}

// lessForward orders links by where they start.
func lessForward(a, b *link) bool {
	if a.relation != b.relation {
		return a.relation < b.relation
	}
	if order := strings.Compare(a.from, b.from); order != 0 {
		return order < 0
	}
	if order := strings.Compare(a.to, b.to); order != 0 {
		return order < 0
	}
	return a.role < b.role
}

// lessBackward orders links by where they end.
func lessBackward(a, b *link) bool {
	if a.relation != b.relation {
		return a.relation < b.relation
	}
	if order := strings.Compare(a.to, b.to); order != 0 {
		return order < 0
	}
	if order := strings.Compare(a.from, b.from); order != 0 {
		return order < 0
	}
	return a.role < b.role
}

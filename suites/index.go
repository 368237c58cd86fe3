package suites

// Index finds runnables by id or alias.
type Index struct {
	runnables []Runnable
	byName    map[string][]int
}

// NewIndex indexes runnables. The slice must not change afterwards.
func NewIndex(rs []Runnable) *Index {
	x := &Index{runnables: rs, byName: make(map[string][]int, len(rs))}
	for i, r := range rs {
		x.byName[r.ID] = append(x.byName[r.ID], i)
		for _, alias := range r.Aliases {
			x.byName[alias] = append(x.byName[alias], i)
		}
	}
	return x
}

// Causes returns the positions of a cause of r: that of its own dialect, as [Index.Find] says, or of every dialect when r is run once for all of them.
func (x *Index) Causes(r Runnable, id string) []int {
	if r.Once {
		return x.byName[id]
	}
	if i, ok := x.Find(id, r.Dialect); ok {
		return []int{i}
	}
	return nil
}

// Find returns the position of the runnable with this id or alias that a runnable of this dialect means: that of its own
// dialect or, when there is none, the first.
func (x *Index) Find(id, dialect string) (position int, ok bool) {
	found := x.byName[id]
	for _, i := range found {
		if x.runnables[i].Dialect == dialect {
			return i, true
		}
	}
	if len(found) == 0 {
		return 0, false
	}
	return found[0], true
}

package directory

import "iter"

// Parts cuts the live objects of a type into runs of about the same length, no more than n, for readers that go through them side by
// side. One after the other they are [Snapshot.Objects]; nothing for an unknown type.
func (s *Snapshot) Parts(t Type, n int) []iter.Seq[*Object] {
	number, ok := numberOf(t)
	if !ok {
		return nil
	}
	tree := s.live[number]
	length := tree.items.Len()
	n = max(1, min(n, length))
	parts := make([]iter.Seq[*Object], 0, n)
	var first *Object // nil: from the beginning
	for i := range n {
		var end *Object // nil: to the end
		if i+1 < n {
			end, _ = tree.items.GetAt((i + 1) * length / n)
		}
		parts = append(parts, between(tree, first, end))
		first = end
	}
	return parts
}

// between yields the objects from one to before another; nil is the beginning or the end.
func between(t tree[*Object], first, end *Object) iter.Seq[*Object] {
	return func(yield func(*Object) bool) {
		visit := func(o *Object) bool { return o != end && yield(o) }
		if first == nil {
			t.items.Scan(visit)
			return
		}
		t.from(first, visit)
	}
}

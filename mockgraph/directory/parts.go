package directory

import "iter"

// Parts cuts the live objects of a type into runs of about the same length, no more than n, for readers that go through them side by
// side. One after the other they are [Snapshot.Objects]; nothing for an unknown type.
// values says that the reader is going to look at more of them than their booleans.
func (s *Snapshot) Parts(t Type, n int, values bool) []iter.Seq[*Object] {
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
		parts = append(parts, between(tree, first, end, values))
		first = end
	}
	return parts
}

// ahead is how many objects are looked at before the first of them is handed on.
const ahead = 32

// fetched is how many bytes a processor fetches at once.
const fetched = 64

// between yields the objects from one to before another; nil is the beginning or the end. Objects lie in memory in another order than
// they are read in: looking at some of them first, one independent of the other, lets the processor fetch them at the same time
// instead of one after the other.
func between(t tree[*Object], first, end *Object, values bool) iter.Seq[*Object] {
	return func(yield func(*Object) bool) {
		var next [ahead]*Object
		n, more, seen := 0, true, 0
		hand := func() bool {
			for _, o := range next[:n] {
				seen += len(o.packed)
			}
			if values {
				for _, o := range next[:n] {
					for at := 0; at < len(o.packed); at += fetched {
						seen += int(o.packed[at])
					}
					if last := len(o.packed) - 1; last > 0 {
						seen += int(o.packed[last])
					}
				}
			}
			for _, o := range next[:n] {
				if more = more && yield(o); !more {
					break
				}
			}
			n = 0
			return more
		}
		visit := func(o *Object) bool {
			if o == end {
				return false
			}
			next[n] = o
			n++
			return n < ahead || hand()
		}
		if first == nil {
			t.items.Scan(visit)
		} else {
			t.from(first, visit)
		}
		if more {
			hand()
		}
	}
}

package directory

import (
	"math/bits"
	"slices"
)

// draft holds values of properties on their way into an object, by ordinal and in the form in which objects keep them: nil clears.
type draft struct {
	given  ordinalSet
	values []any // of the ordinals given, in their order
}

// draft returns an empty one. The writer uses those again that are done with.
func (x *tx) draft() *draft {
	spare := &x.d.drafts
	if n := len(*spare); n > 0 {
		d := (*spare)[n-1]
		*spare = (*spare)[:n-1]
		return d
	}
	return &draft{}
}

func (x *tx) done(d *draft) {
	clear(d.values)
	d.given, d.values = ordinalSet{}, d.values[:0]
	x.d.drafts = append(x.d.drafts, d)
}

// value returns the value given, nil for none.
func (d *draft) value(ordinal int) any {
	if !d.given.has(ordinal) {
		return nil
	}
	return d.values[d.given.rank(ordinal)]
}

func (d *draft) put(ordinal int, v any) {
	at := d.given.rank(ordinal)
	if d.given.has(ordinal) {
		d.values[at] = v
		return
	}
	d.given.add(ordinal)
	d.values = slices.Insert(d.values, at, v)
}

func (d *draft) drop(ordinal int) {
	if d.given.has(ordinal) {
		at := d.given.rank(ordinal)
		d.given.remove(ordinal)
		d.values = slices.Delete(d.values, at, at+1)
	}
}

// ordinalSet is a set of ordinals.
type ordinalSet [maxOrdinals / 64]uint64

func (s *ordinalSet) add(ordinal int) { s[ordinal/64] |= 1 << (ordinal % 64) }

func (s *ordinalSet) remove(ordinal int) { s[ordinal/64] &^= 1 << (ordinal % 64) }

func (s *ordinalSet) has(ordinal int) bool { return s[ordinal/64]&(1<<(ordinal%64)) != 0 }

// rank counts the members below an ordinal.
func (s *ordinalSet) rank(ordinal int) (below int) {
	word := ordinal / 64
	for i := range word {
		below += bits.OnesCount64(s[i])
	}
	return below + bits.OnesCount64(s[word]&(1<<(ordinal%64)-1))
}

func (s *ordinalSet) size() (n int) {
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// next returns the first member not below an ordinal, -1 when there is none.
func (s *ordinalSet) next(ordinal int) int {
	for word := ordinal / 64; word < len(s); word++ {
		rest := s[word]
		if word == ordinal/64 {
			rest &= ^uint64(0) << (ordinal % 64)
		}
		if rest != 0 {
			return word*64 + bits.TrailingZeros64(rest)
		}
	}
	return -1
}

// and returns what two sets share.
func (s *ordinalSet) and(other *ordinalSet) (both ordinalSet) {
	for i := range s {
		both[i] = s[i] & other[i]
	}
	return both
}

package exchange

// beginnings says which needles may begin at a place of a text, so that at most places none is tried: by the first byte there, and by whether any needle
// begins with the first two.
type beginnings struct {
	needles [1 << 8][]needle
	pairs   [1 << 16 / 64]uint64 // a bit for each two bytes
}

func newBeginnings(needles []needle) *beginnings {
	var all beginnings
	for _, n := range needles {
		first := n.text[0]
		all.needles[first] = append(all.needles[first], n)
		for second := range 1 << 8 {
			if byte(second) == n.text[1] || escape(byte(second)) {
				all.add(first, byte(second))
			}
		}
	}
	for c := range 1 << 8 {
		if !escape(byte(c)) {
			continue
		}
		all.needles[c] = needles // whatever it is that is escaped
		for second := range 1 << 8 {
			all.add(byte(c), byte(second))
		}
	}
	return &all
}

func (all *beginnings) add(first, second byte) {
	pair := int(first)<<8 | int(second)
	all.pairs[pair/64] |= 1 << (pair % 64)
}

// at gives the needles that may begin where the text does.
func (all *beginnings) at(text []byte) []needle {
	if len(text) > 1 {
		if pair := int(text[0])<<8 | int(text[1]); all.pairs[pair/64]>>(pair%64)&1 == 0 {
			return nil
		}
	}
	return all.needles[text[0]]
}

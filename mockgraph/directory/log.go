package directory

// chunkSize is the number of changes that are allocated at once.
const chunkSize = 256

// log is an append-only list of changes. Copies share their chunks: a copy sees what was there when it was made, and the one
// writer adds behind that, so reading needs no lock.
type log struct {
	chunks []*[chunkSize]Change
	length uint64 // also the sequence of the last change
}

// add appends a change and numbers it.
func (l *log) add(c Change) uint64 {
	if l.length%chunkSize == 0 {
		l.chunks = append(l.chunks, new([chunkSize]Change))
	}
	l.length++
	c.Sequence = l.length
	l.chunks[(l.length-1)/chunkSize][(l.length-1)%chunkSize] = c
	return l.length
}

// since calls yield for the changes after the sequence.
func (l *log) since(sequence uint64, yield func(Change) bool) {
	for i := sequence; i < l.length; i++ {
		if !yield(l.chunks[i/chunkSize][i%chunkSize]) {
			return
		}
	}
}

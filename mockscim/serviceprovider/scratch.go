package serviceprovider

import (
	"bytes"
	"sync"
)

// maxScratch is how much memory is kept ready for the text of a body.
const maxScratch = 64 << 10

// scratch keeps memory ready for the text of bodies, which is read or written once and then of no use. The zero value is ready for use.
type scratch struct{ buffers sync.Pool }

// take hands out an empty buffer.
func (s *scratch) take() *bytes.Buffer {
	if b, ok := s.buffers.Get().(*bytes.Buffer); ok {
		return b
	}
	return &bytes.Buffer{}
}

// give takes a buffer back whose content nobody holds on to.
func (s *scratch) give(b *bytes.Buffer) {
	if b.Cap() <= maxScratch {
		b.Reset()
		s.buffers.Put(b)
	}
}

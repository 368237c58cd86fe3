package impersonate

import "sync"

// buffers are reused between calls. They are the only part of a call that is: a handler that keeps the rest does no harm.
var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 2048); return &b }}

// pending is what is written and not yet read, at most a window of bytes. Its zero value is empty.
type pending struct {
	buffer *[]byte // of the pool; nil while nothing was written
	read   int     // bytes of it that are read
}

func (p *pending) len() int {
	if p.buffer == nil {
		return 0
	}
	return len(*p.buffer) - p.read
}

// fill takes as much as there is room for, and says how much.
func fill[T []byte | string](p *pending, text T) int {
	if len(text) == 0 {
		return 0
	}
	n := min(len(text), window-p.len())
	if n == 0 {
		return 0
	}
	if p.buffer == nil {
		p.buffer, _ = buffers.Get().(*[]byte)
	}
	if p.read > 0 && len(*p.buffer)+n > window {
		*p.buffer = append((*p.buffer)[:0], (*p.buffer)[p.read:]...)
		p.read = 0
	}
	*p.buffer = append(*p.buffer, text[:n]...)
	return n
}

// drain moves bytes out.
func (p *pending) drain(to []byte) int {
	if p.buffer == nil {
		return 0
	}
	n := copy(to, (*p.buffer)[p.read:])
	if p.read += n; p.read == len(*p.buffer) {
		p.drop()
	}
	return n
}

// drop forgets the bytes and keeps the buffer.
func (p *pending) drop() {
	if p.buffer != nil {
		*p.buffer, p.read = (*p.buffer)[:0], 0
	}
}

// free gives the buffer back.
func (p *pending) free() {
	if p.buffer != nil {
		p.drop()
		buffers.Put(p.buffer)
		p.buffer = nil
	}
}

// peek returns the unread bytes, to be looked at only.
func (p *pending) peek() []byte {
	if p.buffer == nil {
		return nil
	}
	return (*p.buffer)[p.read:]
}

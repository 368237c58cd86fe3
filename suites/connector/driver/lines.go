package driver

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
)

// lines takes the standard output of a program apart into lines, within bounds. The program waits while more than a few are unread.
type lines struct {
	whole   chan []byte   // complete lines
	flooded chan struct{} // closed when there is more than is read
	stopped chan struct{} // closed when nobody reads any more

	limit int
	most  int64

	mu     sync.Mutex
	begun  []byte // of the line that is not complete
	total  int64  // since the last message
	heard  bool   // anything at all was written
	reason string
	once   sync.Once
	stops  sync.Once
}

var errFlood = errors.New("more output than is read")

func newLines(limit int, most int64) *lines {
	return &lines{whole: make(chan []byte, 4), flooded: make(chan struct{}), stopped: make(chan struct{}), limit: limit, most: most}
}

// Write takes output. Once there is too much of it, or nobody reads, it is an error, which ends the stream for the program.
func (l *lines) Write(data []byte) (int, error) {
	n := len(data)
	for len(data) > 0 {
		part, rest, complete := bytes.Cut(data, []byte("\n"))
		ready, err := l.take(part, complete)
		if err != nil {
			return 0, err
		}
		if len(bytes.TrimSpace(ready)) > 0 {
			select {
			case l.whole <- ready:
			case <-l.stopped:
				return 0, errFlood
			}
		}
		data = rest
	}
	return n, nil
}

// lineCost is what a line counts at least against the bound of all, for empty ones cost time, too.
const lineCost = 1024

// take adds to the line that is not complete, and returns it when it is.
func (l *lines) take(part []byte, complete bool) ([]byte, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total += int64(max(len(part), lineCost))
	l.heard = true
	switch {
	case len(l.begun)+len(part) > l.limit:
		l.flood(fmt.Sprintf("a line of more than %d bytes", l.limit), part)
		return nil, errFlood
	case l.total > l.most:
		l.flood(fmt.Sprintf("more than %d bytes", l.most), part)
		return nil, errFlood
	}
	l.begun = append(l.begun, part...)
	if !complete {
		return nil, nil
	}
	ready := l.begun
	l.begun = nil
	return ready, nil
}

func (l *lines) flood(reason string, part []byte) {
	l.once.Do(func() {
		first := l.begun
		if len(first) == 0 {
			first = part
		}
		l.reason = reason + ", which begins " + clip(first)
		l.begun = nil
		close(l.flooded)
	})
}

// excess says what was too much.
func (l *lines) excess() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.reason
}

// next begins another message.
func (l *lines) next() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.total = 0
}

// leftover is a line that came although nobody had asked.
func (l *lines) leftover() ([]byte, bool) {
	select {
	case text := <-l.whole:
		return text, true
	default:
		return nil, false
	}
}

// partial is the beginning of a line that was not completed, "" if there is none.
func (l *lines) partial() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return clip(bytes.TrimSpace(l.begun))
}

// silent says whether the program has written nothing at all.
func (l *lines) silent() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.heard
}

// stop lets the program go that waits for a reader.
func (l *lines) stop() { l.stops.Do(func() { close(l.stopped) }) }

// tail keeps the end of what is written to it, and tells when it is too much.
type tail struct {
	limit int64

	mu       sync.Mutex
	kept     []byte
	total    int64
	overflow chan struct{}
	over     bool
}

// keptBytes bounds what a tail keeps.
const keptBytes = 64 << 10

// Write keeps the end of the output.
func (t *tail) Write(data []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, data[max(len(data)-keptBytes, 0):]...)
	if excess := len(t.kept) - keptBytes; excess > 0 {
		t.kept = append(t.kept[:0], t.kept[excess:]...)
	}
	t.total += int64(len(data))
	if t.total > t.limit && !t.over {
		t.over = true
		close(t.signal())
	}
	if t.over {
		return 0, errFlood
	}
	return len(data), nil
}

func (t *tail) signal() chan struct{} {
	if t.overflow == nil {
		t.overflow = make(chan struct{})
	}
	return t.overflow
}

// full is closed when there was too much.
func (t *tail) full() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.signal()
}

// next begins another message.
func (t *tail) next() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.total = 0
}

// last are the last lines.
func (t *tail) last() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return lastOf(string(t.kept))
}

package impersonate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"sync"
)

// window is how many bytes a handler may be ahead of its client.
const window = 64 << 10

// call is one call of a handler: the [http.ResponseWriter] the handler sees. Its client reads through [body].
type call struct {
	header http.Header   // the handler's; nil until it asks
	ready  chan struct{} // closed when the client may have the answer
	cancel context.CancelFunc
	upload io.Closer // body of the request
	head   bool      // the method is HEAD: no body is sent

	url    url.URL       // of the request the handler sees; here to spare an allocation, like the next
	answer http.Response // of the client

	mu       sync.Mutex
	moved    sync.Cond // of mu: bytes were written or read, or one side has ended
	status   int
	sent     http.Header // header as it was when the status was written
	declared int64       // Content-Length in it; -1 for none
	size     int64       // bytes written
	pending  pending     // those of them that are not read
	streams  bool        // the client has the answer while the handler still writes
	done     bool        // the handler has returned
	lost     error       // the handler broke off before the client had anything
	failure  error       // what the client's next read gets in place of EOF
	deserted error       // what the handler's next write gets: the client is gone
}

func newCall(head bool, cancel context.CancelFunc) *call {
	c := &call{ready: make(chan struct{}), cancel: cancel, head: head}
	c.moved.L = &c.mu
	return c
}

// run calls the handler and settles the answer.
func (c *call) run(handler http.Handler, r *http.Request) {
	stretch(len(r.Method))
	returned := false
	defer func() {
		var failure error
		if !returned { // a panic, or runtime.Goexit
			failure = brokenOff(recover())
		}
		_ = c.upload.Close()
		c.finish(failure)
	}()
	handler.ServeHTTP(c, r)
	returned = true
}

// stretch makes the stack of a new goroutine as large as most handlers need, while it is empty: growing it by doublings under a
// running handler costs more than the rest of the call.
//
//go:noinline
func stretch(i int) byte {
	var frame [4 << 10]byte
	return frame[i%len(frame)]
}

// brokenOff tells what a panic with a value means to the client; nil is runtime.Goexit.
func brokenOff(value any) error {
	switch value {
	case nil:
		return ErrHandler
	case http.ErrAbortHandler:
		return io.ErrUnexpectedEOF
	}
	return fmt.Errorf("%w: panic: %v\n%s", ErrHandler, value, debug.Stack())
}

func (c *call) finish(failure error) {
	c.cancel()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.done = true
	if c.status == 0 {
		c.begin(http.StatusOK)
	}
	if failure == nil && !c.head && bodyAllowed(c.status) && c.declared >= 0 && c.size < c.declared {
		c.failure = first(c.failure, io.ErrUnexpectedEOF)
	}
	if failure != nil {
		c.failure = first(c.failure, failure)
		if !c.streams {
			c.lost = failure
		}
	}
	if c.deserted != nil {
		c.pending.free()
	}
	c.release()
}

// begin fixes status and header. With mu held.
func (c *call) begin(status int) {
	c.status, c.sent, c.declared = status, c.header, -1
	if !c.done { // the handler may go on changing its own
		c.sent = c.header.Clone()
	}
	if c.sent == nil {
		c.sent = http.Header{}
	}
	if length := c.sent.Get("Content-Length"); length != "" {
		if n, err := strconv.ParseInt(length, 10, 64); err == nil && n >= 0 {
			c.declared = n
		}
	}
}

// release lets the client have the answer, or tells it that there is more. With mu held.
func (c *call) release() {
	select {
	case <-c.ready:
		c.moved.Broadcast()
	default:
		c.streams = !c.done
		close(c.ready)
	}
}

// errDeserted is what a handler's write gets when nobody reads any more.
var errDeserted = errors.New("write answer: its reader is gone")

// abandon tells the handler that its client is gone, in whatever it is about, and the client why, should it read on.
func (c *call) abandon(why error) {
	c.cancel()
	_ = c.upload.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deserted = errDeserted
	c.failure = first(c.failure, why)
	if c.done {
		c.pending.free()
	} else {
		c.pending.drop()
	}
	c.moved.Broadcast()
}

// Header returns the header that goes with the status.
func (c *call) Header() http.Header {
	if c.header == nil {
		c.header = make(http.Header, 4)
	}
	return c.header
}

// WriteHeader fixes the status and the header. 1xx is not sent.
func (c *call) WriteHeader(status int) {
	if status < 100 || status > 999 {
		panic(fmt.Sprintf("invalid WriteHeader code %d", status)) // as net/http does; the client gets ErrHandler
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.status == 0 && status >= 200 && !c.done {
		c.begin(status)
	}
}

// Write appends to the answer; it waits while the client is a window behind.
func (c *call) Write(p []byte) (int, error) { return write(c, p) }

// WriteString is Write without a copy.
func (c *call) WriteString(s string) (int, error) { return write(c, s) }

func write[T []byte | string](c *call, p T) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done {
		return 0, http.ErrHandlerTimeout // somebody kept the writer after the handler returned
	}
	if c.status == 0 {
		c.begin(http.StatusOK)
	}
	switch {
	case !bodyAllowed(c.status):
		return 0, http.ErrBodyNotAllowed
	case c.declared >= 0 && c.size+int64(len(p)) > c.declared && !c.head:
		return 0, http.ErrContentLength
	}
	c.size += int64(len(p))
	if c.head {
		return len(p), c.deserted
	}
	written := 0
	for {
		if c.deserted != nil {
			return written, c.deserted
		}
		n := fill(&c.pending, p[written:])
		written += n
		if written == len(p) {
			break
		}
		c.release()
		if n == 0 {
			c.moved.Wait()
		}
	}
	if c.streams {
		c.moved.Broadcast()
	}
	return written, nil
}

// FlushError lets the client have what is written.
func (c *call) FlushError() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done {
		return http.ErrHandlerTimeout
	}
	if c.status == 0 {
		c.begin(http.StatusOK)
	}
	c.release()
	return c.deserted
}

// Flush is FlushError for handlers that know [http.Flusher] only.
func (c *call) Flush() { _ = c.FlushError() }

// EnableFullDuplex changes nothing: a handler may always read while it writes.
func (c *call) EnableFullDuplex() error { return nil }

func first(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// bodyAllowed tells whether an answer may have a body (RFC 9110 sections 15.3.5 and 15.4.5).
func bodyAllowed(status int) bool {
	return status != http.StatusNoContent && status != http.StatusNotModified
}

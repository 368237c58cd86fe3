package impersonate

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// response makes the answer the client gets, once c.ready is closed.
func (c *call) response(asked *http.Request) (*http.Response, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.lost != nil {
		c.pending.free()
		return nil, fmt.Errorf("call %s: %w", asked.URL.Host, c.lost)
	}
	r := &c.answer
	*r = http.Response{
		Status: statusLine(c.status), StatusCode: c.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: c.sent, Body: http.NoBody, ContentLength: c.declared, Request: asked,
	}
	if _, typed := r.Header["Content-Type"]; !typed && c.pending.len() > 0 && r.Header.Get("Content-Encoding") == "" {
		r.Header.Set("Content-Type", http.DetectContentType(c.pending.peek()))
	}
	switch {
	case !bodyAllowed(c.status):
		r.ContentLength = 0
	case c.head:
		if c.declared < 0 && c.done && c.size > 0 {
			c.measure(r)
		}
	case !c.done:
		if c.declared < 0 {
			r.TransferEncoding = []string{"chunked"}
		}
		r.Body = c.stream(asked.Context())
	default:
		if c.declared < 0 {
			c.measure(r)
		}
		if c.size > 0 || c.failure != nil {
			r.Body = body{call: c}
		}
	}
	return r, nil
}

// measure sets the length of an answer that is complete.
func (c *call) measure(r *http.Response) {
	r.ContentLength = c.size
	if c.size == 0 {
		return // an empty map of headers spares an allocation
	}
	r.Header.Set("Content-Length", strconv.FormatInt(c.size, 10))
}

// stream returns the body of an answer that goes on; it ends when the context of the request does.
func (c *call) stream(asked context.Context) io.ReadCloser {
	if asked.Done() == nil {
		return body{call: c}
	}
	return streamBody{body{call: c}, context.AfterFunc(asked, func() { c.abandon(asked.Err()) })}
}

// body is what the client reads.
type body struct{ *call }

// Read waits for bytes; the handler's failure comes after those it wrote.
func (b body) Read(p []byte) (int, error) {
	c := b.call
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		switch {
		case c.pending.len() > 0:
			n := c.pending.drain(p)
			if c.streams {
				c.moved.Broadcast()
			}
			return n, nil
		case c.failure != nil:
			return 0, c.failure
		case c.done:
			c.pending.free()
			return 0, io.EOF
		case len(p) == 0:
			return 0, nil
		}
		c.moved.Wait()
	}
}

// Close lets the handler know that nobody reads any more.
func (b body) Close() error {
	b.abandon(http.ErrBodyReadAfterClose)
	return nil
}

// streamBody is a body that forgets its request's context when closed.
type streamBody struct {
	body

	forget func() bool
}

func (b streamBody) Close() error {
	b.forget()
	return b.body.Close()
}

func statusLine(status int) string {
	if status == http.StatusOK {
		return "200 OK"
	}
	return strconv.Itoa(status) + " " + http.StatusText(status)
}

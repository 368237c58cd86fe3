package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// ErrResponseTooLarge is what the reader of a response body gets once the recorder's limit is reached.
var ErrResponseTooLarge = errors.New("read response: larger than the limit")

// Session is an [http.RoundTripper] that records what one owner sends. It is safe for concurrent use.
type Session struct {
	recorder *Recorder
	owner    string
	base     http.RoundTripper
	quiet    bool // keeps no successes

	mu   sync.Mutex
	done []*Exchange
}

// RoundTrip sends the request and records the exchange. It reads the whole response body, up to the recorder's limit and
// as long as the request's context lives, before it returns; the body of the response then replays it, followed by the
// error that ended it, if any. The request's context is the only bound in time, so give it a deadline.
func (s *Session) RoundTrip(req *http.Request) (*http.Response, error) {
	r := s.recorder
	out, sent, err := detach(req)
	seq := r.begin()
	c := capture{started: r.clock.Now(), sent: sent}
	if err != nil {
		err = fmt.Errorf("read request body: %w", err)
	} else {
		c.resp, err = s.base.RoundTrip(out)
	}
	if err == nil && c.resp == nil {
		err = errors.New("send request: the transport gave neither a response nor an error")
	}
	if err == nil {
		c.wait = r.clock.Since(c.started)
		c.received, c.err = drain(req.Context(), c.resp.Body, r.maxResponse)
		c.resp.Body = &replay{Reader: bytes.NewReader(c.received), err: c.err}
	} else {
		c.resp, c.err = nil, err
	}
	c.duration = r.clock.Since(c.started)
	e := r.finish(s.owner, seq, out, c)
	s.keep(e)
	followed(req.Context(), e)
	if err != nil {
		rules, _ := r.rules()
		return nil, rules.error(err)
	}
	return c.resp, nil
}

// CloseIdleConnections closes what the base transport holds open, if it can.
func (s *Session) CloseIdleConnections() {
	if c, ok := s.base.(interface{ CloseIdleConnections() }); ok {
		c.CloseIdleConnections()
	}
}

// Exchanges gives the exchanges of this session, oldest first.
func (s *Session) Exchanges() []*Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	return inOrder(s.done)
}

// Last gives the exchange that was completed last, nil when there is none.
func (s *Session) Last() *Exchange {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.done) == 0 {
		return nil
	}
	return s.done[len(s.done)-1]
}

func (s *Session) keep(e *Exchange) {
	if s.quiet && e.Err == "" && e.Response.Status/100 == 2 {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.done = append(s.done[:0], e)
		return
	}
	s.recorder.store(e)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.done) >= s.recorder.keep {
		s.done = s.done[1:]
	}
	s.done = append(s.done, e)
}

// detach gives a copy of the request whose body is in memory, so that the transport may send it again on a fresh
// connection and the record still holds it once.
func detach(req *http.Request) (*http.Request, []byte, error) {
	out := req.Clone(req.Context())
	if req.Body == nil || req.Body == http.NoBody {
		return out, nil, nil
	}
	body, err := io.ReadAll(req.Body)
	err = errors.Join(err, req.Body.Close())
	out.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	out.Body, _ = out.GetBody()
	return out, body, err
}

// drain reads a body to its end, its limit or the end of the context, and closes it.
func drain(ctx context.Context, body io.ReadCloser, limit int64) ([]byte, error) {
	stop := context.AfterFunc(ctx, func() { _ = body.Close() })
	defer stop()
	defer func() { _ = body.Close() }()
	data, err := io.ReadAll(io.LimitReader(body, limit))
	if err == nil {
		var more [1]byte
		var n int
		if n, err = io.ReadFull(body, more[:]); n > 0 {
			return data, fmt.Errorf("%w of %d bytes", ErrResponseTooLarge, limit)
		}
		if errors.Is(err, io.EOF) {
			return data, nil
		}
	}
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return data, fmt.Errorf("read response body: %w", err)
}

// replay is a response body that was read already.
type replay struct {
	*bytes.Reader

	err error // what ended it, nil for its natural end
}

func (b *replay) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF && b.err != nil {
		err = b.err
	}
	return n, err
}

// WriteTo copies the body; it hides the reader's own, which would swallow the error.
func (b *replay) WriteTo(w io.Writer) (int64, error) {
	n, err := b.Reader.WriteTo(w)
	if err == nil {
		err = b.err
	}
	return n, err
}

func (b *replay) Close() error { return nil }

// wireURL gives the URL as it is sent: the query untouched, no fragment and no user information.
func wireURL(u *url.URL) string {
	c := *u
	c.User, c.Fragment, c.RawFragment = nil, "", ""
	if strings.HasPrefix(c.Opaque, "/") && !strings.HasPrefix(c.Opaque, "//") {
		c.Opaque = "//" + c.Host + c.Opaque
	}
	return c.String()
}

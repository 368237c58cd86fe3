package endpoint

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/time/rate"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// breath gives a target that refuses requests for being too many the time it asks for, and from then on sends no more of
// them per second than Entra does. It is shared by all lines to the target. Source: RFC 6585 §4, RFC 9110 §10.2.3.
type breath struct {
	clock    clockwork.Clock
	pace     rate.Limit                   // after the first refusal
	limiter  atomic.Pointer[rate.Limiter] // nil until the first refusal
	refusals atomic.Int64
	inVain   atomic.Int64 // requests in a row that were refused to the last try
}

// patience is how many requests in a row are sent again and again in vain, before others that are refused are not waited for any more.
const patience = 3

// line returns a transport that sends again what the target refused for now.
func (b *breath) line(next http.RoundTripper) http.RoundTripper { return breathing{b, next} }

type breathing struct {
	*breath

	next http.RoundTripper
}

const (
	maxTries = 6
	pause    = time.Second // when the target does not say how long
)

func (b breathing) RoundTrip(req *http.Request) (*http.Response, error) {
	for try := 1; ; try++ {
		if l := b.limiter.Load(); l != nil {
			if err := l.Wait(req.Context()); err != nil {
				return nil, err
			}
		}
		resp, err := b.next.RoundTrip(req)
		if err != nil {
			return resp, err
		}
		if !refusedForNow(resp.StatusCode, resp.Header) {
			b.inVain.Store(0)
			return resp, nil
		}
		b.refusals.Add(1)
		b.limiter.CompareAndSwap(nil, rate.NewLimiter(b.pace, 1))
		if b.inVain.Load() >= patience {
			return resp, nil
		}
		again, ok := repeated(req)
		if !ok || try == maxTries || !b.rest(req.Context(), b.asked(resp.Header)) {
			b.inVain.Add(1)
			return resp, nil
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
		req = again
	}
}

// refusedForNow says whether an answer asks for the same request later.
func refusedForNow(status int, h http.Header) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable && h.Get("Retry-After") != ""
}

// asked is how long the target wants to be left alone.
func (b *breath) asked(h http.Header) time.Duration {
	after := h.Get("Retry-After")
	if seconds, err := strconv.Atoi(after); err == nil {
		return time.Duration(max(seconds, 0)) * time.Second
	}
	if date, err := http.ParseTime(after); err == nil {
		return max(date.Sub(b.clock.Now()), 0)
	}
	return pause
}

// rest waits, unless the request would be out of time by then.
func (b *breath) rest(ctx context.Context, d time.Duration) bool {
	if end, ok := ctx.Deadline(); ok && b.clock.Now().Add(d).After(end) {
		return false
	}
	select {
	case <-ctx.Done():
		return false
	case <-b.clock.After(d):
		return true
	}
}

// repeated is a request that can be sent once more.
func repeated(req *http.Request) (*http.Request, bool) {
	again := req.Clone(req.Context())
	if req.Body == nil || req.Body == http.NoBody {
		return again, true
	}
	if req.GetBody == nil {
		return nil, false
	}
	body, err := req.GetBody()
	again.Body = body
	return again, err == nil
}

// withoutRefusals leaves out what was refused for now and sent again: for want of breath, or with a token that had ended in the middle of the run.
func withoutRefusals(all []*exchange.Exchange) Traffic {
	kept := make(Traffic, 0, len(all))
	for i, e := range all {
		ended := e.Response.Status == http.StatusUnauthorized
		if !ended && !refusedForNow(e.Response.Status, e.Response.Header) || !sentAgain(e, all[i+1:]) {
			kept = append(kept, e)
		}
	}
	return kept
}

func sentAgain(e *exchange.Exchange, later []*exchange.Exchange) bool {
	for _, l := range later {
		if l.Request.Method == e.Request.Method && l.Request.URL == e.Request.URL && bytes.Equal(l.Request.Body.Bytes, e.Request.Body.Bytes) {
			return true
		}
	}
	return false
}

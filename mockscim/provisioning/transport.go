package provisioning

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// maxThrottled is how often one request is sent again because the target asked to wait.
const maxThrottled = 3

// WithRetryAfter sends a request again that was answered with 429 or 503 and a Retry-After of at most longest, after that time, up to three
// times. The time is real, like that of the network, also on a steered clock. Off by default, and for longest < 0, because nothing says that
// Entra heeds it: the object fails and is tried again in the next cycle. 0 heeds only "Retry-After: 0".
// Source: RFC 9110 §10.2.3.
func WithRetryAfter(longest time.Duration) Option {
	return func(s *settings) { s.heedRetryAfter, s.longestWait = longest >= 0, longest }
}

// maxRetries bounds [WithServerErrorRetries].
const maxRetries = 10

// WithServerErrorRetries sends a request again, up to n times (10 at most), that was answered with 500 or above, each time after a wait of
// real time; not with 501, nor where [WithRetryAfter] heeds the answer. Off by default, and for n < 1: the object fails and is tried again in
// the next cycle, because retries within one are not documented. A POST that was done nevertheless is then answered with 409, as
// learn.microsoft.com/entra/identity/enterprise-apps/troubleshoot-user-provisioning-validation reports of slow endpoints.
func WithServerErrorRetries(n int, wait time.Duration) Option {
	return func(s *settings) { s.retries, s.retryWait = min(max(n, 0), maxRetries), max(wait, 0) }
}

// unavailable says how long to wait before a request is sent again that was answered with a server error.
func (c *cycle) unavailable(r wire.Response, err error, tried int) (time.Duration, bool) {
	again := err == nil && r.Status >= http.StatusInternalServerError && r.Status != http.StatusNotImplemented && tried < c.retries
	return c.retryWait, again
}

// read sends a request that changes nothing.
func (c *cycle) read(ctx context.Context, r wire.Request) (wire.Response, error) {
	for try := 0; ; try++ {
		c.report.Requests++
		c.turn.Unlock()
		response, err := c.client.Do(ctx, r)
		wait, again := c.throttled(response, err)
		if again = again && try < maxThrottled; !again {
			wait, again = c.unavailable(response, err, try)
		}
		if again {
			pause(ctx, wait)
		}
		c.turn.Lock()
		if ctx.Err() != nil && again {
			return response, ctx.Err()
		}
		if !again {
			return response, err
		}
	}
}

// write sends a request that changes the target.
func (c *cycle) write(ctx context.Context, r wire.Request) (wire.Response, error) {
	c.writes++
	response, err := c.read(ctx, r)
	if err != nil {
		return response, err
	}
	return response, wire.Check(response)
}

// throttled says how long an answer asks to wait.
func (c *cycle) throttled(r wire.Response, err error) (time.Duration, bool) {
	if err != nil || !c.heedRetryAfter || r.Status != http.StatusTooManyRequests && r.Status != http.StatusServiceUnavailable {
		return 0, false
	}
	value := r.Header.Get("Retry-After")
	var wait time.Duration
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		wait = time.Duration(seconds) * time.Second
	} else if at, err := http.ParseTime(value); err == nil {
		wait = max(0, time.Until(at))
	} else {
		return 0, false
	}
	return wait, wait <= c.longestWait
}

// pause waits, until ctx ends at the latest.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// SetToken changes the secret token of the requests that begin from now on, as saving new credentials does.
func (j *Job) SetToken(token string) { j.target().SetToken(token) }

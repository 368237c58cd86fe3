package refconnector

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"time"
)

// The bounds of trying again.
const (
	tries    = 6               // of a call that is throttled, unavailable or without an answer
	lagTries = 8               // of a call about an object made a moment ago: two minutes in all
	firstGap = time.Second     // before the second try, when nobody says how long; doubled each time
	maxGap   = time.Minute     // of those
	maxWait  = 5 * time.Minute // of what Retry-After may ask
)

// try is one sending of a call, and how it ended: with an answer, or with an error.
type try struct {
	c       *Connector
	call    *call
	number  int // from 1
	token   string
	answer  *answer
	err     error
	signing bool // it is a sign-in
	batched bool // it is an item of a batch

	lost    bool // an earlier try may have been carried out
	renewed bool // a refused token was replaced before
}

// verdict is what follows a try: the answer is taken, or the call is sent again, or err is the end.
type verdict struct {
	done   bool
	again  bool
	wait   time.Duration
	signIn bool // with a new token
	lost   bool // the try may have been carried out
	ask    bool // first ask whether it was
	err    error
}

// judge decides what follows a try.
// Source: learn.microsoft.com/graph/errors, learn.microsoft.com/graph/throttling, learn.microsoft.com/graph/best-practices-concept.
func (c *Connector) judge(ctx context.Context, t *try) verdict {
	k := t.call
	if err := ended(ctx, k.purpose); err != nil {
		return verdict{err: err}
	}
	if t.answer == nil {
		if e, final := errors.AsType[*Error](t.err); final {
			return verdict{err: e}
		}
		v := verdict{lost: t.writes(), ask: t.writes(), err: &Error{Code: Unavailable, Message: c.scrub(fmt.Sprintf("%s: no answer: %v", k.purpose, t.err)), cause: t.err}}
		return c.limited(t, v, tries, c.gap(t.number))
	}
	status := t.answer.status
	if status < 300 {
		return verdict{done: true}
	}
	var refused *Error
	if t.signing {
		refused = c.signInError(t.answer, t.err)
	} else {
		refused = c.refused(k, t.answer)
	}
	v := verdict{err: refused}
	switch {
	case status == http.StatusTooManyRequests:
		return c.limited(t, v, tries, c.retryAfter(t))
	case status >= 500 && status != http.StatusNotImplemented:
		v.lost, v.ask = t.writes(), t.writes()
		return c.limited(t, v, tries, c.retryAfter(t))
	case t.signing:
		return v
	case status == http.StatusUnauthorized, status == http.StatusForbidden && t.stale():
		if !t.renewed {
			t.renewed = true
			return verdict{again: true, signIn: true, err: refused}
		}
	case status == http.StatusLocked, status == http.StatusConflict && k.method != http.MethodPost: // somebody else writes the object
		return c.limited(t, v, tries, c.retryAfter(t))
	case status == http.StatusNotFound && c.recent.any(c.now(), k.about):
		return c.limited(t, v, lagTries, c.gap(t.number))
	case t.lost && t.writes() && k.method == http.MethodPost && (refused.Code == AlreadyExists || refused.Code == UnknownObject):
		// It was carried out after all, and is not everywhere yet.
		v.ask = true
		return c.limited(t, v, tries, c.gap(t.number))
	}
	return v
}

// writes says whether a repetition could do something twice.
func (t *try) writes() bool {
	return t.call.method == http.MethodPost && !t.call.safe || t.call.there != nil
}

// stale says whether a permission granted meanwhile may be missing in the token: only a new one carries it.
// Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
func (t *try) stale() bool {
	_, fetched, _ := t.c.tokens.kept()
	return t.c.now().Sub(fetched) > time.Minute
}

// limited sends again after a wait unless the tries are used up or the wait is too long.
func (c *Connector) limited(t *try, v verdict, most int, wait time.Duration) verdict {
	if t.number >= most || wait > maxWait {
		return v
	}
	v.again, v.wait = true, wait
	return v
}

// gap is the wait before the next try when nobody says how long: it doubles, with jitter, so that many clients do not come back together.
func (c *Connector) gap(number int) time.Duration {
	base := min(firstGap<<min(number-1, 10), maxGap)
	return base + time.Duration(c.random()*float64(base)/4)
}

// retryAfter is how long an answer asks to wait; without it, the gap.
func (c *Connector) retryAfter(t *try) time.Duration {
	wait, ok := parseRetryAfter(t.answer.header, c.now())
	if !ok {
		return c.gap(t.number)
	}
	return wait
}

// parseRetryAfter reads Retry-After: whole seconds or a date (RFC 9110 section 10.2.3), or seconds with a decimal, which Graph was seen to
// send. A date counts from the answer's own Date, whose clock it was made with; without one from now. A past one is no wait.
func parseRetryAfter(header http.Header, now time.Time) (time.Duration, bool) {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseFloat(text, 64); err == nil {
		if math.IsNaN(seconds) || seconds < 0 {
			return 0, false
		}
		return time.Duration(min(math.Ceil(seconds*1000), 1e9)) * time.Millisecond, true
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(header.Get("Date")); err == nil {
		now = date
	}
	return min(max(at.Sub(now), 0), 1e6*time.Second), true
}

// wait waits before a call is sent again.
func (c *Connector) wait(ctx context.Context, k *call, d time.Duration) error {
	if d <= 0 {
		return ended(ctx, k.purpose)
	}
	if err := c.sleep(ctx, d); err != nil {
		return &Error{Code: Unavailable, Message: fmt.Sprintf("%s: wait to send again: %v", k.purpose, err), cause: err}
	}
	return ended(ctx, k.purpose)
}

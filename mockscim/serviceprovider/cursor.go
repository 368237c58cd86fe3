package serviceprovider

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// maxReadings is how many lists are read by cursor at once. One more ends the one that was asked for the longest ago (RFC 9865
// §5.4 asks for a ceiling).
const maxReadings = 256

// reading is a list that is read page by page: what it is of and in which order was settled with its first page, so that no write
// makes a page repeat or miss anything (RFC 9865).
type reading struct {
	query string // what was asked for
	state *state
	found []*record
	last  time.Time // when a page was asked for
}

// cursors are the readings under way.
type cursors struct {
	mu   sync.Mutex
	key  []byte // signs cursors, so that one that was never given is told from one that has expired
	next uint64
	open map[uint64]*reading
}

func newCursors(random io.Reader) (*cursors, error) {
	c := &cursors{key: make([]byte, sha256.Size), open: map[uint64]*reading{}}
	if _, err := io.ReadFull(random, c.key); err != nil {
		return nil, fmt.Errorf("read random key of cursors: %w", err)
	}
	return c, nil
}

// cursor is a place in a reading: the records from first on, at most up to end.
type cursor struct {
	reading    uint64
	first, end uint32
}

const (
	placeBytes  = 16
	cursorBytes = placeBytes + 16
)

// text signs a cursor and makes it fit for a URL.
func (c *cursors) text(at cursor) string {
	data := binary.BigEndian.AppendUint64(make([]byte, 0, cursorBytes), at.reading)
	data = binary.BigEndian.AppendUint32(data, at.first)
	data = binary.BigEndian.AppendUint32(data, at.end)
	return base64.RawURLEncoding.EncodeToString(append(data, c.sign(data)...))
}

func (c *cursors) sign(data []byte) []byte {
	mac := hmac.New(sha256.New, c.key)
	mac.Write(data)
	return mac.Sum(nil)[:cursorBytes-placeBytes]
}

// parse reads a cursor this endpoint gave.
func (c *cursors) parse(text string) (at cursor, ok bool) {
	if len(text) > 2*cursorBytes {
		return at, false
	}
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(data) != cursorBytes || !hmac.Equal(data[placeBytes:], c.sign(data[:placeBytes])) {
		return at, false
	}
	return cursor{binary.BigEndian.Uint64(data), binary.BigEndian.Uint32(data[8:]), binary.BigEndian.Uint32(data[12:])}, true
}

// begin keeps a reading for its next pages.
func (c *cursors) begin(r *reading, timeout time.Duration) uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, other := range c.open {
		if r.last.Sub(other.last) > timeout {
			delete(c.open, id)
		}
	}
	if len(c.open) >= maxReadings {
		oldest, found := uint64(0), false
		for id, other := range c.open {
			if !found || other.last.Before(c.open[oldest].last) || other.last.Equal(c.open[oldest].last) && id < oldest {
				oldest, found = id, true
			}
		}
		delete(c.open, oldest)
	}
	c.next++
	c.open[c.next] = r
	return c.next
}

// take finds the reading a cursor is of and renews it; nil when it has expired.
func (c *cursors) take(id uint64, now time.Time, timeout time.Duration) *reading {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.open[id]
	if r == nil || now.Sub(r.last) > timeout {
		delete(c.open, id)
		return nil
	}
	r.last = now
	return r
}

// byCursor says whether a list is to be read by cursor: it names one, or none of the two methods while cursors are the default
// (RFC 9865 §2.3).
func (q *request) byCursor() bool {
	s := &q.endpoint.settings
	return !s.withoutCursors && (q.query.Has("cursor") || s.cursorsFirst && !q.query.Has("startIndex"))
}

// cursorPage answers a list that is read by cursor.
func (e *Endpoint) cursorPage(q *request) *answer {
	count, err := q.number("count", e.settings.limits.MaxResults)
	if err == nil && count < 1 {
		err = scim.Errorf(http.StatusBadRequest, scim.InvalidCount, "count must be between 1 and %d", e.settings.limits.MaxResults)
	}
	if err != nil {
		return refuse(scim.Errorf(http.StatusBadRequest, scim.InvalidCount, "%s", asError(err, "").Detail))
	}
	count = min(count, e.settings.limits.MaxResults)
	if q.query.Has("startIndex") {
		return refuse(scim.Errorf(http.StatusBadRequest, scim.InvalidCursor, "a list is read by startIndex or by cursor, not by both"))
	}
	read, at, err := e.openReading(q)
	if err != nil {
		return refuse(asError(err, scim.InvalidFilter))
	}
	first := min(int(at.first), len(read.found))
	end := min(first+count, int(at.end), len(read.found))
	body := newList(len(read.found), 0, end-first)
	for _, r := range read.found[first:end] {
		body.Resources = append(body.Resources, e.render(q, read.state, r))
	}
	if at.reading == 0 && end < len(read.found) {
		at.reading = e.cursors.begin(read, e.settings.limits.CursorTimeout)
	}
	if end < len(read.found) {
		body.NextCursor = e.cursors.text(cursor{at.reading, uint32(end), wholeReading}) //nolint:gosec // there are fewer records
	}
	if first > 0 {
		body.PreviousCursor = e.cursors.text(cursor{at.reading, uint32(max(0, first-count)), uint32(first)}) //nolint:gosec // see above
	}
	return reply(http.StatusOK, body)
}

// wholeReading as the end of a cursor is no end.
const wholeReading = 1<<32 - 1

// openReading is what a request reads on, from where; without a cursor it is a new reading from its beginning. A cursor goes with the query it was
// given for.
func (e *Endpoint) openReading(q *request) (*reading, cursor, error) {
	now := e.settings.clock.Now()
	text, asked := e.bendCursor(q, q.query.Get("cursor")), q.asked()
	if text != "" {
		at, ok := e.cursors.parse(text)
		if !ok {
			return nil, at, scim.Errorf(http.StatusBadRequest, scim.InvalidCursor, "the cursor is none that was given here; leave it empty to begin")
		}
		read := e.cursors.take(at.reading, now, e.settings.limits.CursorTimeout)
		if read == nil {
			return nil, at, scim.Errorf(http.StatusBadRequest, scim.ExpiredCursor, "the cursor has expired: ask for each page within %d seconds, or begin again",
				int(e.settings.limits.CursorTimeout.Seconds()))
		}
		if read.query != asked {
			return nil, at, scim.Errorf(http.StatusBadRequest, scim.InvalidCursor, "the cursor was given for another query")
		}
		return e.bendReading(q, read), at, nil
	}
	read, err := e.newReading(q, now)
	return read, cursor{end: wholeReading}, err
}

// newReading settles what a list is of and in which order.
func (e *Endpoint) newReading(q *request, now time.Time) (*reading, error) {
	var filter scim.Expr
	var err error
	if q.query.Has("filter") {
		if filter, err = e.readFilter(q); err != nil {
			return nil, asError(err, scim.InvalidFilter)
		}
	}
	order, err := q.readOrder()
	if err != nil {
		return nil, asError(err, scim.InvalidValue)
	}
	s := e.store.snapshot()
	return &reading{query: q.asked(), state: s, found: e.selected(q, s, filter, order), last: now}, nil
}

// asked is what a list is of and in which order, as one text.
func (q *request) asked() string {
	name := ""
	if q.kind != nil {
		name = q.kind.name
	}
	return fmt.Sprintf("%s %q %q %q", name, q.query["filter"], q.query["sortBy"], q.query["sortOrder"])
}

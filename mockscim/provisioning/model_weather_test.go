package provisioning_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
)

// weather is a road to a target on which requests and answers get lost: it answers one stretch of requests badly, and otherwise passes them
// on. Some faults come after the target has acted, so that nobody knows what became of the request.
type weather struct {
	http.RoundTripper

	mu        sync.Mutex
	fault     string // "" for fair weather
	from, to  int    // which requests it hits, counted from 0
	n         int
	cancel    context.CancelFunc
	only      func(*http.Request) bool // nil: every request
	conflicts []string                 // creates the target refused because it has the object
	writes    []string
}

// faults are the ways a request fails: whether the target acts on it, and what comes back.
var faults = map[string]struct {
	acts   bool
	answer func(r *http.Request) (*http.Response, error)
}{
	"refused connection":        {false, failing(errors.New("connection refused"))},
	"lost answer":               {true, failing(io.ErrUnexpectedEOF)},
	"timeout":                   {true, failing(context.DeadlineExceeded)},
	"unavailable":               {false, says(http.StatusServiceUnavailable, "")},
	"throttled":                 {false, says(http.StatusTooManyRequests, `{"status":"429"}`)},
	"server error after acting": {true, says(http.StatusInternalServerError, "oops")},
	"server error":              {false, says(http.StatusInternalServerError, "oops")},
	"gateway timeout":           {true, says(http.StatusGatewayTimeout, "<html>")},
	"not authorised":            {false, says(http.StatusUnauthorized, "")},
	"redirect":                  {false, says(http.StatusFound, "")},
	"a page":                    {false, says(http.StatusOK, "<html><body>Welcome</body></html>")},
	"a page after acting":       {true, says(http.StatusOK, "<html><body>Welcome</body></html>")},
	"half of it":                {true, says(http.StatusOK, `{"schemas":["urn:ietf:params:scim:`)},
	"nothing in it":             {true, says(http.StatusOK, "")},
	"null":                      {true, says(http.StatusCreated, "null")},
	"a list of numbers":         {true, says(http.StatusOK, `{"totalResults":"many","Resources":[1,2,[]]}`)},
	"too large":                 {true, endless(http.StatusOK, 9<<20)},
	"no id":                     {true, says(http.StatusCreated, `{"userName":"x","displayName":"x"}`)},
	"cancelled before":          {false, nil},
	"cancelled after":           {true, nil},
}

func failing(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

func says(status int, body string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: status, Header: http.Header{"Content-Type": {"application/scim+json"}, "Location": {"https://login.example/"}},
			Body: io.NopCloser(strings.NewReader(body)), Request: r,
		}, nil
	}
}

// endless is an answer of very many bytes.
func endless(status int, size int64) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		body := io.LimitReader(blanks{}, size)
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/scim+json"}}, Body: io.NopCloser(body), Request: r}, nil
	}
}

// blanks never end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// change sets the weather from now on; a cancelled cycle calls cancel.
func (w *weather) change(fault string, from, to int, cancel context.CancelFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fault, w.from, w.to, w.n, w.cancel = fault, from, to, 0, cancel
}

func (w *weather) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f, bad := faults[w.fault]
	bad = bad && w.n >= w.from && w.n < w.to && (w.only == nil || w.only(r))
	w.n++
	if r.Method != http.MethodGet {
		w.writes = append(w.writes, r.Method+" "+r.URL.Path)
	}
	if bad && !f.acts {
		return w.spoil(f.answer, r)
	}
	response, err := w.RoundTripper.RoundTrip(r)
	if err == nil && r.Method == http.MethodPost && response.StatusCode == http.StatusConflict {
		w.conflicts = append(w.conflicts, r.URL.Path)
	}
	if bad {
		return w.spoil(f.answer, r)
	}
	return response, err
}

// spoil gives the answer of a fault in the place of the target's.
func (w *weather) spoil(answer func(*http.Request) (*http.Response, error), r *http.Request) (*http.Response, error) {
	if answer == nil {
		w.cancel()
		return nil, context.Canceled
	}
	return answer(r)
}

// taken returns the writes since it was last asked.
func (w *weather) taken() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	writes := w.writes
	w.writes = nil
	return writes
}

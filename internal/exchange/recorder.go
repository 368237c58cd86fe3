package exchange

import (
	"cmp"
	"net/http"
	"slices"
	"sync"

	"github.com/jonboulle/clockwork"
)

// The bounds of a [Recorder] that no option was given for.
const (
	DefaultBodyLimit   = 64 << 10  // bytes kept of each body
	DefaultMaxResponse = 8 << 20   // bytes read of a response
	defaultKeep        = 100_000   // exchanges kept
	defaultBudget      = 256 << 20 // bytes kept of all bodies together
	frugalBodyLimit    = 1 << 10   // bytes kept of each body once the budget is spent
)

// Recorder keeps the exchanges of a run. It is safe for concurrent use and bounded: of each body only the beginning is
// kept, the bodies together share a budget, and of very many exchanges the oldest are dropped.
type Recorder struct {
	clock       clockwork.Clock
	bodyLimit   int
	maxResponse int64
	keep        int
	budget      int64

	mu     sync.RWMutex
	redact redactor
	sent   int
	kept   int64
	order  []*Exchange // in order of completion
	byID   map[string]*Exchange
}

// Option shapes a [Recorder].
type Option func(*Recorder)

// WithClock sets the clock that stamps and measures exchanges. Default: the real one.
func WithClock(c clockwork.Clock) Option { return func(r *Recorder) { r.clock = c } }

// WithSecrets registers secrets as [Recorder.AddSecret] does.
func WithSecrets(secrets ...string) Option {
	return func(r *Recorder) {
		for _, s := range secrets {
			r.redact = r.redact.with(s)
		}
	}
}

// WithBodyLimit sets how many bytes of each body are kept. Default: [DefaultBodyLimit]; 0 or less keeps none.
func WithBodyLimit(n int) Option { return func(r *Recorder) { r.bodyLimit = max(n, 0) } }

// WithMaxResponse sets how many bytes of a response are read. A larger one is cut, and its reader gets
// [ErrResponseTooLarge] after them. Default: [DefaultMaxResponse].
func WithMaxResponse(n int64) Option { return func(r *Recorder) { r.maxResponse = max(n, 0) } }

// WithKeep sets how many exchanges are kept; older ones are dropped. Default: 100,000.
func WithKeep(n int) Option { return func(r *Recorder) { r.keep = max(n, 1) } }

// NewRecorder gives an empty recorder.
func NewRecorder(opts ...Option) *Recorder {
	r := &Recorder{
		clock:       clockwork.NewRealClock(),
		bodyLimit:   DefaultBodyLimit,
		maxResponse: DefaultMaxResponse,
		keep:        defaultKeep,
		budget:      defaultBudget,
		byID:        map[string]*Exchange{},
	}
	for _, o := range opts {
		o(r)
	}
	return r
}

// AddSecret has s redacted from now on wherever it occurs: in URLs, headers, bodies and errors, raw or encoded as URLs,
// forms, JSON, HTML and base64 encode it. White space around it does not count. A string shorter than four bytes is not
// taken for a secret.
func (r *Recorder) AddSecret(s string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.redact = r.redact.with(s)
}

// Redact gives text without the secrets, for what is said about an exchange elsewhere: a finding that quotes an answer.
func (r *Recorder) Redact(text string) string {
	rules, _ := r.rules()
	return rules.text(text)
}

// Session gives a transport that records for one owner. A nil base means a clone of [http.DefaultTransport].
func (r *Recorder) Session(owner string, base http.RoundTripper) *Session {
	if base == nil {
		base = http.DefaultTransport
		if t, ok := base.(*http.Transport); ok {
			base = t.Clone()
		}
	}
	return &Session{recorder: r, owner: owner, base: base}
}

// Quiet is [Recorder.Session] for thousands of requests nobody will read: what succeeds is counted, and is [Session.Last] until the next one,
// but it is not kept. Everything else is.
func (r *Recorder) Quiet(owner string, base http.RoundTripper) *Session {
	s := r.Session(owner, base)
	s.quiet = true
	return s
}

// Count tells how many requests were sent through the recorder's sessions.
func (r *Recorder) Count() int {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.sent
}

// Get gives the exchanges with these ids in the order asked for. Ids it does not know are left out.
func (r *Recorder) Get(ids ...string) []*Exchange {
	r.mu.RLock()
	defer r.mu.RUnlock()
	var found []*Exchange
	for _, id := range ids {
		if e, ok := r.byID[id]; ok {
			found = append(found, e)
		}
	}
	return found
}

// All gives every exchange kept, in the order of sending.
func (r *Recorder) All() []*Exchange {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return inOrder(r.order)
}

// Clear forgets the exchanges kept so far. Ids are not used again.
func (r *Recorder) Clear() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.order, r.byID, r.kept = nil, map[string]*Exchange{}, 0
}

// begin counts a request and gives its place in the order of sending.
func (r *Recorder) begin() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sent++
	return r.sent
}

// rules gives the redaction rules as they stand now, and how many bytes of a body may be kept.
func (r *Recorder) rules() (redactor, int) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.kept >= r.budget {
		return r.redact, min(r.bodyLimit, frugalBodyLimit)
	}
	return r.redact, r.bodyLimit
}

// store keeps a complete exchange.
func (r *Recorder) store(e *Exchange) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for len(r.order) >= r.keep {
		old := r.order[0]
		r.order[0] = nil
		r.order = r.order[1:]
		delete(r.byID, old.ID)
		r.kept -= old.weight()
	}
	r.order = append(r.order, e)
	r.byID[e.ID] = e
	r.kept += e.weight()
}

func (e *Exchange) weight() int64 {
	return int64(len(e.Request.Body.Bytes) + len(e.Response.Body.Bytes))
}

func inOrder(es []*Exchange) []*Exchange {
	sorted := slices.Clone(es)
	slices.SortFunc(sorted, func(a, b *Exchange) int { return cmp.Compare(a.seq, b.seq) })
	return sorted
}

package odata

import (
	"crypto/rand"
	"crypto/sha256"
	"time"

	"github.com/jonboulle/clockwork"
)

// The page sizes of directory objects. Source: learn.microsoft.com/graph/paging and …/graph/query-parameters, top.
const (
	DefaultPageSize  = 100
	MaxPageSize      = 999
	signInActivities = 500 // at most, of users with signInActivity
	signInActivity   = "signInActivity"
)

// DefaultMaxClauses is how many branches an or, and how many values an in may have.
// Source: learn.microsoft.com/graph/aad-advanced-queries, in; the limit of or is not documented.
const DefaultMaxClauses = 15

// Engine answers queries. It keeps nothing between them but its settings, and is safe for concurrent use.
type Engine struct{ settings settings }

type settings struct {
	schemas        schemas
	standard, beta columns // of items of any type, in v1.0 and in beta
	clock          clockwork.Clock
	sealer         sealer
	tokenLife      time.Duration
	pageSize       int
	variation      uint64 // seed, 0 for pages of equal size
	maxClauses     int
	strictly       bool // gt and lt work
	lenientSorting bool
	selectAll      bool
	exactCase      bool
	anyCase        bool
	strictSignIns  bool
}

// Option changes how an engine answers. Each but the technical ones stands for something Graph's documentation leaves open.
type Option func(*settings)

// WithClock sets the clock by which page tokens age; the real one by default.
func WithClock(clock clockwork.Clock) Option { return func(s *settings) { s.clock = clock } }

// WithTokenSecret sets the secret that page tokens are sealed with, so that tokens outlive the process; random by default.
func WithTokenSecret(secret []byte) Option {
	return func(s *settings) { s.sealer = newSealer(sha256.Sum256(secret)) }
}

// WithTokenLife sets how long a page token lives; 0, the default, is for ever. An expired one is refused with
// Directory_ExpiredPageToken.
func WithTokenLife(life time.Duration) Option { return func(s *settings) { s.tokenLife = life } }

// WithDefaultPageSize sets the page size of a request without $top, 100 by default.
func WithDefaultPageSize(n int) Option {
	return func(s *settings) { s.pageSize = min(max(n, 1), MaxPageSize) }
}

// WithPageVariation makes pages short or empty now and then, as Graph's may be, chosen by a seed; 0 turns it off. The same
// query on the same data is always cut in the same places.
func WithPageVariation(seed uint64) Option { return func(s *settings) { s.variation = seed } }

// WithMaxClauses sets how many branches of or and values of in are taken, 15 by default.
func WithMaxClauses(n int) Option { return func(s *settings) { s.maxClauses = n } }

// WithLenientSorting takes $filter together with $orderby when only the ConsistencyLevel header is sent, without $count. By
// default that is refused, as documented; a widely used connector sends it.
func WithLenientSorting() Option { return func(s *settings) { s.lenientSorting = true } }

// WithGreaterAndLess takes gt and lt where ge and le are supported. By default they are refused, because no property's
// documentation names them.
func WithGreaterAndLess() Option { return func(s *settings) { s.strictly = true } }

// WithStrictSignInPages refuses $top above 500 where signInActivity is asked for. By default such a page has 500 users, as
// learn.microsoft.com/graph/api/user-list says; learn.microsoft.com/entra/identity/monitoring-health/howto-manage-inactive-user-accounts
// says that the request fails.
func WithStrictSignInPages() Option { return func(s *settings) { s.strictSignIns = true } }

// WithSelectAll takes $select=*, which is refused by default.
func WithSelectAll() Option { return func(s *settings) { s.selectAll = true } }

// WithExactCase takes property names in $filter and $select only as the documentation spells them; by default their letter
// case does not matter.
func WithExactCase() Option { return func(s *settings) { s.exactCase = true } }

// WithUpperCaseOperators takes AND, OR, EQ and so on beside the lower-case operators of OData. NOT is taken anyway.
func WithUpperCaseOperators() Option { return func(s *settings) { s.anyCase = true } }

// New returns an engine.
func New(opts ...Option) *Engine {
	e := &Engine{settings{schemas: directorySchemas(), clock: clockwork.NewRealClock(), pageSize: DefaultPageSize, maxClauses: DefaultMaxClauses}}
	for _, opt := range opts {
		opt(&e.settings)
	}
	e.settings.standard, e.settings.beta = e.settings.schemas.standard()
	if e.settings.sealer.aead == nil {
		var secret [32]byte
		_, _ = rand.Read(secret[:]) // never fails
		e.settings.sealer = newSealer(secret)
	}
	return e
}

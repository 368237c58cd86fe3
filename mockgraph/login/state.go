package login

import (
	"encoding/base64"
	"io"
	"sync"
	"time"
)

// How many of each are kept. The oldest goes when there are more.
const (
	maxCodes    = 10_000
	maxRefresh  = 200_000
	maxDevices  = 10_000
	maxSessions = 10_000
	maxFlows    = 10_000
	maxCounters = 50_000
)

// state is what a login host remembers between requests.
type state struct {
	codes    *memory[*code]
	refresh  *memory[*refreshToken]
	devices  *memory[*deviceFlow] // by device code
	users    *memory[string]      // device code by user code
	sessions *memory[*session]
	flows    *memory[*flow]
	lockouts *memory[*lockout]
	loops    *memory[*loop]
}

func newState() *state {
	return &state{
		codes: newMemory[*code](maxCodes), refresh: newMemory[*refreshToken](maxRefresh), devices: newMemory[*deviceFlow](maxDevices),
		users: newMemory[string](maxDevices), sessions: newMemory[*session](maxSessions), flows: newMemory[*flow](maxFlows),
		lockouts: newMemory[*lockout](maxCounters), loops: newMemory[*loop](maxCounters),
	}
}

// memory keeps a bounded number of values by key and forgets the oldest first. It is safe for concurrent use.
type memory[V any] struct {
	mu     sync.Mutex
	values map[string]V
	order  []string // ring of keys, oldest at next once it is full
	next   int
	limit  int
}

func newMemory[V any](limit int) *memory[V] {
	return &memory[V]{values: map[string]V{}, limit: limit}
}

func (m *memory[V]) put(key string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set(key, v)
}

func (m *memory[V]) set(key string, v V) {
	if _, exists := m.values[key]; !exists {
		if len(m.order) < m.limit {
			m.order = append(m.order, key)
		} else {
			delete(m.values, m.order[m.next])
			m.order[m.next] = key
			m.next = (m.next + 1) % m.limit
		}
	}
	m.values[key] = v
}

func (m *memory[V]) get(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[key]
	return v, ok
}

// update changes the value of a key, or makes one, while nobody else looks.
func (m *memory[V]) update(key string, change func(v V, known bool) V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[key]
	m.set(key, change(v, ok))
}

// with looks at the value of a key while nobody else changes it; false when there is none.
func (m *memory[V]) with(key string, look func(v V)) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.values[key]
	if ok {
		look(v)
	}
	return ok
}

// code is an authorization code.
type code struct {
	consent   consentState
	redirect  redirect // as asked: uri of the request, platform of the matched one
	challenge string
	method    string // plain or S256
	nonce     string
	kind      string // authority it was issued at
	asked     asked
	issued    time.Time
	redeemed  bool
}

// consentState is who signed in to which client.
type consentState struct {
	clientID, userID string
	authTime         time.Time
	methods          []string // amr
}

// refreshToken is a grant that outlives its access tokens. It is bound to user and client, not to a resource.
type refreshToken struct {
	consent  consentState
	asked    asked
	platform string
	password bool // of a public client and by password: a new password ends it
	issued   time.Time
	used     time.Time
	fixedEnd time.Time // of single-page applications; zero for a rolling one
}

// session is a browser that is signed in.
type session struct {
	userID   string
	authTime time.Time
	methods  []string
	clients  []string // application ids it signed in to
}

// flow is one visit of a browser on its way from the first page to the redirect.
type flow struct {
	mu      sync.Mutex
	request *authorizeRequest // an authorization, or
	admin   *adminRequest     // a consent of an administrator, or
	device  string            // a device code
	userID  string            // once signed in
	methods []string
	signed  time.Time
	started time.Time
	done    bool
}

// opaque returns a random value of n bytes in base64url.
func (s *Server) opaque(n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(s.options.random, b); err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

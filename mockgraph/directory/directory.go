package directory

import (
	"crypto/rand"
	"io"
	"sort"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"
)

// Retention is how long the recycle bin keeps an object.
// Source: learn.microsoft.com/graph/api/resources/directory, deleted items.
const Retention = 30 * 24 * time.Hour

// defaultHistory is the number of past snapshots kept for [Directory.At].
const defaultHistory = 1024

// Directory is the state of one tenant. It is safe for concurrent use: writers take turns, readers wait for nobody.
type Directory struct {
	clock                                               clockwork.Clock
	newID                                               func() string
	random                                              io.Reader
	plan                                                Plan
	planRules                                           PlanRules
	founding                                            *founding
	purgeSecurity, requirePasswords, keepLicensedGroups bool
	anyIdentifier                                       bool // WithAnyIdentifierURIs
	anyGroup                                            bool // WithAnyGroup

	current atomic.Pointer[Snapshot]
	past    []atomic.Pointer[Snapshot] // ring: snapshot v stands at v modulo its length

	audits  journal[DirectoryAudit]
	records journal[ProvisioningRecord]
	photos  photos

	mu     sync.Mutex // held by the one writer
	w      writers
	drafts []*draft
}

// writers are the writing sides of the trees of a snapshot.
type writers struct {
	live, recycled    [typeCount]writer[*Object]
	index             writer[entry]
	forward, backward writer[*link]
	assignments       writer[*Assignment]
}

// Option changes how a directory behaves.
type Option func(*Directory)

// WithClock sets the clock that stamps changes and ages the recycle bin; the real one by default.
func WithClock(clock clockwork.Clock) Option { return func(d *Directory) { d.clock = clock } }

// WithIDs sets where ids of objects, assignments, applications and roles come from; random GUIDs by default. The function is
// called by one writer at a time and must not give an id twice.
func WithIDs(next func() string) Option { return func(d *Directory) { d.newID = next } }

// WithHistory sets how many past snapshots [Directory.At] can go back to, 1,024 by default. 0 keeps only the current one.
func WithHistory(n int) Option {
	return func(d *Directory) { d.past = make([]atomic.Pointer[Snapshot], max(n, 0)+1) }
}

// WithoutSecurityGroupRecycling lets deleted security groups be gone at once, as Graph's reference says. Without it those made in
// the cloud go to the recycle bin, as since early 2026 (message centre MC1183299).
func WithoutSecurityGroupRecycling() Option { return func(d *Directory) { d.purgeSecurity = true } }

// WithRandom sets where the randomness of secrets and salts comes from; the operating system's by default.
func WithRandom(source io.Reader) Option { return func(d *Directory) { d.random = source } }

// WithRequiredPasswords refuses users that are created without a password, as Graph does, but for guests. Without it they have none.
func WithRequiredPasswords() Option { return func(d *Directory) { d.requirePasswords = true } }

// WithLicensedGroupsKept refuses to delete a group that has licences, as the licensing documentation says; no answer of Graph
// that does so has been seen, so that it is off by default.
func WithLicensedGroupsKept() Option { return func(d *Directory) { d.keepLicensedGroups = true } }

// WithAnyIdentifierURIs takes identifier URIs of applications on any host and of any scheme, as tenants did before the rule of
// learn.microsoft.com/entra/identity-platform/identifier-uri-restrictions. Without it they must name the application, the tenant or
// a verified domain.
func WithAnyIdentifierURIs() Option { return func(d *Directory) { d.anyIdentifier = true } }

// WithAnyGroup lets groups that are not security-enabled be assigned to applications and be given licences. Without it that is refused, as
// learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal and
// learn.microsoft.com/entra/identity/users/licensing-groups-assign ask for securityEnabled true; no answer of Graph that refuses it was
// seen, so that the words are not Graph's.
func WithAnyGroup() Option { return func(d *Directory) { d.anyGroup = true } }

// New returns an empty directory.
func New(opts ...Option) *Directory {
	d := &Directory{clock: clockwork.NewRealClock(), newID: uuid.NewString, random: rand.Reader, planRules: DefaultPlanRules()}
	WithHistory(defaultHistory)(d)
	WithJournal(defaultJournal)(d)
	for _, opt := range opts {
		opt(d)
	}
	for i := range typeCount {
		d.w.live[i], d.w.recycled[i] = newWriter(lessObject), newWriter(lessObject)
	}
	d.w.index = newWriter(lessEntry)
	d.w.forward, d.w.backward = newWriter(lessForward), newWriter(lessBackward)
	d.w.assignments = newWriter(lessAssignment)

	empty := &Snapshot{
		time: d.clock.Now(), index: newTree(lessEntry), forward: newTree(lessForward), backward: newTree(lessBackward),
		assignments: newTree(lessAssignment),
	}
	for i := range typeCount {
		empty.live[i], empty.recycled[i] = newTree(lessObject), newTree(lessObject)
	}
	d.publish(empty)
	if d.founding != nil {
		// A domain or a name that cannot be leaves a directory without a tenant, which Snapshot.TenantID tells.
		if err := d.found(*d.founding); err != nil {
			d.founding = nil
		}
	}
	return d
}

// Snapshot returns the current state.
func (d *Directory) Snapshot() *Snapshot { return d.current.Load() }

// At returns the state as it was at a sequence: the last snapshot that has no later change. It returns false when the
// sequence is still to come or so old that its snapshot is no longer kept.
func (d *Directory) At(sequence uint64) (*Snapshot, bool) {
	current := d.current.Load()
	if sequence >= current.Sequence() {
		return current, sequence == current.Sequence()
	}
	oldest := max(0, current.version-len(d.past)+1)
	// The first version that is later than asked for; the one before it is the answer. Sequences grow with versions.
	steps := sort.Search(current.version-oldest, func(i int) bool {
		s := d.version(oldest + i)
		return s != nil && s.Sequence() > sequence
	})
	if steps == 0 {
		return nil, false
	}
	s := d.version(oldest + steps - 1)
	return s, s != nil && s.Sequence() <= sequence
}

// AsOf returns the state as it was at a time: the last snapshot that was made no later. When none that is kept is so old it returns
// the oldest one and false.
func (d *Directory) AsOf(at time.Time) (*Snapshot, bool) {
	current := d.current.Load()
	if !current.time.After(at) {
		return current, true
	}
	oldest := max(0, current.version-len(d.past)+1)
	// The first version that is younger than asked for; the one before it is the answer.
	steps := sort.Search(current.version-oldest, func(i int) bool {
		s := d.version(oldest + i)
		return s != nil && s.time.After(at)
	})
	if steps > 0 {
		if s := d.version(oldest + steps - 1); s != nil {
			return s, true
		}
	}
	for v := oldest; v < current.version; v++ { // a writer may have replaced the oldest meanwhile
		if s := d.version(v); s != nil {
			return s, false
		}
	}
	return current, false
}

// version returns a snapshot of the ring, nil when a writer has replaced it meanwhile.
func (d *Directory) version(v int) *Snapshot {
	if s := d.past[v%len(d.past)].Load(); s != nil && s.version == v {
		return s
	}
	return nil
}

// publish makes a snapshot the current one.
func (d *Directory) publish(s *Snapshot) {
	d.past[s.version%len(d.past)].Store(s)
	d.current.Store(s)
}

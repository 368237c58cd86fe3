package mockgraph

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// WithSample fills the tenant with people who do not exist instead of one administrator: the same seed and size always give the same
// users, groups and licences under the same ids. Its administrator is [Tenant.Administrator].
func WithSample(size sample.Size, seed uint64) Option {
	return func(o *options) { o.sample, o.seed = size, seed }
}

// Administrator returns the user principal name and the password the first Global Administrator was given; "" when there is none or
// the tenant was read from elsewhere.
func (t *Tenant) Administrator() (userPrincipalName, password string) {
	t.admin.Lock()
	defer t.admin.Unlock()
	return t.administrator, t.password
}

// foundPeople gives a directory its first users.
func (t *Tenant) foundPeople(d *directory.Directory, size sample.Size, seed uint64) error {
	if size > 0 {
		t.administrator = AdministratorName + "@" + t.options.domain
		t.password = sample.Password(seed, t.administrator)
		if err := sample.Fill(d, size, seed); err != nil {
			return fmt.Errorf("fill tenant: %w", err)
		}
		return nil
	}
	if t.options.administrator != "" {
		t.administrator, t.password = t.options.administrator, t.options.password
		foundAdministrator(d, t.administrator, t.password)
	}
	return nil
}

// nextID makes object ids from the source that is set.
func (t *Tenant) nextID() string { return (*t.ids.Load())() }

func (t *Tenant) setIDs(next func() string) { t.ids.Store(&next) }

// opening is what [Tenant.Reset] goes back to.
type opening struct {
	state                   *directory.Checkpoint
	ids                     *func() string // which gave the ids of that state, and goes on behind them
	administrator, password string
}

// SetStart takes the present state as the one [Tenant.Reset] goes back to, and as the oldest that lagging reads see. [New] calls it;
// call it again when the tenant has been prepared, or to stay at what was seeded or loaded.
func (t *Tenant) SetStart() {
	t.admin.Lock()
	defer t.admin.Unlock()
	t.opening = opening{t.dir.Checkpoint(), t.ids.Load(), t.administrator, t.password}
	t.replaced()
}

// Reset takes the tenant back to its start ([Tenant.SetStart]): objects, recycle bin, change log, journals and photos. Subscriptions
// end, and their endpoints are told nothing; so do provisioning jobs, with what was saved for them. Tokens that were issued, the clock and the weather stay as they are.
func (t *Tenant) Reset() {
	t.admin.Lock()
	defer t.admin.Unlock()
	t.endJobs()
	t.dir.Rollback(t.opening.state)
	t.ids.Store(t.opening.ids)
	t.administrator, t.password = t.opening.administrator, t.opening.password
	t.notifier.drop()
	t.replaced()
}

// Seed replaces everything in the tenant by a sample of a size. Id, name and domain stay those of the tenant's options, and so does the
// password of an administrator of the same name. What [Tenant.Reset] goes back to stays what it was. Subscriptions and provisioning
// jobs end, as with [Tenant.Reset]. An error leaves the tenant as it was.
func (t *Tenant) Seed(size sample.Size, seed uint64) error {
	t.admin.Lock()
	defer t.admin.Unlock()
	name, password := t.administrator, t.password
	ids := t.kept.without(sample.IDs(seed), seed)
	d, err := t.founded(ids, size, seed)
	if err == nil && name == t.administrator && password != t.password {
		err = t.keepPassword(d, password)
	}
	if err != nil {
		t.administrator, t.password = name, password
		return err
	}
	t.setIDs(ids) // those it has given are taken
	t.endJobs()
	t.dir.Rollback(d.Checkpoint())
	t.notifier.drop()
	t.replaced()
	return nil
}

// keepPassword lets the administrator sign in as before.
func (t *Tenant) keepPassword(d *directory.Directory, password string) error {
	o, found := d.Snapshot().Lookup(directory.User, "userPrincipalName", t.administrator)
	if !found {
		return nil
	}
	profile := directory.Value[directory.PasswordProfile](o, "passwordProfile")
	profile.Password = password
	if _, err := d.Update(o.ID(), directory.Properties{"passwordProfile": profile}); err != nil {
		return fmt.Errorf("keep the administrator's password: %w", err)
	}
	t.password = password
	return nil
}

// Save writes the state as directory.Directory.Save does: the same state always gives the same bytes.
func (t *Tenant) Save(w io.Writer) error { return t.dir.Save(w) }

// Load replaces the state by a saved one, also that of another tenant, whose id and domains this one has then. A file that is broken
// changes nothing. What [Tenant.Reset] goes back to stays what it was. Subscriptions and provisioning jobs are not part of a
// saved state: those there are end, as with [Tenant.Reset].
func (t *Tenant) Load(r io.Reader) error {
	t.admin.Lock()
	defer t.admin.Unlock()
	if err := t.dir.Load(r); err != nil {
		return err
	}
	t.endJobs()
	t.notifier.drop()
	t.setIDs(uuid.NewString) // a seeded source would give what the file has
	t.replaced()
	return nil
}

// Process lets dynamic groups, group-based licences and the recycle bin follow now what changed, however long Entra would take, and
// returns how many memberships, users and objects changed.
func (t *Tenant) Process() int {
	n := t.dir.Process()
	t.settled.Store(t.dir.Snapshot().Sequence())
	return n
}

// replaced forgets what was remembered of a state that is gone.
func (t *Tenant) replaced() {
	t.tenantID.Store(nil)
	t.settled.Store(math.MaxUint64)
	t.start.Store(t.dir.Snapshot())
}

// steerable is a clock people may turn.
type steerable interface {
	Now() time.Time
	Frozen() bool
	Freeze()
	Resume()
	Set(t time.Time)
	Advance(d time.Duration)
}

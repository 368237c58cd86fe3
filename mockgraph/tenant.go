package mockgraph

import (
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/permission"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// What a tenant is called when nothing else is said.
const (
	DefaultTenantID = "8d6f2b0e-6a0c-4b0f-9d5e-3c1a7f2e9b10"
	DefaultName     = "Contoso"
	DefaultDomain   = "contoso.onmicrosoft.com"
)

// The administrator every tenant is founded with, a Global Administrator, unless [WithAdministrator] says otherwise.
const (
	AdministratorName     = "admin" // at the initial domain
	AdministratorPassword = "Rehearsal-2026!"
)

// Tenant is a fake Entra tenant. It is an [http.Handler] for Graph and the login host, safe for concurrent use.
type Tenant struct {
	options  options
	clock    clockwork.Clock
	dir      *directory.Directory
	odata    *odata.Engine
	login    *login.Server
	routing  *routing
	notifier *notifier
	weather  *weather.Weather

	ids                     atomic.Pointer[func() string]
	service                 atomic.Pointer[synchronization.Service] // that provisions from the tenant; nil: none
	proxy                   atomic.Pointer[string]                  // its URL, once there is one
	recorder                *exchange.Recorder                      // nil: nothing is recorded
	recorded                http.Handler                            // what it records
	admin                   sync.Mutex                              // held while the whole state is replaced, and for what is below
	opening                 opening
	kept                    Client // that people were given; zero: none
	administrator, password string

	elsewhere map[string]func(o *directory.Object) any // values of objects that the directory does not keep, by property

	witness  func(*call) // sees every call that was answered; nil outside tests
	plain    sync.Map    // by type and version: the query of one object without options
	tenantID atomic.Pointer[string]
	settled  atomic.Uint64                      // sequence up to which dynamic groups and licences were processed
	start    atomic.Pointer[directory.Snapshot] // no replica lags behind it
}

type options struct {
	clock           clockwork.Clock
	ids             func() string
	random          io.Reader
	id, name        string
	domain          string
	administrator   string
	sample          sample.Size
	seed            uint64
	keep            int // exchanges
	adminHosts      []string
	password        string
	base            string
	directory       *directory.Directory
	directoryOpts   []directory.Option
	odataOpts       []odata.Option
	loginOpts       []login.Option
	processingDelay time.Duration
	groups          groupOptions

	deltaObjects, deltaMembers  int
	deltaLife                   time.Duration
	deltaBadRequest, deltaWhole bool
	lenientBatches              bool
	anyContentType              bool
	forecast                    weather.Forecast
	weatherClock                clockwork.Clock // nil: the real one

	lenientSkus   bool
	missingRole   int
	domainProof   func(domain, text string) bool
	notifications notificationOptions

	secretLifetime     time.Duration
	invalidReferences  bool
	synchronization    synchronization.Service
	userSettings       permission.Settings
	impliedPermissions bool
}

// Option changes how a tenant is made or behaves.
type Option func(*options)

// WithClock sets the clock of everything in the tenant: stamps, retention, the life of tokens and secrets. By default it runs with
// the real one and can be steered by the admin API.
func WithClock(clock clockwork.Clock) Option { return func(o *options) { o.clock = clock } }

// WithIDs sets where object ids come from; random GUIDs by default. It is called by one writer at a time.
func WithIDs(next func() string) Option { return func(o *options) { o.ids = next } }

// WithRandom sets where secrets, codes and salts come from; the operating system's by default. It must be safe for concurrent use.
func WithRandom(r io.Reader) Option { return func(o *options) { o.random = r } }

// WithTenant sets the tenant's id (a GUID), display name and initial domain; [DefaultTenantID], [DefaultName] and
// [DefaultDomain] by default.
func WithTenant(id, name, domain string) Option {
	return func(o *options) { o.id, o.name, o.domain = id, name, domain }
}

// WithAdministrator sets the user principal name and the password of the first Global Administrator. An empty name founds the
// tenant without one.
func WithAdministrator(userPrincipalName, password string) Option {
	return func(o *options) { o.administrator, o.password = userPrincipalName, password }
}

// WithDirectory serves a directory that exists already. Nothing is founded in it, and options about the tenant's name, plan, ids
// and clock are the directory's business then; give it the same clock.
func WithDirectory(d *directory.Directory) Option { return func(o *options) { o.directory = d } }

// WithDirectoryOptions hands options to the directory, such as directory.WithPlan.
func WithDirectoryOptions(opts ...directory.Option) Option {
	return func(o *options) { o.directoryOpts = append(o.directoryOpts, opts...) }
}

// WithOData hands options to the query engine: what Graph's documentation leaves open about queries.
func WithOData(opts ...odata.Option) Option {
	return func(o *options) { o.odataOpts = append(o.odataOpts, opts...) }
}

// WithLogin hands options to the login host.
func WithLogin(opts ...login.Option) Option {
	return func(o *options) { o.loginOpts = append(o.loginOpts, opts...) }
}

// WithBase fixes the origin (https://host[:port]) that links in answers carry. By default it is the host of the request.
func WithBase(base string) Option { return func(o *options) { o.base = base } }

// WithProcessingDelay sets how long after a change dynamic groups and group-based licences follow it. Entra takes minutes; the
// default 0 lets the next request see the result.
func WithProcessingDelay(d time.Duration) Option {
	return func(o *options) { o.processingDelay = d }
}

// New founds a tenant: an organization with its initial domain, Microsoft's own service principals and one administrator. An
// option that cannot be, such as a domain that is no host name, leaves that part out.
func New(opts ...Option) *Tenant {
	o := options{clock: clock.NewSteered(), ids: uuid.NewString, id: DefaultTenantID, name: DefaultName, domain: DefaultDomain, password: AdministratorPassword}
	o.administrator = AdministratorName + "@"
	o.deltaObjects, o.deltaMembers, o.deltaLife = deltaObjects, deltaMembers, deltaLife
	for _, opt := range opts {
		opt(&o)
	}
	if o.administrator == AdministratorName+"@" {
		o.administrator += o.domain
	}
	t := &Tenant{options: o, clock: o.clock, dir: o.directory}
	t.setIDs(o.ids)
	t.Synchronize(o.synchronization)
	var counter sync.WaitGroup // what the directory is not asked for, made beside it
	counter.Go(func() {
		t.odata = odata.New(append([]odata.Option{odata.WithClock(o.clock)}, o.odataOpts...)...)
		t.routing = wholeRouting()
	})
	if t.dir == nil {
		t.dir = t.found()
	}
	counter.Wait()
	loginOpts := []login.Option{login.WithClock(o.clock), login.WithIDs(uuid.NewString)}
	if o.random != nil {
		loginOpts = append(loginOpts, login.WithRandom(o.random))
	}
	t.login = login.New(t.dir, append(loginOpts, o.loginOpts...)...)
	t.elsewhere = t.valuesElsewhere()
	t.notifier = newNotifier(t)
	t.openSky()
	t.record()
	t.SetStart()
	return t
}

// Directory returns the tenant's state, for tests and for the provisioning service.
func (t *Tenant) Directory() *directory.Directory { return t.dir }

// Login returns the login host, for tests that mint tokens.
func (t *Tenant) Login() *login.Server { return t.login }

// ID returns the tenant's id.
func (t *Tenant) ID() string {
	if id := t.tenantID.Load(); id != nil {
		return *id
	}
	id := t.dir.Snapshot().TenantID()
	if id != "" {
		t.tenantID.Store(&id)
	}
	return id
}

// wholeRouting finds the rows of all families. The tenants of a process share it: what a row does, it does with the tenant of the call.
var wholeRouting = sync.OnceValue(func() *routing { return newRouting(everyRow()) })

// everyRow is the whole table of routes.
func everyRow() []route {
	var all []route
	for _, family := range families {
		all = append(all, family()...)
	}
	return all
}

// families are the families of resources, each with a file of its own.
var families = []func() []route{
	userRoutes,
	groupRoutes,
	directoryObjectRoutes,
	deletedItemRoutes,
	applicationRoutes,
	servicePrincipalRoutes,
	assignmentRoutes,
	grantRoutes,
	templateRoutes,
	synchronizationRoutes,
	licenseRoutes,
	organizationRoutes,
	roleRoutes,
	administrativeUnitRoutes,
	invitationRoutes,
	photoRoutes,
	sessionRoutes,
	deltaRoutes,
	batchRoutes,
	subscriptionRoutes,
	auditLogRoutes,
	metadataRoutes,
	propertyRoutes,
}

// found makes a directory with what every tenant has on its first day.
func (t *Tenant) found() *directory.Directory {
	if t.options.sample > 0 {
		t.setIDs(sample.IDs(t.options.seed))
	}
	d, _ := t.founded(t.nextID, t.options.sample, t.options.seed) // what cannot be is left out
	return d
}

// founded makes the directory of a first day: empty of people, of one administrator, or a sample of a size.
func (t *Tenant) founded(ids func() string, size sample.Size, seed uint64) (*directory.Directory, error) {
	o := t.options
	opts := []directory.Option{directory.WithClock(o.clock), directory.WithTenant(o.id, o.name, o.domain)}
	if size > 0 {
		opts = append(opts, sample.Options(seed)...)
	}
	opts = append(opts, directory.WithIDs(ids))
	if o.random != nil {
		opts = append(opts, directory.WithRandom(o.random))
	}
	d := directory.New(append(opts, o.directoryOpts...)...)
	if err := foundPrincipals(d); err != nil {
		return d, err
	}
	return d, t.foundPeople(d, size, seed)
}

func foundAdministrator(d *directory.Directory, name, password string) {
	user, err := d.Create(directory.User, directory.Properties{
		"userPrincipalName": name, "displayName": "Administrator", "mailNickname": "admin", "accountEnabled": true,
		"passwordProfile": directory.PasswordProfile{Password: password},
	})
	if err == nil {
		_ = d.AssignRole(user.ID(), globalAdministrator)
	}
}

const globalAdministrator = "62e90394-69f5-4237-9190-012177145e10" // template id

// settle lets dynamic groups and group-based licences follow the changes that are old enough.
func (t *Tenant) settle(now time.Time) {
	s := t.dir.Snapshot()
	if s.Sequence() == t.settled.Load() || now.Sub(s.Time()) < t.options.processingDelay {
		return
	}
	t.dir.Process()
	t.settled.Store(t.dir.Snapshot().Sequence())
}

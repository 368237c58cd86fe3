package provisioning

import (
	"time"

	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// DefaultInterval is the time between two cycles of a SCIM application.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-when-will-provisioning-finish-specific-user.
const DefaultInterval = 40 * time.Minute

// DefaultLogLimit is how many entries of the provisioning log a job keeps.
const DefaultLogLimit = 20_000

// Option changes how a [Job] works.
type Option func(*settings)

type settings struct {
	clock          clockwork.Clock
	newID          func() string
	schema         *synchronization.Schema        // nil: the default one
	users, groups  *synchronization.ObjectMapping // nil: the schema's
	env            mapping.Environment
	wire           wire.Options
	syncAll        bool
	interval       time.Duration
	expires        time.Time
	logLimit       int
	caseExact      []string
	managerRemoval bool
	keepOutOfScope bool
	limits         Thresholds
	thresholds     []threshold // of limits
	tenant         string
	template       string
	jobID          string // of a job that was saved
	notify         string // address
	mailer         Mailer
	parallel       int
	heedRetryAfter bool
	retries        int           // of a request answered with 5xx
	retryWait      time.Duration // before each

	referenceChecks, rematch, readAfterMatch, pruneEscrows, hardDelete bool

	longestWait time.Duration
	tell        func(Progress)
}

func newSettings(opts []Option) settings {
	s := settings{
		clock: clockwork.NewRealClock(), newID: uuid.NewString,
		template: DefaultTemplate, interval: DefaultInterval, logLimit: DefaultLogLimit, limits: DefaultThresholds(),
	}
	for _, opt := range opts {
		opt(&s)
	}
	if s.thresholds == nil {
		s.thresholds = s.limits.list()
	}
	return s
}

// WithClock sets the clock of the schedule, the quarantine and the log; the real one by default.
func WithClock(clock clockwork.Clock) Option { return func(s *settings) { s.clock = clock } }

// WithIDs sets where ids come from: of the job, of cycles and log entries, and the random value of the probe. Random GUIDs
// by default. Cycles call it from one goroutine at a time.
func WithIDs(newID func() string) Option { return func(s *settings) { s.newID = newID } }

// WithTemplate sets the template the job was made of, whose name its id begins with; [DefaultTemplate] by default.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility, the ids of jobs made
// before and after December 2018.
func WithTemplate(name string) Option { return func(s *settings) { s.template = name } }

// DefaultTemplate is the template of a job that provisions a non-gallery application today.
const DefaultTemplate = "scim"

// WithID sets the id of the job, that of one which was saved; by default it is made of the template, the tenant and a new id.
func WithID(id string) Option { return func(s *settings) { s.jobID = id } }

// WithTenant sets the id of the tenant, which ids of jobs and log entries carry; the directory's by default.
func WithTenant(id string) Option { return func(s *settings) { s.tenant = id } }

// WithUserMapping sets the mapping of users in the schema; see [WithSchema]. Attributes the schema does not have are added to it, so a
// mapping may name any.
func WithUserMapping(m synchronization.ObjectMapping) Option {
	m.SourceObjectName = userObject
	return func(s *settings) { s.users = &m }
}

// WithGroupMapping sets the mapping of groups in the schema, as [WithUserMapping] that of users. A mapping that is not enabled leaves
// groups alone; assigned groups still bring their members into scope.
func WithGroupMapping(m synchronization.ObjectMapping) Option {
	m.SourceObjectName = groupObject
	return func(s *settings) { s.groups = &m }
}

// userObject and groupObject are the objects of the tenant as schemas name them.
const userObject, groupObject = "User", "Group"

// WithWire sets how requests are composed. An empty Dialect is that of the client's tenant URL; a dialect named here wins over the
// URL's flag. With a Clear form, a mapped attribute of the target is cleared when its source has no value, also one the service did not
// write; without one, only attributes the schema calls flowNullValues are, with null: Entra sends nothing.
// Source: learn.microsoft.com/entra/identity/app-provisioning/known-issues, null attributes.
func WithWire(o wire.Options) Option { return func(s *settings) { s.wire = o } }

// WithSyncAll provisions every user and group of the tenant ("Sync all users and groups"), not only the assigned ones.
func WithSyncAll() Option { return func(s *settings) { s.syncAll = true } }

// WithInterval sets the time between two cycles; [DefaultInterval] by default, also for d <= 0. Entra does not let it be
// changed; rehearsals may.
func WithInterval(d time.Duration) Option {
	return func(s *settings) {
		if d > 0 {
			s.interval = d
		}
	}
}

// WithExpiration ends the schedule at a time: no cycle is due then or later, and the schedule is shown as disabled until it is moved. A cycle
// that is running ends as usual. Never by default, and for the zero time.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschedule.
func WithExpiration(at time.Time) Option { return func(s *settings) { s.expires = at } }

// WithLogLimit sets how many entries of the provisioning log are kept, the newest; [DefaultLogLimit] by default, also for
// n <= 0.
func WithLogLimit(n int) Option {
	return func(s *settings) {
		if n > 0 {
			s.logLimit = n
		}
	}
}

// WithCaseExact names target attributes whose letter case counts when values are compared, besides those the schema calls caseExact: a change of
// case alone is not exported otherwise.
// Source: learn.microsoft.com/entra/identity/app-provisioning/functions-for-customizing-application-data, ToLower and ToUpper.
func WithCaseExact(targets ...string) Option {
	return func(s *settings) { s.caseExact = append(s.caseExact, targets...) }
}

// WithSkipOutOfScopeDeletions leaves what is unassigned as it is in the target: neither disabled nor deleted, and still linked.
// What is blocked or deleted in the tenant is disabled and deleted nevertheless.
// Source: learn.microsoft.com/entra/identity/app-provisioning/skip-out-of-scope-deletions.
func WithSkipOutOfScopeDeletions() Option { return func(s *settings) { s.keepOutOfScope = true } }

// WithManagerRemoval sends an empty value when a user no longer has a manager. Off by default: Entra sends nothing for a
// source value that is null; its gallery validation asks endpoints to understand the empty value nevertheless.
func WithManagerRemoval() Option { return func(s *settings) { s.managerRemoval = true } }

// WithHardDelete deletes users in the target that are unassigned, out of scope, blocked or in the recycle bin, instead of disabling them: what Entra
// does for applications without soft deletion. Off by default.
// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, Deprovisioning.
func WithHardDelete() Option { return func(s *settings) { s.hardDelete = true } }

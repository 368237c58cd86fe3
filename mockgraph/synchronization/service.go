package synchronization

import (
	"context"
	"fmt"
	"time"
)

// Service is what the routes of Graph's synchronization API ask: the provisioning of the applications of a tenant. principal is
// always the object id of the application's service principal, which the routes have found; ids of jobs, templates and directories
// are as the client sent them. An error that is a [*Refusal] is answered in its words, any other one as a fault of the server.
// Implementations are safe for concurrent use.
//
// No call announces a new application: a service meets it with the first request about it and answers that as for one without jobs;
// the applicationTemplateId of the service principal says what it was made from.
// Source: learn.microsoft.com/graph/api/resources/synchronization-overview and its method pages.
type Service interface {
	Templates
	Jobs
	Schemas
	Credentials
}

// Templates says what jobs can be made of.
type Templates interface {
	// Templates returns the templates an application offers, none for one that cannot be provisioned to.
	Templates(ctx context.Context, principal string) ([]Template, error)
	// Template returns one of them, with its schema.
	Template(ctx context.Context, principal, id string) (Template, error)
}

// Jobs makes, shows and steers jobs.
type Jobs interface {
	Jobs(ctx context.Context, principal string) ([]Job, error)
	Job(ctx context.Context, principal, id string) (Job, error)
	// CreateJob makes a job of a template; it is disabled until it is started.
	CreateJob(ctx context.Context, principal, template string) (Job, error)
	// UpdateJob changes what the update names: schedule, settings.
	UpdateJob(ctx context.Context, principal, id string, u JobUpdate) (Job, error)
	// DeleteJob ends a job and forgets its state; provisioned accounts stay.
	DeleteJob(ctx context.Context, principal, id string) error
	StartJob(ctx context.Context, principal, id string) error
	PauseJob(ctx context.Context, principal, id string) error
	// RestartJob forgets what the criteria say and starts again.
	RestartJob(ctx context.Context, principal, id string, criteria RestartCriteria) error
	// ProvisionOnDemand provisions the subjects at once. Key and value of the answer are JSON texts.
	ProvisionOnDemand(ctx context.Context, principal, id string, parameters []OnDemandParameters) (StringPair, error)
}

// Schemas shows and changes the mappings of a job. For operators, functions and expressions job is "" when it is those of a template.
type Schemas interface {
	Schema(ctx context.Context, principal, job string) (Schema, error)
	SetSchema(ctx context.Context, principal, job string, s Schema) error
	// ResetSchema brings the template's schema back.
	ResetSchema(ctx context.Context, principal, job string) error
	// Discover reads the attributes an application offers now.
	Discover(ctx context.Context, principal, job, directory string) (DirectoryDefinition, error)
	FilterOperators(ctx context.Context, principal, job string) ([]FilterOperator, error)
	Functions(ctx context.Context, principal, job string) ([]FunctionSchema, error)
	ParseExpression(ctx context.Context, principal, job string, r ExpressionRequest) (ExpressionResponse, error)
}

// Credentials keeps and tries what a job signs in to the application with.
type Credentials interface {
	// Secrets returns what is kept, secret values masked.
	Secrets(ctx context.Context, principal string) ([]Secret, error)
	// SetSecrets replaces all that is kept.
	SetSecrets(ctx context.Context, principal string, secrets []Secret) error
	// SetConnectivity changes some of what is kept, under the names of connectivityParameters.
	SetConnectivity(ctx context.Context, principal string, parameters []Setting) error
	// Validate tries credentials; job is "" when there is none yet.
	Validate(ctx context.Context, principal, job string, r CredentialsCheck) error
	// AcquireAccessToken fetches an OAuth access token with credentials and keeps it.
	AcquireAccessToken(ctx context.Context, principal string, credentials []Secret) error
}

// Runner is a [Service] that runs cycles as they fall due. Whoever turns the clock of the tenant lets it run what falls due on the way.
type Runner interface {
	// NextRun is when the next cycle is due: in the past when it is overdue, zero when none will come.
	NextRun() time.Time
	// RunDue runs one cycle of every job that is due.
	RunDue(ctx context.Context) error
}

// Forgetter is a [Service] that wants to know that the tenant's state was replaced by another one, in which there are no jobs.
type Forgetter interface {
	Forget()
}

// Reason says what kind of refusal it is.
type Reason int

// The reasons of a [Refusal].
const (
	Invalid     Reason = iota // the request makes no sense
	NotFound                  // there is no such job, template or directory
	Conflict                  // not in the present state
	Forbidden                 // not for this caller
	Unavailable               // the application did not answer
	NotBuilt                  // Graph may have it, this service has not
)

// Refusal is an error in Graph's words.
type Refusal struct { //nolint:errname // it is an answer in Graph's words, not a fault
	Reason  Reason
	Code    string // Graph's error code, such as JobNotFound
	Message string
}

// Error returns code and message.
func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

// Refuse returns a refusal with its message put together as fmt.Sprintf does.
func Refuse(reason Reason, code, format string, args ...any) *Refusal {
	return &Refusal{Reason: reason, Code: code, Message: fmt.Sprintf(format, args...)}
}

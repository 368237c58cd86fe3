package connector

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// Driver reaches a connector: a Go library, a child process, a server. It is safe for concurrent use.
type Driver interface {
	// Describe says what the connector is and what it can do. It is asked first, and once. An [*UnreachableError] says that there is none.
	Describe(ctx context.Context) (Description, error)
	// Connect returns the connector, configured for a tenant. Several may be connected at the same time, as many as [Description.Instances] says.
	Connect(ctx context.Context, c Configuration) (Connector, error)
	// Close ends what the driver started.
	Close() error
}

// Connector is a connector that is configured for one tenant. It is told one thing at a time.
type Connector interface {
	// Do carries out a request. An error of type [*Error] is the connector's own answer that it could not; one of type [*BrokenError] says
	// that there was no proper answer. Any other error is a fault of the driver.
	Do(ctx context.Context, r Request) (Answer, error)
	// Close ends the connector.
	Close() error
}

// Recording is a [Driver] that asks the connector over HTTP, as that of a gateway does, so that findings can show what was asked beside what the connector
// then asked Graph.
type Recording interface {
	// Record has those exchanges recorded from now on, and the credentials in them hidden. It is called first, once for each run.
	Record(r *exchange.Recorder)
}

// Logger is a [Connector] whose log can be read. It is looked through for secrets, after each operation and at the end.
type Logger interface {
	// Log returns the last lines that the connector has written, bounded and with nothing taken out.
	Log() []string
}

// ProtocolVersion is the version of the messages that carry [Description], [Configuration], [Request] and [Answer] to a child process or a server.
const ProtocolVersion = 1

// Operation is something that a connector is told to do.
type Operation string

// The operations. What each takes and gives is said at the members of [Request] and [Answer].
const (
	Test          Operation = "test"          // "test configuration": sign in and read something; an error says what is wrong
	Create        Operation = "create"        // makes an object of Type with Attributes; gives ID
	Update        Operation = "update"        // changes Attributes of the object ID, where null clears, and then gives a user Licenses
	Disable       Operation = "disable"       // blocks sign-in of the user ID
	Enable        Operation = "enable"        // allows it again
	Delete        Operation = "delete"        // deletes the object ID of Type
	Restore       Operation = "restore"       // brings the deleted user ID back, with the same id
	AddMember     Operation = "addMember"     // puts Members into the group ID
	RemoveMember  Operation = "removeMember"  // takes Members out of the group ID
	AssignLicense Operation = "assignLicense" // gives the user ID the Licenses (SKU ids), and takes Instead away in the same step
	RemoveLicense Operation = "removeLicense" // takes Licenses away from the user ID
	Search        Operation = "search"        // gives the Objects of Type, all or those that Filter chooses; an id that nobody has is the error unknownObject
	Sync          Operation = "sync"          // gives the Objects of Type that changed since Token ("" for the first time), and the next Token
)

// Operations returns all operations.
func Operations() []Operation {
	return []Operation{Test, Create, Update, Disable, Enable, Delete, Restore, AddMember, RemoveMember, AssignLicense, RemoveLicense, Search, Sync}
}

// Type is a type of objects.
type Type string

// The types of objects.
const (
	User  Type = "user"
	Group Type = "group"
)

// Description says what a connector is and what it can do. What it does not declare is not asked of it; what it declares and cannot do has failed.
type Description struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
	// Operations the connector has, at least [Create].
	Operations []Operation `json:"operations"`
	// Attributes it writes, by type of object, under Graph's names (userPrincipalName, displayName, … , manager, password); nil for a type: all.
	// extensionAttribute1 to 15 are named by themselves, or all of them as onPremisesExtensionAttributes.
	Attributes map[Type][]string `json:"attributes,omitempty"`
	// Features are what not every connector does.
	Features []Feature `json:"features,omitempty"`
	// Permissions of Microsoft Graph that its documentation asks the administrator to consent to, such as User.ReadWrite.All; nil: [DefaultPermissions].
	Permissions []string `json:"permissions,omitempty"`
	// Instances is how many of it may work at the same time, each on a tenant of its own; 0 is 1.
	Instances int `json:"instances,omitempty"`
	// Reusable says that an instance may be configured anew, for another tenant, instead of being ended.
	Reusable bool `json:"reusable,omitempty"`
}

// Feature is something that not every connector does, and that is therefore judged only where it is declared.
type Feature string

// The features.
const (
	RevokesSessions Feature = "revokeSessions" // disabling ends the sessions of the user
	Delegated       Feature = "delegated"      // signs in a user, with [Configuration.UserName], rather than the application itself
	Retries         Feature = "retries"        // waits and repeats by itself when it is throttled or the service is away; else it says that it was, and repeating is for its caller
)

// Features returns all features.
func Features() []Feature { return []Feature{RevokesSessions, Delegated, Retries} }

// Has says whether the connector has an operation.
func (d Description) Has(o Operation) bool { return slices.Contains(d.Operations, o) }

// Declares says whether the connector declares a feature.
func (d Description) Declares(f Feature) bool { return slices.Contains(d.Features, f) }

// Writes says whether the connector writes an attribute.
func (d Description) Writes(t Type, attribute string) bool {
	written, said := d.Attributes[t]
	whole := strings.HasPrefix(attribute, "extensionAttribute") && slices.Contains(written, "onPremisesExtensionAttributes")
	return !said || whole || slices.Contains(written, attribute)
}

// DefaultPermissions are the application permissions with which everything can be done, each the least for something.
func DefaultPermissions() []string {
	return []string{"User.ReadWrite.All", "User-PasswordProfile.ReadWrite.All", "User.EnableDisableAccount.All", "User.RevokeSessions.All", "Group.ReadWrite.All", "LicenseAssignment.ReadWrite.All", "Organization.Read.All", "Domain.Read.All"}
}

// Configuration is what an administrator fills in for the connector: the application registered for it, and the tenant.
type Configuration struct {
	TenantID     string `json:"tenantId"`
	TenantDomain string `json:"tenantDomain"` // verified, for user principal names
	ClientID     string `json:"clientId"`
	ClientSecret string `json:"clientSecret"`
	Authority    string `json:"authority"`    // https://login.microsoftonline.com/<tenant>/oauth2/authorize
	ResourceURI  string `json:"resourceUri"`  // https://graph.microsoft.com
	RedirectURI  string `json:"redirectUri"`  // registered for the application
	BasePassword string `json:"basePassword"` // of users who are created without one
	BaseUserName string `json:"baseUserName"` // of a user who is there, for "test configuration"
	// UserName and Password are those of an administrator, for connectors that sign in a user ([Delegated]).
	UserName string `json:"userName,omitempty"`
	Password string `json:"password,omitempty"`

	// Proxy and CAFile are how a process reaches the tenant under Microsoft's names; "" in-process. Environment sets both for usual programs.
	Proxy       string            `json:"proxy,omitempty"`
	CAFile      string            `json:"caFile,omitempty"`
	Environment map[string]string `json:"environment,omitempty"`
	// Origin is the tenant without a proxy: https://127.0.0.1:port serves the login host and Graph alike. "" in-process.
	Origin string `json:"origin,omitempty"`

	// Transport reaches the tenant under Microsoft's names from within the process, and any other host not at all. A Go driver uses it, or Proxy.
	Transport http.RoundTripper `json:"-"`
	// Now and Sleep are the tenant's clock, on which waits cost nothing. A connector outside the process lives in real time.
	Now   func() time.Time                                 `json:"-"`
	Sleep func(ctx context.Context, d time.Duration) error `json:"-"`
}

// Request tells a connector to do something.
type Request struct {
	Operation  Operation      `json:"op"`
	Type       Type           `json:"type,omitempty"`
	ID         string         `json:"objectId,omitempty"`   // in Graph; a message has an id of its own
	Attributes map[string]any `json:"attributes,omitempty"` // Graph's names; null clears; password is that of a new user, manager the id of a user
	Members    []string       `json:"members,omitempty"`    // object ids
	Licenses   []string       `json:"licenses,omitempty"`   // SKU ids
	Instead    []string       `json:"instead,omitempty"`    // SKU ids to be taken away in the same step
	Filter     *Filter        `json:"filter,omitempty"`
	Token      string         `json:"token,omitempty"` // of the last answer to sync
}

// Filter chooses the objects whose attribute has a value.
type Filter struct {
	Attribute string `json:"attribute"` // id, or a name of Graph's
	Value     string `json:"value"`
}

// Answer is what a connector answers when it has done what it was told.
type Answer struct {
	ID      string   `json:"id,omitempty"`
	Objects []Object `json:"objects,omitempty"`
	Token   string   `json:"token,omitempty"`
	// Restarted says of a sync that the token was too old, and that Objects are therefore all there are.
	Restarted bool `json:"restarted,omitempty"`
}

// Object is a user or group as a connector shows it.
type Object struct {
	ID         string         `json:"id"`
	Deleted    bool           `json:"deleted,omitempty"` // in answers to sync
	Attributes map[string]any `json:"attributes,omitempty"`
}

// Code is why a connector could not do something.
type Code string

// The codes.
const (
	Unauthorized     Code = "unauthorized"     // the sign-in was refused
	Forbidden        Code = "forbidden"        // a permission is lacking
	AlreadyExists    Code = "alreadyExists"    // a value that must be unique is taken
	UnknownObject    Code = "unknownObject"    // no such object
	InvalidAttribute Code = "invalidAttribute" // a value that Graph does not take
	PasswordPolicy   Code = "passwordPolicy"   // a password that Graph does not take
	LicenseRefused   Code = "licenseRefused"   // no seats, an unknown SKU, plans that exclude each other
	NoUsageLocation  Code = "noUsageLocation"  // the user has no usage location
	Throttled        Code = "throttled"        // to be repeated later
	Unavailable      Code = "unavailable"      // the service is away; to be repeated later
	TokenExpired     Code = "tokenExpired"     // the token of a sync is too old: begin anew
	NotSupported     Code = "notSupported"     // the connector cannot do this
	OtherError       Code = "other"
)

// Codes returns all codes.
func Codes() []Code {
	return []Code{Unauthorized, Forbidden, AlreadyExists, UnknownObject, InvalidAttribute, PasswordPolicy, LicenseRefused, NoUsageLocation, Throttled, Unavailable, TokenExpired, NotSupported, OtherError}
}

// Error is a connector's own answer that it could not do something.
type Error struct {
	Code    Code   `json:"code"`
	Message string `json:"message"`
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }

// UnsentError says that a driver had nothing to tell the connector, so that what it would have made of it cannot be judged: the check is skipped.
type UnsentError struct{ Reason string }

func (e *UnsentError) Error() string { return e.Reason }

// BrokenError says that a connector gave no proper answer.
type BrokenError struct {
	Kind   Breakage
	Detail string   // one sentence
	Output []string // the last lines that it wrote, secrets redacted
	Fix    string   // how to mend it, where the driver knows better than what is said of the kind; "" for that
}

func (e *BrokenError) Error() string { return e.Detail }

// UnreachableError says that there is nobody to be judged: what the user gave as the connector is not there, or does not let us in. [Driver.Describe]
// returns it, and so does [Open].
type UnreachableError struct {
	Kind    string // unreachable, tls or unauthorised, as in the report's member unusable
	Message string // one sentence or two: what was tried, what came, what to do
}

func (e *UnreachableError) Error() string { return e.Message }

// Breakage is a way to give no proper answer.
type Breakage string

// The ways to give no proper answer.
const (
	Hung    Breakage = "hung"     // no answer in time
	Crashed Breakage = "crashed"  // the process ended, or the server cannot be reached
	Garbage Breakage = "garbage"  // an answer that is not a message
	Flooded Breakage = "flooded"  // more output than is read
	NoStart Breakage = "no-start" // it could not be started
)

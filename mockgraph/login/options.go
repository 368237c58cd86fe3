package login

import (
	"crypto/rand"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jonboulle/clockwork"
)

// Option changes how a login host behaves.
type Option func(*options)

type options struct {
	clock      clockwork.Clock
	ids        func() string
	random     io.Reader
	key        *SigningKey
	base       string
	graph      string
	tenant     tenant
	lifetimes  Lifetimes
	issuers    []KeyFetcher
	interrupt  func(Attempt) error
	fixedRoles func(user string) []string

	deviceInterval  time.Duration
	v1Resource      string
	verifiableGraph bool
	userConsent     bool
	firstParty      bool
	lockoutAfter    int
	lockoutFor      time.Duration
	loopAfter       int
	hiddenAccounts  bool
	skew            time.Duration
	maxTokens       int
	maxSignIns      int
}

func defaults() options {
	return options{
		clock: clockwork.NewRealClock(), ids: uuid.NewString, random: rand.Reader, key: processKey,
		deviceInterval: time.Second, v1Resource: aadGraphAppID, userConsent: true, firstParty: true,
		lockoutAfter: 10, lockoutFor: time.Minute, skew: 5 * time.Minute, maxTokens: 100_000, maxSignIns: defaultSignIns,
	}
}

// WithClock sets the clock by which everything is stamped and expires; the real one by default.
func WithClock(clock clockwork.Clock) Option { return func(o *options) { o.clock = clock } }

// WithIDs sets where trace and correlation ids come from; random GUIDs by default.
func WithIDs(next func() string) Option { return func(o *options) { o.ids = next } }

// WithRandom sets where codes, refresh tokens and session ids come from; crypto/rand by default. It must be safe for
// concurrent use.
func WithRandom(r io.Reader) Option { return func(o *options) { o.random = r } }

// WithSigningKey sets the key that signs tokens. By default all login hosts of a process share one, made when first used.
func WithSigningKey(key *SigningKey) Option { return func(o *options) { o.key = key } }

// WithBase fixes the origin (https://host[:port]) that documents carry for requests that are not addressed to one of
// Microsoft's names. By default it is the host of the request.
func WithBase(base string) Option { return func(o *options) { o.base = trimSlash(base) } }

// WithGraph sets the origin (https://host[:port]) of the fake Graph: its tokens may be asked for under that name, and
// metadata points there for userinfo. By default Graph is on the same origin.
func WithGraph(base string) Option { return func(o *options) { o.graph = trimSlash(base) } }

// WithTenant sets the tenant's id (a GUID), display name and verified domains, the initial one first. What is not given is
// read from the directory's organization and domain objects.
func WithTenant(id, name string, domains ...string) Option {
	return func(o *options) { o.tenant = tenant{id: lower(id), name: name, domains: domains} }
}

// WithLifetimes sets how long things live; a zero member keeps its default.
func WithLifetimes(l Lifetimes) Option { return func(o *options) { o.lifetimes = l } }

// WithIssuers sets where the keys of issuers of federated assertions come from. They are asked in turn until one knows the
// issuer. None by default: every federated assertion is refused. [Server.IssuerKeys] of another tenant is one, [HTTPIssuers] another.
func WithIssuers(fetchers ...KeyFetcher) Option {
	return func(o *options) { o.issuers = append(o.issuers, fetchers...) }
}

// WithInterrupt sets a policy that is asked before a token is issued, as Conditional Access is. A non-nil error refuses;
// an [*Error] made by [AADSTS] is answered as it stands.
func WithInterrupt(policy func(Attempt) error) Option {
	return func(o *options) { o.interrupt = policy }
}

// WithDirectoryRoles sets where the template ids of a user's directory roles come from; by default from the directory.
func WithDirectoryRoles(of func(user string) []string) Option {
	return func(o *options) { o.fixedRoles = of }
}

// WithDeviceInterval sets the interval device code clients are asked to wait between polls, whole seconds. Entra says 5; the
// default is 1, because some clients really wait.
func WithDeviceInterval(d time.Duration) Option { return func(o *options) { o.deviceInterval = d } }

// WithDefaultV1Resource sets the resource of a v1 request that names none. Not documented; the default is Azure AD Graph's id.
func WithDefaultV1Resource(resource string) Option {
	return func(o *options) { o.v1Resource = resource }
}

// WithVerifiableGraphTokens signs Graph's access tokens like any other. By default they carry a nonce header that makes their
// signature fail for everybody but Graph, as Entra's do.
// Source: learn.microsoft.com/entra/identity-platform/access-tokens, validate tokens.
func WithVerifiableGraphTokens() Option { return func(o *options) { o.verifiableGraph = true } }

// WithoutUserConsent forbids users to consent for themselves, a common tenant setting. They may by default.
func WithoutUserConsent() Option { return func(o *options) { o.userConsent = false } }

// WithoutFirstPartyClients forgets Microsoft's own public clients (Azure CLI, Azure PowerShell, Graph command line), which
// every tenant knows without registration.
func WithoutFirstPartyClients() Option { return func(o *options) { o.firstParty = false } }

// WithLockout sets after how many wrong passwords in a row an account is locked, and for how long: 10 and a minute by
// default, as smart lockout does; 0 never locks.
// Source: learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout.
func WithLockout(after int, lasting time.Duration) Option {
	return func(o *options) { o.lockoutAfter, o.lockoutFor = after, lasting }
}

// WithLoopDetection answers AADSTS50196 when a client repeats the same request that many times within five minutes. Entra
// does so from about 15; here it is off by default, because tests repeat themselves.
func WithLoopDetection(after int) Option { return func(o *options) { o.loopAfter = after } }

// WithHiddenAccounts answers the password grant of an unknown user like a wrong password (AADSTS50126), which Entra often
// does. By default it says AADSTS50034.
func WithHiddenAccounts() Option { return func(o *options) { o.hiddenAccounts = true } }

// WithSkew sets by how much the clock of a signer of assertions may differ, 5 minutes by default.
func WithSkew(d time.Duration) Option { return func(o *options) { o.skew = d } }

// WithTokenCache sets how many issued access tokens are kept for look-up, 100,000 by default; older ones are verified by signature.
func WithTokenCache(n int) Option { return func(o *options) { o.maxTokens = max(n, 1) } }

// Lifetimes says how long things live. Zero means the default of the member.
// Source: learn.microsoft.com/entra/identity-platform/configurable-token-lifetimes.
type Lifetimes struct {
	AccessToken     time.Duration // 1 hour
	Spread          time.Duration // 0; Entra adds up to 30 minutes at random
	CAEToken        time.Duration // 24 hours: of clients with the capability cp1
	IDToken         time.Duration // 1 hour
	Code            time.Duration // 10 minutes
	DeviceCode      time.Duration // 15 minutes
	RefreshToken    time.Duration // 90 days of inactivity
	SPARefreshToken time.Duration // 24 hours, fixed
	Session         time.Duration // 24 hours: the sign-in of a browser
}

func (l Lifetimes) orDefault() Lifetimes {
	for _, each := range []struct {
		value    *time.Duration
		standard time.Duration
	}{
		{&l.AccessToken, time.Hour},
		{&l.CAEToken, 24 * time.Hour},
		{&l.IDToken, time.Hour},
		{&l.Code, 10 * time.Minute},
		{&l.DeviceCode, 15 * time.Minute},
		{&l.RefreshToken, 90 * 24 * time.Hour},
		{&l.SPARefreshToken, 24 * time.Hour},
		{&l.Session, 24 * time.Hour},
	} {
		if *each.value <= 0 {
			*each.value = each.standard
		}
	}
	return l
}

// Attempt is what a policy set by [WithInterrupt] is asked about.
type Attempt struct {
	Grant    string // grant_type as the client sent it; "authorize" for the browser
	ClientID string // application id
	UserID   string // object id, "" for an application of its own
	Resource string // application id of the resource
	Version  int    // of the endpoint: 1 or 2
}

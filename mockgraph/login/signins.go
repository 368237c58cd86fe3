package login

import (
	"net"
	"slices"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// The kinds of sign-ins, as signInEventTypes names them.
const (
	InteractiveUser    = "interactiveUser"    // somebody typed a password or used a session of the browser
	NonInteractiveUser = "nonInteractiveUser" // a client used what it had of the user: a refresh token, her token
	ServicePrincipal   = "servicePrincipal"   // an application of its own
)

// SignIn is one entry of the sign-in log: a token was issued or refused. What is not known is "".
// Source: learn.microsoft.com/graph/api/resources/signin.
type SignIn struct {
	ID, CorrelationID    string // x-ms-request-id and client-request-id of the request
	Time                 time.Time
	Kind                 string
	Client               string // how: Browser, or Mobile Apps and Desktop clients
	AppID, AppName       string
	ServicePrincipalID   string // of the application, when it signed in itself
	UserID               string // "" for an application, and for a name nobody has
	UserPrincipalName    string // as it was typed when nobody has it
	UserDisplayName      string
	ResourceID, Resource string // application id and name
	ErrorCode            int    // AADSTS number, 0 for success
	FailureReason        string
	IPAddress, UserAgent string
}

const (
	defaultSignIns = 10_000
	viaBrowser     = "Browser"
	viaClient      = "Mobile Apps and Desktop clients"
)

// WithSignInLog sets how many sign-ins are kept, 10,000 by default; the oldest go first. 0 keeps none.
func WithSignInLog(n int) Option { return func(o *options) { o.maxSignIns = max(n, 0) } }

// signIns is a ring of sign-ins, safe for concurrent use.
type signIns struct {
	mu      sync.Mutex
	entries []SignIn
	next    int // the oldest, once the ring is full
	limit   int
	last    map[string]LastSignIns // by user id; it outlives the entries
}

func (s *signIns) add(e SignIn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.limit > 0 && e.UserID != "" {
		s.remember(e)
	}
	switch {
	case s.limit == 0:
	case len(s.entries) < s.limit:
		s.entries = append(s.entries, e)
	default:
		s.entries[s.next] = e
		s.next = (s.next + 1) % s.limit
	}
}

// Moment is when a sign-in was, and its request; zero for never.
type Moment struct {
	Time      time.Time
	RequestID string
}

// LastSignIns are the last sign-ins of a user. Attempts that failed count as sign-ins of their kind.
// Source: learn.microsoft.com/graph/api/resources/signinactivity.
type LastSignIns struct{ Interactive, NonInteractive, Successful Moment }

// remember notes a sign-in of a user.
func (s *signIns) remember(e SignIn) {
	last, at := s.last[e.UserID], Moment{e.Time, e.ID}
	switch e.Kind {
	case InteractiveUser:
		last.Interactive = at
	case NonInteractiveUser:
		last.NonInteractive = at
	}
	if e.ErrorCode == 0 {
		last.Successful = at
	}
	if s.last == nil {
		s.last = map[string]LastSignIns{}
	}
	s.last[e.UserID] = last
}

// LastSignIns returns the last sign-ins of a user by object id, also those that are no longer kept as entries; nothing with a log of 0.
func (s *Server) LastSignIns(userID string) LastSignIns {
	s.signIns.mu.Lock()
	defer s.signIns.mu.Unlock()
	return s.signIns.last[userID]
}

// SignIns returns the sign-ins that are kept, oldest first.
func (s *Server) SignIns() []SignIn {
	s.signIns.mu.Lock()
	defer s.signIns.mu.Unlock()
	return slices.Concat(s.signIns.entries[s.signIns.next:], s.signIns.entries[:s.signIns.next])
}

// signedBy begins an entry: who asked, from where.
func (x *exchange) signedBy(kind, via string, c *client, refused *Error) SignIn {
	e := SignIn{
		ID: x.trace.id, CorrelationID: x.trace.correlation, Time: x.now().UTC(), Kind: kind, Client: via, AppID: c.appID, AppName: c.name,
		UserAgent: bounded(x.r.UserAgent()), IPAddress: x.r.RemoteAddr,
	}
	if host, _, err := net.SplitHostPort(x.r.RemoteAddr); err == nil {
		e.IPAddress = host
	}
	if refused != nil {
		e.ErrorCode, e.FailureReason = refused.Code, refused.Text
	}
	return e
}

// of fills in the user; name is what was typed when there is none.
func (e *SignIn) of(u *directory.Object, name string) {
	if u == nil {
		e.UserPrincipalName = bounded(name)
		return
	}
	e.UserID, e.UserPrincipalName, e.UserDisplayName = u.ID(), u.String("userPrincipalName"), u.String("displayName")
}

// kindsOfGrants are what a request to the token endpoint is in the log. A code was logged when the browser signed in; it is not
// here. It is never written.
var kindsOfGrants = map[string]string{
	grantClient: ServicePrincipal, grantPassword: InteractiveUser, grantDevice: InteractiveUser, grantRefresh: NonInteractiveUser, grantBehalf: NonInteractiveUser,
}

// log writes down how a request to the token endpoint ended, once its client is known. A device that asks too early is no sign-in.
func (t *tokenRequest) log(refused *Error) {
	kind, logged := kindsOfGrants[t.grant]
	if !logged || t.client == nil || t.grant == grantDevice && refused != nil {
		return
	}
	e := t.x.signedBy(kind, viaClient, t.client, refused)
	if kind == ServicePrincipal {
		if t.client.principal != nil {
			e.ServicePrincipalID = t.client.principal.ID()
		}
	} else {
		name := t.form.Get("username")
		if t.user == nil && name != "" {
			t.user, _ = t.x.user(name)
		}
		e.of(t.user, name)
	}
	if t.resource != nil {
		e.ResourceID, e.Resource = t.resource.appID, t.resource.name
	}
	t.x.server.signIns.add(e)
}

// logBrowser writes down how a sign-in on a page ended. f knows the client; name is what was typed.
func (x *exchange) logBrowser(f *flow, name string, refused *Error) {
	c := f.client()
	if c == nil {
		return
	}
	e := x.signedBy(InteractiveUser, viaBrowser, c, refused)
	u, known := x.userByID(f.userID)
	if !known && name != "" {
		u, _ = x.user(name)
	}
	e.of(u, name)
	if f.request != nil {
		if r, bad := x.resource(f.request.asked.target()); bad == nil {
			e.ResourceID, e.Resource = r.appID, r.name
		}
	}
	x.server.signIns.add(e)
}

// client is the application a flow is for, nil when none is known.
func (f *flow) client() *client {
	switch {
	case f.request != nil:
		return f.request.client
	case f.admin != nil:
		return f.admin.client
	}
	return nil
}

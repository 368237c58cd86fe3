package permission

import "slices"

// Caller is what a verified token says of who calls.
type Caller struct {
	AppOnly bool     // no user is signed in: Roles count; else Scopes count
	Scopes  []string // the delegated permissions, of the scp claim
	Roles   []string // the application permissions, of the roles claim
}

// held are the permissions that count.
func (c Caller) held() []string {
	if c.AppOnly {
		return c.Roles
	}
	return c.Scopes
}

func (c Caller) holds(permission string) bool { return slices.Contains(c.held(), permission) }

func (c Caller) holdsAny(permissions ...string) bool {
	return slices.ContainsFunc(permissions, c.holds)
}

// Decision is the answer to one call.
type Decision struct {
	Allowed bool
	// OwnOnly limits what is allowed to the caller's own: every permission held that allows the call reaches only the
	// signed-in user (User.Read, User.ReadWrite) or the registrations the client owns (Application.ReadWrite.OwnedBy). For any
	// other target the answer is 403.
	OwnOnly bool
	// Used is the least privileged permission held that allows the call, for any target unless OwnOnly; "" when none is
	// needed or none is held.
	Used string
	// With is the permission that was needed beside Used; mostly "".
	With string
	// Least is the least privileged way to be allowed the call; "" when there is none with this kind of token.
	Least string
	// AnyOf are all ways, least privileged first; where two permissions are needed together as "A and B". Not to be changed.
	AnyOf []string
}

// Rule says who may make one call. The zero Rule allows nobody.
type Rule struct{ entry *entry }

// entry is a compiled rule.
type entry struct {
	method, template       string
	delegated, application scheme
	open                   bool // a valid token is enough
	self                   bool // the template begins with /me: the target is the signed-in user
	right                  *right
}

type scheme struct {
	grants []grant
	anyOf  []string
}

func newScheme(grants []grant) scheme {
	s := scheme{grants: grants}
	for _, g := range grants {
		s.anyOf = append(s.anyOf, g.String())
	}
	return s
}

// Find returns the rule of a route by its method and its template, as the route writes it; [Canonical] says what is folded.
// HEAD counts as GET. It is one look-up in a map and allocates nothing. Without a rule nobody may make the call: routes are to be
// checked for it where they are registered.
func Find(method, template string) (Rule, bool) {
	var space [maxTemplate]byte
	key := append(space[:0], readsLikeGet(method)...)
	key = append(key, ' ')
	key = appendCanonical(key, template)
	found, ok := table()[string(key)]
	return Rule{found}, ok
}

func readsLikeGet(method string) string {
	if method == "HEAD" {
		return "GET"
	}
	return method
}

// Allows decides by the permissions of a token: the roles of an app-only one, the scopes of a delegated one. A delegated call
// is bounded by the signed-in user's own rights besides: see [Settings.May].
func (r Rule) Allows(c Caller) Decision {
	if r.entry == nil {
		return Decision{}
	}
	if r.entry.open {
		return Decision{Allowed: true}
	}
	s := r.entry.delegated
	if c.AppOnly {
		s = r.entry.application
	}
	d := Decision{AnyOf: s.anyOf}
	if len(s.anyOf) > 0 {
		d.Least = s.anyOf[0]
	}
	held := c.held()
	for _, g := range s.grants {
		also, ok := g.held(held)
		if !ok || d.Allowed && g.own {
			continue
		}
		d.Allowed, d.OwnOnly, d.Used, d.With = true, g.own, g.permission, also
		if !g.own {
			break
		}
	}
	return d
}

// Method is the rule's method, in capitals.
func (r Rule) Method() string {
	if r.entry == nil {
		return ""
	}
	return r.entry.method
}

// Template is the rule's template as [Canonical] writes it.
func (r Rule) Template() string {
	if r.entry == nil {
		return ""
	}
	return r.entry.template
}

// Delegated are the ways to be allowed the call with a user signed in, least privileged first. Not to be changed.
func (r Rule) Delegated() []string {
	if r.entry == nil {
		return nil
	}
	return r.entry.delegated.anyOf
}

// Application are the ways to be allowed the call without a user, least privileged first. Not to be changed.
func (r Rule) Application() []string {
	if r.entry == nil {
		return nil
	}
	return r.entry.application.anyOf
}

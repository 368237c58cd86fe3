package login

import (
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// lockout counts wrong passwords of one account.
type lockout struct {
	failures int
	until    time.Time
}

// checkPassword signs a user in by name and password.
func (x *exchange) checkPassword(name, password string) (*directory.Object, *Error) {
	u, ok := x.user(name)
	if !ok {
		return nil, AADSTS(50034, x.tenant.id)
	}
	locked := false
	x.server.state.lockouts.with(u.ID(), func(l *lockout) { locked = x.now().Before(l.until) })
	if locked {
		return nil, AADSTS(50053)
	}
	if u.Property("passwordProfile") == nil {
		return nil, AADSTS(50056)
	}
	if !x.snap.CheckPassword(u.ID(), password) {
		x.countFailure(u.ID())
		return nil, AADSTS(50126)
	}
	if !u.Bool("accountEnabled") {
		return nil, AADSTS(50057)
	}
	x.server.state.lockouts.with(u.ID(), func(l *lockout) { *l = lockout{} })
	return u, nil
}

func (x *exchange) countFailure(user string) {
	o := x.server.options
	if o.lockoutAfter <= 0 {
		return
	}
	x.server.state.lockouts.update(user, func(l *lockout, known bool) *lockout {
		if !known {
			l = &lockout{}
		}
		if l.failures++; l.failures >= o.lockoutAfter {
			l.failures, l.until = 0, x.now().Add(o.lockoutFor)
		}
		return l
	})
}

// mustChangePassword says whether the user has to choose a password of her own first.
func mustChangePassword(u *directory.Object) bool {
	p := directory.Value[directory.PasswordProfile](u, "passwordProfile")
	return p.ForceChangePasswordNextSignIn || p.ForceChangePasswordNextSignInWithMfa
}

// Directory roles whose members consent for everybody, by template id. Only the first two may grant application permissions of
// Graph.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
const (
	roleGlobalAdmin         = "62e90394-69f5-4237-9190-012177145e10"
	rolePrivilegedRoleAdmin = "e8611ab8-c189-46e8-94e1-60213ab1f814"
	roleCloudAppAdmin       = "158c047a-c907-4556-b7ef-446551a6b5f7"
	roleAppAdmin            = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
)

// directoryRoles are the template ids of a user's directory roles, those through role-assignable groups included.
func (s *Server) directoryRoles(snap *directory.Snapshot, user string) []string {
	if s.options.fixedRoles != nil {
		return s.options.fixedRoles(user)
	}
	var roles []string
	add := func(principal string) {
		for role := range snap.RolesOf(principal) {
			if o, ok := snap.Object(role); ok {
				if id := o.String("roleTemplateId"); !slices.Contains(roles, id) {
					roles = append(roles, id)
				}
			}
		}
	}
	add(user)
	for group := range snap.MemberOf(user) {
		add(group)
	}
	return roles
}

// mayConsent says whether a user may consent for the whole tenant; with application permissions of Graph in play only the
// most privileged roles may.
func (x *exchange) mayConsent(user string, graphRoles bool) bool {
	allowed := []string{roleGlobalAdmin, rolePrivilegedRoleAdmin}
	if !graphRoles {
		allowed = append(allowed, roleCloudAppAdmin, roleAppAdmin)
	}
	return slices.ContainsFunc(x.server.directoryRoles(x.snap, user), func(role string) bool { return containsFold(allowed, role) })
}

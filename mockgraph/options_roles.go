package mockgraph

import "net/http"

// WithMissingRoleStatus sets the HTTP status of RoleNotFound and SubjectNotFound, the refusals of a role assignment to or of
// something that is not there. Sources differ between 400 and 404; 404 by default.
func WithMissingRoleStatus(status int) Option { return func(o *options) { o.missingRole = status } }

func (o *options) roleStatus() int {
	if o.missingRole == 0 {
		return http.StatusNotFound
	}
	return o.missingRole
}

package mockgraph

import (
	"time"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// WithSecretLifetime bounds how long client secrets may live, as an app management policy of the tenant does; one without an end or
// with a later one is refused. 0, the default, is no policy.
// Source: learn.microsoft.com/graph/api/resources/appmanagementpolicy.
func WithSecretLifetime(limit time.Duration) Option {
	return func(o *options) { o.secretLifetime = limit }
}

// WithInvalidReferenceUpdates answers an app-role assignment to a principal or a resource nobody knows with 400 "Not a valid
// reference update", which is seen as well; by default it is 404.
func WithInvalidReferenceUpdates() Option {
	return func(o *options) { o.invalidReferences = true }
}

// WithSynchronization sets the provisioning service that answers /servicePrincipals/{id}/synchronization; [Tenant.Synchronize] sets it later. Without one these routes
// answer 501.
func WithSynchronization(s synchronization.Service) Option {
	return func(o *options) { o.synchronization = s }
}

// newID returns a random GUID for what the directory does not name itself, such as keys.
func (t *Tenant) newID() string {
	if t.options.random != nil {
		if id, err := uuid.NewRandomFromReader(t.options.random); err == nil {
			return id.String()
		}
	}
	return uuid.NewString()
}

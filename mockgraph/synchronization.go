package mockgraph

// synchronizationRoutes are the routes of /servicePrincipals/{id}/synchronization.
func (t *Tenant) synchronizationRoutes() []route { return nil }

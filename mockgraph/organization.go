package mockgraph

// organizationRoutes are the routes of /organization and /domains.
func (t *Tenant) organizationRoutes() []route { return nil }

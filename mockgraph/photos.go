package mockgraph

// photoRoutes are the routes of photos of users and groups.
func (t *Tenant) photoRoutes() []route { return nil }

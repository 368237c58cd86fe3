package mockgraph

// groupRoutes are the routes of /groups: groups, their members and owners.
func (t *Tenant) groupRoutes() []route { return nil }

package mockgraph

// applicationRoutes are the routes of /applications.
func (t *Tenant) applicationRoutes() []route { return nil }

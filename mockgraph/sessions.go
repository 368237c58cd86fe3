package mockgraph

// sessionRoutes are the routes of sign-in sessions and passwords of users.
func (t *Tenant) sessionRoutes() []route { return nil }

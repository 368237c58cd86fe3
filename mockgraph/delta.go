package mockgraph

// deltaRoutes are the routes of delta queries.
func (t *Tenant) deltaRoutes() []route { return nil }

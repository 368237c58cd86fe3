package mockgraph

// templateRoutes are the routes of /applicationTemplates.
func (t *Tenant) templateRoutes() []route { return nil }

package mockgraph

// assignmentRoutes are the routes of app-role assignments, from the principal's and from the resource's side.
func (t *Tenant) assignmentRoutes() []route { return nil }

package mockgraph

// batchRoutes are the routes of /$batch.
func (t *Tenant) batchRoutes() []route { return nil }

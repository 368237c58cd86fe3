package mockgraph

// deletedItemRoutes are the routes of /directory/deletedItems.
func (t *Tenant) deletedItemRoutes() []route { return nil }

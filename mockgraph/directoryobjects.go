package mockgraph

// directoryObjectRoutes are the routes of /directoryObjects, and the membership functions of users, groups and service principals.
func (t *Tenant) directoryObjectRoutes() []route { return nil }

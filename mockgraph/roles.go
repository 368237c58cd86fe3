package mockgraph

// roleRoutes are the routes of /directoryRoles and /roleManagement/directory.
func (t *Tenant) roleRoutes() []route { return nil }

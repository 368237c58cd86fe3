package mockgraph

// grantRoutes are the routes of /oauth2PermissionGrants.
func (t *Tenant) grantRoutes() []route { return nil }

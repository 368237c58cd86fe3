package mockgraph

// servicePrincipalRoutes are the routes of /servicePrincipals.
func (t *Tenant) servicePrincipalRoutes() []route { return nil }

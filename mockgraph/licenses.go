package mockgraph

// licenseRoutes are the routes of /subscribedSkus and the licences of users and groups.
func (t *Tenant) licenseRoutes() []route { return nil }

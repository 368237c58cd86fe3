package mockgraph

// subscriptionRoutes are the routes of /subscriptions.
func (t *Tenant) subscriptionRoutes() []route { return nil }

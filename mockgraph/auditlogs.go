package mockgraph

// auditLogRoutes are the routes of /auditLogs.
func (t *Tenant) auditLogRoutes() []route { return nil }

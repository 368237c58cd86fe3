package mockgraph

// invitationRoutes are the routes of /invitations.
func (t *Tenant) invitationRoutes() []route { return nil }

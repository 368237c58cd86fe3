package mockgraph

// administrativeUnitRoutes are the routes of /directory/administrativeUnits.
func (t *Tenant) administrativeUnitRoutes() []route { return nil }

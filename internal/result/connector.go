package result

// Request is a row of the table of what a connector asked of Graph and of the login host.
type Request struct {
	Method     string      `json:"method"`
	Path       string      `json:"path"` // with names in the place of ids, such as /v1.0/users/{id}
	Count      int         `json:"count"`
	Statuses   map[int]int `json:"statuses"` // how often each status was answered
	P50Ms      float64     `json:"p50Ms"`    // half were answered within this time
	P95Ms      float64     `json:"p95Ms"`
	Permission string      `json:"permission,omitempty"` // that allowed it, the least that the connector has; "" for none
}

// Permissions compares what a connector was granted with what it used.
type Permissions struct {
	Granted []string       `json:"granted"`
	Used    map[string]int `json:"used"`   // how many requests each allowed
	Unused  []string       `json:"unused"` // granted and never used

	// Partial says that only a part of what connectors do was played, so that what was not used may be needed all the same.
	Partial bool `json:"partial,omitempty"`
}

// Unplayed says whether a check was not played to its end: it was blocked, excused for the sake of another one, or not run.
func (c Check) Unplayed() bool {
	return c.Status == Blocked || c.Status == NotRun || c.Status == KnownFailure && c.BlockedBy != ""
}

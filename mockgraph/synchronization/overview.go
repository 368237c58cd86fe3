package synchronization

import (
	"context"
	"io"
	"time"
)

// Overseer is a [Service] that tells people at one place what Graph tells job by job, and what it does not tell at all.
type Overseer interface {
	// Overview returns every job of the tenant.
	Overview(ctx context.Context) []Overview
	// ExportLog writes the provisioning log, oldest entry first, as "json" or "csv". An error that is a [*Refusal] was found before the
	// first byte.
	ExportLog(w io.Writer, format string) error
}

// Conductor is a [Service] that runs a cycle when it is told to.
type Conductor interface {
	// RunNow runs a cycle of a started job, whether it is due or not; "" runs what is due. How the cycle fared is in the job's status.
	RunNow(ctx context.Context, job string) error
}

// Overview is one job, with the application it belongs to.
type Overview struct {
	Application        string         `json:"application"` // display name; "" when it is gone
	ServicePrincipalID string         `json:"servicePrincipalId"`
	Job                Job            `json:"job"`
	NextRun            *time.Time     `json:"nextRun"`   // nil: none will come by itself
	Cycle              *CycleProgress `json:"cycle"`     // nil: none is running
	Staged             int            `json:"staged"`    // deletions that wait to be allowed
	Mails              []Notification `json:"mails"`     // oldest first
	Connected          bool           `json:"connected"` // by a program, not through Graph
}

// CycleProgress is how far a running cycle is.
type CycleProgress struct {
	ID         string    `json:"id"`
	Initial    bool      `json:"initial"`
	Phase      string    `json:"phase"` // Users, Groups or References
	Done       int       `json:"done"`  // of the phase
	Total      int       `json:"total"`
	Objects    int       `json:"objects"` // users and groups together
	AllObjects int       `json:"allObjects"`
	Began      time.Time `json:"began"`
	Remaining  *Duration `json:"remaining"` // at the pace so far; nil: not known yet
}

// Notification is a mail that was written because a job went into quarantine.
type Notification struct {
	Time    time.Time `json:"time"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	Error   Text      `json:"error"` // why it could not be sent
}

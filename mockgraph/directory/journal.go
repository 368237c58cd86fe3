package directory

import (
	"encoding/json"
	"iter"
	"slices"
	"sync"
	"time"
)

// DirectoryAudit is one entry of the tenant's audit log. Who writes to the directory on somebody's behalf writes it: the directory
// does not know who asks.
// Source: learn.microsoft.com/graph/api/resources/directoryaudit.
type DirectoryAudit struct { //nolint:revive // Graph's own name
	ID                  string           `json:"id"`
	ActivityDateTime    time.Time        `json:"activityDateTime"`
	ActivityDisplayName string           `json:"activityDisplayName"` // such as Add user
	Category            string           `json:"category"`            // such as UserManagement
	CorrelationID       string           `json:"correlationId"`
	LoggedByService     string           `json:"loggedByService"`
	OperationType       string           `json:"operationType"` // Add, Update, Delete, Assign, Unassign
	Result              string           `json:"result"`        // success or failure
	ResultReason        string           `json:"resultReason"`
	InitiatedBy         AuditInitiator   `json:"initiatedBy"`
	TargetResources     []TargetResource `json:"targetResources"`
	AdditionalDetails   []KeyValue       `json:"additionalDetails"`
}

// AuditInitiator is who did it: a user, an application, or both nil for the service itself.
type AuditInitiator struct {
	User *UserIdentity `json:"user"`
	App  *AppIdentity  `json:"app"`
}

// UserIdentity names a user in an audit entry.
type UserIdentity struct {
	ID                string `json:"id"`
	DisplayName       string `json:"displayName"`
	UserPrincipalName string `json:"userPrincipalName"`
	IPAddress         string `json:"ipAddress"`
}

// AppIdentity names an application in an audit entry.
type AppIdentity struct {
	AppID                string `json:"appId"`
	DisplayName          string `json:"displayName"`
	ServicePrincipalID   string `json:"servicePrincipalId"`
	ServicePrincipalName string `json:"servicePrincipalName"`
}

// TargetResource is what an audit entry is about.
type TargetResource struct {
	ID                 string             `json:"id"`
	DisplayName        string             `json:"displayName"`
	Type               string             `json:"type"` // User, Group, Application, ServicePrincipal, Role, …
	UserPrincipalName  string             `json:"userPrincipalName"`
	GroupType          string             `json:"groupType"`
	ModifiedProperties []ModifiedProperty `json:"modifiedProperties"`
}

// ModifiedProperty is a property an audited act changed, old and new as JSON text.
type ModifiedProperty struct {
	DisplayName string `json:"displayName"`
	OldValue    string `json:"oldValue"`
	NewValue    string `json:"newValue"`
}

// KeyValue is a detail of an audit entry.
type KeyValue struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// ProvisioningRecord is one entry of the provisioning log. Body is a provisioningObjectSummary, which the directory keeps and does
// not look into.
type ProvisioningRecord struct {
	ID   string          `json:"id"`
	Time time.Time       `json:"time"`
	Body json.RawMessage `json:"body"`
	// Summary makes the body when somebody reads it; nil: Body is there. It may be called at any time from any goroutine and
	// gives the same every time.
	Summary func() json.RawMessage `json:"-"`
}

// Content is the body, made when it is not there yet.
func (r ProvisioningRecord) Content() json.RawMessage {
	if r.Body == nil && r.Summary != nil {
		return r.Summary()
	}
	return r.Body
}

const defaultJournal = 10_000

// WithJournal sets how many entries the audit log and the provisioning log keep each, 10,000 by default; the oldest go first.
func WithJournal(n int) Option {
	return func(d *Directory) { d.audits.limit, d.records.limit = max(n, 0), max(n, 0) }
}

// journal is a bounded list, oldest first.
type journal[T any] struct {
	mu       sync.Mutex
	limit    int
	entries  []T
	revision int // grows with each change
}

func (j *journal[T]) add(e T) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.revision++
	if j.entries = append(j.entries, e); len(j.entries) >= 2*j.limit || len(j.entries) == 1 && j.limit == 0 {
		j.entries = slices.Clone(j.entries[max(0, len(j.entries)-j.limit):])
	}
}

func (j *journal[T]) all() []T {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries[max(0, len(j.entries)-j.limit):])
}

// numbered returns the entries and the number of the newest.
func (j *journal[T]) numbered() ([]T, int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.entries[max(0, len(j.entries)-j.limit):]), j.revision
}

func (j *journal[T]) replace(entries []T) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.entries = entries
	j.revision++
}

func (j *journal[T]) revised() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.revision
}

// Audit adds an entry to the audit log. An empty id and a zero time are filled in.
func (d *Directory) Audit(e DirectoryAudit) {
	d.mu.Lock() // the source of ids is asked by one at a time
	if e.ID == "" {
		e.ID = d.newID()
	}
	d.mu.Unlock()
	if e.ActivityDateTime.IsZero() {
		e.ActivityDateTime = d.clock.Now().UTC()
	}
	d.audits.add(e)
}

// Audits returns the entries the audit log keeps, oldest first.
func (d *Directory) Audits() []DirectoryAudit { return d.audits.all() }

// RecordProvisioning adds an entry to the provisioning log.
func (d *Directory) RecordProvisioning(r ProvisioningRecord) { d.records.add(r) }

// ProvisioningRecords returns the entries the provisioning log keeps, oldest first, with their bodies.
func (d *Directory) ProvisioningRecords() []ProvisioningRecord {
	all := d.records.all()
	for i := range all {
		all[i].Body, all[i].Summary = all[i].Content(), nil
	}
	return all
}

// LatestProvisioning yields the same entries newest first, each with its number: one that was added later has a higher one. Their bodies may
// be still to be made: see [ProvisioningRecord.Content].
func (d *Directory) LatestProvisioning() iter.Seq2[int, ProvisioningRecord] {
	return func(yield func(int, ProvisioningRecord) bool) {
		entries, newest := d.records.numbered()
		for i, r := range slices.Backward(entries) {
			if !yield(newest-len(entries)+1+i, r) {
				return
			}
		}
	}
}

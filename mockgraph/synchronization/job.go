package synchronization

import "time"

// Job is a synchronizationJob: one application's provisioning.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationjob.
type Job struct {
	ID         string              `json:"id"`         // <template id>.<tenant id without dashes>.<guid>
	TemplateID string              `json:"templateId"` // "scim" or "customappsso" for a non-gallery application
	Schedule   Schedule            `json:"schedule"`
	Status     Status              `json:"status"`
	Settings   Collection[Setting] `json:"synchronizationJobSettings"`
	BulkUpload *BulkUpload         `json:"bulkUpload"` // nil for a job that is not inbound
}

// BulkUpload is the bulk upload endpoint of an inbound job, of which only the id is modelled.
type BulkUpload struct {
	ID string `json:"id"`
}

// NewJob returns a job as Graph answers its creation: disabled, never scheduled, not configured.
func NewJob(id, templateID string) Job {
	return Job{
		ID: id, TemplateID: templateID,
		Schedule: Schedule{Interval: Never, State: ScheduleDisabled},
		Status:   Status{Code: CodeNotConfigured},
	}
}

// Schedule says when cycles run.
type Schedule struct {
	Expiration *time.Time    `json:"expiration"` // nil: it does not expire
	Interval   Duration      `json:"interval"`   // between two cycles; PT40M for a SCIM application
	State      ScheduleState `json:"state"`
}

// ScheduleState says whether a job is scheduled.
type ScheduleState string

// The states of a schedule.
const (
	ScheduleActive   ScheduleState = "Active"
	ScheduleDisabled ScheduleState = "Disabled"
	SchedulePaused   ScheduleState = "Paused"
)

// Status is a job's synchronizationStatus.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationstatus.
type Status struct {
	Code                               StatusCode           `json:"code"`
	CountSuccessiveCompleteFailures    int64                `json:"countSuccessiveCompleteFailures"`
	EscrowsPruned                      bool                 `json:"escrowsPruned"`                // escrows were dropped during initial synchronization
	SteadyStateFirstAchievedTime       time.Time            `json:"steadyStateFirstAchievedTime"` // zero: never
	SteadyStateLastAchievedTime        time.Time            `json:"steadyStateLastAchievedTime"`  // zero: never
	TroubleshootingURL                 string               `json:"troubleshootingUrl"`
	Quarantine                         *Quarantine          `json:"quarantine"` // nil: not in quarantine
	Progress                           Collection[Progress] `json:"progress"`
	SynchronizedEntryCountByType       Collection[LongPair] `json:"synchronizedEntryCountByType"`
	LastExecution                      *Execution           `json:"lastExecution"` // nil: never run
	LastSuccessfulExecution            *Execution           `json:"lastSuccessfulExecution"`
	LastSuccessfulExecutionWithExports *Execution           `json:"lastSuccessfulExecutionWithExports"`
}

// StatusCode is the state of a job (synchronizationStatusCode).
type StatusCode string

// The states of a job.
const (
	CodeNotConfigured StatusCode = "NotConfigured"
	CodeNotRun        StatusCode = "NotRun"
	CodeActive        StatusCode = "Active"
	CodePaused        StatusCode = "Paused"
	CodeQuarantine    StatusCode = "Quarantine"
)

// Execution is what one cycle did (synchronizationTaskExecution).
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationtaskexecution.
type Execution struct {
	ActivityIdentifier           string         `json:"activityIdentifier"` // id of the cycle
	State                        ExecutionState `json:"state"`
	TimeBegan                    time.Time      `json:"timeBegan"`
	TimeEnded                    time.Time      `json:"timeEnded"`
	CountEntitled                int64          `json:"countEntitled"`                // objects assigned to the application
	CountEntitledForProvisioning int64          `json:"countEntitledForProvisioning"` // of those, which are about to be provisioned
	CountEscrowed                int64          `json:"countEscrowed"`                // entries that could not be exported
	CountEscrowedRaw             int64          `json:"countEscrowedRaw"`             // the same, before deduplication
	CountExported                int64          `json:"countExported"`                // objects exported
	CountExports                 int64          `json:"countExports"`                 // export operations
	CountImported                int64          `json:"countImported"`
	CountImportedDeltas          int64          `json:"countImportedDeltas"`
	CountImportedReferenceDeltas int64          `json:"countImportedReferenceDeltas"`
	Error                        *Error         `json:"error"` // nil: none
}

// ExecutionState is how a cycle ended (synchronizationTaskExecutionResult).
type ExecutionState string

// The ends of a cycle.
const (
	ExecutionSucceeded        ExecutionState = "Succeeded"
	ExecutionFailed           ExecutionState = "Failed"
	ExecutionEntryLevelErrors ExecutionState = "EntryLevelErrors"
)

// Progress counts what an initial cycle has done so far (synchronizationProgress).
type Progress struct {
	CompletedUnits              int64     `json:"completedUnits"`
	ProgressObservationDateTime time.Time `json:"progressObservationDateTime"`
	TotalUnits                  int64     `json:"totalUnits"`
	Units                       string    `json:"units"` // what is counted, such as "Users"
}

// Error is why a job or cycle failed (synchronizationError).
type Error struct {
	Code             string `json:"code"`
	Message          string `json:"message"`
	TenantActionable bool   `json:"tenantActionable"` // the customer can mend it
}

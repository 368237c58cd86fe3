package provisioning

import (
	"context"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Quarantine puts the job into quarantine by hand, as Microsoft's service may ([synchronization.QuarantinedOnDemand]), or for a reason that
// does not come up here by itself, to rehearse it. It ends like any other: with the next cycle that works, or a restart.
func (j *Job) Quarantine(ctx context.Context, reason synchronization.QuarantineReason, message string) {
	j.mu.Lock()
	news := j.schedule.failed(j.clock.Now(), reason, &synchronization.Error{Code: string(reason), Message: message, TenantActionable: true})
	q := *j.schedule.quarantine
	j.mu.Unlock()
	if news {
		j.announce(ctx, q)
	}
}

// auditQuarantine writes the activity Quarantine of the tenant's audit log.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status.
func (j *Job) auditQuarantine(app string, q synchronization.Quarantine) {
	j.dir.Audit(directory.DirectoryAudit{
		ActivityDisplayName: "Quarantine", Category: "ProvisioningManagement", LoggedByService: "Account Provisioning",
		OperationType: "Update", Result: "success", ResultReason: string(q.Reason),
		TargetResources: []directory.TargetResource{{ID: j.app, DisplayName: app, Type: "ServicePrincipal"}},
	})
}

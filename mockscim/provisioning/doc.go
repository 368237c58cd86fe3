// Package provisioning is the engine of the fake Entra provisioning service: a [Job] reads one tenant's directory and brings
// the users and groups that are entitled to one application to one SCIM endpoint, in cycles, as Entra does.
//
// It decides what is sent and when: the credential probe, the initial and the incremental cycle, assignment scope, matching,
// create, update, disable, reactivate and delete, references, failed objects that are tried again, quarantine, and the
// provisioning log. It does not know how a request looks (mockscim/wire), how a value is computed (mockscim/mapping), or who
// judges the outcome. Requests of one job go out one after another unless [WithParallelism] says otherwise, so the same history gives the
// same requests. A job runs a schema in Graph's shape ([WithSchema], [Job.Schema]); what Microsoft's pages leave open is decided by options,
// which docs/options.md lists with their defaults.
//
//	job, err := provisioning.NewJob(dir, servicePrincipalID, client, provisioning.WithClock(clock))
//	report, err := job.Cycle(ctx) // the initial cycle
//	report, err = job.Cycle(ctx)  // an incremental one: only what changed in the directory since
//
// The pages that describe this behaviour, all below learn.microsoft.com/entra/identity/app-provisioning:
// how-provisioning-works, use-scim-to-provision-users-and-groups, application-provisioning-quarantine-status, known-issues and
// customize-application-attributes; and monitoring-health/howto-analyze-provisioning-logs for the log.
package provisioning

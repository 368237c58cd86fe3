package connector

import (
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// Check is a check of a Graph connector.
type Check = suites.Check[*Rig]

// described is the check without which no other can be judged.
const described = "connector.setup.describe"

// Checks returns all checks, by stage and in the order in which they are best read.
func Checks() []Check {
	stages := []struct {
		stage suites.Stage
		parts []func() []Check
	}{
		{suites.Setup, []func() []Check{setupChecks, answerChecks, refusedSetupChecks, consentSetupChecks, permissionSetupChecks, privilegeSetupChecks}},
		{suites.Create, []func() []Check{createChecks, nameCreateChecks, valueCreateChecks}},
		{suites.Sync, []func() []Check{syncChecks, valueSyncChecks, attributeSyncChecks, managerSyncChecks, searchSyncChecks, deltaSyncChecks}},
		{suites.Group, []func() []Check{groupChecks, memberChecks, removalChecks}},
		{suites.Disable, []func() []Check{disableChecks, disableKeepsChecks}},
		{suites.Reactivate, []func() []Check{enableChecks}},
		{suites.Licence, []func() []Check{licenceChecks, licenceChangeChecks, licenceRefusedChecks}},
		{suites.Delete, []func() []Check{deleteChecks, restoreChecks}},
		{suites.Quarantine, []func() []Check{quarantineChecks, outageChecks, tokenChecks, lostChecks, batchChecks, deltaExpiryChecks}},
		{suites.Conduct, []func() []Check{conductChecks, readingChecks, secretChecks}},
	}
	var all []Check
	for _, s := range stages {
		for _, part := range s.parts {
			for _, c := range part() {
				c.Stage = s.stage
				if len(c.Packs) == 0 {
					c.Packs = []suites.Pack{suites.Lifecycle}
				}
				if s.stage == suites.Conduct {
					c.Packs = []suites.Pack{suites.Requests}
					c.Last = true // they judge what all others sent, too
				}
				if c.ID != described && !slices.Contains(c.Needs, described) {
					c.Needs = append(slices.Clone(c.Needs), described)
				}
				all = append(all, c)
			}
		}
	}
	return all
}

// What a failure breaks.
var (
	breaksEntra = []result.Break{result.BreaksEntra}                     // people or groups in Entra are not as they should be
	breaksGraph = []result.Break{result.BreaksGraph}                     // Graph or the login host refuses it, or will
	breaksBoth  = []result.Break{result.BreaksEntra, result.BreaksGraph} // both
)

// Where rules come from.
const (
	learnGraph           = "https://learn.microsoft.com/graph/"
	learnAPI             = learnGraph + "api/"
	learnThrottling      = learnGraph + "throttling"
	learnErrors          = learnGraph + "errors"
	learnPaging          = learnGraph + "paging"
	learnQuery           = learnGraph + "query-parameters"
	learnAdvanced        = learnGraph + "aad-advanced-queries"
	learnDelta           = learnGraph + "delta-query-overview"
	learnBatch           = learnGraph + "json-batching"
	learnPractices       = learnGraph + "best-practices-concept"
	learnPermissions     = learnGraph + "permissions-reference"
	learnUser            = learnGraph + "api/resources/user"
	learnPasswordProfile = learnAPI + "resources/passwordprofile"
	learnCredentials     = "https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow" //nolint:gosec // a page
	learnLeast           = "https://learn.microsoft.com/entra/identity-platform/secure-least-privileged-access"
	learnPostUser        = learnAPI + "user-post-users"
	learnPatchUser       = learnAPI + "user-update"
	learnLicence         = learnAPI + "user-assignlicense"
	learnGroup           = learnAPI + "resources/group"
	learnPostGroup       = learnAPI + "group-post-groups"
	learnPatchGroup      = learnAPI + "group-update"
	learnPostMembers     = learnAPI + "group-post-members"
	learnDeleteMember    = learnAPI + "group-delete-members"
	learnAuth            = learnGraph + "auth-v2-service"
	learnAADSTS          = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"
)

func sources(all ...string) []string { return all }

func needs(ids ...string) []string { return ids }

package endpoint

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// Check is a check of a SCIM endpoint.
type Check = suites.Check[*Rig]

// Checks returns all checks, by stage and in the order in which they are best read.
func Checks() []Check {
	stages := []struct {
		stage suites.Stage
		parts []func() []Check
	}{
		{suites.Connect, []func() []Check{probeChecks, discoveryChecks, pagingChecks}},
		{suites.Create, []func() []Check{createChecks, valueChecks, duplicateChecks, filterChecks, matchChecks}},
		{suites.Sync, []func() []Check{replaceChecks, renameChecks, pathChecks, managerChecks, leaverChecks, answerChecks, attributeChecks, customChecks}},
		{suites.Group, []func() []Check{groupChecks, memberChecks, removalChecks, groupChangeChecks, storyChecks, largeGroupChecks}},
		{suites.Disable, []func() []Check{disableChecks, deleteChecks}},
		{suites.Reactivate, []func() []Check{reactivateChecks, returnChecks}},
		{suites.Licence, []func() []Check{licenceChecks, manyLicenceChecks}},
		{suites.Quarantine, []func() []Check{credentialChecks, outageChecks, outageChangeChecks}},
		{suites.Standard, standardParts},
		{suites.Listing, []func() []Check{galleryChecks}},
		{suites.Validation, []func() []Check{validatorChecks}},
		{suites.Defence, defenceParts},
		{suites.Performance, append([]func() []Check{loadChecks}, loadParts...)},
	}
	var all []Check
	for _, s := range stages {
		for _, part := range s.parts {
			for _, c := range part() {
				c.Stage = s.stage
				c.Packs = packs(c.Spec)
				if strings.HasPrefix(c.ID, "endpoint.rfc.") && slices.ContainsFunc([]string{".filter-", ".return-", ".search"}, func(part string) bool { return strings.Contains(c.ID, part) }) {
					c.Causes = append(c.Causes, "endpoint.create.read-your-writes") // who is found late is not found by these
				}
				if s.stage == suites.Quarantine {
					c.Exclusive, c.Last = true, true
				}
				c.Once = c.Once || s.stage == suites.Standard || s.stage == suites.Defence
				c.Last = c.Last || s.stage == suites.Defence // hostile input may spoil the target for others
				if s.stage == suites.Performance {           // in no other pack, since the packs that run by default must not wait for it
					c.Packs, c.Once, c.Exclusive = []suites.Pack{suites.Load}, true, true
					if c.ID != sustained && !slices.Contains(c.Causes, sustained) {
						c.Causes = append(c.Causes, sustained)
					}
				}
				all = append(all, c)
			}
		}
	}
	blame(all)
	return all
}

// checksIn are the checks of the dialect at a place in the list of those a run speaks.
func checksIn(place int) []Check {
	return slices.DeleteFunc(Checks(), func(c Check) bool { return c.Once && place > 0 })
}

// packs puts a check into the packs that follow from what its failure breaks, besides those it names itself.
func packs(s suites.Spec) []suites.Pack {
	all := slices.Clone(s.Packs)
	if slices.Contains(all, suites.Load) {
		return all // only when it is asked for
	}
	for _, p := range []struct {
		breaks result.Break
		pack   suites.Pack
	}{
		{result.BreaksEntra, suites.Lifecycle},
		{result.BreaksGallery, suites.Gallery},
		{result.BreaksValidator, suites.Validator},
		{result.BreaksRFC, suites.RFC},
	} {
		if slices.Contains(s.Breaks, p.breaks) && !slices.Contains(all, p.pack) {
			all = append(all, p.pack)
		}
	}
	return all
}

// What a failure breaks.
var (
	breaksAll            = []result.Break{result.BreaksEntra, result.BreaksValidator, result.BreaksRFC}
	breaksEntra          = []result.Break{result.BreaksEntra}
	breaksGallery        = []result.Break{result.BreaksGallery}
	breaksValidator      = []result.Break{result.BreaksValidator}
	breaksRFC            = []result.Break{result.BreaksRFC}
	breaksEntraValidator = []result.Break{result.BreaksEntra, result.BreaksValidator}
	breaksGalleryRFC     = []result.Break{result.BreaksGallery, result.BreaksRFC}
	breaksValidatorRFC   = []result.Break{result.BreaksValidator, result.BreaksRFC}
)

// Where rules come from.
const (
	learn           = "https://learn.microsoft.com/entra/identity/app-provisioning/"
	learnSCIM       = learn + "use-scim-to-provision-users-and-groups"
	learnCompat     = learn + "application-provisioning-config-problem-scim-compatibility"
	learnHow        = learn + "how-provisioning-works"
	learnQuarantine = learn + "application-provisioning-quarantine-status"
	learnCustomize  = learn + "customize-application-attributes"
	learnKnown      = learn + "known-issues"
	learnValidator  = learn + "scim-validator-tutorial"
	learnGallery    = "https://learn.microsoft.com/entra/identity/enterprise-apps/v2-howto-app-gallery-listing"
	learnLogs       = "https://learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs"
	learnDiscovery  = learn + "how-to-account-discovery"
	referenceCode   = "https://github.com/AzureAD/SCIMReferenceCode"
	galleryTests    = referenceCode + "/blob/HEAD/Microsoft.SCIM.LogicAppValidationTemplate/StandardLogicApp/SCIM-Validation-Test-Overview.md"
)

func rfc7643(section string) string {
	return "https://www.rfc-editor.org/rfc/rfc7643#section-" + section
}
func rfc7644(section string) string {
	return "https://www.rfc-editor.org/rfc/rfc7644#section-" + section
}

func sources(all ...string) []string { return all }

func needs(ids ...string) []string { return ids }

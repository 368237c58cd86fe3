package connector

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

// rule is what holds of every request: it returns those of a journey that break it.
type rule func(r *Rig, j journey) []*Call

// everywhere judges the voyage and what all other checks saw.
func everywhere(expected string, broken rule) func(context.Context, *Rig) {
	return func(ctx context.Context, r *Rig) {
		on := r.voyage(ctx).journey()
		all := broken(r, on)
		for _, j := range r.target.heard.all() {
			if len(on) > 0 && j[0] == on[0] {
				continue // the voyage itself, when another check made it
			}
			all = append(all, broken(r, j)...)
		}
		r.broke(expected, all)
	}
}

// broke is one finding for all calls that break a rule, shown by the first of them.
func (r *Rig) broke(expected string, calls []*Call) {
	if len(calls) == 0 {
		return
	}
	actual := line(calls[0])
	if n := len(calls) - 1; n > 0 {
		actual += fmt.Sprintf(", and %d more", n)
	}
	r.Fail(result.Finding{Expected: expected, Actual: actual, Count: len(calls), Exchanges: shownIDs(calls[0].errand, calls[:1])})
}

// line is a call in a few words, without ids and secrets.
func line(c *Call) string {
	const most = 200
	url := c.Request.URL
	if len(url) > most {
		url = strings.ToValidUTF8(url[:most], "") + "…"
	}
	return fmt.Sprintf("%s %s, answered %d", c.Request.Method, url, c.Response.Status)
}

// those are the calls of those asks of a journey that a test takes.
func those(take func(ask) bool) rule {
	return func(_ *Rig, j journey) []*Call {
		var all []*Call
		for _, a := range asksOf(j) {
			if take(a) {
				all = append(all, a.call)
			}
		}
		return all
	}
}

// conductChecks are about what is asked.
func conductChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.requests.beta", Title: "Requests go to v1.0 where v1.0 serves them", Shares: true,
				Level: result.Recommended, Breaks: breaksGraph, Sources: sources(learnGraph+"versioning-and-support", learnPractices),
				Why: "Microsoft changes beta without notice and supports nothing that is built on it. One morning the import fails, and nobody changed anything.",
				Fix: "Replace /beta by /v1.0 in the URLs of users, groups, licences, organization and domains.",
			},
			Run: everywhere("/v1.0", those(func(a ask) bool { return strings.HasPrefix(strings.ToLower(a.path), "/beta/") && !onlyInBeta(a) })),
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.retired-endpoint", Title: "Nothing is asked of the retired Azure AD Graph", Shares: true,
				Level: result.Required, Breaks: breaksGraph, Sources: sources(learnGraph + "migrate-azure-ad-graph-overview"),
				Why: "graph.windows.net is switched off. What depends on it fails on every real tenant.",
				Fix: "Ask graph.microsoft.com.",
			},
			Run: everywhere("no request to graph.windows.net", func(_ *Rig, j journey) []*Call {
				return slices.DeleteFunc(slices.Clone(j), func(c *Call) bool { return !strings.HasPrefix(strings.ToLower(c.Host), "graph.windows.net") })
			}),
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.unknown-endpoint", Title: "Every endpoint that is asked exists", Shares: true,
				Level: result.Recommended, Breaks: breaksGraph, Sources: sources(learnUser, learnAPI+"resources/group"),
				Why: "Graph answers that there is no such segment. What the connector believes to know from it, it does not know.",
				Fix: "Look the path up in the reference of Microsoft Graph: a user's licences are in licenseDetails, her groups in memberOf.",
			},
			Run: everywhere("a path that Microsoft Graph has", those(isUnknown)),
		},
		{
			Spec: suites.Spec{
				ID: "connector.requests.beyond-permissions", Title: "Nothing is asked that the permissions do not allow", Shares: true,
				Level: result.Recommended, Breaks: breaksGraph, Causes: needs(missingPermissions), Sources: sources(learnPermissions, learnPractices),
				Why: "Graph answers 403 every time. The product lacks what it asks for, or asks for what it does not need; either way security teams see a client that tries doors.",
				Fix: "Ask the administrator for the permission, or leave the request out.",
			},
			Run: everywhere("requests that one of the permissions asked for allows", isBeyond),
		},
	}
}

// servedSince are the sets that v1.0 serves as beta does, as far as connectors need them.
var servedSince = []string{"users", "groups", "me", "directory", "directoryobjects", "organization", "subscribedskus", "domains", "$batch"}

// onlyInBeta says whether a request to beta has no like in v1.0.
func onlyInBeta(a ask) bool {
	parts := a.segments()
	if len(parts) == 0 || !slices.Contains(servedSince, strings.ToLower(parts[0])) {
		return true
	}
	return strings.EqualFold(parts[len(parts)-1], "invalidateAllRefreshTokens") || a.status >= 400
}

// isUnknown says whether a request asks for what Microsoft Graph does not have below a user or group.
func isUnknown(a ask) bool {
	const notBuilt = 501 // of this tenant, which has not all that Graph has
	parts := a.segments()
	if a.status != notBuilt || len(parts) < 3 {
		return false
	}
	of, known := map[string]directory.Type{"users": directory.User, "groups": directory.Group}[strings.ToLower(parts[0])]
	name := parts[2]
	if !known || strings.HasPrefix(name, "$") || strings.HasPrefix(strings.ToLower(name), "microsoft.graph.") || strings.Contains(name, "(") {
		return false
	}
	if _, property := directory.PropertyOf(of, name); property {
		return false
	}
	return !slices.ContainsFunc(strings.Fields(below), func(s string) bool { return strings.EqualFold(s, name) })
}

// below is what Graph has below a user or a group, relations and actions, of v1.0 and beta.
// Source: learn.microsoft.com/graph/api/resources/user and …/group, relationships and methods, and the request builders of Microsoft's SDKs.
const below = `
acceptedSenders activateServicePlan activities addFavorite adhocCalls agreementAcceptances analytics appConsentRequestsForApproval appRoleAssignedResources
appRoleAssignments approvals assignLicense authentication calendar calendarGroups calendars calendarView changePassword chats checkGrantedPermissionsForApp
checkMemberGroups checkMemberObjects cloudClipboard cloudLicensing cloudPCs contactFolders contacts conversations convertExternalToInternalMemberUser copilot createdObjects
createdOnBehalfOf dataSecurityAndGovernance delta deviceEnrollmentConfigurations deviceManagementTroubleshootingEvents devices directReports drive drives
employeeExperience endpoints evaluateDynamicMembership events exportDeviceAndAppManagementData exportPersonalData extensions findMeetingTimes findRoomLists findRooms
followedSites getByIds getEffectiveDeviceEnrollmentConfigurations getLoggedOnManagedDevices getMailTips getManagedAppDiagnosticStatuses getManagedAppPolicies
getManagedDevicesWithAppFailures getManagedDevicesWithFailedOrPendingApps getMemberGroups getMemberObjects groupLifecyclePolicies inferenceClassification
informationProtection insights invalidateAllRefreshTokens invitedBy isManagedAppUserBlocked joinedGroups joinedTeams licenseDetails mailboxSettings mailFolders
managedAppLogCollectionRequests managedAppRegistrations managedDevices manager memberOf members membersWithLicenseErrors messages mobileAppIntentAndStates mobileAppTroubleshootingEvents
notifications oauth2PermissionGrants onenote onlineMeetings onPremisesSyncBehavior outlook ownedDevices ownedObjects owners pendingAccessReviewInstances people
permissionGrants photo photos planner presence print profile registeredDevices rejectedSenders reminderView removeAllDevicesFromManagement removeFavorite renew
reprocessLicenseAssignment resetUnseenCount restore retryServiceProvisioning revokeSignInSessions scopedRoleMemberOf security sendMail serviceProvisioningErrors
settings sites solutions sponsors subscribeByMail tasks team teamwork threads todo transitiveMemberOf transitiveMembers transitiveReports translateExchangeIds
unblockManagedApps unsubscribeByMail usageRights validatePassword validateProperties virtualEvents windowsInformationProtectionDeviceRegistrations
wipeAndBlockManagedApps wipeManagedAppRegistrationByDeviceTag wipeManagedAppRegistrationsByAzureAdDeviceId wipeManagedAppRegistrationsByDeviceTag`

// isBeyond are the calls that no permission allows which the connector asks the administrator for. What is refused because a check took a permission
// away is none of them.
func isBeyond(r *Rig, j journey) []*Call {
	const forbidden = 403
	asked := r.target.permissions()
	var all []*Call
	for _, c := range j {
		for _, s := range c.Served {
			if s.Status == forbidden && s.Used == "" && len(s.AnyOf) > 0 && !slices.ContainsFunc(s.AnyOf, func(p string) bool { return slices.Contains(asked, p) }) {
				all = append(all, c)
			}
		}
	}
	return all
}

package serviceprovider

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// listingFaults break what Microsoft's gallery validation asks for and provisioning itself gets by without.
// Source: github.com/AzureAD/SCIMReferenceCode, SCIM-Validation-Test-Overview.md.
func listingFaults() []Fault {
	const gallery = "endpoint.gallery."
	return []Fault{
		{
			Name: "groups-not-offered", Summary: "there are no groups: /Groups is 404, and neither /ResourceTypes nor /Schemas names them",
			CaughtBy: gallery + "groups", hooks: bends(hooks{before: noGroups, answering: groupsUnnamed}),
		},
		{
			Name: "schema-canonical-values-missing", Summary: "/Schemas gives the types of addresses and numbers no canonicalValues",
			CaughtBy: gallery + "schema-canonical-values",
			hooks:    bends(hooks{answering: onDiscovery("/Schemas", withoutMember("canonicalValues"))}),
		},
		{
			Name: "schemas-with-null", Summary: "/Schemas has members that are null",
			CaughtBy: gallery + "schema-no-null",
			hooks:    bends(hooks{answering: onDiscovery("/Schemas", func(document map[string]any) { document["nextCursor"] = nil })}),
		},
		{
			Name: "empty-text-refused", Summary: "PATCH of an attribute with an empty text is 400",
			CaughtBy: "endpoint.sync.clear",
			hooks: bends(hooks{operations: refusingOps("User", func(o operation) bool {
				return o.Value == "" && !o.names("manager")
			}, scim.InvalidValue, "a value must not be empty")}),
		},
		{
			Name: "post-answer-without-user-name", Summary: "the answer to a POST of a user leaves her userName out",
			CaughtBy: "endpoint.rfc.return-on-write", hooks: bends(hooks{answering: onBody("User", http.StatusCreated, without("userName"), verbCreate)}),
		},
		{
			Name: "group-post-answer-without-display-name", Summary: "the answer to a POST of a group leaves its displayName out",
			CaughtBy: gallery + "scim-group-create-test", hooks: bends(hooks{answering: onBody("Group", http.StatusCreated, without("displayName"), verbCreate)}),
		},
		{
			Name: "group-external-id-patch-ignored", Summary: "PATCH of a group's externalId succeeds and changes nothing",
			CaughtBy: gallery + "scim-group-update-test", hooks: bends(hooks{operations: ignoring("Group", isAt("externalId"))}),
		},
		{
			Name: "group-filter-percent-20-refused", Summary: "a filter on groups whose blanks are sent as %20 instead of + is 400",
			CaughtBy: gallery + "create-group-test",
			hooks: bends(hooks{filterText: refuseFilterText("Group", func(q *request, _ string) bool {
				return strings.Contains(q.URL.RawQuery, "%20")
			})}),
		},
		{
			Name: "group-items-without-id", Summary: "groups found by a filter whose blanks are %20 are listed without their id",
			CaughtBy: gallery + "create-group-test",
			hooks: bends(hooks{rendering: func(q *request, r scim.Resource) {
				if q.on("Group", verbList) && strings.Contains(q.URL.RawQuery, "%20") {
					delete(r, "id")
				}
			}}),
		},
		{
			Name: "deleted-group-name-reserved", Summary: "the displayName of a deleted group cannot be used again",
			CaughtBy: gallery + "restore-group-test", hooks: reservedGroupNames,
		},
		{
			Name: "groups-start-index-not-told", Summary: "every page of groups says startIndex 1",
			CaughtBy: gallery + "scim-group-pagination-test",
			hooks:    bends(hooks{answering: onList("Group", func(_ *request, l *list) { l.StartIndex = 1 })}),
		},
		{
			Name: "token-lives-a-day", Summary: "access tokens live for 24 hours",
			CaughtBy: gallery + "token-life", hooks: bends(hooks{granting: func(g *granted) { g.ExpiresIn = 24 * 3600 }}),
		},
		{
			Name: "token-for-any-secret", Summary: "the token endpoint gives a token for any client secret",
			CaughtBy: gallery + "wrong-secret",
			hooks: bends(hooks{proved: func(r *http.Request, refusal *oauthError) *oauthError {
				if r.PostForm.Has("client_secret") {
					return nil
				}
				return refusal
			}}),
		},
		{
			Name: "assertion-refused", Summary: "the token endpoint takes no assertions",
			CaughtBy: gallery + "federated-identity-test",
			hooks: bends(hooks{proved: func(r *http.Request, refusal *oauthError) *oauthError {
				if r.PostForm.Has("client_assertion") {
					return refuseToken(http.StatusUnauthorized, "invalid_client", "the client does not prove itself")
				}
				return refusal
			}}),
		},
		{
			Name: "assertion-signature-unchecked", Summary: "the token endpoint takes assertions with any signature",
			CaughtBy: gallery + "assertion-forged",
			hooks: bends(hooks{proved: func(r *http.Request, refusal *oauthError) *oauthError {
				if r.PostForm.Has("client_assertion") {
					return nil
				}
				return refusal
			}}),
		},
	}
}

func noGroups(q *request) *answer {
	if prefix := q.endpoint.settings.prefix + "/Groups"; q.URL.Path != prefix && !strings.HasPrefix(q.URL.Path, prefix+"/") {
		return nil
	}
	return refuse(scim.Errorf(http.StatusNotFound, "", "there is no resource at /Groups"))
}

// groupsUnnamed leaves groups out of discovery.
func groupsUnnamed(q *request, a *answer) {
	onDiscovery("/Schemas", withoutResource(scim.GroupURN))(q, a)
	onDiscovery("/ResourceTypes", withoutResource("Group"))(q, a)
}

// reservedGroupNames remembers the names of deleted groups.
func reservedGroupNames() hooks {
	var reserved memory[string, bool]
	return hooks{
		stored: func(q *request, _ *tx) {
			if q.on("Group") && q.after == nil && q.before != nil {
				reserved.store(fold(q.before.resource().String("displayName")), true)
			}
		},
		incoming: func(q *request, document scim.Resource) error {
			if q.on("Group", verbCreate) && reserved.has(fold(document.String("displayName"))) {
				return scim.Errorf(http.StatusConflict, scim.Uniqueness, "displayName is in use")
			}
			return nil
		},
	}
}

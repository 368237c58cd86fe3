package serviceprovider

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// groupFaults break groups apart from their members.
func groupFaults() []Fault {
	return []Fault{
		{
			Name:     "group-extra-schema-refused",
			Summary:  "a group that names a schema beside the core one is refused",
			CaughtBy: "endpoint.group.create",
			hooks: bends(hooks{incoming: refusing("Group", func(r scim.Resource) bool {
				schemas, _ := r["schemas"].([]any)
				return len(schemas) > 1
			}, "unknown schema")}),
		},
		{
			Name:     "group-external-id-dropped",
			Summary:  "externalId in a POST of a group is lost",
			CaughtBy: "endpoint.group.external-id",
			hooks:    bends(hooks{storing: onCreate("Group", without("externalId"))}),
		},
		{
			Name:     "group-filter-substring",
			Summary:  "displayName eq finds every group whose name contains the text",
			CaughtBy: "endpoint.group.filter",
			hooks:    bends(hooks{match: eqMatch("Group", "displayName", containsFold)}),
		},
		{
			Name:     "group-name-case-sensitive",
			Summary:  "displayName eq on groups compares case-sensitively",
			CaughtBy: "endpoint.group.filter-case",
			hooks:    bends(hooks{match: eqMatch("Group", "displayName", sameText)}),
		},
		{
			Name:     "group-filter-ampersand",
			Summary:  "the query string is decoded before it is split, so a filter ends at an ampersand in the name",
			CaughtBy: "endpoint.group.filter-special",
			hooks:    bends(hooks{filterText: onFilterText("Group", decodeBeforeSplit)}),
		},
		{
			Name:     "excluded-attributes-ignored",
			Summary:  "members come back although excludedAttributes names them",
			SeenIn:   "elimity-com/scim",
			CaughtBy: "endpoint.group.excluded-members",
			hooks: bends(hooks{before: func(q *request) *answer {
				if q.on("Group") {
					q.query.Del("excludedAttributes")
				}
				return nil
			}}),
		},
		{
			Name:     "group-rename-ignored",
			Summary:  "PATCH of a group's displayName succeeds and changes nothing",
			CaughtBy: "endpoint.group.rename",
			hooks:    bends(hooks{operations: ignoring("Group", isAt("displayName"))}),
		},
		{
			Name:     "group-rename-drops-members",
			Summary:  "renaming a group drops its members",
			CaughtBy: "endpoint.group.rename-keeps-members",
			hooks: bends(hooks{storing: onPatched("Group", isAt("displayName"), func(_ operation, after scim.Resource) {
				delete(after, "members")
			})}),
		},
		{
			Name:     "group-delete-deletes-users",
			Summary:  "DELETE of a group deletes its members too",
			CaughtBy: "endpoint.group.user-kept",
			hooks: bends(hooks{remove: func(q *request, t *tx, r *record) bool {
				if q.on("Group") {
					deleteMembers(q.endpoint, t, r)
				}
				return false
			}}),
		},
		{
			Name:     "group-delete-ignored",
			Summary:  "DELETE of a group answers 204 and keeps the group",
			CaughtBy: "endpoint.group.delete",
			hooks:    bends(hooks{remove: func(q *request, _ *tx, _ *record) bool { return q.on("Group") }}),
		},
		{
			Name:     "group-delete-twice-204",
			Summary:  "DELETE of a group that does not exist answers 204",
			CaughtBy: "endpoint.group.delete-twice",
			hooks:    bends(hooks{answering: onStatus("Group", http.StatusNotFound, noContent, verbDelete)}),
		},
		{
			Name:     "group-external-id-not-listed",
			Summary:  "lists leave out the externalId of groups that GET by id shows",
			CaughtBy: "endpoint.group.second-cycle",
			hooks:    bends(hooks{rendering: onShow("Group", without("externalId"), verbList)}),
		},
	}
}

// decodeBeforeSplit is the filter a server sees that decodes the whole query string and then takes it apart at "&".
func decodeBeforeSplit(q *request, filter string) string {
	decoded, err := url.QueryUnescape(q.URL.RawQuery)
	if err != nil {
		return filter
	}
	for part := range strings.SplitSeq(decoded, "&") {
		if value, ok := strings.CutPrefix(part, "filter="); ok {
			return value
		}
	}
	return filter
}

func deleteMembers(e *Endpoint, t *tx, group *record) {
	for _, member := range elements(group.resource(), "members") {
		id, _ := member["value"].(string)
		if user := t.get(e.users(), id); user != nil {
			e.leaveGroups(t, id)
			t.drop(e.users(), user)
		}
	}
}

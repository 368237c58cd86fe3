package serviceprovider

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// filterFaults break how users are found before they are created.
func filterFaults() []Fault {
	return []Fault{
		{
			Name:     "filter-eq-is-substring",
			Summary:  "userName eq finds every user whose name contains the text",
			CaughtBy: "endpoint.create.filter-exact",
			hooks:    bends(hooks{match: eqMatch("User", "userName", containsFold)}),
		},
		{
			Name:     "username-case-sensitive",
			Summary:  "userName eq compares case-sensitively",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.create.filter-case",
			hooks:    bends(hooks{match: eqMatch("User", "userName", sameText)}),
		},
		{
			Name:     "filter-attribute-case-sensitive",
			Summary:  "a filter must spell attribute names as the schema does",
			CaughtBy: "endpoint.create.filter-names-case",
			hooks: bends(hooks{filter: refuseFilter("User", func(q *request, p scim.AttributePath) bool {
				return misspelt(q.kind, p)
			})}),
		},
		{
			Name:     "filter-decoded-twice",
			Summary:  "the filter is percent-decoded twice, so a plus sign in a userName becomes a space",
			CaughtBy: "endpoint.create.filter-plus",
			hooks:    bends(hooks{filterText: onFilterText("User", decodeAgain)}),
		},
		{
			Name:     "filter-percent-20-refused",
			Summary:  "a filter whose blanks are sent as %20 instead of + is 400",
			CaughtBy: "endpoint.create.filter-percent-20",
			hooks: bends(hooks{filterText: refuseFilterText("User", func(q *request, _ string) bool {
				return strings.Contains(q.URL.RawQuery, "%20")
			})}),
		},
		{
			Name:     "filter-value-path-400",
			Summary:  "a sub-attribute behind a value filter (emails[type eq \"work\"].value eq …) is a syntax error",
			SeenIn:   "elimity-com/scim",
			CaughtBy: "endpoint.create.filter-work-email",
			hooks: bends(hooks{filterText: refuseFilterText("User", func(_ *request, filter string) bool {
				return strings.Contains(filter, "].")
			})}),
		},
		{
			Name:     "filter-external-id-ignored",
			Summary:  "a filter on externalId is ignored and lists everybody",
			CaughtBy: "endpoint.create.filter-external-id",
			hooks: bends(hooks{filter: func(q *request, e scim.Expr) (scim.Expr, error) {
				if _, ok := equality(e, "externalId"); ok && q.on("User", verbList) {
					return nil, nil
				}
				return e, nil
			}}),
		},
		{
			Name:     "filter-extension-finds-nobody",
			Summary:  "a filter on an attribute of the enterprise extension by its URN finds nobody",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.create.filter-enterprise",
			hooks: bends(hooks{match: func(q *request, e scim.Expr, _ *record, matched bool) bool {
				return matched && (!q.on("User", verbList) || !slices.ContainsFunc(paths(e), func(p scim.AttributePath) bool {
					return strings.EqualFold(p.URN, scim.EnterpriseURN)
				}))
			}}),
		},
	}
}

func containsFold(stored, asked string) bool { return strings.Contains(fold(stored), fold(asked)) }
func sameText(stored, asked string) bool     { return stored == asked }

// refuseFilter answers 400 to a filter one of whose paths the test holds for.
func refuseFilter(kind string, bad func(*request, scim.AttributePath) bool) func(*request, scim.Expr) (scim.Expr, error) {
	return func(q *request, e scim.Expr) (scim.Expr, error) {
		if q.on(kind, verbList) && slices.ContainsFunc(paths(e), func(p scim.AttributePath) bool { return bad(q, p) }) {
			return nil, scim.Errorf(http.StatusBadRequest, scim.InvalidFilter, "the filter %s is not supported", e)
		}
		return e, nil
	}
}

// refuseFilterText answers 400 to a filter for whose text the test holds.
func refuseFilterText(kind string, bad func(*request, string) bool) func(*request, string) (string, error) {
	return func(q *request, filter string) (string, error) {
		if q.on(kind, verbList) && bad(q, filter) {
			return "", scim.Errorf(http.StatusBadRequest, scim.InvalidFilter, "the filter cannot be parsed")
		}
		return filter, nil
	}
}

// onFilterText rewrites the text of a filter.
func onFilterText(kind string, rewrite func(q *request, filter string) string) func(*request, string) (string, error) {
	return func(q *request, filter string) (string, error) {
		if q.on(kind, verbList) {
			filter = rewrite(q, filter)
		}
		return filter, nil
	}
}

func decodeAgain(_ *request, filter string) string {
	if again, err := url.QueryUnescape(filter); err == nil {
		return again
	}
	return filter
}

package serviceprovider

import (
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// rfcListFaults break what a query returns and how much of it.
func rfcListFaults() []Fault {
	fault := func(name, summary, topic string, h hooks) Fault {
		return Fault{Name: name, Summary: summary, CaughtBy: "endpoint.rfc." + topic, hooks: bends(h)}
	}
	asking := func(parameter, value string, edit func(scim.Resource), verbs ...verb) hooks {
		return hooks{answering: func(q *request, a *answer) {
			if !q.on("User", verbs...) || q.query.Get(parameter) != value {
				return
			}
			switch body := a.body.(type) {
			case scim.Resource:
				edit(body)
			case *list:
				for _, r := range body.Resources {
					edit(r)
				}
			}
		}}
	}
	ignoring := func(parameter string, verbs ...verb) hooks {
		return hooks{before: func(q *request) *answer {
			if q.on("User", verbs...) {
				q.query.Del(parameter)
			}
			return nil
		}}
	}
	refusing := func(raw string, status int) hooks {
		return hooks{before: func(q *request) *answer {
			if strings.Contains(q.URL.RawQuery, raw) {
				return refuse(scim.Errorf(status, "", "%s is out of range", raw))
			}
			return nil
		}}
	}
	return []Fault{
		fault("attributes-drop-id", "a query that names attributes does not get the id", "return-attributes-always", asking("attributes", "displayName", without("id"), verbGet)),
		fault("attributes-drop-schemas", "a query that names attributes gets resources without schemas", "return-attributes-schemas", asking("attributes", "displayName", without("schemas"), verbGet)),
		fault("attributes-part-gives-all", "attributes=name.familyName gives the whole name", "return-attributes-part",
			asking("attributes", "name.familyName", func(r scim.Resource) { memberMap(r, "name")["givenName"] = "Ada" }, verbGet)),
		fault("attributes-urn-unknown", "an attribute named with its URN is not returned", "return-attributes-urn", asking("attributes", scim.UserURN+":userName", without("userName"), verbGet)),
		fault("attributes-ignored-in-lists", "a list shows all attributes whatever the query names", "return-attributes-list", ignoring("attributes", verbList)),
		fault("excluded-ignored-for-users", "excludedAttributes is ignored for users", "return-excluded", ignoring("excludedAttributes", verbGet, verbList)),
		fault("excluded-drops-id", "excludedAttributes=id leaves the id out", "return-excluded-always", asking("excludedAttributes", "id,displayName", without("id"), verbGet)),
		fault("excluded-ignored-in-lists", "a list shows what excludedAttributes names", "return-excluded-list", ignoring("excludedAttributes", verbList)),
		fault("attributes-ignored-on-post", "the answer to a POST shows everything whatever attributes names", "return-on-write", ignoring("attributes", verbCreate)),
		fault("start-index-zero-400", "startIndex=0 is 400", "page-start-below-1", refusing("startIndex=0", http.StatusBadRequest)),
		fault("count-zero-is-all", "count=0 lists everybody", "page-count-zero", hooks{page: func(q *request, startIndex, count int) (int, int) {
			if q.query.Get("count") == "0" {
				return startIndex, q.endpoint.settings.limits.MaxResults
			}
			return startIndex, count
		}}),
		fault("count-negative-500", "a negative count is 500", "page-count-negative", refusing("count=-1", http.StatusInternalServerError)),
		fault("past-the-end-404", "a page behind the last is 404", "page-past-the-end", refusing("startIndex=1000000", http.StatusNotFound)),
		fault("past-the-end-total-zero", "totalResults of a page behind the last is 0", "page-past-the-end", hooks{answering: onList("User", func(_ *request, l *list) {
			if len(l.Resources) == 0 && l.StartIndex > 1 {
				l.TotalResults = 0
			}
		})}),
		fault("search-attributes-ignored", "a search by POST ignores attributes", "search-attributes", hooks{filter: func(q *request, e scim.Expr) (scim.Expr, error) {
			if strings.HasSuffix(q.URL.Path, "/.search") {
				q.query.Del("attributes")
			}
			return e, nil
		}}),
		fault("search-all-ignores-filter", "a search of all resource types lists everything whatever its filter", "search-all", hooks{filter: func(q *request, e scim.Expr) (scim.Expr, error) {
			if q.servesPath("/.search") {
				return nil, nil
			}
			return e, nil
		}}),
		fault("search-all-500", "a search of all resource types is 500", "search-all", hooks{before: func(q *request) *answer {
			if q.servesPath("/.search") {
				return crash()
			}
			return nil
		}}),
	}
}

package serviceprovider

import (
	"net/http"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// connectFaults break what is tried before anybody is provisioned: the probe, discovery, paging.
func connectFaults() []Fault {
	return []Fault{
		{
			Name:     "filter-no-match-404",
			Summary:  "a filter on users that matches nobody answers 404 instead of an empty list",
			SeenIn:   "learn.microsoft.com/answers/questions/1611014",
			CaughtBy: "endpoint.connect.probe",
			hooks:    bends(hooks{answering: emptyListIsNotFound("User")}),
		},
		{
			Name:     "groups-filter-no-match-404",
			Summary:  "a filter on groups that matches none answers 404 instead of an empty list",
			SeenIn:   "grokability/snipe-it#11913",
			CaughtBy: "endpoint.connect.probe-groups",
			hooks:    bends(hooks{answering: emptyListIsNotFound("Group")}),
		},
		{
			Name:     "list-total-zero",
			Summary:  "totalResults of a filter is 0 whatever it finds",
			CaughtBy: "endpoint.connect.list-response",
			hooks: bends(hooks{answering: onList("User", func(q *request, l *list) {
				if q.query.Has("filter") && !q.query.Has("cursor") {
					l.TotalResults = 0
				}
			})}),
		},
		{
			Name:     "list-schemas-missing",
			Summary:  "list answers do not carry the ListResponse schema",
			CaughtBy: "endpoint.connect.list-response",
			hooks:    bends(hooks{answering: onList("User", func(_ *request, l *list) { l.Schemas = nil })}),
		},
		{
			Name:     "content-type-text",
			Summary:  "answers are labelled text/plain",
			CaughtBy: "endpoint.connect.content-type",
			hooks: bends(hooks{answering: func(_ *request, a *answer) {
				a.header.Set("Content-Type", "text/plain; charset=utf-8")
			}}),
		},
		{
			Name:     "accept-required",
			Summary:  "a GET that accepts anything (*/*) is 406: only an exact media type is negotiated",
			SeenIn:   "MicrosoftDocs/azure-docs#94189",
			CaughtBy: "endpoint.connect.accept-absent",
			hooks: bends(hooks{before: func(q *request) *answer {
				if q.Method != http.MethodGet || q.Header.Get("Accept") != "*/*" {
					return nil
				}
				return refuse(scim.Errorf(http.StatusNotAcceptable, "", "no acceptable media type"))
			}}),
		},
		{
			Name:     "service-provider-config-missing",
			Summary:  "/ServiceProviderConfig is not there",
			CaughtBy: "endpoint.connect.service-provider-config",
			hooks:    bends(hooks{before: missing("/ServiceProviderConfig")}),
		},
		{
			Name:     "schemas-not-a-list",
			Summary:  "/Schemas is a bare array instead of a list answer",
			CaughtBy: "endpoint.connect.schemas",
			hooks: bends(hooks{answering: func(q *request, a *answer) {
				if q.servesPath("/Schemas") && a.status == http.StatusOK {
					a.body = q.endpoint.schemasOf(q)
				}
			}}),
		},
		{
			Name:     "resource-types-missing",
			Summary:  "/ResourceTypes is not there",
			CaughtBy: "endpoint.connect.resource-types",
			hooks:    bends(hooks{before: missing("/ResourceTypes")}),
		},
		{
			Name:     "count-ignored",
			Summary:  "the parameter count is ignored: a page holds everything",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.connect.count",
			hooks: bends(hooks{page: func(q *request, startIndex, _ int) (int, int) {
				return startIndex, q.endpoint.settings.limits.MaxResults
			}}),
		},
		{
			Name:     "start-index-ignored",
			Summary:  "the parameter startIndex is ignored: every page is the first",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.connect.start-index",
			hooks:    bends(hooks{page: func(_ *request, _, count int) (int, int) { return 1, count }}),
		},
		{
			Name:     "start-index-zero-based",
			Summary:  "startIndex counts from 0, so startIndex=1 leaves the first resource out",
			CaughtBy: "endpoint.connect.start-index",
			hooks: bends(hooks{page: func(q *request, startIndex, count int) (int, int) {
				if q.query.Has("startIndex") {
					startIndex++
				}
				return startIndex, count
			}}),
		},
		{
			Name:     "unknown-id-500",
			Summary:  "GET of a user that never was answers 500",
			CaughtBy: "endpoint.connect.unknown-id",
			hooks:    unknownIDCrashes,
		},
	}
}

func emptyListIsNotFound(kind string) func(*request, *answer) {
	return func(q *request, a *answer) {
		if l, ok := a.body.(*list); ok && q.on(kind, verbList) && q.query.Has("filter") && l.TotalResults == 0 {
			*a = *refuse(scim.Errorf(http.StatusNotFound, "", "no %s matches the filter", kind))
		}
	}
}

func missing(path string) func(*request) *answer {
	return func(q *request) *answer {
		if !q.servesPath(path) {
			return nil
		}
		return refuse(scim.Errorf(http.StatusNotFound, "", "there is no resource at %s", path))
	}
}

// unknownIDCrashes remembers who was deleted: those rows are still found and answer a proper 404.
func unknownIDCrashes() hooks {
	var deleted memory[string, bool]
	return hooks{
		stored: func(q *request, _ *tx) {
			if q.after == nil {
				deleted.store(q.id, true)
			}
		},
		answering: func(q *request, a *answer) {
			if !deleted.has(q.id) && q.on("User", verbGet) && a.status == http.StatusNotFound {
				*a = *crash()
			}
		},
	}
}

package serviceprovider

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// bulkFaults break bulk requests.
func bulkFaults() []Fault {
	return []Fault{
		{
			Name:     "bulk-first-only",
			Summary:  "of a bulk request only the first operation is done",
			CaughtBy: "endpoint.rfc.bulk",
			hooks: bends(hooks{bulk: func(_ *request, body *scim.BulkRequest) {
				body.Operations = body.Operations[:min(1, len(body.Operations))]
			}}),
		},
		{
			Name:     "bulk-fail-on-errors-ignored",
			Summary:  "a bulk request goes on however many errors failOnErrors allows",
			CaughtBy: "endpoint.rfc.bulk-fail-on-errors",
			hooks:    bends(hooks{bulk: func(_ *request, body *scim.BulkRequest) { body.FailOnErrors = 0 }}),
		},
		{
			Name:     "bulk-stops-at-first-error",
			Summary:  "a bulk request without failOnErrors ends at its first error",
			CaughtBy: "endpoint.rfc.bulk-goes-on",
			hooks:    bends(hooks{bulk: func(_ *request, body *scim.BulkRequest) { body.FailOnErrors = 1 }}),
		},
		{
			Name:     "bulk-forward-reference-refused",
			Summary:  "an operation that refers to what a later one creates is 400, though a service provider must resolve it",
			CaughtBy: "endpoint.rfc.bulk-references",
			hooks:    bends(hooks{bulk: refuseForwardReferences}),
		},
		{
			Name:     "bulk-location-missing",
			Summary:  "the results of a bulk request do not say where its resources are",
			CaughtBy: "endpoint.rfc.bulk-location",
			hooks: bends(hooks{answering: eachResult(func(r *scim.BulkResult) {
				r.Location = ""
			})}),
		},
		{
			Name:     "bulk-status-missing",
			Summary:  "the results of a bulk request have no status",
			CaughtBy: "endpoint.rfc.bulk",
			hooks:    bends(hooks{answering: eachResult(func(r *scim.BulkResult) { r.Status = "" })}),
		},
		{
			Name:     "bulk-location-of-collection",
			Summary:  "the results of a bulk request name the collection and not the resource as location",
			CaughtBy: "endpoint.rfc.bulk-location",
			hooks: bends(hooks{answering: eachResult(func(r *scim.BulkResult) {
				if at := strings.LastIndexByte(r.Location, '/'); at >= 0 {
					r.Location = r.Location[:at]
				}
			})}),
		},
		{
			Name:     "bulk-error-echo",
			Summary:  "the result of a failed operation has the document that was sent in response, not the error",
			CaughtBy: "endpoint.rfc.bulk-error-response",
			hooks: bends(hooks{answering: eachResult(func(r *scim.BulkResult) {
				if strings.HasPrefix(r.Status, "4") {
					r.Response = map[string]any{"schemas": []any{scim.UserURN}, "displayName": "Ada Byron"}
				}
			})}),
		},
		{
			Name:     "bulk-error-without-response",
			Summary:  "the result of a failed operation has a status and no error",
			CaughtBy: "endpoint.rfc.bulk-error-response",
			hooks: bends(hooks{answering: eachResult(func(r *scim.BulkResult) {
				r.Response = nil
			})}),
		},
	}
}

// eachResult edits the results of a bulk request.
func eachResult(edit func(*scim.BulkResult)) func(*request, *answer) {
	return func(_ *request, a *answer) {
		if body, ok := a.body.(*scim.BulkResponse); ok {
			for i := range body.Operations {
				edit(&body.Operations[i])
			}
		}
	}
}

// refuseForwardReferences spoils the operations that refer to a bulkId before it is given.
func refuseForwardReferences(_ *request, body *scim.BulkRequest) {
	given := map[string]bool{}
	for i := range body.Operations {
		op := &body.Operations[i]
		for _, id := range bulkReferences(op.Path, op.Data) {
			if !given[id] {
				op.Data = nil
			}
		}
		given[op.BulkID] = true
	}
}

package mockgraph

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// refusal is an error of the front door, which knows more than the directory: status and headers.
type refusal struct {
	status  int
	code    string
	message string
	details []errorDetail
	header  http.Header
	inner   map[string]string // further members of innerError
}

// Error returns code and message.
func (r *refusal) Error() string { return r.code + ": " + r.message }

func refuse(status int, code, format string, args ...any) *refusal {
	return &refusal{status: status, code: code, message: fmt.Sprintf(format, args...)}
}

// The codes of the front door, besides those of packages directory and odata.
// Source: learn.microsoft.com/graph/errors.
const (
	codeBadRequest     = "BadRequest"
	codeInvalidToken   = "InvalidAuthenticationToken"
	codeAccessDenied   = "AccessDenied"
	codeNotImplemented = "NotImplemented"
)

// notBuilt is the answer to everything Graph has and this tenant has not: it names itself and is no status clients retry.
func notBuilt(what string) *refusal {
	return refuse(http.StatusNotImplemented, codeNotImplemented, "%s is not part of this fake tenant; Microsoft Graph may have it.", what)
}

// notAllowed is the answer to a method an endpoint does not have.
func notAllowed(e *endpoint) *refusal {
	r := refuse(http.StatusMethodNotAllowed, codeBadRequest, "Specified HTTP method is not allowed for the request target.")
	r.header = http.Header{"Allow": {e.allow()}}
	return r
}

// maxEcho bounds what a refusal repeats of a request, in bytes.
const maxEcho = 2 << 10

// echoed cuts a text that repeats what was sent.
func echoed(text string) string {
	if len(text) <= maxEcho {
		return text
	}
	return strings.ToValidUTF8(text[:maxEcho], "") + "…"
}

// errorBody is Graph's envelope. Source: learn.microsoft.com/graph/errors, error resource type.
type errorBody struct {
	Error errorObject `json:"error"`
}

type errorObject struct {
	Code       string        `json:"code"`
	Message    string        `json:"message"`
	Details    []errorDetail `json:"details,omitempty"`
	InnerError any           `json:"innerError"`
}

type errorDetail struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  string `json:"target"`
}

type innerError struct {
	Date            string `json:"date"` // UTC without a zone
	RequestID       string `json:"request-id"`
	ClientRequestID string `json:"client-request-id"`
}

// statuses are the HTTP statuses of codes the directory and the query engine know; all others are 400.
var statuses = map[string]int{
	directory.CodeNotFound:                                  http.StatusNotFound,
	directory.CodeDenied:                                    http.StatusForbidden,
	directory.CodeQuota:                                     http.StatusForbidden,
	directory.CodeSameKey:                                   http.StatusConflict,
	odata.CodeNotImplemented:                                http.StatusNotImplemented,
	"Request_UnprocessableEntity":                           http.StatusUnprocessableEntity,
	"Directory_ConcurrencyViolation":                        http.StatusServiceUnavailable,
	"Directory_ReplicaUnavailable":                          http.StatusServiceUnavailable,
	"ImageNotFound":                                         http.StatusNotFound,
	"ResourceNotFound":                                      http.StatusNotFound,
	"Authentication_RequestFromNonPremiumTenantOrB2CTenant": http.StatusForbidden,
}

// fail turns an error into the reply.
func (c *call) fail(err error) {
	var r *refusal
	var d *directory.Error
	switch {
	case errors.As(err, &r):
	case errors.As(err, &d):
		r = &refusal{status: statuses[d.Code], code: d.Code, message: d.Message}
		if r.status == 0 {
			r.status = http.StatusBadRequest
		}
		if d.Detail != "" {
			r.details = []errorDetail{{Code: d.Detail, Message: d.Message, Target: d.Target}}
			if d.Detail == directory.DetailConflict {
				r.details = append(r.details, c.conflicting(d)...)
			}
		}
	default:
		r = refuse(http.StatusInternalServerError, "InternalServerError", "%s", err)
	}
	c.code = r.code
	details := slices.Clone(r.details)
	for i := range details {
		details[i].Message, details[i].Target = echoed(details[i].Message), echoed(details[i].Target)
	}
	body, marshalErr := marshal(errorBody{errorObject{
		Code: r.code, Message: echoed(r.message), Details: details,
		InnerError: innerOf(innerError{Date: c.now.UTC().Format("2006-01-02T15:04:05"), RequestID: c.requestID, ClientRequestID: c.clientRequestID}, r.inner),
	}})
	if marshalErr != nil { // strings always marshal
		body = []byte(`{"error":{"code":"InternalServerError","message":""}}`)
	}
	c.reply = reply{status: r.status, body: body, header: r.header, contentType: "application/json"}
}

// conflicting names the object that has the value already, as newer answers do.
func (c *call) conflicting(d *directory.Error) []errorDetail {
	for _, t := range []directory.Type{directory.User, directory.Group, directory.Application, directory.ServicePrincipal} {
		for _, value := range sentTexts(c.sent[d.Target]) {
			if o, found := c.t.dir.Snapshot().Lookup(t, d.Target, value); found && o.ID() != c.vars["id"] {
				return []errorDetail{{Code: "ConflictingObjects", Message: d.Message, Target: string(t) + "_" + o.ID()}}
			}
		}
	}
	return nil
}

// sentTexts are the values of a property that was sent.
func sentTexts(value any) []string {
	switch value := value.(type) {
	case string:
		return []string{value}
	case []string:
		return value
	}
	return nil
}

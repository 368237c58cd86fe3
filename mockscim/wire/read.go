package wire

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// verb returns what the request behind the answer did.
func (r Response) verb() verb {
	if r.Method != http.MethodGet && r.Method != "" {
		return verb(r.Method)
	}
	_, query, _ := strings.Cut(r.URL, "?")
	for parameter := range strings.SplitSeq(query, "&") {
		if strings.HasPrefix(parameter, "filter=") {
			return match
		}
	}
	return read
}

// Check returns nil when the request has worked by its status, and otherwise an *Error with the answer in its message. A web page is no
// answer to a PATCH or a DELETE whatever its status: it is what a proxy or a sign-in page puts in the place of the endpoint.
func Check(r Response) error {
	v := r.verb()
	if slices.Contains(done[v], r.Status) {
		if body, media := r.content(); (v == change || v == remove) && r.Status < 300 && isPage(body, media) {
			return r.errorf(CodeServiceIncompatible, "the answer %d is HTML or XML; is the tenant URL that of a web page?", r.Status)
		}
		return nil
	}
	e := &Error{Code: codeOf(v, r.Status), Status: r.Status, Message: r.dump()}
	switch {
	case r.Status == http.StatusBadRequest:
		e.Message = "StatusCode: BadRequest Message: Processing of the HTTP request resulted in an exception. Web Response: " + r.shown(string(r.Body), maxShownBody)
	case r.Status == http.StatusNotFound && v == match:
		e.Message = "The query was answered with HTTP/404, while no match is HTTP/200 with an empty list (RFC 7644 section 3.4.2); " +
			"is the tenant URL right, which usually looks like https://<host>/scim? " + e.Message
	}
	return e
}

// ReadResource reads the resource out of an answer to a GET by id or to a POST. Errors are *Error: those of [Check], and
// ServiceIncompatible for what Entra cannot use, such as a resource without an id.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
func ReadResource(r Response) (scim.Resource, error) {
	body, err := jsonBody(r, "a SCIM resource")
	if err != nil {
		return nil, err
	}
	resource, err := scim.DecodeResource(body)
	if err != nil {
		return nil, r.errorf(CodeServiceIncompatible, "the body is not a SCIM resource: %s", oneLine(err.Error()))
	}
	if err := r.judged(resource); err != nil {
		return nil, err
	}
	return resource, nil
}

// ReadAnchor reads the id of the resource in an answer to a POST. Errors are those of [ReadResource].
func ReadAnchor(r Response) (string, error) {
	body, err := jsonBody(r, "a SCIM resource")
	if err != nil {
		return "", err
	}
	resource, err := scim.DecodeMembers(body, "id", "schemas", scim.EnterpriseURN, managerURN)
	if err != nil {
		return "", r.errorf(CodeServiceIncompatible, "the body is not a SCIM resource: %s", oneLine(err.Error()))
	}
	if err := r.judged(resource); err != nil {
		return "", err
	}
	return resource.ID(), nil
}

const managerURN = scim.EnterpriseURN + ":manager"

// judged refuses a resource that Entra cannot use.
func (r Response) judged(resource scim.Resource) error {
	if resource.HasSchema(scim.ListResponseURN) {
		return r.errorf(CodeMultipleEntries, "a list came where one resource was asked for")
	}
	if reason := unusable(resource); reason != "" {
		return r.errorf(CodeServiceIncompatible, "the resource %s", reason)
	}
	return nil
}

// ReadList reads the list out of an answer to a query. Errors are *Error: those of [Check], and ServiceIncompatible for what
// Entra cannot use: no ListResponse, no totalResults, no Resources although there should be some, a resource without an id.
// How many resources there are is for the caller to judge.
func ReadList(r Response) (scim.ListResponse, error) {
	body, err := jsonBody(r, "a SCIM ListResponse")
	if err != nil {
		return scim.ListResponse{}, err
	}
	list, err := scim.DecodeListResponse(body)
	if err != nil {
		return scim.ListResponse{}, r.errorf(CodeServiceIncompatible, "the body is not a SCIM ListResponse: %s", oneLine(err.Error()))
	}
	if !slices.ContainsFunc(list.Schemas, func(s string) bool { return strings.EqualFold(s, scim.ListResponseURN) }) {
		return scim.ListResponse{}, r.errorf(CodeServiceIncompatible, "the list does not name %s in its schemas", scim.ListResponseURN)
	}
	if list.TotalResults < 0 || list.TotalResults > 0 && len(list.Resources) == 0 {
		return scim.ListResponse{}, r.errorf(CodeServiceIncompatible, "the list says totalResults %d and has no Resources", list.TotalResults)
	}
	for i, resource := range list.Resources {
		if reason := unusable(resource); reason != "" {
			return scim.ListResponse{}, r.errorf(CodeServiceIncompatible, "resource %d of the list %s", i+1, reason)
		}
	}
	return list, nil
}

// jsonBody judges the status and whether there is JSON at all, and returns it without a byte order mark (RFC 8259 §8.1).
func jsonBody(r Response, want string) ([]byte, error) {
	if err := Check(r); err != nil {
		return nil, err
	}
	body, media := r.content()
	switch {
	case len(body) == 0:
		return nil, r.errorf(CodeServiceIncompatible, "the answer %d has no body, want %s", r.Status, want)
	case isPage(body, media):
		return nil, r.errorf(CodeServiceIncompatible, "the answer %d is HTML or XML, want %s; is the tenant URL that of a web page?", r.Status, want)
	}
	return body, nil
}

// content is the body without a byte order mark, and its media type.
func (r Response) content() (body []byte, media string) {
	body = bytes.TrimLeft(bytes.TrimPrefix(r.Body, []byte("\xef\xbb\xbf")), " \t\r\n")
	media = r.Header.Get("Content-Type")
	if media != "" && media != "application/scim+json" {
		media, _, _ = mime.ParseMediaType(media)
	}
	return body, media
}

// isPage says whether a body is HTML or XML.
func isPage(body []byte, media string) bool {
	return len(body) > 0 && (body[0] == '<' || media == "text/html")
}

// maxID is the longest id that is taken as an anchor, in bytes.
const maxID = 2048

// unusable says why Entra cannot use a resource, "" when it can. A manager that is not an object breaks it
// (github.com/Budibase/budibase/issues/15369).
func unusable(resource scim.Resource) string {
	switch id := resource.ID(); {
	case id == "":
		return "has no id that is text"
	case len(id) > maxID:
		return fmt.Sprintf("has an id of %d bytes, more than a URL is sure to carry", len(id))
	}
	for name := range resource {
		if len(name) < len(scim.EnterpriseURN) || !strings.EqualFold(name[:len(scim.EnterpriseURN)], scim.EnterpriseURN) {
			continue
		}
		if manager, ok := resource.Get(managerURN); ok {
			if _, isText := manager.(string); isText {
				return `has a manager that is text, not an object {"value":"<id>"}`
			}
		}
	}
	return ""
}

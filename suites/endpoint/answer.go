package endpoint

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// Answer is what the target said to one request.
type Answer struct {
	Status int // 0 when none came
	Header http.Header
	Body   []byte
	Err    error              // why there is no complete answer
	Shown  *exchange.Exchange // the evidence, nil when nothing was recorded
}

// OK says whether it was a success.
func (a Answer) OK() bool { return a.Err == nil && a.Status/100 == 2 }

// barred says whether it is a refusal of the caller.
func (a Answer) barred() bool {
	return a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden
}

// String is the answer in a few words, such as `400 Bad Request with {"detail":"…"}`.
func (a Answer) String() string {
	if a.Status == 0 {
		if a.Err != nil {
			return "no answer (" + clip(cause(a.Err), 120) + ")"
		}
		return "no answer"
	}
	text := strings.TrimSpace(fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status)))
	body := strings.Join(strings.Fields(string(a.Body[:min(len(a.Body), 2000)])), " ")
	switch {
	case body == "":
		return text
	case a.OK() && strings.HasPrefix(body, "{") && Broken(a.Body) != nil:
		return text + ", but " + clip(Broken(a.Body).Error(), 300)
	case a.OK():
		return text + " with " + clip(body, 160)
	default:
		return text + " with " + clip(body, 240)
	}
}

// JSON returns the body as a JSON object.
func (a Answer) JSON() (scim.Resource, error) {
	if a.Err != nil {
		return nil, a.Err
	}
	return scim.DecodeResource(a.Body)
}

// answerOf reads an answer from an exchange the provisioning service had.
func answerOf(e *exchange.Exchange) Answer {
	if e == nil {
		return Answer{}
	}
	a := Answer{Status: e.Response.Status, Header: e.Response.Header, Body: e.Response.Body.Bytes, Shown: e}
	if e.Err != "" {
		a.Err = fmt.Errorf("%s", e.Err)
	}
	return a
}

// Found is the answer to a filter.
type Found struct {
	Answer

	Total     int // -1 when the answer is no list
	Resources []scim.Resource
}

// foundIn reads a list as loosely as it can: what a check does not judge must not disturb it.
func foundIn(a Answer) Found {
	f := Found{Answer: a, Total: -1}
	if a.Status != http.StatusOK {
		return f
	}
	object, err := a.JSON()
	if err != nil {
		return f
	}
	items, _ := member(object, "Resources").([]any)
	for _, item := range items {
		if r, ok := item.(map[string]any); ok {
			f.Resources = append(f.Resources, scim.Resource(r))
		}
	}
	f.Total = len(f.Resources)
	if n, ok := integer(member(object, "totalResults")); ok {
		f.Total = max(n, f.Total)
	} else if len(items) == 0 && !isSCIMList(object) {
		f.Total = -1
	}
	return f
}

func isSCIMList(object scim.Resource) bool {
	return contains(member(object, "schemas"), scim.ListResponseURN) || member(object, "Resources") != nil
}

// Values returns one attribute of everything found, as text.
func (f Found) Values(path string) []string {
	values := make([]string, 0, len(f.Resources))
	for _, r := range f.Resources {
		values = append(values, r.String(path))
	}
	return values
}

// String says how many were found.
func (f Found) String() string {
	if f.Total < 0 {
		return f.Answer.String()
	}
	names := f.Values("userName")
	for i := range names {
		if names[i] == "" {
			names[i] = f.Resources[i].String("displayName")
		}
	}
	if len(names) == 0 {
		return fmt.Sprintf("%d found", f.Total)
	}
	return fmt.Sprintf("%d found: %s", f.Total, clip(strings.Join(names, ", "), 300))
}

// Traffic is what the provisioning service and the target said to each other, oldest first.
type Traffic []*exchange.Exchange

// Writes returns the requests that write.
func (t Traffic) Writes() Traffic {
	var writes Traffic
	for _, e := range t {
		if e.Request.Method != http.MethodGet {
			writes = append(writes, e)
		}
	}
	return writes
}

// Last returns the last request with this method whose URL has the path below the tenant URL, such as /Users/42; nil when
// there is none.
func (t Traffic) Last(method, path string) *exchange.Exchange {
	for _, e := range slices.Backward(t) {
		if e.Request.Method == method && strings.HasSuffix(pathOf(e.Request.URL), path) {
			return e
		}
	}
	return nil
}

// All returns every request with this method and path.
func (t Traffic) All(method, path string) Traffic {
	var all Traffic
	for _, e := range t {
		if e.Request.Method == method && strings.HasSuffix(pathOf(e.Request.URL), path) {
			all = append(all, e)
		}
	}
	return all
}

// Lines tells each request on one line.
func (t Traffic) Lines() []string {
	lines := make([]string, 0, len(t))
	for _, e := range t {
		line := e.Request.Method + " " + lastParts(pathOf(e.Request.URL))
		if len(e.Request.Body.Bytes) > 0 {
			line += " " + clip(string(e.Request.Body.Bytes), 300)
		}
		lines = append(lines, line)
	}
	return lines
}

func pathOf(rawURL string) string {
	path, _, _ := strings.Cut(rawURL, "?")
	return path
}

// lastParts keeps the resource type and the id of a path.
func lastParts(path string) string {
	for _, kind := range []string{"/Users", "/Groups"} {
		if at := strings.LastIndex(path, kind); at >= 0 {
			return path[at:]
		}
	}
	return path
}

package connector

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// ask is one thing that Graph was asked: a request of its own, or an item of a batch.
type ask struct {
	call   *Call
	method string
	path   string     // with the version
	query  url.Values // by the names as they were sent
	header http.Header
	body   []byte // redacted
	status int    // 0 when no answer came
	answer []byte // redacted
	item   bool   // of a batch
}

// segments are those of the path without version, keys in parentheses as segments of their own: users, {id}, manager, $ref.
func (a ask) segments() []string {
	path := strings.NewReplacer("('", "/", "')", "").Replace(a.path)
	parts := strings.FieldsFunc(path, func(c rune) bool { return c == '/' })
	if len(parts) > 0 {
		parts = parts[1:]
	}
	return parts
}

// is says whether the ask is of this method and form; * is any one segment. The words of the form are compared in any case, as Graph does.
func (a ask) is(method, form string) bool {
	if a.method != method {
		return false
	}
	have, want := a.segments(), strings.Split(strings.TrimPrefix(form, "/"), "/")
	if len(have) != len(want) {
		return false
	}
	for i := range want {
		if want[i] != "*" && !strings.EqualFold(want[i], have[i]) && !strings.EqualFold(want[i], bare(have[i])) {
			return false
		}
	}
	return true
}

// bare is the name of an action or function without its namespace, which Graph takes with it and without.
// Source: OASIS OData 4.01 URL Conventions, section 4.5.
func bare(name string) string {
	const namespace = "microsoft.graph."
	if len(name) > len(namespace) && strings.EqualFold(name[:len(namespace)], namespace) {
		return name[len(namespace):]
	}
	return name
}

// repeats says whether an ask is the same as an earlier one, sent anew: the same method and path, and where the path names a list to add to, the same
// addition.
func (a ask) repeats(b ask) bool {
	return a.call != b.call && a.method == b.method && a.path == b.path && (a.method != http.MethodPost || !strings.HasSuffix(a.path, "/$ref") || bytes.Equal(a.body, b.body))
}

// option is the value of a query option, whose $ may be missing and whose case does not matter.
func (a ask) option(name string) (string, bool) {
	for key, values := range a.query {
		if strings.EqualFold(strings.TrimPrefix(key, "$"), name) && len(values) > 0 {
			return values[0], true
		}
	}
	return "", false
}

// ok says whether Graph carried it out.
func (a ask) ok() bool { return a.status >= http.StatusOK && a.status < http.StatusMultipleChoices }

// member is a member of the body, whose name Graph takes in any case; nil when there is none.
func (a ask) member(name string) json.RawMessage {
	var members map[string]json.RawMessage
	if json.Unmarshal(a.body, &members) != nil {
		return nil
	}
	for sent, value := range members {
		if strings.EqualFold(sent, name) {
			return value
		}
	}
	return nil
}

// asksOf takes calls to Graph apart, in the order in which they were made.
func asksOf(calls []*Call) []ask {
	var all []ask
	for _, c := range calls {
		if !c.Graph() {
			continue
		}
		one := ask{
			call: c, method: c.Request.Method, path: c.Path, query: c.Query, header: c.Sent,
			body: c.Request.Body.Bytes, status: c.Response.Status, answer: c.Response.Body.Bytes,
		}
		if one.is(http.MethodPost, "/$batch") {
			all = append(all, one.items()...)
			continue
		}
		all = append(all, one)
	}
	return all
}

// items are those of a batch. Source: learn.microsoft.com/graph/json-batching.
func (a ask) items() []ask {
	var sent struct {
		Requests []struct {
			ID      any               `json:"id"` // text, or a number, which Graph takes as well
			Method  string            `json:"method"`
			URL     string            `json:"url"`
			Headers map[string]string `json:"headers"`
			Body    json.RawMessage   `json:"body"`
		} `json:"requests"`
	}
	var got struct {
		Responses []struct {
			ID     string          `json:"id"`
			Status int             `json:"status"`
			Body   json.RawMessage `json:"body"`
		} `json:"responses"`
	}
	if json.Unmarshal(a.body, &sent) != nil {
		return nil
	}
	_ = json.Unmarshal(a.answer, &got) // then no item was answered
	version, _, _ := strings.Cut(strings.TrimPrefix(a.path, "/"), "/")
	all := make([]ask, 0, len(sent.Requests))
	for _, r := range sent.Requests {
		one := ask{call: a.call, method: strings.ToUpper(r.Method), header: http.Header{}, body: r.Body, item: true}
		path, query, _ := strings.Cut(strings.TrimPrefix(r.URL, "/"), "?")
		one.path = "/" + version + "/" + path
		one.query, _ = url.ParseQuery(query)
		for name, value := range r.Headers {
			one.header.Set(name, value)
		}
		if !a.ok() && a.status != http.StatusBadRequest { // refused as a whole, all items with it
			one.status, one.answer = a.status, a.answer
		}
		for _, answer := range got.Responses {
			if answer.ID == fmt.Sprint(r.ID) {
				one.status, one.answer = answer.Status, answer.Body
			}
		}
		all = append(all, one)
	}
	return all
}

// asksThat are those of the calls of this method and form that a test takes; nil takes all.
func asksThat(calls []*Call, method, form string, take func(ask) bool) []ask {
	var all []ask
	for _, a := range asksOf(calls) {
		if a.is(method, form) && (take == nil || take(a)) {
			all = append(all, a)
		}
	}
	return all
}

package replay

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// collections are what SCIM paths begin with below the base address. Source: RFC 7644 §3.2.
var collections = []string{"users", "groups", "me", "serviceproviderconfig", "resourcetypes", "schemas", "bulk", ".search"}

// Script is recorded SCIM traffic with one endpoint, in the order in which it is sent again.
type Script struct {
	Base    string // the endpoint's address, up to the collection, without a slash at its end
	Steps   []Step
	Skipped int // recorded exchanges that are no SCIM traffic with that endpoint
}

// Step is a recorded exchange.
type Step struct {
	ID     string // of the recorded exchange
	Method string
	Path   []string // unescaped segments below the base address
	Query  string   // as it was sent, without the question mark
	Header http.Header
	Body   []byte // nil for none

	began, ended time.Time // of the recorded exchange
	cut          bool      // only a part of the body was recorded
	other        bool      // it was sent with other credentials than the rest
	unsettled    bool      // something was changed while it was answered
	version      string    // entity tag of the answer, "" for none

	Status int // 0 when no answer was recorded
	Media  string
	Answer any // decoded JSON, nil when it was no JSON or only a part was kept
}

// Write finds the SCIM traffic among recorded exchanges: that with the address that most of it goes to. It is an error when there is none.
func Write(es []*exchange.Exchange) (Script, error) {
	type found struct {
		e    *exchange.Exchange
		base string
		path []string
		u    *url.URL
	}
	var all []found
	weight := map[string]int{}
	for _, e := range es {
		u, err := url.Parse(e.Request.URL)
		if err != nil || u.Host == "" {
			continue
		}
		base, path, ok := split(u)
		if !ok {
			continue
		}
		all = append(all, found{e, base, path, u})
		weight[base]++
	}
	if len(all) == 0 {
		return Script{}, errors.New("no SCIM traffic in it: no request to /Users, /Groups or another path of RFC 7644 §3.2")
	}
	s := Script{Base: all[0].base}
	for _, f := range all {
		if weight[f.base] > weight[s.Base] {
			s.Base = f.base
		}
	}
	for _, f := range all {
		if f.base == s.Base {
			s.Steps = append(s.Steps, stepOf(f.e, f.path, f.u.RawQuery))
		}
	}
	s.Skipped = len(es) - len(s.Steps)
	untangle(s.Steps)
	unsettle(s.Steps)
	return s, nil
}

// unsettle marks the reads during which something else was changed: nobody knows whether before or after.
func unsettle(steps []Step) {
	for i := range steps {
		beside := steps[max(0, i-maxBeside):min(len(steps), i+maxBeside)]
		steps[i].unsettled = steps[i].Method == http.MethodGet && slices.ContainsFunc(beside, func(o Step) bool {
			return o.Method != http.MethodGet && o.began.Before(steps[i].ended) && steps[i].began.Before(o.ended)
		})
	}
}

// maxBeside bounds how far apart in a recording requests are looked for that were sent side by side.
const maxBeside = 32

// untangle puts equal requests that were sent side by side, whose order nobody knows, into that in which one after the other gets their
// answers: first what was done, then what was refused for it.
func untangle(steps []Step) {
	for i := range steps {
		for j := i + 1; j < min(len(steps), i+maxBeside); j++ {
			a, b := steps[i], steps[j]
			same := a.Method == b.Method && a.Query == b.Query && slices.Equal(a.Path, b.Path) && bytes.Equal(a.Body, b.Body)
			late := slices.Contains([]int{http.StatusNotFound, http.StatusConflict, http.StatusPreconditionFailed}, a.Status)
			if same && late && b.began.Before(a.ended) && b.Status != 0 && b.Status < a.Status {
				steps[i], steps[j] = b, a
			}
		}
	}
}

// split parts an address into what is the endpoint's and what is SCIM's. The last collection counts, since the first may be part of the
// endpoint's own path (https://example.com/users/scim/Users).
func split(u *url.URL) (base string, path []string, ok bool) {
	segments := strings.Split(strings.Trim(u.EscapedPath(), "/"), "/")
	for i := len(segments) - 1; i >= max(0, len(segments)-3); i-- {
		if slices.Contains(collections, strings.ToLower(segments[i])) && (strings.ToLower(segments[i]) != ".search" || i == 0 || !slices.Contains(collections, strings.ToLower(segments[i-1]))) {
			base = u.Scheme + "://" + u.Host
			if i > 0 {
				base += "/" + strings.Join(segments[:i], "/")
			}
			for _, s := range segments[i:] {
				if plain, err := url.PathUnescape(s); err == nil {
					s = plain
				}
				path = append(path, s)
			}
			return base, path, true
		}
	}
	return "", nil, false
}

// stepOf takes over what the client chose to send; credentials and what belongs to the connection are the replay's own.
func stepOf(e *exchange.Exchange, path []string, query string) Step {
	s := Step{ID: e.ID, Method: strings.ToUpper(e.Request.Method), Path: path, Query: query, Header: http.Header{}, Status: e.Response.Status, began: e.Started, ended: e.Started.Add(e.Duration)}
	for _, name := range []string{"Accept", "Content-Type", "If-Match", "If-None-Match", "Prefer"} {
		if values := e.Request.Header.Values(name); len(values) > 0 {
			s.Header[name] = values
		}
	}
	if len(e.Request.Body.Bytes) > 0 {
		s.Body = e.Request.Body.Bytes
	}
	s.cut, s.other = e.Request.Body.Truncated, e.Request.OtherCredentials
	s.Media = media(e.Response.Header)
	if !e.Response.Body.Truncated {
		s.Answer = decode(e.Response.Body.Bytes)
	}
	if s.version = e.Response.Header.Get("ETag"); s.version == "" {
		s.version = text(member(member(s.Answer, "meta"), "version"))
	}
	return s
}

// decode gives the value of a JSON text, nil when it is none. encoding/json bounds its depth.
func decode(body []byte) any {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return nil
	}
	return v
}

// media is the type of an answer without its parameters, in lower case.
func media(h http.Header) string {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(kind))
}

package connector

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// object is the body of the request as a JSON object, its properties by Graph's names, which it takes in any case; nil when it is none.
func (a ask) object() map[string]any {
	var all map[string]any
	_ = json.Unmarshal(a.body, &all) // what is no object has no members
	for name, v := range all {
		if usual, known := usualNames()[strings.ToLower(name)]; known && usual != name {
			delete(all, name)
			all[usual] = v
		}
	}
	return all
}

// usualNames are the names of the properties of users and groups, by their small letters.
var usualNames = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for _, t := range []directory.Type{directory.User, directory.Group} {
		for _, p := range directory.Table(t) {
			all[strings.ToLower(p.Name)] = p.Name
		}
	}
	return all
})

// writes says whether Graph may have changed something for it.
func (a ask) writes() bool {
	if a.method == http.MethodGet || a.method == http.MethodHead {
		return false
	}
	path := a.segments()
	return len(path) == 0 || !onlyReads(path[len(path)-1])
}

// onlyReads says whether an action changes nothing.
func onlyReads(action string) bool {
	return slices.ContainsFunc(readActions, func(known string) bool { return strings.EqualFold(known, bare(action)) })
}

// readActions are what is asked with POST and changes nothing.
var readActions = []string{"getByIds", "checkMemberGroups", "checkMemberObjects", "getMemberGroups", "getMemberObjects", "validateProperties", "getAvailableExtensionProperties"}

// of are the asks of a method and form; see [ask.is].
func of(all []ask, method, form string) []ask {
	return slices.DeleteFunc(slices.Clone(all), func(a ask) bool { return !a.is(method, form) })
}

// writing are the asks that may have changed something.
func writing(all []ask) []ask {
	return slices.DeleteFunc(slices.Clone(all), func(a ask) bool { return !a.writes() })
}

// bodies are the asks that make or change users: POST to them, PATCH or PUT of one of them.
func bodies(all []ask) []ask {
	return slices.DeleteFunc(slices.Clone(all), func(a ask) bool {
		return !a.is(http.MethodPost, "/users") && !a.is(http.MethodPatch, "/users/*") && !a.is(http.MethodPut, "/users/*")
	})
}

// String says what was asked, such as PATCH /users/1f2e….
func (a ask) String() string { return a.method + " /" + strings.Join(a.segments(), "/") }

// lines says what was asked, one after the other.
func lines(all []ask) string {
	const most = 5
	var said []string
	for _, a := range all[:min(len(all), most)] {
		said = append(said, a.String())
	}
	if len(all) > most {
		said = append(said, "…")
	}
	if len(said) == 0 {
		return "none"
	}
	return strings.Join(said, ", ")
}

// none matches the absence of asks.
func none(what string) worded[[]ask] {
	return worded[[]ask]{Want: what, OK: func(all []ask) bool { return len(all) == 0 }, Got: lines}
}

package mockgraph

import (
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/gorilla/mux"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// A handler answers one call, by its reply or by an error: a *directory.Error or a *refusal.
type handler func(c *call) error

// route is one row of the table of routes. Every family of resources has a function that returns its rows.
type route struct {
	method   string  // GET, POST, PATCH, PUT, DELETE
	template string  // such as /users/{id}/manager/$ref
	serve    handler // nil: known and not built; answers 501
	betaOnly bool    // not in v1.0
	open     bool    // needs no token
	free     bool    // needs a token and no permission of its own
	rule     string  // template, or method and template, under which the permission table lists it; "" is the route's own
	emulated string  // what of the answer is not what Graph would do, "" when it is as documented
	units    int     // base cost in resource units, filled in

	ruling func() ruling // what the permission table says of it, filled in
}

// permission is the method and the template under which the permission table lists the route.
func (r route) permission() (method, template string) {
	if method, template, other := strings.Cut(r.rule, " "); other {
		return method, template
	}
	if r.rule != "" {
		return r.method, r.rule
	}
	return r.method, r.template
}

// emulating says of the rows that are built what of their answers is played.
func emulating(what string, rows []route) []route {
	for i := range rows {
		if rows[i].serve != nil {
			rows[i].emulated = what
		}
	}
	return rows
}

// endpoint is a template with its methods.
type endpoint struct {
	template string
	routes   []route
}

func (e *endpoint) method(name string) (route, bool) {
	for _, r := range e.routes {
		if r.method == name {
			return r, true
		}
	}
	return route{}, false
}

func (e *endpoint) allow() string {
	methods := make([]string, 0, len(e.routes))
	for _, r := range e.routes {
		methods = append(methods, r.method)
	}
	return strings.Join(methods, ", ")
}

// routing finds endpoints. Routers are nested: by the first word of the path, its length, and its third and last words when those
// are words of a template, so that a request tries a handful of patterns however many routes there are.
type routing struct {
	routers   map[groupKey]*patterns
	endpoints map[string]*endpoint // by template
	words     map[string]string    // canonical spelling by lower case
	families  map[string]bool      // first words
}

type groupKey struct {
	first       string
	length      int
	third, last string // "*" when it is a key; third is "" when there is none
}

// keyOf is the group of a template.
func keyOf(segments []string) groupKey {
	key := groupKey{first: segments[0], length: len(segments), last: word(segments[len(segments)-1])}
	if len(segments) > 2 {
		key.third = word(segments[2])
	}
	return key
}

func word(segment string) string {
	if isVariable(segment) {
		return "*"
	}
	return segment
}

func newRouting(rows []route) *routing {
	r := &routing{routers: map[groupKey]*patterns{}, endpoints: map[string]*endpoint{}, words: map[string]string{"me": "me"}, families: map[string]bool{}}
	// Casts first: a key would match them too.
	for _, casts := range []bool{true, false} {
		for _, row := range rows {
			if strings.Contains(row.template, "{cast}") == casts {
				r.add(row)
			}
		}
	}
	return r
}

func (r *routing) add(row route) {
	if (row.method == http.MethodPatch || row.method == http.MethodPut) && row.serve != nil {
		row.serve = persistent(row.serve)
	}
	row.ruling = sync.OnceValue(func() ruling { return rulingOf(row.permission()) })
	row.units, _ = weather.Cost(weather.Request{Method: row.method, Template: row.template, Write: writes(row.method)})
	if e, known := r.endpoints[row.template]; known {
		e.routes = append(e.routes, row)
		return
	}
	r.endpoints[row.template] = &endpoint{template: row.template, routes: []route{row}}
	segments := strings.Split(strings.TrimPrefix(row.template, "/"), "/")
	for _, s := range segments {
		if !isVariable(s) {
			r.words[strings.ToLower(s)] = s
		}
	}
	r.families[segments[0]] = true
	key := keyOf(segments)
	group, known := r.routers[key]
	if !known {
		group = &patterns{}
		r.routers[key] = group
	}
	group.templates = append(group.templates, row.template)
}

// patterns is a router that is made when the first request comes to it, and not before a tenant's first answer.
type patterns struct {
	templates []string
	once      sync.Once
	made      *mux.Router
}

func (p *patterns) router() *mux.Router {
	p.once.Do(func() {
		p.made = mux.NewRouter().SkipClean(true)
		for _, template := range p.templates {
			p.made.MatcherFunc(matcher(template)).Name(template)
		}
	})
	return p.made
}

// matcher compares segment by segment. Graph's templates have variables that are whole segments, for which mux's own matcher would run
// two regular expressions a request.
func matcher(template string) mux.MatcherFunc {
	pattern := strings.Split(template[1:], "/")
	variables := 0
	for _, each := range pattern {
		if isVariable(each) {
			variables++
		}
	}
	return func(r *http.Request, match *mux.RouteMatch) bool {
		if !fits(pattern, r.URL.Path) {
			return false
		}
		match.Vars = make(map[string]string, variables)
		rest := r.URL.Path[1:]
		for _, each := range pattern {
			var segment string
			if segment, rest, _ = strings.Cut(rest, "/"); isVariable(each) {
				match.Vars[each[1:len(each)-1]] = segment
			}
		}
		return true
	}
}

// fits says whether a path is one of a pattern: its words as they are, and something for each variable.
func fits(pattern []string, path string) bool {
	rest := path[1:]
	for i, each := range pattern {
		segment, behind, more := strings.Cut(rest, "/")
		switch {
		case more == (i == len(pattern)-1), segment == "", !isVariable(each) && each != segment, each == "{cast}" && !isCast(segment), each == "{property}" && !isProperty(pattern[0], segment):
			return false
		}
		rest = behind
	}
	return true
}

// isCast tells a type cast from a key.
func isCast(segment string) bool {
	if len(segment) <= len(namespace) || !strings.EqualFold(segment[:len(namespace)], namespace) {
		return false
	}
	for _, c := range []byte(segment[len(namespace):]) {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			return false
		}
	}
	return true
}

func isVariable(segment string) bool { return strings.HasPrefix(segment, "{") }

// find returns the endpoint of an address and the values of its variables, nil when no template fits.
func (r *routing) find(a address) (*endpoint, map[string]string) {
	if len(a.segments) == 0 {
		return nil, nil
	}
	key := keyOf(a.segments)
	p := probe{Request: http.Request{Method: http.MethodGet, URL: &url.URL{Path: a.path()}}}
	thirds := [2]string{key.third, "*"}
	for _, third := range thirds[:min(2, 1+len(key.third))] {
		for _, last := range [2]string{key.last, "*"} {
			group, known := r.routers[groupKey{key.first, key.length, third, last}]
			if known && group.router().Match(&p.Request, &p.match) && p.match.Route != nil {
				return r.endpoints[p.match.Route.GetName()], p.match.Vars
			}
		}
	}
	return nil, nil
}

// probe is a request to match and what matched, in one piece.
type probe struct {
	http.Request

	match mux.RouteMatch
}

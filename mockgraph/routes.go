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

// patterns is a router that is made when the first request comes to it: compiling the patterns of all routes would take longer than
// all else a tenant does before its first answer.
type patterns struct {
	templates []string
	once      sync.Once
	made      *mux.Router
}

func (p *patterns) router() *mux.Router {
	p.once.Do(func() {
		p.made = mux.NewRouter().SkipClean(true)
		for _, template := range p.templates {
			p.made.Path(strings.ReplaceAll(template, "{cast}", castPattern)).Name(template)
		}
	})
	return p.made
}

// castPattern tells a type cast from a key.
const castPattern = `{cast:(?i:microsoft\.graph\.[a-z]+)}`

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

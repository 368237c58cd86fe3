package mockgraph

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// WithDeltaPages sets how many objects a page of a delta query holds and how many members one object of it; 200 and 1,000 by
// default. Graph chooses for itself, and goes on with a large group on the next page.
func WithDeltaPages(objects, members int) Option {
	return func(o *options) { o.deltaObjects, o.deltaMembers = max(objects, 1), max(members, 1) }
}

// WithDeltaTokenLife sets for how long a delta link works: 7 days by default, as documented for directory objects. 0 is for ever.
func WithDeltaTokenLife(d time.Duration) Option { return func(o *options) { o.deltaLife = d } }

// WithDeltaExpiryAsBadRequest answers an old delta link with 400 Request_UnsupportedQuery, as seen in 2026, instead of the
// documented 410 with the address of a full round.
func WithDeltaExpiryAsBadRequest() Option { return func(o *options) { o.deltaBadRequest = true } }

// WithWholeDeltas shows in a delta round without $select every property that has a value. By default the properties a GET shows
// are shown. Documentation and answers differ.
func WithWholeDeltas() Option { return func(o *options) { o.deltaWhole = true } }

const (
	deltaObjects = 200
	deltaMembers = 1000
	deltaLife    = 7 * 24 * time.Hour
	maxDeltaIDs  = 50
	deltaKind    = "delta"
)

// deltaSet is an entity set that can be asked what changed in it.
type deltaSet struct {
	path      string
	types     []directory.Type
	relations []string // part of the default
	rule      string   // template of its permissions, "" for its own
	betaOnly  bool     // not in v1.0
}

// Source: learn.microsoft.com/graph/delta-query-overview, supported resources.
var deltaSets = []deltaSet{
	{path: "users", types: []directory.Type{directory.User}},
	{path: "groups", types: []directory.Type{directory.Group}, relations: []string{"members"}},
	{path: "applications", types: []directory.Type{directory.Application}},
	{path: "servicePrincipals", types: []directory.Type{directory.ServicePrincipal}},
	{path: "directoryRoles", types: []directory.Type{directory.DirectoryRole}, relations: []string{"members"}},
	{path: unitSet, types: []directory.Type{directory.AdministrativeUnit}, relations: []string{"members"}, rule: "/" + unitSet},
	{path: "administrativeUnits", types: []directory.Type{directory.AdministrativeUnit}, relations: []string{"members"}, rule: "/" + unitSet, betaOnly: true},
	{path: "oauth2PermissionGrants", types: []directory.Type{directory.OAuth2PermissionGrant}},
	{path: "directoryObjects", types: []directory.Type{directory.User, directory.Group, directory.ServicePrincipal, directory.Application}, rule: "/directoryObjects/{id}"},
}

// deltaRoutes are the routes of delta queries. Source: learn.microsoft.com/graph/delta-query-overview.
func deltaRoutes() []route {
	var rows []route
	for _, set := range deltaSets {
		rows = append(rows, route{method: http.MethodGet, template: "/" + set.path + "/delta", rule: set.rule, betaOnly: set.betaOnly, serve: func(c *call) error { return c.delta(set) }})
	}
	return rows
}

// deltaRound is what a delta or skip token carries: the query, and how far it has come.
type deltaRound struct {
	Set       string   `json:"s"`
	Select    []string `json:"q,omitempty"` // nil: the default
	Relations []string `json:"r,omitempty"`
	IDs       []string `json:"i,omitempty"` // of $filter; nil: all
	Since     uint64   `json:"w"`           // sequence up to which the client knows
	Until     uint64   `json:"u,omitempty"` // sequence this round ends at
	Changes   bool     `json:"c,omitempty"` // a round of changes; false: of everything
	Type      int      `json:"t,omitempty"` // position: index in the types of the set,
	After     string   `json:"a,omitempty"` // last id that is done,
	Group     string   `json:"g,omitempty"` // group that is not,
	Relation  int      `json:"l,omitempty"` // its relation
	Member    string   `json:"m,omitempty"` // and the last of it that is done
}

// delta answers what changed in a set.
func (c *call) delta(set deltaSet) error {
	c.readList()
	round, err := c.deltaRound(set)
	if err != nil {
		return err
	}
	w := deltaWriter{
		c: c, set: set, round: round, body: c.open(set.path), minimal: strings.Contains(strings.ToLower(c.r.Header.Get("Prefer")), "return=minimal"),
		objects: c.deltaPage(), members: c.t.options.deltaMembers,
	}
	if len(round.Select) > 0 {
		w.body = c.open(set.path + "(" + strings.Join(round.Select, ",") + ")")
	}
	if w.minimal {
		c.setHeader("Preference-Applied", "return=minimal")
	}
	return w.write()
}

// deltaPage is how many objects a page holds; a client may ask for fewer.
func (c *call) deltaPage() int {
	for preference := range strings.SplitSeq(c.r.Header.Get("Prefer"), ",") {
		if text, found := strings.CutPrefix(strings.ToLower(strings.TrimSpace(preference)), "odata.maxpagesize="); found {
			if n, err := strconv.Atoi(text); err == nil && n > 0 {
				return min(n, c.t.options.deltaObjects)
			}
		}
	}
	return c.t.options.deltaObjects
}

// deltaRound reads the query: a new one, or the one a token carries.
func (c *call) deltaRound(set deltaSet) (deltaRound, error) {
	token, given := optionOf(c.query, "deltatoken")
	skip, next := optionOf(c.query, "skiptoken")
	switch {
	case next:
		return c.resumedRound(set, skip)
	case given && token != "" && !strings.EqualFold(token, "latest"):
		return c.resumedRound(set, token)
	}
	round, err := c.newRound(set)
	if err != nil {
		return round, err
	}
	round.Since = c.view.Sequence()
	if given && token != "" { // latest: nothing now, everything from now on
		round.Changes, round.Until = true, round.Since
	}
	return round, nil
}

// newRound reads the options of a first request.
func (c *call) newRound(set deltaSet) (deltaRound, error) {
	round := deltaRound{Set: set.path}
	asked := url.Values{}
	for name := range c.query {
		option := strings.ToLower(strings.TrimPrefix(name, "$"))
		switch option {
		case "select", "filter":
			asked.Set("$"+option, c.query.Get(name))
		case "deltatoken", "skiptoken", "format", "":
		default:
			return round, &directory.Error{Code: directory.CodeUnsupported, Target: "$" + option, Message: "The query option '$" + option + "' is not supported by delta queries."}
		}
	}
	if filter := asked.Get("$filter"); filter != "" {
		ids, ok := idsOf(filter)
		if !ok {
			return round, &directory.Error{Code: directory.CodeUnsupported, Target: "$filter", Message: "Delta queries support $filter by object id only: id eq '{value}' or id eq '{value}', up to 50 of them."}
		}
		round.IDs = ids
	}
	if text := asked.Get("$select"); text != "" {
		if err := c.selectRound(&round, set, text); err != nil {
			return round, err
		}
		return round, nil
	}
	round.Relations = set.relations
	return round, nil
}

// selectRound gives a round its $select.
func (c *call) selectRound(round *deltaRound, set deltaSet, text string) error {
	of := odata.Collection{}
	if len(set.types) == 1 {
		of.Type = set.types[0]
	}
	q, err := c.parse(of, url.Values{"$select": {text}})
	if err != nil {
		return err
	}
	round.Select, round.Relations = q.Selected(), q.Relations()
	if round.Select == nil {
		round.Select = []string{}
	}
	return nil
}

// resumedRound opens a token. A $select behind it replaces the one it carries: a widely used connector appends one.
func (c *call) resumedRound(set deltaSet, token string) (deltaRound, error) {
	var round deltaRound
	content, made, ok := c.t.odata.Open(deltaKind, token)
	if !ok || json.Unmarshal(content, &round) != nil || round.Set != set.path || round.Since > c.t.dir.Snapshot().Sequence() {
		return round, refuse(http.StatusBadRequest, codeBadRequest, "Badly formed token.")
	}
	if c.view.Sequence() < max(round.Since, round.Until) { // a replica that lags behind what the client knows would take things back
		c.view = c.t.dir.Snapshot()
	}
	if life := c.deltaLife(); life > 0 && c.now.Sub(made) > life {
		return round, c.deltaExpired(set)
	}
	if round.Until == 0 && round.Changes {
		round.Until = c.view.Sequence()
	}
	if text, given := optionOf(c.query, "select"); given && text != "" {
		if err := c.selectRound(&round, set, text); err != nil {
			return round, err
		}
	}
	return round, nil
}

// deltaLife is how long a delta link works: as the weather says, or the option.
func (c *call) deltaLife() time.Duration {
	if d := c.t.weather.Delta(); d.Lifetime > 0 {
		return d.Lifetime
	}
	return c.t.options.deltaLife
}

// deltaExpired is the answer to a link that is too old. Source: learn.microsoft.com/graph/delta-query-overview, token duration.
func (c *call) deltaExpired(set deltaSet) error {
	if style := c.t.weather.Delta().Expired; style == weather.BadRequest400 || style == "" && c.t.options.deltaBadRequest {
		return &directory.Error{Code: directory.CodeUnsupported, Message: "DeltaLink older than 30 days is not supported."}
	}
	r := refuse(http.StatusGone, "resyncRequired", "Resynchronization is required. The delta token is expired; begin again with the address in the Location header.")
	r.header = http.Header{"Location": {c.base + "/" + set.path + "/delta?$deltatoken="}}
	return r
}

// optionOf returns a query option whatever its letter case and with or without the $.
func optionOf(query url.Values, name string) (string, bool) {
	for key, values := range query {
		if strings.EqualFold(strings.TrimPrefix(key, "$"), name) {
			return values[0], true
		}
	}
	return "", false
}

// idsOf reads a filter of the form id eq 'a' or id eq 'b'.
func idsOf(filter string) ([]string, bool) {
	if len(filter) > maxDeltaIDs*64 {
		return nil, false
	}
	var ids []string
	for branch := range strings.SplitSeq(filter, " or ") {
		words := strings.Fields(branch)
		if len(words) != 3 || words[0] != "id" || words[1] != "eq" || !isGUID(unquote(words[2])) {
			return nil, false
		}
		ids = append(ids, strings.ToLower(unquote(words[2])))
	}
	return ids, len(ids) <= maxDeltaIDs
}

package wire

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
)

// Attribute is a value for one target attribute. Value is string, bool, []string or mapping.Roles; nil is no value: left out
// when a resource is created, and what [Options] Clear says when one is changed.
type Attribute struct {
	Path  string // as the mapping writes it, such as userName or emails[type eq "work"].value
	Value any
}

// Change is an attribute that differs from what the target holds.
type Change struct {
	Attribute

	Present bool // the target has a value now, so it is replaced; otherwise one is added
	Have    any  // that value, where [ClearRemove] is to name it; nil when it is not known
}

// Request is one request, complete but for the tenant URL and the credentials.
type Request struct {
	Method      string
	Target      string // path and query exactly as on the wire, appended to the tenant URL, such as /Users?filter=…
	Body        []byte // nil: none
	ContentType string // "" without a body
}

// ContentType is the media type of every request that has a body.
// Source: github.com/MicrosoftDocs/azure-docs/issues/12728, a captured request.
const ContentType = "application/scim+json; charset=utf-8"

// Composer composes requests. It is safe for concurrent use.
type Composer struct {
	options Options
	kinds   map[string]jsonKind // by folded path
	places  sync.Map            // text -> place, of the paths read so far
	kept    atomic.Int64        // how many of them, or more
}

// maxKeptPaths bounds what a composer remembers; a mapping has fewer rows.
const maxKeptPaths = 4096

// The collections.
const (
	users  = "/Users"
	groups = "/Groups"
)

func get(target string) Request { return Request{Method: http.MethodGet, Target: target} }

func withBody(method, target string, body *object) Request {
	return Request{Method: method, Target: target, Body: encode(body), ContentType: ContentType}
}

// MatchUser asks for the users with a value.
func (c *Composer) MatchUser(path, value string) Request {
	return get(users + query("", "", equals{path, value}))
}

// MatchGroup asks for the groups with a value, without their members.
func (c *Composer) MatchGroup(path, value string) Request {
	return get(groups + query("", "members", equals{path, value}))
}

// GetUser reads a user by id.
func (c *Composer) GetUser(id string) Request { return get(resource(users, id)) }

// GetGroup reads a group by id, without its members.
func (c *Composer) GetGroup(id string) Request {
	return get(resource(groups, id) + query("", "members"))
}

// ManagerCheck asks whether a user has a manager already, for the id only. The documentation describes it; captured requests
// lack it, so nothing sends it by default.
func (c *Composer) ManagerCheck(user, manager string) Request {
	return get(users + query("id", "", equals{"id", user}, equals{"manager", manager}))
}

// MemberCheck asks whether a group has a member already, for the id only. As for [Composer.ManagerCheck].
func (c *Composer) MemberCheck(group, member string) Request {
	return get(groups + query("id", "", equals{"id", group}, equals{"members", member}))
}

// CreateUser creates a user. Attributes without a value are left out.
func (c *Composer) CreateUser(attributes []Attribute) Request {
	return withBody(http.MethodPost, users, c.create("User", []string{userURN, enterpriseURN}, attributes))
}

// CreateGroup creates a group, which never brings its members along.
func (c *Composer) CreateGroup(attributes []Attribute) Request {
	schemas := []string{groupURN, adGroupURN}
	if c.options.CoreGroupSchemaOnly {
		schemas = schemas[:1]
	}
	kept := make([]Attribute, 0, len(attributes))
	for _, a := range attributes {
		if !strings.EqualFold(a.Path, "members") {
			kept = append(kept, a)
		}
	}
	return withBody(http.MethodPost, groups, c.create("Group", schemas, kept))
}

// PatchUser changes a user. The default dialect writes one operation per change, in the order given; aadOptscim062020 writes as
// few as it can.
func (c *Composer) PatchUser(id string, changes []Change) Request {
	return withBody(http.MethodPatch, resource(users, id), patch(c.operations(changes)))
}

// PatchGroup changes a group, in the way of [Composer.PatchUser].
func (c *Composer) PatchGroup(id string, changes []Change) Request {
	return withBody(http.MethodPatch, resource(groups, id), patch(c.operations(changes)))
}

// DeleteUser deletes a user.
func (c *Composer) DeleteUser(id string) Request {
	return Request{Method: http.MethodDelete, Target: resource(users, id)}
}

// DeleteGroup deletes a group.
func (c *Composer) DeleteGroup(id string) Request {
	return Request{Method: http.MethodDelete, Target: resource(groups, id)}
}

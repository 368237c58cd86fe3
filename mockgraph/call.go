package mockgraph

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

// call is one Graph request on its way: what was asked, who asks, and the answer so far. A call belongs to one goroutine.
type call struct {
	t        *Tenant
	r        *http.Request
	address  address
	template string
	vars     map[string]string // of the template
	query    url.Values
	body     []byte
	eventual bool // header ConsistencyLevel: eventual
	batched  bool // an item of a batch
	me       bool // addressed as /me
	control  control
	claims   *login.Claims
	base     string              // origin and version, such as https://graph.microsoft.com/v1.0
	origin   string              // https://graph.microsoft.com
	view     *directory.Snapshot // what this call reads
	sent     directory.Properties
	now      time.Time

	units                      int              // what it costs, 0 when it was not judged
	outcome                    *weather.Outcome // of bad weather, nil in fair
	requestID, clientRequestID string
	used                       string   // the permission that allowed the call
	with                       []string // those that were needed besides
	anyOf                      []string // those that would do, the least first
	code                       string   // of the error it is refused with
	noted                      bool     // the exchange says why
	reply                      reply
}

// reply is an answer, whole.
type reply struct {
	status      int
	header      http.Header // besides the standard ones; nil for none
	contentType string      // "" without a body
	body        []byte
}

const (
	contentText = "text/plain"
)

// setHeader adds a header to the answer.
func (c *call) setHeader(name, value string) {
	if c.reply.header == nil {
		c.reply.header = http.Header{}
	}
	c.reply.header.Set(name, value)
}

// respond answers with JSON that is written already.
func (c *call) respond(status int, body []byte) error {
	if c.control == noControl {
		body = withoutContext(body)
	}
	c.reply.status, c.reply.contentType, c.reply.body = status, c.control.contentType(), body
	return nil
}

// noContent answers 204.
func (c *call) noContent() error {
	c.reply.status, c.reply.contentType, c.reply.body = http.StatusNoContent, "", nil
	return nil
}

// context returns the @odata.context of a set, such as users/$entity.
func (c *call) context(set string) string { return c.base + "/$metadata#" + set }

// open begins a JSON object with its context.
func (c *call) open(set string) []byte {
	return appendString(append(make([]byte, 0, 1024), `{"@odata.context":`...), c.context(set))
}

// list answers with a page of directory objects. set is the name in the context, such as users.
func (c *call) list(of odata.Collection, set string) error {
	c.readList()
	of.Variation = c.t.weather.PageSeed()
	q, err := c.parse(of, c.query)
	if err != nil {
		return err
	}
	q = c.annotated(c.restrict(q, of.Type))
	page, err := q.Run(c.view)
	if err != nil {
		return err
	}
	return c.page(q, page, set)
}

// page writes a page.
func (c *call) page(q *odata.Query, page *odata.Page, set string) error {
	body := c.open(set + q.ContextArguments())
	if page.Counted {
		body = append(body, `,"@odata.count":`...)
		body = strconv.AppendInt(body, int64(page.Count), 10)
	}
	if page.Next != "" {
		body = append(body, `,"@odata.nextLink":`...)
		body = appendString(body, c.base+c.address.path()+"?"+page.Next)
	}
	body = append(body, `,"value":[`...)
	for i, item := range page.Items {
		if i > 0 {
			body = append(body, ',')
		}
		body = q.Append(body, c.view, item)
	}
	return c.respond(http.StatusOK, append(body, "]}"...))
}

// count answers a path that ends in /$count.
func (c *call) count(of odata.Collection) error {
	c.readList()
	of.CountOnly = true
	q, err := c.parse(of, c.query)
	if err != nil {
		return err
	}
	n, err := q.Total(c.view)
	if err != nil {
		return err
	}
	c.reply = reply{status: http.StatusOK, contentType: contentText, body: strconv.AppendInt(nil, int64(n), 10), header: c.reply.header}
	return nil
}

// entity answers with one object as the request selects it. set is the entity set in the context; "" stands for an object of
// any type, which carries its @odata.type.
func (c *call) entity(o *directory.Object, set string) error {
	return c.entityOf(http.StatusOK, c.view, o, set, c.query)
}

// created answers 201 with the default properties of a new object and the address the directory gives it.
func (c *call) created(o *directory.Object, set string) error {
	c.setHeader("Location", c.t.location(c.origin, o))
	return c.entityOf(http.StatusCreated, c.t.dir.Snapshot(), o, set, nil)
}

func (c *call) entityOf(status int, view *directory.Snapshot, o *directory.Object, set string, query url.Values) error {
	of := odata.Collection{Type: o.Type(), Single: true}
	if set == "" {
		of.Type, set = "", "directoryObjects"
	}
	q, err := c.parse(of, query)
	if err != nil {
		return err
	}
	q = c.annotated(c.restrict(q, of.Type))
	body := c.open(set + q.ContextArguments() + "/$entity")
	at := len(body)
	body = q.Append(body, view, o)
	return c.respond(status, joined(body, at))
}

// joined joins an object that was written behind an open one: at is where it begins.
func joined(body []byte, at int) []byte {
	if body[at+1] == '}' {
		return append(body[:at], '}')
	}
	body[at] = ','
	return body
}

// join puts the members of a JSON object behind an object that is open.
func join(body, object []byte) []byte {
	if len(object) > 2 {
		body = append(body, ',')
		return append(body, object[1:]...)
	}
	return append(body, '}')
}

// location is the address of an object as the directory gives it away in Location and $ref answers.
// Source: recorded answers; learn.microsoft.com/graph/api/user-post-users shows none.
func (t *Tenant) location(origin string, o *directory.Object) string {
	return origin + "/v2/" + t.ID() + "/directoryObjects/" + o.ID() + "/Microsoft.DirectoryServices." + title(string(o.Type()))
}

func title(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// find returns the object of a type that a key of the path names: an id, a user principal name, or an alternate key.
func (c *call) find(t directory.Type, key string) (*directory.Object, error) {
	o, ok := c.t.resolve(c.view, t, key)
	if !ok {
		return nil, absent(t, key)
	}
	return o, nil
}

// fresh is find in the current state, for writes.
func (c *call) fresh(t directory.Type, key string) (*directory.Object, error) {
	o, ok := c.t.resolve(c.t.dir.Snapshot(), t, key)
	if !ok {
		return nil, absent(t, key)
	}
	return o, nil
}

// absent is Graph's answer to a key that names nobody: one that is no id is refused as such where only ids are keys.
func absent(t directory.Type, key string) error {
	if _, _, named := alternateKey(key); t != directory.User && setOf[t] != "" && !named && !isGUID(key) {
		return badIdentifier(key)
	}
	return missing(key)
}

// missing is Graph's answer to an id nobody has.
func missing(key string) error {
	if _, value, named := alternateKey(key); named {
		key = value
	}
	return &directory.Error{
		Code: directory.CodeNotFound, Target: key,
		Message: "Resource '" + key + "' does not exist or one of its queried reference-property objects are not present.",
	}
}

// alternateKeys are the properties a key may name, by type. Source: the method pages of each resource on learn.microsoft.com/graph/api.
var alternateKeys = map[directory.Type][]string{
	directory.Application:      {"appId", "uniqueName"},
	directory.ServicePrincipal: {"appId"},
	directory.DirectoryRole:    {"roleTemplateId"},
	directory.Group:            {"uniqueName"},
}

func (t *Tenant) resolve(s *directory.Snapshot, of directory.Type, key string) (*directory.Object, bool) {
	if name, value, named := alternateKey(key); named {
		for _, allowed := range alternateKeys[of] {
			if strings.EqualFold(allowed, name) {
				return s.Lookup(of, allowed, value)
			}
		}
		return nil, false
	}
	if of == directory.User && strings.ContainsRune(key, '@') {
		return s.Lookup(directory.User, "userPrincipalName", key)
	}
	o, ok := s.Object(strings.ToLower(key))
	if !ok || of != "" && o.Type() != of {
		return nil, false
	}
	return o, true
}

package driver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// scimConnector is a gateway, configured by hand.
type scimConnector struct{ *SCIM }

// Close leaves the gateway as it is.
func (c *scimConnector) Close() error { return nil }

// Do sends the requests of an operation.
func (c *scimConnector) Do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	do, known := scimOperations[r.Operation]
	if !known {
		return connector.Answer{}, &connector.Error{Code: connector.NotSupported, Message: "SCIM has no request for " + string(r.Operation)}
	}
	c.hide(r.Attributes["password"])
	a, err := do(c, ctx, r)
	return a, c.failed(ctx, r.Operation, err)
}

var scimOperations = map[connector.Operation]func(*scimConnector, context.Context, connector.Request) (connector.Answer, error){
	connector.Test:   (*scimConnector).test,
	connector.Create: (*scimConnector).create,
	connector.Update: (*scimConnector).update,
	connector.Disable: func(c *scimConnector, ctx context.Context, r connector.Request) (connector.Answer, error) {
		return c.activate(ctx, r, false)
	},
	connector.Enable: func(c *scimConnector, ctx context.Context, r connector.Request) (connector.Answer, error) {
		return c.activate(ctx, r, true)
	},
	connector.Delete:        (*scimConnector).remove,
	connector.AddMember:     (*scimConnector).addMembers,
	connector.RemoveMember:  (*scimConnector).removeMembers,
	connector.AssignLicense: (*scimConnector).license,
	connector.RemoveLicense: (*scimConnector).license,
	connector.Search:        (*scimConnector).find,
}

// test sends what the button Test connection sends: a question for a user whom nobody has.
func (c *scimConnector) test(ctx context.Context, _ connector.Request) (connector.Answer, error) {
	_, err := c.list(ctx, c.composer.ProbeUsers("userName", newMark()))
	return connector.Answer{}, err
}

func (c *scimConnector) create(ctx context.Context, r connector.Request) (connector.Answer, error) {
	values, err := c.values(r)
	if err != nil {
		return connector.Answer{}, err
	}
	compose := c.composer.CreateUser
	if r.Type == connector.Group {
		compose = c.composer.CreateGroup
	} else if !slices.ContainsFunc(values, func(a wire.Attribute) bool { return a.Path == "active" }) {
		values = append(values, wire.Attribute{Path: "active", Value: true})
	}
	response, err := c.client.Do(ctx, compose(values))
	if err != nil {
		return connector.Answer{}, err
	}
	resource, err := wire.ReadResource(response)
	if err != nil {
		return connector.Answer{}, err
	}
	return connector.Answer{ID: c.learn(resource)}, nil
}

// update reads the resource first, as Entra's service does, and sends what differs.
func (c *scimConnector) update(ctx context.Context, r connector.Request) (connector.Answer, error) {
	values, err := c.values(r)
	if err != nil {
		return connector.Answer{}, err
	}
	if err := c.change(ctx, r.Type, r.ID, values); err != nil || len(r.Licenses) == 0 {
		return connector.Answer{}, err
	}
	return c.license(ctx, r)
}

func (c *scimConnector) activate(ctx context.Context, r connector.Request, active bool) (connector.Answer, error) {
	return connector.Answer{}, c.change(ctx, connector.User, r.ID, []wire.Attribute{{Path: "active", Value: active}})
}

func (c *scimConnector) change(ctx context.Context, t connector.Type, id string, values []wire.Attribute) error {
	id = c.ids.there(id)
	get, patch := c.composer.GetUser, c.composer.PatchUser
	if t == connector.Group {
		get, patch = c.composer.GetGroup, c.composer.PatchGroup
	}
	response, err := c.client.Do(ctx, get(id))
	if err != nil {
		return err
	}
	resource, err := wire.ReadResource(response)
	if err != nil {
		return err
	}
	var changes []wire.Change
	for _, a := range values {
		have, present := wire.Current(resource, a.Path)
		if a.Path == "password" || !present && a.Value != nil || present && !wire.Same(a.Value, have, true) {
			changes = append(changes, wire.Change{Attribute: a, Present: present, Have: have})
		}
	}
	if len(changes) == 0 {
		return unsent(resource, t, values)
	}
	return c.send(ctx, patch(id, changes))
}

// unsent is what it means that nothing differs: all is as it should be, or what is to be cleared is not shown by the gateway, so that Entra's service,
// which compares first, never tells it to.
func unsent(have scim.Resource, t connector.Type, values []wire.Attribute) error {
	for _, a := range values {
		if _, present := wire.Current(have, a.Path); a.Value == nil && !present {
			return &connector.UnsentError{Reason: fmt.Sprintf("the gateway was not told to clear %s: its answer to GET of the %s does not show it, and Entra sends only what differs", a.Path, t)}
		}
	}
	return nil
}

func (c *scimConnector) remove(ctx context.Context, r connector.Request) (connector.Answer, error) {
	compose := c.composer.DeleteUser
	if r.Type == connector.Group {
		compose = c.composer.DeleteGroup
	}
	response, err := c.client.Do(ctx, compose(c.ids.there(r.ID)))
	if err != nil {
		return connector.Answer{}, err
	}
	if response.Status == http.StatusNotFound { // done for Entra's service; whoever asked is told
		return connector.Answer{}, &connector.Error{Code: connector.UnknownObject, Message: "the gateway has no " + string(r.Type) + " " + r.ID}
	}
	return connector.Answer{}, wire.Check(response)
}

func (c *scimConnector) addMembers(ctx context.Context, r connector.Request) (connector.Answer, error) {
	return connector.Answer{}, c.send(ctx, c.composer.AddMembers(c.ids.there(r.ID), c.ids.all(r.Members))...)
}

func (c *scimConnector) removeMembers(ctx context.Context, r connector.Request) (connector.Answer, error) {
	return connector.Answer{}, c.send(ctx, c.composer.RemoveMembers(c.ids.there(r.ID), c.ids.all(r.Members))...)
}

// license writes the SKU ids that the user has afterwards as the values of an attribute.
func (c *scimConnector) license(ctx context.Context, r connector.Request) (connector.Answer, error) {
	if c.settings.licences == "" {
		return connector.Answer{}, &connector.Error{Code: connector.NotSupported, Message: "no attribute for licences is named"}
	}
	id := c.ids.there(r.ID)
	response, err := c.client.Do(ctx, c.composer.GetUser(id))
	if err != nil {
		return connector.Answer{}, err
	}
	resource, err := wire.ReadResource(response)
	if err != nil {
		return connector.Answer{}, err
	}
	have := valuesOf(resource, c.settings.licences)
	add, gone := r.Licenses, r.Instead
	if r.Operation == connector.RemoveLicense {
		add, gone = nil, r.Licenses
	}
	want := slices.DeleteFunc(slices.Clone(have), func(sku string) bool { return slices.Contains(gone, sku) })
	for _, sku := range add {
		if !slices.Contains(want, sku) {
			want = append(want, sku)
		}
	}
	request, err := c.licencePatch(id, c.settings.licences, want)
	if err != nil {
		return connector.Answer{}, err
	}
	return connector.Answer{}, c.send(ctx, request)
}

func (c *scimConnector) find(ctx context.Context, r connector.Request) (connector.Answer, error) {
	names := c.settings.attributesOf(r.Type)
	request, err := c.search(r, names)
	if err != nil {
		return connector.Answer{}, err
	}
	var a connector.Answer
	for range maxPages {
		found, err := c.list(ctx, request)
		if err != nil {
			return connector.Answer{}, err
		}
		for _, resource := range found.Resources {
			a.Objects = append(a.Objects, connector.Object{ID: c.learn(resource), Attributes: shownAs(resource, names)})
		}
		if r.Filter != nil || len(found.Resources) == 0 || len(a.Objects) >= found.TotalResults {
			break
		}
		request = page(r.Type, len(a.Objects)+1)
	}
	return a, nil
}

// maxPages bounds what is read of a gateway's list.
const maxPages = 1000

func (c *scimConnector) list(ctx context.Context, r wire.Request) (scim.ListResponse, error) {
	response, err := c.client.Do(ctx, r)
	if err != nil {
		return scim.ListResponse{}, err
	}
	return wire.ReadList(response)
}

// send sends requests whose answers say nothing but that they worked.
func (c *scimConnector) send(ctx context.Context, requests ...wire.Request) error {
	for _, r := range requests {
		response, err := c.client.Do(ctx, r)
		if err != nil {
			return err
		}
		if err := wire.Check(response); err != nil {
			return err
		}
	}
	return nil
}

// failed is an error as the harness knows it.
func (c *scimConnector) failed(ctx context.Context, o connector.Operation, err error) error {
	if _, nothing := errors.AsType[*connector.UnsentError](err); nothing || err == nil || refused(err) {
		return err
	}
	if ctx.Err() != nil {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return &connector.BrokenError{Kind: connector.Hung, Detail: fmt.Sprintf("the gateway did not answer %s in time", o)}
		}
		return fmt.Errorf("%s: %w", o, ctx.Err())
	}
	answer, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return err
	}
	message := clip([]byte(answer.Message))
	switch {
	case answer.Status == 0 && answer.Code == wire.CodeTimeout:
		return &connector.BrokenError{Kind: connector.Hung, Detail: message}
	case answer.Status == 0:
		return &connector.BrokenError{Kind: connector.Crashed, Detail: "the gateway cannot be reached: " + message}
	case answer.Status < http.StatusMultipleChoices || answer.Status < http.StatusBadRequest:
		return &connector.BrokenError{Kind: connector.Garbage, Detail: fmt.Sprintf("the gateway gave no SCIM answer to %s: %s", o, message), Output: lastOf(answer.Message)}
	}
	return &connector.Error{Code: codeOf(answer), Message: message}
}

// statusCodes are what the statuses of a gateway mean. Source: RFC 7644 section 3.12.
var statusCodes = map[int]connector.Code{
	http.StatusBadRequest: connector.InvalidAttribute, http.StatusUnauthorized: connector.Unauthorized, http.StatusForbidden: connector.Forbidden,
	http.StatusNotFound: connector.UnknownObject, http.StatusGone: connector.UnknownObject, http.StatusConflict: connector.AlreadyExists,
	http.StatusUnprocessableEntity: connector.InvalidAttribute, http.StatusTooManyRequests: connector.Throttled, http.StatusNotImplemented: connector.NotSupported,
	http.StatusBadGateway: connector.Unavailable, http.StatusServiceUnavailable: connector.Unavailable, http.StatusGatewayTimeout: connector.Unavailable,
}

func codeOf(e *wire.Error) connector.Code {
	if code, known := statusCodes[e.Status]; known {
		return code
	}
	return connector.OtherError
}

// ids knows which SCIM id an object has whose id in Graph is another one.
type ids struct {
	mu    sync.Mutex
	known map[string]string
}

// maxIDs bounds what is remembered of a gateway.
const maxIDs = 100_000

func (i *ids) learn(graph, there string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.known == nil || len(i.known) >= maxIDs {
		i.known = map[string]string{}
	}
	i.known[strings.ToLower(graph)] = there
}

// there is the SCIM id of an object.
func (i *ids) there(graph string) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if id, known := i.known[strings.ToLower(graph)]; known {
		return id
	}
	return graph
}

func (i *ids) all(graph []string) []string {
	all := make([]string, len(graph))
	for n, id := range graph {
		all[n] = i.there(id)
	}
	return all
}

// learn returns the id that a resource has in Graph, and remembers its own.
func (c *scimConnector) learn(r scim.Resource) string {
	if c.settings.graphID == "" {
		return r.ID()
	}
	v, _ := r.Get(c.settings.graphID)
	graph, _ := v.(string)
	if graph == "" {
		return r.ID()
	}
	if graph != r.ID() {
		c.ids.learn(graph, r.ID())
	}
	return graph
}

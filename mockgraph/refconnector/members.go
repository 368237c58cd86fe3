package refconnector

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// together is how many members one PATCH may add and how many items a batch may have.
// Source: learn.microsoft.com/graph/api/group-post-members, learn.microsoft.com/graph/json-batching.
const together = 20

// AddMembers makes objects members of a group, up to 20 in one request. Who is a member already is no error. When one of them cannot be
// added, the others are, and the error is about the first that was not.
func (c *Connector) AddMembers(ctx context.Context, group string, members ...string) error {
	return c.run(ctx, &operation{name: "addMembers", class: Group, id: group, members: members}, func(ctx context.Context, o *operation) error {
		return c.eachChunk(ctx, o, c.bind)
	})
}

// RemoveMembers takes objects out of a group; the objects stay. Who is no member is no error.
func (c *Connector) RemoveMembers(ctx context.Context, group string, members ...string) error {
	return c.run(ctx, &operation{name: "removeMembers", class: Group, id: group, members: members}, func(ctx context.Context, o *operation) error {
		return c.eachChunk(ctx, o, c.unbind)
	})
}

// eachChunk does something with the members of an operation, twenty at a time, and goes on after a refusal.
func (c *Connector) eachChunk(ctx context.Context, o *operation, do func(context.Context, *operation, []string) error) error {
	if err := checkID(o.id); err != nil {
		return err
	}
	var distinct []string
	for _, member := range o.members {
		if !guid.MatchString(member) {
			return &Error{Code: UnknownObject, Target: member, Message: "check member: it is named by object id, a GUID"}
		}
		if member = strings.ToLower(member); !slices.Contains(distinct, member) {
			distinct = append(distinct, member)
		}
	}
	var first error
	for _, chunk := range c.bendChunks(o, slices.Collect(slices.Chunk(distinct, together))) {
		if err := do(ctx, o, chunk); err != nil && first == nil {
			first = err
		}
		if err := ended(ctx, "change members"); err != nil {
			return err
		}
	}
	return first
}

// bind adds members by one PATCH, which Graph carries out for all or for none. When one is a member already or unknown, each is added by itself.
func (c *Connector) bind(ctx context.Context, o *operation, members []string) error {
	var references []string
	for _, member := range members {
		references = append(references, c.reference(member))
	}
	about := append([]string{o.id}, members...)
	_, err := c.do(ctx, &call{o: o, purpose: "add members", method: http.MethodPatch, path: objectPath(Group, o.id), body: map[string]any{"members@odata.bind": references}, about: about})
	if !isBound(err) && !isGone(err) {
		return err
	}
	if len(members) == 1 {
		return unlessBound(err)
	}
	return c.bindEach(ctx, o, members)
}

// bindEach adds members one by one, in one batch.
func (c *Connector) bindEach(ctx context.Context, o *operation, members []string) error {
	var items []*call
	for _, member := range members {
		items = append(items, &call{
			o: o, purpose: "add member " + member, method: http.MethodPost, path: objectPath(Group, o.id) + "/members/$ref", safe: true,
			body: map[string]any{"@odata.id": c.reference(member)}, about: []string{o.id, member},
		})
	}
	return firstError(c.batch(ctx, o, items), unlessBound)
}

// unbind removes members: the reference, never the object. Several go in one batch.
// Source: learn.microsoft.com/graph/api/group-delete-members, which warns of leaving out /$ref.
func (c *Connector) unbind(ctx context.Context, o *operation, members []string) error {
	var items []*call
	for _, member := range members {
		items = append(items, &call{
			o: o, purpose: "remove member " + member, method: http.MethodDelete, path: objectPath(Group, o.id) + "/members/" + url.PathEscape(member) + "/$ref",
		})
	}
	absent := func(err error) error { return c.unlessAbsent(o, err) }
	if len(items) == 1 {
		_, err := c.do(ctx, items[0])
		return absent(err)
	}
	return firstError(c.batch(ctx, o, items), absent)
}

// The words of Graph about references, as public issues show them.
const (
	boundWords  = "object references already exist"
	absentWords = "object references do not exist"
)

func isBound(err error) bool { return err != nil && strings.Contains(err.Error(), boundWords) }

func unlessBound(err error) error {
	if isBound(err) {
		return nil
	}
	return err
}

// unlessAbsent lets the refusal pass that somebody is no member; that the group is unknown has the same code and names its id.
func (c *Connector) unlessAbsent(o *operation, err error) error {
	switch {
	case err == nil:
		return nil
	case strings.Contains(err.Error(), absentWords):
		return nil
	case isGone(err) && !strings.Contains(strings.ToLower(err.Error()), "'"+strings.ToLower(o.id)+"'"):
		return nil
	default:
		return err
	}
}

func firstError(errs []error, pass func(error) error) error {
	for _, err := range errs {
		if err := pass(err); err != nil {
			return err
		}
	}
	return nil
}

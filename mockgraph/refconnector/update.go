package refconnector

import (
	"context"
	"net/http"
	"slices"
	"strings"
)

// Update makes an object what the attributes say. It reads first and writes only what differs: nil clears, a collection is replaced whole,
// what is not named stays. A password cannot be compared and is always written.
func (c *Connector) Update(ctx context.Context, class Class, id string, attributes Attributes) error {
	return c.run(ctx, &operation{name: "update", class: class, id: id, attributes: attributes}, c.update)
}

// SetEnabled blocks or opens an account. A blocked one is signed out too ([WithoutRevoke] leaves its sessions): blocking alone ends no
// session. Source: learn.microsoft.com/entra/identity/users/users-revoke-access.
func (c *Connector) SetEnabled(ctx context.Context, id string, enabled bool) error {
	name := "disable"
	if enabled {
		name = "enable"
	}
	return c.run(ctx, &operation{name: name, class: Account, id: id, attributes: Attributes{enableAttribute: enabled}}, c.update)
}

func (c *Connector) update(ctx context.Context, o *operation) error {
	if err := checkID(o.id); err != nil {
		return err
	}
	w, err := c.read(o.class, o.attributes)
	if err != nil {
		return err
	}
	o.wanted = w
	c.bendAsked(o, w)
	steps := []step{
		{"read", func(ctx context.Context) error { return c.readForUpdate(ctx, o) }},
		{"patch", func(ctx context.Context) error { return c.patch(ctx, o) }},
	}
	if w.manager != nil {
		steps = append(steps, step{"manager", func(ctx context.Context) error { return c.changeManager(ctx, o) }})
	}
	if w.licences != nil {
		steps = append(steps, step{"licences", func(ctx context.Context) error { return c.wantLicences(ctx, o) }})
	}
	if w.properties[enableAttribute] == false && !c.keeps {
		steps = append(steps, step{"revoke", func(ctx context.Context) error { return c.revoke(ctx, o) }})
	}
	return c.walk(ctx, o, steps)
}

// readForUpdate reads the properties an update is about.
func (c *Connector) readForUpdate(ctx context.Context, o *operation) error {
	names := []string{"id"}
	for _, p := range properties(o.class) {
		if _, asked := o.wanted.properties[p.attribute]; asked && !slices.Contains(names, p.name) {
			names = append(names, p.name)
		}
	}
	q := query{{"$select", strings.Join(names, ",")}}
	if o.wanted.manager != nil {
		q = append(q, [2]string{"$expand", "manager($select=id)"})
	}
	var err error
	o.current, err = c.get(ctx, o, q)
	return err
}

// get reads the object an operation is about.
func (c *Connector) get(ctx context.Context, o *operation, q query) (map[string]any, error) {
	a, err := c.do(ctx, &call{o: o, purpose: "read " + noun(o.class), method: http.MethodGet, path: objectPath(o.class, o.id), query: q, about: []string{o.id}})
	if err != nil {
		return nil, err
	}
	var found map[string]any
	return found, a.decode(&found)
}

// patch writes the difference, if there is one. Source: learn.microsoft.com/graph/api/user-update and …/group-update.
func (c *Connector) patch(ctx context.Context, o *operation) error {
	body := c.difference(o)
	if o.wanted.password != "" {
		body["passwordProfile"] = c.passwordProfile(o.wanted.password)
	}
	c.bendWritten(o, body)
	if len(body) == 0 {
		return nil
	}
	return c.write(ctx, o, o.id, body)
}

// write sends one PATCH.
func (c *Connector) write(ctx context.Context, o *operation, id string, body map[string]any) error {
	_, err := c.do(ctx, &call{o: o, purpose: "update " + noun(o.class), method: http.MethodPatch, path: objectPath(o.class, id), body: body, about: []string{id}})
	if err == nil {
		c.recent.wrote(c.now(), id, values(o.class, body))
	}
	return err
}

// changeManager writes the manager if it is another than was read.
func (c *Connector) changeManager(ctx context.Context, o *operation) error {
	manager, _ := o.current["manager"].(map[string]any)
	current, _ := manager["id"].(string)
	same := strings.EqualFold(current, *o.wanted.manager)
	if wrote, ok := c.recent.value(c.now(), o.id, managerAttribute); ok && wrote != *o.wanted.manager {
		same = false
	}
	if c.bendSame(managerAttribute, current, *o.wanted.manager, same) {
		return nil
	}
	return c.writeManager(ctx, o, o.id)
}

// writeManager sets the reference or takes it away: a manager is no property.
// Source: learn.microsoft.com/graph/api/user-post-manager and …/user-delete-manager.
func (c *Connector) writeManager(ctx context.Context, o *operation, id string) error {
	manager := *o.wanted.manager
	k := &call{o: o, purpose: "set manager", method: http.MethodPut, path: objectPath(Account, id) + "/manager/$ref", about: []string{id, manager},
		body: map[string]any{"@odata.id": c.reference(manager)}}
	if manager == "" {
		k.purpose, k.method, k.body = "remove manager", http.MethodDelete, nil
	}
	_, err := c.do(ctx, k)
	if manager == "" && isGone(err) {
		err = nil // a repeated DELETE finds none
	}
	if err == nil {
		c.recent.wrote(c.now(), id, map[string]any{managerAttribute: manager})
	}
	return err
}

// reference is the URL of an object, as bodies name it.
func (c *Connector) reference(id string) string {
	return c.endpoints.resource + "/v1.0/directoryObjects/" + id
}

// revoke ends the sessions. Source: learn.microsoft.com/graph/api/user-revokesigninsessions.
func (c *Connector) revoke(ctx context.Context, o *operation) error {
	_, err := c.do(ctx, &call{o: o, purpose: "revoke sessions", method: http.MethodPost, path: objectPath(Account, o.id) + "/revokeSignInSessions", safe: true, about: []string{o.id}})
	return err
}

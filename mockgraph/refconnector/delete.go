package refconnector

import (
	"context"
	"net/http"
	"net/url"
)

// Delete deletes an object. Accounts and groups stay restorable for 30 days. The error is [UnknownObject] when it is not there.
// Source: learn.microsoft.com/graph/api/user-delete and …/group-delete.
func (c *Connector) Delete(ctx context.Context, class Class, id string) error {
	return c.run(ctx, &operation{name: "delete", class: class, id: id}, func(ctx context.Context, o *operation) error {
		if err := checkID(o.id); err != nil {
			return err
		}
		return c.walk(ctx, o, []step{{"delete", func(ctx context.Context) error { return c.remove(ctx, o) }}})
	})
}

func (c *Connector) remove(ctx context.Context, o *operation) error {
	lost := false
	_, err := c.do(ctx, &call{
		o: o, purpose: "delete " + noun(o.class), method: http.MethodDelete, path: objectPath(o.class, o.id), about: []string{o.id},
		there: func(context.Context) (*answer, error) { lost = true; return nil, nil }, //nolint:nilnil // a DELETE may be repeated
	})
	if isGone(err) && lost {
		err = nil // the one whose answer was lost did it
	}
	if err == nil {
		c.recent.forget(o.id)
	}
	return err
}

// Restore brings back a deleted object under its old id. Source: learn.microsoft.com/graph/api/directory-deleteditems-restore.
func (c *Connector) Restore(ctx context.Context, id string) error {
	return c.run(ctx, &operation{name: "restore", class: Account, id: id}, func(ctx context.Context, o *operation) error {
		if err := checkID(o.id); err != nil {
			return err
		}
		return c.walk(ctx, o, []step{{"restore", func(ctx context.Context) error { return c.restore(ctx, o) }}})
	})
}

func (c *Connector) restore(ctx context.Context, o *operation) error {
	_, err := c.do(ctx, &call{
		o: o, purpose: "restore object", method: http.MethodPost, path: "/directory/deletedItems/" + url.PathEscape(o.id) + "/restore",
		there: func(ctx context.Context) (*answer, error) { return c.exists(ctx, o) },
	})
	if err == nil {
		c.recent.made(c.now(), o.id)
	}
	return err
}

// exists asks whether a lost restore was carried out: the object is no longer among the deleted.
func (c *Connector) exists(ctx context.Context, o *operation) (*answer, error) {
	a, err := c.do(ctx, &call{o: o, purpose: "look for object", method: http.MethodGet, path: "/users/" + url.PathEscape(o.id), query: query{{"$select", "id"}}})
	if isGone(err) {
		return nil, nil //nolint:nilnil // not there, and no error
	}
	return a, err
}

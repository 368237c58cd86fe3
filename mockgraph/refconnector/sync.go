package refconnector

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
)

// Sync reads what has changed since a token was returned; "" reads all objects. A changed object has all attributes that were ever set; an
// object stands once, as it is last. The error is *[Restarted], and the rest is good nevertheless, when the token was too old.
// Source: learn.microsoft.com/graph/delta-query-overview, learn.microsoft.com/graph/api/user-delta.
func (c *Connector) Sync(ctx context.Context, class Class, token string) (changes []Change, next string, err error) {
	o := &operation{name: "sync", class: class, token: token}
	err = c.run(ctx, o, c.sync)
	return o.changes, o.next, err
}

func (c *Connector) sync(ctx context.Context, o *operation) error {
	first := &call{o: o, purpose: "read changes of " + o.class.set(), method: http.MethodGet, path: "/" + o.class.set() + "/delta", query: query{{"$select", selection(o.class)}}}
	if o.token == "" {
		return c.round(ctx, o, first)
	}
	if err := c.mine(first.purpose, o.token); err != nil {
		return err
	}
	err := c.round(ctx, o, &call{o: o, purpose: first.purpose, method: http.MethodGet, path: o.token})
	refused, ok := errors.AsType[*Error](err)
	if !ok || !isExpired(refused) {
		return err
	}
	o.changes, o.next = nil, ""
	if err := c.round(ctx, o, first); err != nil {
		return err
	}
	return &Restarted{Class: o.class, Reason: refused.Message}
}

// isExpired says whether a delta token is too old: documented as 410, seen as 400 too.
// Source: learn.microsoft.com/graph/delta-query-overview, synchronization reset; public issues of 2026 for the words.
func isExpired(e *Error) bool {
	words := strings.ToLower(e.Message)
	return e.Status == http.StatusGone || e.Status == http.StatusBadRequest &&
		(strings.Contains(words, "older than") || strings.Contains(words, "resyncrequired") || strings.Contains(words, "syncstatenotfound") || strings.Contains(words, "expired"))
}

// round reads one round of a delta query: pages to the delta link.
func (c *Connector) round(ctx context.Context, o *operation, k *call) error {
	var order []string
	merged := map[string]map[string]any{}
	err := c.pages(ctx, k, func(p *page) error {
		if p.Delta != "" {
			o.next = p.Delta
		}
		for _, item := range p.Value {
			id, _ := item["id"].(string)
			if id == "" {
				continue
			}
			before, again := merged[id]
			if !again {
				order = append(order, id)
			}
			_, gone := item["@removed"]
			if _, was := before["@removed"]; !again || gone || was {
				merged[id] = item
			} else { // an item may come again, in part too
				maps.Copy(before, item)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if o.next == "" {
		return &Error{Code: Other, Message: k.purpose + ": the last page has no @odata.deltaLink"}
	}
	for _, id := range order {
		g := &Change{Object: Object{Class: o.class, ID: id}}
		if _, g.Deleted = merged[id]["@removed"]; !g.Deleted {
			g.Object = object(o.class, merged[id])
		}
		if g = c.bendChange(g); g != nil {
			o.changes = append(o.changes, *g)
		}
	}
	return nil
}

package mockgraph

import (
	"iter"
	"net/http"
	"strconv"

	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// listOver answers with a page of items that a route brings itself: no entity set of the directory, such as entries of a log.
func (c *call) listOver(of odata.Collection, set string, items iter.Seq[odata.Record]) error {
	q, err := c.parse(of, c.query)
	if err != nil {
		return err
	}
	page, err := q.Over(c.view, items)
	if err != nil {
		return err
	}
	return c.page(q, page, set)
}

// entityAmong answers with the one of such items that has an id. Letter case matters: some ids are encoded bytes.
func (c *call) entityAmong(of odata.Collection, set, id string, items iter.Seq[odata.Record]) error {
	for item := range items {
		if item.ID() == id {
			return c.record(http.StatusOK, of, set, item)
		}
	}
	return missing(id)
}

// record answers with one such item.
func (c *call) record(status int, of odata.Collection, set string, item odata.Record) error {
	of.Single = true
	query := c.query
	if c.r.Method != http.MethodGet {
		query = nil
	}
	q, err := c.parse(of, query)
	if err != nil {
		return err
	}
	return c.respond(status, join(c.open(set+q.ContextArguments()+"/$entity"), q.Append(nil, c.view, item)))
}

// countOver answers with the number of such items, for a path that ends in /$count.
func (c *call) countOver(of odata.Collection, items iter.Seq[odata.Record]) error {
	of.CountOnly = true
	q, err := c.parse(of, c.query)
	if err != nil {
		return err
	}
	page, err := q.Over(c.view, items)
	if err != nil {
		return err
	}
	c.reply = reply{status: http.StatusOK, contentType: contentText, body: strconv.AppendInt(nil, int64(page.Count), 10), header: c.reply.header}
	return nil
}

// fields is a record whose values stand in a map.
type fields map[string]any

// ID returns the record's id.
func (f fields) ID() string {
	id, _ := f["id"].(string)
	return id
}

// Property returns a value, nil when there is none.
func (f fields) Property(name string) any { return f[name] }

package mockgraph

import (
	"iter"
	"net/http"

	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// listOver answers with a page of items that a route brings itself: no entity set of the directory, such as entries of a log.
func (c *call) listOver(of odata.Collection, set string, items iter.Seq[odata.Record]) error {
	q, err := c.t.odata.Parse(of, c.query, c.eventual)
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
	q, err := c.t.odata.Parse(of, query, c.eventual)
	if err != nil {
		return err
	}
	return c.respond(status, join(c.open(set+q.ContextArguments()+"/$entity"), q.Append(nil, c.view, item)))
}

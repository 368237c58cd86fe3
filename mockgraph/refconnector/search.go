package refconnector

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Read reads one object. The error is [UnknownObject] when it is not there.
func (c *Connector) Read(ctx context.Context, class Class, id string) (Object, error) {
	o := &operation{name: "read", class: class, id: id}
	if err := c.run(ctx, o, c.readOne); err != nil {
		return Object{}, err
	}
	if len(o.objects) == 0 {
		return Object{Class: class}, nil
	}
	return o.objects[0], nil
}

func (c *Connector) readOne(ctx context.Context, o *operation) error {
	if err := checkID(o.id); err != nil {
		return err
	}
	q := query{{"$select", selection(o.class)}}
	if o.class == Account {
		q = append(q, [2]string{"$expand", "manager($select=id)"})
	}
	found, err := c.get(ctx, o, q)
	if err != nil {
		return err
	}
	o.objects = []Object{object(o.class, found)}
	return nil
}

// Search reads the objects a filter selects, from all pages, without their managers.
func (c *Connector) Search(ctx context.Context, class Class, filter Filter) ([]Object, error) {
	o := &operation{name: "search", class: class, filter: filter}
	err := c.run(ctx, o, c.search)
	return o.objects, err
}

func (c *Connector) search(ctx context.Context, o *operation) error {
	k := &call{o: o, purpose: "search " + o.class.set(), method: http.MethodGet, path: "/" + o.class.set(), query: query{{"$select", selection(o.class)}}, header: http.Header{}}
	if c.pageSize > 0 {
		k.query = append(k.query, [2]string{"$top", strconv.Itoa(c.pageSize)})
	}
	if o.filter != (Filter{}) {
		filter, advanced, err := condition(o.class, o.filter)
		if err != nil {
			return err
		}
		k.query = append(k.query, [2]string{"$filter", filter})
		if advanced {
			// Both are needed. Source: learn.microsoft.com/graph/aad-advanced-queries.
			k.query = append(k.query, [2]string{"$count", "true"})
			k.header.Set(consistency, "eventual")
		}
	}
	return c.pages(ctx, k, func(p *page) error {
		for _, found := range p.Value {
			o.objects = append(o.objects, object(o.class, found))
		}
		return nil
	})
}

// consistency is the header of advanced queries, ConsistencyLevel, as net/http writes names.
const consistency = "Consistencylevel"

// condition is a filter in OData, and whether it needs an advanced query.
func condition(class Class, f Filter) (filter string, advanced bool, err error) {
	if f.Value == "" {
		return "", false, invalid(f.Attribute, "a filter needs a value")
	}
	switch f.Attribute {
	case "id":
		return "id eq " + quote(f.Value), false, nil
	case licenceAttribute:
		if !guid.MatchString(f.Value) || class != Account {
			return "", false, invalid(f.Attribute, "a licence is named by SKU id")
		}
		return "assignedLicenses/any(x:x/skuId eq " + strings.ToLower(f.Value) + ")", false, nil
	}
	p, ok := propertyOf(class, f.Attribute)
	if !ok {
		return "", false, invalid(f.Attribute, "nothing can be found by it")
	}
	name := p.name
	if p.member != "" {
		name += "/" + p.member
	}
	switch p.kind {
	case texts:
		return name + "/any(x:x eq " + quote(f.Value) + ")", p.advanced, nil
	case flag:
		if f.Value != "true" && f.Value != "false" {
			return "", false, invalid(f.Attribute, "it is true or false")
		}
		return name + " eq " + f.Value, p.advanced, nil
	case date:
		value, err := p.value(f.Value)
		return fmt.Sprintf("%s eq %v", name, value), p.advanced, err
	default:
		return name + " eq " + quote(f.Value), p.advanced, nil
	}
}

// page is one answer to a list. Source: learn.microsoft.com/graph/paging, learn.microsoft.com/graph/delta-query-overview.
type page struct {
	Value []map[string]any `json:"value"`
	Next  string           `json:"@odata.nextLink"`
	Delta string           `json:"@odata.deltaLink"`

	number int // from 1
}

// maxPages bounds a list: two million objects in pages of Graph's own size.
const maxPages = 20_000

// pages reads all pages of a list: the links as they are, an empty page like any other, the header anew with each.
func (c *Connector) pages(ctx context.Context, k *call, each func(*page) error) error {
	for number := 1; k != nil; number++ {
		if number > maxPages {
			return &Error{Code: Other, Message: k.purpose + ": the list has no end"}
		}
		a, err := c.do(ctx, k)
		if err != nil {
			return err
		}
		p := &page{number: number}
		if err := a.decode(p); err != nil {
			return err
		}
		var then *call
		if p.Next != "" {
			if p.Next == c.url(k) {
				return &Error{Code: Other, Message: k.purpose + ": the next page is the same again"}
			}
			then = &call{o: k.o, purpose: k.purpose, method: http.MethodGet, path: p.Next, header: k.header}
		}
		then = c.bendFollowing(k, p, then)
		if err := each(p); err != nil {
			return err
		}
		if then != nil {
			if err := c.mine(k.purpose, c.url(then)); err != nil {
				return err
			}
		}
		k = then
	}
	return nil
}

// mine refuses links to other hosts: the token is for Graph alone.
func (c *Connector) mine(purpose, link string) error {
	u, err := url.Parse(link)
	trusted := err == nil && strings.HasPrefix(link, c.endpoints.resource+"/")
	host := ""
	if err == nil {
		host = u.Host
	}
	if !c.bendTrusted(host, trusted) {
		return &Error{Code: Other, Message: fmt.Sprintf("%s: a link leads to %q, not to %s", purpose, cut(host, 100), c.endpoints.host)}
	}
	return nil
}

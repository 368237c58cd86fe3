package odata_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// tenant is a directory with a steered clock and readable ids.
type tenant struct {
	*directory.Directory

	t     testing.TB
	clock *clockwork.FakeClock
}

func newTenant(t testing.TB) *tenant {
	t.Helper()
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	n := 0
	ids := func() string {
		n++
		return fmt.Sprintf("00000000-0000-4000-8000-%012x", n)
	}
	return &tenant{directory.New(directory.WithClock(clock), directory.WithIDs(ids)), t, clock}
}

func (d *tenant) user(name string, more directory.Properties) string {
	d.t.Helper()
	p := directory.Properties{
		"userPrincipalName": name + "@contoso.example", "mailNickname": name, "displayName": name, "accountEnabled": true,
	}
	maps.Copy(p, more)
	return d.create(directory.User, p)
}

func (d *tenant) group(name string, more directory.Properties) string {
	d.t.Helper()
	p := directory.Properties{"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true}
	maps.Copy(p, more)
	return d.create(directory.Group, p)
}

func (d *tenant) create(t directory.Type, p directory.Properties) string {
	d.t.Helper()
	o, err := d.Create(t, p)
	if err != nil {
		d.t.Fatal(err)
	}
	return o.ID()
}

func (d *tenant) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// values reads a query string in which blanks and quotes may stand as they are.
func values(t testing.TB, query string) url.Values {
	t.Helper()
	v := url.Values{}
	if query == "" {
		return v
	}
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		v.Add(name, value)
	}
	return v
}

// follow reads the query string of a next link as a server does.
func follow(t testing.TB, next string) url.Values {
	t.Helper()
	v, err := url.ParseQuery(next)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// mode of a request in tests.
type headers bool

const (
	plain    headers = false
	eventual headers = true
)

func parse(t testing.TB, e *odata.Engine, c odata.Collection, query string, h headers) *odata.Query {
	t.Helper()
	q, err := e.Parse(c, values(t, query), bool(h))
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return q
}

func run(t testing.TB, q *odata.Query, s odata.Source) *odata.Page {
	t.Helper()
	page, err := q.Run(s)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// names returns the display names of a page, in order.
func names(page *odata.Page) []string {
	list := []string{}
	for _, item := range page.Items {
		name, _ := item.Property("displayName").(string)
		list = append(list, name)
	}
	return list
}

// found runs a query over a collection and returns display names in the order of the alphabet.
func (d *tenant) found(c odata.Collection, query string, h headers) string {
	d.t.Helper()
	list := names(run(d.t, parse(d.t, odata.New(), c, query, h), d.Snapshot()))
	slices.Sort(list)
	return strings.Join(list, " ")
}

func refused(t testing.TB, err error, code, message string) {
	t.Helper()
	var refusal *directory.Error
	if !errors.As(err, &refusal) {
		t.Fatalf("got %v, want %s: %s", err, code, message)
	}
	if refusal.Code != code || refusal.Message != message {
		t.Errorf("refused with\n  %s: %s\nwant\n  %s: %s", refusal.Code, refusal.Message, code, message)
	}
}

// decoded returns items as JSON values.
func decoded(t testing.TB, q *odata.Query, s odata.Source, item odata.Record) map[string]any {
	t.Helper()
	raw := q.Append(nil, s, item)
	var v map[string]any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return v
}

func keys(v map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(v)), " ") }

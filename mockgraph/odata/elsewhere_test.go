package odata_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

func TestValuesKeptElsewhereAreSelectedAndFiltered(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	ada := d.user("ada", nil)
	d.user("bob", nil)
	asked := 0
	users := odata.Collection{Type: directory.User, Elsewhere: map[string]func(*directory.Object) any{"signInActivity": func(o *directory.Object) any {
		asked++
		if o.ID() == ada {
			return map[string]any{"lastSignInDateTime": "2026-02-01T00:00:00Z"}
		}
		return nil
	}}}
	v := first(t, d, users, "$select=signInActivity", plain)
	if activity, _ := v["signInActivity"].(map[string]any); activity["lastSignInDateTime"] != "2026-02-01T00:00:00Z" {
		t.Errorf("selected: %v", v)
	}
	if got := d.found(users, "$filter=signInActivity/lastSignInDateTime le 2026-02-02T00:00:00Z", plain); got != "ada" {
		t.Errorf("filtered: %q", got)
	}
	asked = 0
	if d.found(users, "$select=displayName", plain); asked != 0 {
		t.Errorf("asked %d times for what nobody named", asked)
	}
}

func TestPagesWithSignInActivityHold500(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	for i := range 510 {
		d.user(fmt.Sprintf("user%03d", i), nil)
	}
	users := odata.Collection{Type: directory.User}
	for query, want := range map[string]int{
		"$top=999": 510, "$select=signInActivity&$top=999": 500, "$filter=signInActivity/lastSignInDateTime ne 2026-02-02T00:00:00Z&$top=999&$count=true": 500,
		"$select=signInActivity&$top=3": 3, "$select=signInActivity": 100,
	} {
		if page := run(t, parse(t, odata.New(), users, query, eventual), d.Snapshot()); len(page.Items) != want || (page.Next == "") != (want == 510) {
			t.Errorf("%s: %d items, want %d", query, len(page.Items), want)
		}
	}
	_, err := odata.New(odata.WithStrictSignInPages()).Parse(users, values(t, "$select=signInActivity&$top=501"), false)
	refused(t, err, "Request_BadRequest", "Invalid page size specified: '501'. Must be between 1 and 500 inclusive.")
}

func TestAQueryTellsWhichPropertiesItNames(t *testing.T) {
	t.Parallel()
	users := odata.Collection{Type: directory.User}
	for query, want := range map[string][]string{
		"": nil, "$select=ID,signinactivity/lastSignInDateTime": {"id", "signInActivity"}, "$filter=city eq 'x' and startsWith(department,'y')": {"city", "department"},
		"$orderby=displayName": {"displayName"}, "$expand=manager($select=mail)": {"mail"},
	} {
		if got := parse(t, odata.New(), users, query, plain).Properties(); !slices.Equal(got, want) {
			t.Errorf("%q names %q, want %q", query, got, want)
		}
	}
	d := newTenant(t)
	d.user("ada", nil)
	q := parse(t, odata.New(odata.WithSelectAll()), users, "$select=*", plain)
	if v := decoded(t, q, d.Snapshot(), run(t, q, d.Snapshot()).Items[0]); v["displayName"] != "ada" {
		t.Errorf("everything: %v", v)
	} else if _, shown := v["signInActivity"]; shown {
		t.Error("everything includes sign-in activity, which needs a permission of its own")
	}
}

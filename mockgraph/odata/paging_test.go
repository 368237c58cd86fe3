package odata_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// crowd is a tenant with n users whose names are not in the order of their ids.
func crowd(t testing.TB, n int) *tenant {
	t.Helper()
	d := newTenant(t)
	for i := range n {
		d.user(fmt.Sprintf("user%06d", (i*7919)%n), directory.Properties{"department": []string{"Engines", "Rivers", "Stars"}[i%3]})
	}
	return d
}

// walk follows next links to the end and returns all names and the sizes of the pages.
func walk(t testing.TB, d *tenant, e *odata.Engine, c odata.Collection, query string, h headers) (all []string, sizes []int) {
	t.Helper()
	v := values(t, query)
	for range 1000 {
		q, err := e.Parse(c, v, bool(h))
		if err != nil {
			t.Fatal(err)
		}
		page := run(t, q, d.Snapshot())
		if page.Counted != (h == eventual && len(sizes) == 0 && strings.Contains(query, "$count=true")) {
			t.Errorf("%s: page %d is counted: %t", query, len(sizes), page.Counted)
		}
		all, sizes = append(all, names(page)...), append(sizes, len(page.Items))
		if page.Next == "" {
			return all, sizes
		}
		v = follow(t, page.Next)
	}
	t.Fatal("the pages do not end")
	return nil, nil
}

func TestPagesHoldEverythingOnce(t *testing.T) {
	t.Parallel()
	d := crowd(t, 250)
	users := odata.Collection{Type: directory.User}
	for _, c := range []struct {
		query   string
		headers headers
		want    int
		sizes   []int
		sorted  bool
	}{
		{"", plain, 250, []int{100, 100, 50}, false},
		{"$top=125", plain, 250, []int{125, 125}, false},
		{"$top=999", plain, 250, []int{250}, false},
		{"$orderby=displayName", plain, 250, []int{100, 100, 50}, true},
		{"$orderby=displayName desc&$top=200", plain, 250, []int{200, 50}, false},
		{"$filter=department eq 'rivers'&$top=50", plain, 83, []int{50, 33}, false},
		{"$filter=startsWith(displayName,'user0000')&$top=40", plain, 100, []int{40, 40, 20}, true},
		{"$filter=startsWith(displayName,'user0000') or startsWith(mailNickname,'user0001')&$top=150", plain, 200, []int{150, 50}, false},
		{"$filter=department ne 'Stars'&$orderby=department,displayName desc&$count=true", eventual, 167, []int{100, 67}, false},
		{"$search=\"displayName:user\"&$top=240", eventual, 250, []int{240, 10}, false},
		{"$filter=startsWith(displayName,'user')&$orderby=userPrincipalName&$count=true", eventual, 250, []int{100, 100, 50}, true},
	} {
		all, sizes := walk(t, d, odata.New(), users, c.query, c.headers)
		if !slices.Equal(sizes, c.sizes) || len(all) != c.want {
			t.Errorf("%s: pages of %v, want %v", c.query, sizes, c.sizes)
		}
		if c.sorted && !slices.IsSorted(all) {
			t.Errorf("%s: not in order", c.query)
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != c.want {
			t.Errorf("%s: an item came twice", c.query)
		}
	}
}

func TestDescendingAndSecondKeys(t *testing.T) {
	t.Parallel()
	d := crowd(t, 6)
	all, _ := walk(t, d, odata.New(), odata.Collection{Type: directory.User}, "$orderby=department desc,displayName&$top=4&$count=true", eventual)
	want := []string{"user000001", "user000004", "user000002", "user000005", "user000000", "user000003"}
	departments := map[string]string{}
	for o := range d.Snapshot().Objects(directory.User) {
		departments[o.String("displayName")] = o.String("department")
	}
	for i := 1; i < len(all); i++ {
		a, b := departments[all[i-1]], departments[all[i]]
		if a < b || a == b && all[i-1] > all[i] {
			t.Errorf("%s (%s) before %s (%s); all %v, such as %v", all[i-1], a, all[i], b, all, want)
		}
	}
}

func TestPagesOfRelations(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	g := d.group("g", nil)
	for i := range 30 {
		d.must(d.AddMember(g, d.user(fmt.Sprintf("u%02d", i), nil)))
	}
	all, sizes := walk(t, d, odata.New(), odata.Collection{Navigation: "members", From: g}, "$top=20", plain)
	if len(all) != 30 || !slices.Equal(sizes, []int{20, 10}) {
		t.Errorf("%v", sizes)
	}
}

func TestCountIsOfTheWholeAndOnTheFirstPageOnly(t *testing.T) {
	t.Parallel()
	d := crowd(t, 150)
	for query, want := range map[string]int{
		"$count=true": 150, "$count=true&$filter=department eq 'rivers'": 50, "$count=true&$filter=startsWith(displayName,'user00001')&$top=1": 10,
		"$count=true&$search=\"displayName:user\"&$top=3": 150, "$count=true&$filter=department eq 'x'": 0,
	} {
		page := run(t, parse(t, odata.New(), odata.Collection{Type: directory.User}, query, eventual), d.Snapshot())
		if !page.Counted || page.Count != want {
			t.Errorf("%s: %d %t, want %d", query, page.Count, page.Counted, want)
		}
	}
	if page := run(t, parse(t, odata.New(), odata.Collection{Type: directory.User}, "$count=true", plain), d.Snapshot()); page.Counted {
		t.Error("$count=true without the header is counted")
	}
	for query, want := range map[string]int{"": 150, "$filter=department eq 'rivers'": 50, "$filter=department ne 'rivers'": 100, "$search=\"displayName:user000001\"": 1} {
		q := parse(t, odata.New(), odata.Collection{Type: directory.User, CountOnly: true}, query, eventual)
		if n, err := q.Total(d.Snapshot()); err != nil || n != want {
			t.Errorf("$count with %q: %d, want %d", query, n, want)
		}
	}
}

func TestItemsThatComeAndGoDoNotDisturbPaging(t *testing.T) {
	t.Parallel()
	d := crowd(t, 20)
	e, users := odata.New(), odata.Collection{Type: directory.User}
	first := run(t, parse(t, e, users, "$top=10", plain), d.Snapshot())
	d.must(d.Delete(first.Items[9].ID()))
	d.must(d.Delete(first.Items[0].ID()))
	q, err := e.Parse(users, follow(t, first.Next), false)
	if err != nil {
		t.Fatal(err)
	}
	second := run(t, q, d.Snapshot())
	if len(second.Items) != 10 || second.Items[0].ID() <= first.Items[9].ID() {
		t.Errorf("second page has %d items", len(second.Items))
	}
}

func TestPageTokensBelongToTheirQuery(t *testing.T) {
	t.Parallel()
	d := crowd(t, 20)
	secret := odata.WithTokenSecret([]byte("secret"))
	e, users := odata.New(secret, odata.WithClock(d.clock), odata.WithTokenLife(time.Hour)), odata.Collection{Type: directory.User}
	next := run(t, parse(t, e, users, "$top=5&$select=id&$filter=department eq 'Rivers'", plain), d.Snapshot()).Next
	token := follow(t, next).Get("$skiptoken")

	for name, c := range map[string]struct {
		on    odata.Collection
		query string
	}{
		"another collection": {odata.Collection{Type: directory.Group}, "$skiptoken=" + token},
		"another relation":   {odata.Collection{Navigation: "members", From: "x"}, "$skiptoken=" + token},
		"the recycle bin":    {odata.Collection{Type: directory.User, Deleted: true}, "$skiptoken=" + token},
		"another filter":     {users, "$filter=department eq 'Stars'&$skiptoken=" + token},
		"another size":       {users, "$top=6&$skiptoken=" + token},
		"a further option":   {users, "$orderby=displayName&$skiptoken=" + token},
		"a changed token":    {users, "$skiptoken=" + token[:len(token)-2] + "AA"},
		"half a token":       {users, "$skiptoken=" + token[:20]},
		"a long token":       {users, "$skiptoken=" + strings.Repeat("A", 1<<20)},
		"a foreign token":    {users, "$skiptoken=m~AQAnOzsuAAAA"},
	} {
		_, err := e.Parse(c.on, values(t, c.query), false)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, err, odata.CodeExpiredPageToken, "The specified page token value has expired and can no longer be included in your request.")
		})
	}
	for name, query := range map[string]string{
		"the token alone": "$skiptoken=" + token, "in another spelling": "$skipToken=" + token, "without a dollar": "skiptoken=" + token,
		"with another selection": "$select=displayName&$skiptoken=" + token,
	} {
		q, err := e.Parse(users, values(t, query), false)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if page := run(t, q, d.Snapshot()); len(page.Items) != 2 || page.Next != "" {
			t.Errorf("%s: %d items, next %q", name, len(page.Items), page.Next)
		}
	}
	if _, err := odata.New(secret, odata.WithClock(d.clock)).Parse(users, follow(t, next), false); err != nil {
		t.Errorf("a token does not outlive its engine: %v", err)
	}
	d.clock.Advance(time.Hour + time.Second)
	if _, err := e.Parse(users, follow(t, next), false); err == nil {
		t.Error("an old token is taken")
	}
}

func TestTheHeaderMustBeSentAgain(t *testing.T) {
	t.Parallel()
	d := crowd(t, 20)
	e, users := odata.New(), odata.Collection{Type: directory.User}
	next := run(t, parse(t, e, users, "$top=5&$filter=department ne 'Rivers'&$count=true", eventual), d.Snapshot()).Next
	_, err := e.Parse(users, follow(t, next), false)
	refused(t, err, unsupported, needsNE)
	if _, err := e.Parse(users, follow(t, next), true); err != nil {
		t.Error(err)
	}
}

func TestPagesVaryBySeed(t *testing.T) {
	t.Parallel()
	d := crowd(t, 300)
	users := odata.Collection{Type: directory.User}
	empty, short, cuts := 0, 0, map[string]bool{}
	for seed := range uint64(10) {
		e := odata.New(odata.WithPageVariation(seed + 1))
		all, sizes := walk(t, d, e, users, "$top=20", plain)
		_, again := walk(t, d, e, users, "$top=20", plain)
		if !slices.Equal(sizes, again) {
			t.Errorf("seed %d is cut into %v and then %v", seed, sizes, again)
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != 300 {
			t.Errorf("seed %d shows %d items", seed, len(all))
		}
		cuts[fmt.Sprint(sizes)] = true
		for _, n := range sizes[:len(sizes)-1] {
			if n > 20 {
				t.Errorf("a page of %d", n)
			}
			if n == 0 {
				empty++
			} else if n < 20 {
				short++
			}
		}
	}
	if empty == 0 || short == 0 || len(cuts) < 5 {
		t.Errorf("%d empty and %d short pages, %d ways to cut", empty, short, len(cuts))
	}
}

package odata

import (
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// scanless is a source on which a scan is an error.
type scanless struct {
	*directory.Snapshot

	t testing.TB
}

func (s scanless) Objects(t directory.Type) iter.Seq[*directory.Object] {
	s.t.Errorf("all objects of type %s are scanned", t)
	return s.Snapshot.Objects(t)
}

func (s scanless) ObjectsAfter(t directory.Type, id string) iter.Seq[*directory.Object] {
	s.t.Errorf("objects of type %s are scanned", t)
	return s.Snapshot.ObjectsAfter(t, id)
}

// village is a directory of a few users whose values collide.
func village(t testing.TB) *directory.Directory {
	t.Helper()
	n := 0
	d := directory.New(directory.WithIDs(func() string {
		n++
		return fmt.Sprintf("00000000-0000-4000-8000-%012x", n)
	}))
	for i := range 40 {
		p := directory.Properties{
			"userPrincipalName": fmt.Sprintf("user%d@contoso.example", i), "mailNickname": fmt.Sprintf("nick%d", i%7), "accountEnabled": i%3 == 0,
			"displayName": []string{"Ada", "ada Lovelace", "Bob", "Zoë"}[i%4], "employeeId": fmt.Sprint(i % 5),
			"proxyAddresses": []string{fmt.Sprintf("SMTP:a%d@x.example", i), fmt.Sprintf("smtp:b%d@x.example", i)}, "otherMails": []string{fmt.Sprintf("o%d@x.example", i%6)},
		}
		if i%2 == 0 {
			p["mail"] = fmt.Sprintf("M%d@x.example", i%9)
		}
		if _, err := d.Create(directory.User, p); err != nil {
			t.Fatal(err)
		}
	}
	return d
}

func TestIndexedFiltersNeverScan(t *testing.T) {
	t.Parallel()
	s := village(t).Snapshot()
	for _, filter := range []string{
		"id eq '00000000-0000-4000-8000-000000000001'", "id in ('00000000-0000-4000-8000-000000000001','x')",
		"userPrincipalName eq 'user1@contoso.example'", "startsWith(userPrincipalName,'user1')", "mail eq 'm2@x.example'", "startswith(mail,'m')",
		"mailNickname eq 'nick1'", "startsWith(mailNickname,'nick')", "displayName eq 'zoë'", "startsWith(displayName,'ad')", "employeeId eq '3'",
		"proxyAddresses/any(p:p eq 'smtp:a1@x.example')", "proxyAddresses/any(x:startsWith(x,'smtp:b1'))", "employeeId in ('1','2')",
		"accountEnabled eq true and employeeId eq '3'", "(mail eq 'm2@x.example' or mailNickname eq 'nick1') and accountEnabled eq false",
		"not(accountEnabled eq true) and startsWith(displayName,'b')", "displayName eq 'Bob' and displayName ne 'Ada'",
		"proxyAddresses/any(p:p eq 'smtp:a1@x.example' or p eq 'smtp:a2@x.example')",
	} {
		for _, top := range []string{"1", "999"} {
			values := url.Values{"$filter": {filter}, "$count": {"true"}, "$top": {top}}
			for page := 0; values != nil; page++ {
				q, err := New(WithTokenSecret(nil)).Parse(Collection{Type: directory.User}, values, true)
				if err != nil {
					t.Fatal(err)
				}
				found, err := q.Run(scanless{s, t})
				if err != nil || page == 0 && len(found.Items) == 0 {
					t.Errorf("%s finds nothing: %v", filter, err)
				}
				if values = nil; found.Next != "" {
					values, _ = url.ParseQuery(found.Next)
				}
			}
			if t.Failed() {
				t.Fatalf("%s", filter)
			}
		}
	}
	for typ, filter := range map[directory.Type]string{
		directory.Application: "appId eq 'x' or identifierUris/any(u:u eq 'api://x')", directory.ServicePrincipal: "appId eq 'x' or servicePrincipalNames/any(n:n eq 'x')",
		directory.Group: "mailNickname eq 'x' or proxyAddresses/any(p:startsWith(p,'smtp:x'))",
	} {
		q, err := New().Parse(Collection{Type: typ}, url.Values{"$filter": {filter}}, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := q.Run(scanless{s, t}); err != nil {
			t.Error(err)
		}
	}
}

// TestPlansFindWhatAScanFinds compares random filters, planned, with the test of every object, unplanned; in pages and in any order.
func TestPlansFindWhatAScanFinds(t *testing.T) {
	t.Parallel()
	s := village(t).Snapshot()
	engine := New(WithTokenSecret(nil))
	atoms := []string{
		"displayName eq 'ADA'", "startsWith(displayName,'ada')", "startsWith(displayName,'')", "mail eq null", "mail ne 'm2@x.example'", "startsWith(mail,'m')",
		"mailNickname in ('nick1','nick2')", "employeeId ge '3'", "employeeId eq '3'", "accountEnabled eq true", "id eq '00000000-0000-4000-8000-000000000005'",
		"proxyAddresses/any(p:p eq 'smtp:a1@x.example' or startsWith(p,'smtp:b2'))", "proxyAddresses/any(p:p eq 'smtp:a1@x.example' and accountEnabled eq true)",
		"otherMails/any(o:o eq 'o1@x.example')", "endsWith(userPrincipalName,'3@contoso.example')", "userPrincipalName eq 'user7@contoso.example'",
	}
	rapid.Check(t, func(r *rapid.T) {
		var build func(depth int) string
		build = func(depth int) string {
			switch kind := rapid.IntRange(0, 4).Draw(r, "kind"); {
			case depth == 0 || kind <= 1:
				return rapid.SampledFrom(atoms).Draw(r, "atom")
			case kind == 2:
				return "not(" + rapid.SampledFrom(atoms[:2]).Draw(r, "negated") + ")"
			case kind == 3:
				return "(" + build(depth-1) + " and " + build(depth-1) + ")"
			default:
				return "(" + build(depth-1) + " or " + build(depth-1) + ")"
			}
		}
		values := url.Values{"$filter": {build(3)}, "$count": {"true"}, "$top": {fmt.Sprint(rapid.SampledFrom([]int{1, 3, 7, 999}).Draw(r, "top"))}}
		if order := rapid.SampledFrom([]string{"", "displayName", "mail desc", "displayName desc,mail"}).Draw(r, "order"); order != "" {
			values.Set("$orderby", order)
		}
		var got []string
		for next, page := values, 0; next != nil; page++ {
			q, err := engine.Parse(Collection{Type: directory.User}, next, true)
			if err != nil {
				r.Fatal(err)
			}
			found, err := q.Run(s)
			if err != nil {
				r.Fatal(err)
			}
			for _, item := range found.Items {
				got = append(got, item.ID())
			}
			if next = nil; found.Next != "" {
				next, _ = url.ParseQuery(found.Next)
			}
			if page == 0 {
				total := 0
				for o := range s.Objects(directory.User) {
					if q.filter.test(&env{source: s, record: o}) {
						total++
					}
				}
				if found.Count != total {
					r.Fatalf("%v counts %d, a scan %d", values, found.Count, total)
				}
			}
			if page > 100 {
				r.Fatal("the pages do not end")
			}
		}
		q, err := engine.Parse(Collection{Type: directory.User}, values, true)
		if err != nil {
			r.Fatal(err)
		}
		var want []string
		for o := range s.Objects(directory.User) {
			if q.filter.test(&env{source: s, record: o}) {
				want = append(want, o.ID())
			}
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			r.Fatalf("%v finds\n %s\n a scan\n %s", values, strings.Join(got, " "), strings.Join(want, " "))
		}
	})
}

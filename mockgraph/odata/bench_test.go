package odata_test

import (
	"fmt"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// BenchmarkIndexedFilter must not grow with the number of users.
func BenchmarkIndexedFilter(b *testing.B) {
	for _, n := range []int{1_000, 100_000} {
		d := crowd(b, n)
		s := d.Snapshot()
		for name, filter := range map[string]string{
			"eq":         "userPrincipalName eq 'user000500@contoso.example'",
			"startsWith": "startsWith(displayName,'user00050')",
			"in":         "mailNickname in ('user000500','user000501','user000502')",
			"and":        "accountEnabled eq true and department ne 'x' and displayName eq 'user000500'",
		} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				e, c := odata.New(), odata.Collection{Type: directory.User}
				v := values(b, "$count=true&$filter="+filter)
				b.ReportAllocs()
				for b.Loop() {
					q, err := e.Parse(c, v, true)
					if err != nil {
						b.Fatal(err)
					}
					if page, err := q.Run(s); err != nil || len(page.Items) == 0 {
						b.Fatal("nothing found")
					}
				}
			})
		}
	}
}

// BenchmarkScan is a filter no index answers, per 100,000 users.
func BenchmarkScan(b *testing.B) {
	d := crowd(b, 100_000)
	s := d.Snapshot()
	for name, filter := range map[string]string{
		"string": "department eq 'nowhere'", "boolean": "accountEnabled eq false", "endsWith": "endsWith(mail,'nowhere')", "lambda": "otherMails/any(o:o eq 'nowhere')",
		"or": "department eq 'nowhere' or givenName eq 'nobody' or city eq 'x'",
	} {
		q := parse(b, odata.New(), odata.Collection{Type: directory.User}, "$count=true&$filter="+filter, eventual)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := q.Run(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPage is a page of users and its JSON.
func BenchmarkPage(b *testing.B) {
	d := crowd(b, 100_000)
	s := d.Snapshot()
	for _, size := range []int{100, 999} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			e, v := odata.New(), values(b, fmt.Sprintf("$top=%d", size))
			var body []byte
			b.ReportAllocs()
			for b.Loop() {
				q, err := e.Parse(odata.Collection{Type: directory.User}, v, false)
				if err != nil {
					b.Fatal(err)
				}
				page, err := q.Run(s)
				if err != nil {
					b.Fatal(err)
				}
				body = body[:0]
				for _, item := range page.Items {
					body = append(q.Append(body, s, item), ',')
				}
				b.SetBytes(int64(len(body)))
			}
		})
	}
}

package directory_test

import (
	"fmt"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

const many = 10_000

func filled(b *testing.B) (*directory.Directory, []string) {
	b.Helper()
	d, ids := directory.New(), make([]string, many)
	for i := range many {
		o, err := d.Create(directory.User, typical(i))
		if err != nil {
			b.Fatal(err)
		}
		ids[i] = o.ID()
	}
	return d, ids
}

func typical(i int) directory.Properties {
	name := fmt.Sprint("user", i)
	return user(name, directory.Properties{
		"givenName": "User", "surname": name, "mail": name + "@contoso.example", "jobTitle": "Engineer", "department": "IT",
		"officeLocation": "12/3", "city": "Berlin", "country": "Germany", "employeeId": fmt.Sprint(i), "businessPhones": []string{"+49 30 1"},
	})
}

func BenchmarkCreateWith10kUsers(b *testing.B) {
	d, _ := filled(b)
	b.ReportAllocs()
	i := many
	for b.Loop() {
		if _, err := d.Create(directory.User, typical(i)); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkUpdateWith10kUsers(b *testing.B) {
	d, ids := filled(b)
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		if _, err := d.Update(ids[i*7919%many], directory.Properties{"jobTitle": fmt.Sprint("Title ", i)}); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkSnapshotWith10kUsers(b *testing.B) {
	d, _ := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		if d.Snapshot().Sequence() != many {
			b.Fatal("wrong sequence")
		}
	}
}

func BenchmarkScanOf10kUsers(b *testing.B) {
	d, _ := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for o := range d.Snapshot().Objects(directory.User) {
			if o.Bool("accountEnabled") && o.String("department") == "IT" {
				n++
			}
		}
		if n != many {
			b.Fatal(n)
		}
	}
}

func BenchmarkLookupWith10kUsers(b *testing.B) {
	d, _ := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := d.Snapshot().Lookup(directory.User, "userPrincipalName", "user7000@contoso.example"); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkLast100ChangesOf10k(b *testing.B) {
	d, _ := filled(b)
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		for range d.Snapshot().Changes(many - 100) {
			n++
		}
		if n != 100 {
			b.Fatal(n)
		}
	}
}

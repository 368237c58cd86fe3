package directory_test

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// seeded returns a directory of n users who have what the users of a company have: 17 properties, a manager, one licence for each
// third. n is 100,000, or what REHEARSE_BENCH_USERS says.
func seeded(tb testing.TB) (*directory.Directory, int) {
	tb.Helper()
	n := 100_000
	if asked, err := strconv.Atoi(os.Getenv("REHEARSE_BENCH_USERS")); err == nil {
		n = asked
	}
	d := directory.New()
	err := d.Batch(func(b *directory.Batch) error {
		boss := ""
		for i := range n {
			name := fmt.Sprint("user", i)
			o, err := b.Create(directory.User, user(name, directory.Properties{
				"displayName": fmt.Sprint("User ", i), "givenName": "User", "surname": name, "mail": name + "@contoso.example", "jobTitle": "Engineer",
				"department": departments[i%len(departments)], "officeLocation": "12/3", "city": "Berlin", "country": "Germany", "usageLocation": "DE",
				"employeeId": strconv.Itoa(i), "businessPhones": []string{"+49 30 1"}, "mobilePhone": "+49 170 1",
			}))
			if err != nil {
				return err
			}
			if i%10 == 0 {
				boss = o.ID()
			} else if err := b.SetManager(o.ID(), boss); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return d, n
}

var departments = []string{"Sales", "IT", "Finance", "Legal"}

func BenchmarkSeedPerUser(b *testing.B) {
	uuid.EnableRandPool()
	defer uuid.DisableRandPool()
	for b.Loop() {
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		d, n := seeded(b)
		runtime.GC()
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/float64(n), "bytes/user")
		runtime.KeepAlive(d)
	}
}

func BenchmarkFullScan(b *testing.B) {
	d, n := seeded(b)
	department, _ := directory.NewReader(directory.User, "department")
	enabled, _ := directory.NewReader(directory.User, "accountEnabled")
	best := time.Hour // of all rounds: other work on the machine only ever adds
	b.ResetTimer()
	for b.Loop() {
		begun, found := time.Now(), 0
		for o := range d.Snapshot().Objects(directory.User) {
			if enabled.Bool(o) && department.String(o) == "Legal" {
				found++
			}
		}
		if found != n/len(departments) {
			b.Fatal(found)
		}
		best = min(best, time.Since(begun))
	}
	b.ReportMetric(float64(best.Nanoseconds())/float64(n), "ns/user")
}

func BenchmarkSeekInASeededTenant(b *testing.B) {
	d, _ := seeded(b)
	b.ResetTimer()
	for b.Loop() {
		for range d.Snapshot().Seek(directory.User, "userPrincipalName", "user777@contoso.example") {
		}
	}
}

// A seeded user costs at most 1.3 KB, indexes included; the bound leaves a tenth for small tenants.
func TestGivenASeededTenantThenAUserCostsAtMost1300Bytes(t *testing.T) {
	t.Setenv("REHEARSE_BENCH_USERS", "20000")
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d, n := seeded(t)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if each := (after.HeapAlloc - before.HeapAlloc) / uint64(n); each > 1300 {
		t.Errorf("%d bytes for each user", each)
	}
	if err := d.Snapshot().Check(); err != nil {
		t.Error(err)
	}
}

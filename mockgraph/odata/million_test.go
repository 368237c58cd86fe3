package odata_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// seeded returns n users with random ids, which lie in memory in another order than they are read in, and the properties a company has.
func seeded(b *testing.B, n int) *directory.Snapshot {
	b.Helper()
	d := directory.New(directory.WithHistory(0))
	err := d.Batch(func(batch *directory.Batch) error {
		for i := range n {
			name := fmt.Sprint("user", i)
			if _, err := batch.Create(directory.User, directory.Properties{
				"userPrincipalName": name + "@contoso.example", "mailNickname": name, "displayName": name, "accountEnabled": true, "givenName": "User",
				"surname": name, "mail": name + "@contoso.example", "jobTitle": "Engineer", "department": "Engines", "city": "Berlin", "country": "Germany",
				"usageLocation": "DE", "employeeId": strconv.Itoa(i),
			}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return d.Snapshot()
}

// BenchmarkFullScan asks 100,000 users, or as many as REHEARSE_BENCH_USERS says, for a property without an index. A million must take
// less than 250 ms on a machine that does nothing else.
func BenchmarkFullScan(b *testing.B) {
	n := 100_000
	if asked, err := strconv.Atoi(os.Getenv("REHEARSE_BENCH_USERS")); err == nil {
		n = asked
	}
	s := seeded(b, n)
	for _, filter := range []string{"accountEnabled eq false", "department eq 'nowhere'", "accountEnabled eq true and department eq 'nowhere'"} {
		q := parse(b, odata.New(), odata.Collection{Type: directory.User}, "$count=true&$filter="+filter, eventual)
		b.Run(filter, func(b *testing.B) {
			best := time.Hour // of all rounds: other work on the machine only ever adds
			for b.Loop() {
				begun := time.Now()
				if _, err := q.Run(s); err != nil {
					b.Fatal(err)
				}
				best = min(best, time.Since(begun))
			}
			b.ReportMetric(float64(best.Nanoseconds())/float64(n), "ns/user")
		})
	}
}

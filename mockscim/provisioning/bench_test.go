package provisioning_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func (s *stage) crowd(n int) (team string, users []string) {
	s.Helper()
	team = s.group("Everybody")
	for i := range n {
		id := s.user(fmt.Sprintf("User%05d Smith", i), directory.Properties{"jobTitle": "Analyst", "surname": "Smith", "department": "Research"})
		users = append(users, id)
		s.assign(id)
	}
	return team, users
}

// An initial cycle of 1,000 users against a target in the same process.
func BenchmarkInitialCycle(b *testing.B) {
	const users = 1_000
	for b.Loop() {
		b.StopTimer()
		s := newStage(b)
		s.crowd(users)
		b.StartTimer()
		if report, err := s.job.Cycle(context.Background()); err != nil || report.Creates != users {
			b.Fatalf("%+v %v", report, err)
		}
	}
	b.ReportMetric(float64(users*b.N)/b.Elapsed().Seconds(), "users/s")
}

// An incremental cycle with one change costs the same in a tenant ten times as large.
func BenchmarkIncrementalCycle(b *testing.B) {
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprintf("one change in %d users", n), func(b *testing.B) {
			s := newStage(b)
			_, users := s.crowd(n)
			s.settled()
			i := 0
			for b.Loop() {
				i++
				s.update(users[i%n], directory.Properties{"jobTitle": fmt.Sprint("title ", i)})
				if report, err := s.job.Cycle(context.Background()); err != nil || report.Updates != 1 || report.Requests != 4 {
					b.Fatalf("%+v %v", report, err)
				}
			}
		})
	}
}

package provisioning_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Whatever a target answers to whichever requests: the cycle ends, a failure stays the target's, and once the target behaves a
// full restart brings it everything exactly once.
func FuzzAnyAnswer(f *testing.F) {
	const list = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],`
	for _, body := range []string{
		"", "null", "[]", "{}", "<html>", `{"id":"u1"}`, `{"id":"x/../y?","userName":7,"active":"maybe","emails":{},"name":[1]}`,
		list + `"totalResults":0}`, list + `"totalResults":1,"Resources":[{"id":"u1"}]}`, list + `"totalResults":9e99,"Resources":[null]}`,
		list + `"totalResults":2,"Resources":[{"id":"a","userName":"x"},{"id":"b"}]}`,
		`{"id":"1","members":{"value":[]},"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":[{"value":{}}]}}`,
		strings.Repeat(`{"id":`, 200), strings.Repeat("[", 10_000),
	} {
		for _, status := range []int{200, 201, 204, 404, 500} {
			f.Add(body, status, uint64(0b1010_1100_1110))
		}
	}
	f.Fuzz(func(t *testing.T, body string, status int, which uint64) {
		s := newStage(t)
		team, users := s.populate(3)
		n := 0
		s.target.setAnswer(func(w http.ResponseWriter, _ *http.Request) bool {
			n++
			if which>>(n%64)&1 == 0 {
				return false
			}
			w.WriteHeader(200 + max(status, -status, 0)%400)
			_, _ = w.Write([]byte(body))
			return true
		})
		for range 2 {
			if _, err := s.job.Cycle(context.Background()); err != nil {
				t.Fatal(err)
			}
		}
		_ = s.job.Status()
		s.target.setAnswer(nil)
		s.job.Restart(synchronization.ResetFull)
		if report := s.cycle(); report.Failures > 0 || report.Error != nil {
			t.Fatalf("report %+v, log %+v", report, s.job.Log())
		}
		s.complete(team, users)
		s.sends()
	})
}

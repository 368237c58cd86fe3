package endpoint_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// A target that goes on refusing requests for being too many is named for that, and for nothing else, whichever request it is that
// meets it first.
func TestAThrottleIsNamed(t *testing.T) {
	t.Parallel()
	for i, after := range []int64{30, 60, 92, 110, 155, 210, 376} {
		t.Run(fmt.Sprintf("after %d requests", after), func(t *testing.T) {
			t.Parallel()
			sampled(t, i, 3)
			throttled(t, after)
		})
	}
}

func throttled(t *testing.T, after int64) {
	t.Helper()
	h := reference(t)
	var count atomic.Int64
	target, err := endpoint.Open(t.Context(), endpoint.Config{
		URL: "http://127.0.0.1", Token: token, Seed: 7, Pace: -1, Patience: -1,
		Transport: inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if count.Add(1) > after && r.Method != http.MethodDelete {
				w.Header().Set("Retry-After", "0")
				refuse(w, http.StatusTooManyRequests, "")
				return
			}
			h.ServeHTTP(w, r)
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close(t.Context())
	failed := 0
	for id, o := range rehearse(t.Context(), target) {
		for _, f := range o.Findings {
			failed++
			if !strings.Contains(f.Rule, "429") {
				t.Errorf("%s: %s", id, told(o))
			}
		}
	}
	if failed == 0 {
		t.Error("nothing failed: the throttle does not show")
	}
	if said := strings.Join(target.Describe().Adaptations, "\n"); !strings.Contains(said, "too many (429") {
		t.Errorf("the adaptations do not tell of it: %s", said)
	}
}

// A 403 for one kind of request is about that request: the token is still good.
func TestAForbiddenRequestIsNotALostToken(t *testing.T) {
	t.Parallel()
	h := reference(t)
	target := open(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch && strings.HasPrefix(r.URL.Path, "/Groups") {
			refuse(w, http.StatusForbidden, "")
			return
		}
		h.ServeHTTP(w, r)
	}))
	defer target.Close(t.Context())
	outcomes := rehearse(t.Context(), target)
	for id, o := range outcomes {
		rooted(t, outcomes, id)
		if o.Status != result.Passed && !strings.HasPrefix(id, "endpoint.group.") && !strings.Contains(id, "group") && id != "endpoint.disable.membership-kept" && id != "endpoint.reactivate.restored" && id != "endpoint.reactivate.rehired" {
			t.Errorf("%s is %s by %s: %s %s", id, o.Status, o.BlockedBy, o.Reason, told(o))
		}
	}
	if o := outcomes["endpoint.group.add-member"]; o.Status != result.Failed || !strings.Contains(told(o), "403") {
		t.Errorf("endpoint.group.add-member is %s: %s %s", o.Status, o.Reason, told(o))
	}
}

package endpoint_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// small is a load that is over in a moment.
func small() *endpoint.Load {
	return &endpoint.Load{For: 100 * time.Millisecond, Rate: 100, InFlight: 4, Racers: 4, Users: 30}
}

// still runs a test on a clock that goes on only while everybody waits: how fast this machine is decides nothing.
func still(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, test)
}

// pressed runs the checks of the pack load, or those named, with what they need.
func pressed(t *testing.T, h http.Handler, bend func(*endpoint.Config), only ...string) (*endpoint.Target, map[string]suites.Outcome) {
	t.Helper()
	config := endpoint.Config{URL: "http://127.0.0.1", Token: token, Transport: inProcess{h}, Seed: 7, Load: small()}
	if bend != nil {
		bend(&config)
	}
	target, err := endpoint.Open(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	rs := target.Runnables()
	await := suites.Sequential(rs)
	outcomes := map[string]suites.Outcome{}
	for _, r := range rs {
		if id := strings.TrimPrefix(r.ID, "endpoint.load."); r.Stage == suites.Performance && (len(only) == 0 || slices.Contains(only, id)) {
			outcomes[strings.TrimPrefix(r.ID, "endpoint.load.")] = await(t.Context(), r)
		}
	}
	return target, outcomes
}

func TestTheChecksOfThePackLoadPassAndLeaveNothing(t *testing.T) {
	still(t, func(t *testing.T) {
		target, outcomes := pressed(t, reference(t), nil)
		for id, o := range outcomes {
			if o.Status != result.Passed || len(o.Leftovers) > 0 {
				t.Errorf("%s %s: %s %+v %s %v", id, o.Status, o.Reason, o.Findings, o.Panic, o.Leftovers)
			}
		}
		if left := target.Close(t.Context()); len(left) > 0 {
			t.Errorf("left on the target: %v", left)
		}
	})
}

func TestThePackLoadIsOneOfItsOwnAndIsLeftOutUnlessAskedFor(t *testing.T) {
	t.Parallel()
	for _, c := range endpoint.Checks() {
		if load := c.Stage == suites.Performance; load != slices.Contains(c.Packs, suites.Load) || load && (len(c.Packs) != 1 || !c.Once || !c.Exclusive) {
			t.Errorf("%s of stage %s is in the packs %v", c.ID, c.Stage, c.Packs)
		}
	}
	target := open(t, reference(t))
	defer target.Close(t.Context())
	for _, r := range target.Runnables() {
		if r.Stage == suites.Performance {
			t.Errorf("%s is bound though nobody asked for load", r.ID)
		}
	}
}

func TestALoadIsMeasuredByKindOfRequest(t *testing.T) {
	still(t, func(t *testing.T) {
		target, _ := pressed(t, reference(t), nil)
		defer target.Close(t.Context())
		l := target.Load()
		if l == nil {
			t.Fatal("nothing was measured")
		}
		if l.Requests != 10 || len(l.Kinds) != 5 || l.Wanted != 100 || l.InFlight != 4 {
			t.Errorf("measured %+v, want 10 requests of 5 kinds", l)
		}
		for _, k := range l.Kinds {
			sum := 0
			for _, n := range k.Buckets {
				sum += n
			}
			if sum != k.Count || k.Count != 2 || len(k.Buckets) != len(l.BoundsMs)+1 || k.P50Ms > k.P90Ms || k.P99Ms > k.MaxMs {
				t.Errorf("the times of %q do not agree: %+v", k.Name, k)
			}
		}
	})
}

// sometimes answers in the place of the next handler when now says so, counting the requests with a method.
func sometimes(next http.Handler, method string, now func(n int64) bool, instead http.HandlerFunc) http.Handler {
	var n atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == method && now(n.Add(1)) {
			instead(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func TestAThrottledTargetIsOneFindingWithTheCountOfRefusals(t *testing.T) {
	still(t, func(t *testing.T) {
		h := sometimes(reference(t), http.MethodPatch, func(int64) bool { return true }, page(http.StatusTooManyRequests, http.Header{"Retry-After": {"0"}}, ""))
		target, outcomes := pressed(t, h, nil, "sustained")
		defer target.Close(t.Context())
		o := outcomes["sustained"]
		if o.Status != result.Failed || len(o.Findings) != 1 || !strings.Contains(o.Findings[0].Actual, "4 were answered 429") {
			t.Errorf("a target that refuses changes: %s %s %+v", o.Status, o.Reason, o.Findings)
		}
		if l := target.Load(); l == nil || l.Refused != 4 {
			t.Errorf("measured %+v, want 4 refusals", l)
		}
	})
}

func TestATargetThatIsTooSlowForTheRateIsAFinding(t *testing.T) {
	still(t, func(t *testing.T) {
		next := reference(t)
		var pressing atomic.Bool
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if pressing.Load() || r.Method == http.MethodPatch {
				pressing.Store(true)
				time.Sleep(100 * time.Millisecond)
			}
			next.ServeHTTP(w, r)
		})
		target, outcomes := pressed(t, slow, nil, "sustained")
		defer target.Close(t.Context())
		o := outcomes["sustained"]
		if o.Status != result.Failed || len(o.Findings) != 1 || !strings.Contains(o.Findings[0].Actual, "within 100 ms (p90)") {
			t.Errorf("four at once that take 100 ms each, for 100 per second: %s %s %+v", o.Status, o.Reason, o.Findings)
		}
		if l := target.Load(); l == nil || l.Rate >= 90 || l.Refused+l.Failed+l.Lost > 0 {
			t.Errorf("measured %+v", l)
		}
	})
}

func TestLostConnectionsAreCounted(t *testing.T) {
	still(t, func(t *testing.T) {
		line := breaking{inProcess{reference(t)}, new(atomic.Int64)}
		target, outcomes := pressed(t, nil, func(c *endpoint.Config) { c.Transport = line }, "sustained")
		defer target.Close(context.WithoutCancel(t.Context()))
		if o := outcomes["sustained"]; o.Status != result.Failed || !o.LostContact || target.Load().Lost == 0 {
			t.Errorf("a target that breaks connections: %s %s %+v", o.Status, o.Reason, o.Findings)
		}
	})
}

// breaking loses the answer to each PATCH but the first few.
type breaking struct {
	inProcess

	patches *atomic.Int64
}

func (b breaking) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodPatch && b.patches.Add(1) > 2 {
		return nil, context.DeadlineExceeded
	}
	return b.inProcess.RoundTrip(req)
}

func TestAPaceBelowTheRateAndReadOnlyAreRespected(t *testing.T) {
	still(t, func(t *testing.T) {
		target, outcomes := pressed(t, reference(t), func(c *endpoint.Config) { c.Pace = 90 }, "sustained", "burst")
		defer target.Close(t.Context())
		for _, id := range []string{"sustained", "burst"} {
			if o := outcomes[id]; o.Status != result.Skipped || !strings.Contains(o.Reason, "--pace") {
				t.Errorf("%s with a pace: %s %s", id, o.Status, o.Reason)
			}
		}
		_, outcomes = pressed(t, reference(t), func(c *endpoint.Config) { c.ReadOnly = true })
		for id, o := range outcomes {
			if o.Status == result.Failed || id != "burst" && o.Status == result.Passed {
				t.Errorf("%s without writing: %s %s %+v", id, o.Status, o.Reason, o.Findings)
			}
		}
	})
}

func TestABudgetEndsTheLoadWithoutAFinding(t *testing.T) {
	still(t, func(t *testing.T) {
		target, outcomes := pressed(t, reference(t), func(c *endpoint.Config) { c.MaxObjects = 30 })
		for id, o := range outcomes {
			if o.Status == result.Failed || o.Panic != "" {
				t.Errorf("%s: %s %+v %s", id, o.Status, o.Findings, o.Panic)
			}
		}
		if outcomes["paging"].Status != result.NotRun || target.Spent() == "" {
			t.Errorf("paging with a budget of 30: %s %s", outcomes["paging"].Status, outcomes["paging"].Reason)
		}
		if left := target.Close(t.Context()); len(left) > 0 {
			t.Errorf("left on the target: %v", left)
		}
	})
}

func TestASlowPageIsAFinding(t *testing.T) {
	still(t, func(t *testing.T) {
		next := reference(t)
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet && r.URL.Query().Get("count") != "" {
				time.Sleep(endpoint.DefaultLoadPageTime + time.Millisecond)
			}
			next.ServeHTTP(w, r)
		})
		target, outcomes := pressed(t, slow, nil, "paging")
		defer target.Close(t.Context())
		if o := outcomes["paging"]; o.Status != result.Failed || len(o.Findings) != 1 || len(o.Findings[0].Exchanges) == 0 {
			t.Errorf("pages that take too long: %s %s %+v", o.Status, o.Reason, o.Findings)
		}
	})
}

func TestATargetThatRefusesRacersWithoutMakingThemHasLostNothing(t *testing.T) {
	still(t, func(t *testing.T) {
		var patching atomic.Int64
		next := reference(t)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch {
				if patching.Add(1) > 1 {
					defer patching.Add(-1)
					w.WriteHeader(http.StatusConflict)
					return
				}
				defer patching.Add(-1)
				time.Sleep(2 * time.Millisecond)
			}
			next.ServeHTTP(w, r)
		})
		target, outcomes := pressed(t, h, nil)
		defer target.Close(t.Context())
		for _, id := range []string{"user-patches", "group-adds", "group-changes"} {
			if o := outcomes[id]; o.Status != result.Passed {
				t.Errorf("%s: %s %s %+v", id, o.Status, o.Reason, o.Findings)
			}
		}
	})
}

func TestABurstThatIsNeverForgivenIsAFinding(t *testing.T) {
	still(t, func(t *testing.T) {
		var asked atomic.Int64
		next := reference(t)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.RawQuery, "filter") && asked.Add(1) > 20 {
				w.Header().Set("Retry-After", "0")
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			next.ServeHTTP(w, r)
		})
		if o := underLoad(t, h, "endpoint.load.burst"); o.Status != result.Failed || !strings.Contains(o.Findings[0].Rule, "single request is answered") {
			t.Errorf("%s %s %+v", o.Status, o.Reason, o.Findings)
		}
	})
}

// Under load a refusal is no answer, whatever its status.
func TestAnErrorThatTheRequestDidNotDeserveIsNotBorne(t *testing.T) {
	still(t, func(t *testing.T) {
		for _, given := range []struct {
			status int
			failed bool
		}{
			{http.StatusForbidden, true},
			{http.StatusUnauthorized, true},
			{http.StatusConflict, false}, // another change came first
		} {
			h := sometimes(reference(t), http.MethodPatch, func(int64) bool { return true }, page(given.status, nil, ""))
			target, outcomes := pressed(t, h, nil, "sustained")
			if o := outcomes["sustained"]; (o.Status == result.Failed) != given.failed {
				t.Errorf("changes answered %d: %s %s %+v", given.status, o.Status, o.Reason, o.Findings)
			}
			target.Close(t.Context())
		}
	})
}

// crowding answers PATCHes that come while another one is under way.
func crowding(next http.Handler, instead http.HandlerFunc) http.Handler {
	var under atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPatch {
			defer under.Add(-1)
			if under.Add(1) > 1 {
				instead(w, r)
				return
			}
			time.Sleep(2 * time.Millisecond)
		}
		next.ServeHTTP(w, r)
	})
}

func TestChangesThatFailOverEachOtherAreFindings(t *testing.T) {
	still(t, func(t *testing.T) {
		target, outcomes := pressed(t, crowding(reference(t), page(http.StatusInternalServerError, nil, "")), nil)
		defer target.Close(t.Context())
		for _, id := range []string{"user-patches", "group-adds"} {
			if o := outcomes[id]; o.Status != result.Failed && o.BlockedBy != "endpoint.load.sustained" {
				t.Errorf("%s: %s %s %+v", id, o.Status, o.Reason, o.Findings)
			}
		}
	})
}

func TestChangesThatAreAllRefusedProveNothing(t *testing.T) {
	still(t, func(t *testing.T) {
		next := reference(t)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPatch && strings.Contains(r.URL.Path, "/Users/") {
				w.WriteHeader(http.StatusConflict)
				return
			}
			next.ServeHTTP(w, r)
		})
		if o := underLoad(t, h, "endpoint.load.user-patches"); o.Status != result.Skipped {
			t.Errorf("%s %s %+v", o.Status, o.Reason, o.Findings)
		}
	})
}

// A search index that is a moment behind is no second user.
func TestAUserWhoIsFoundAMomentLaterIsOne(t *testing.T) {
	still(t, func(t *testing.T) {
		var hidden atomic.Int64
		next := reference(t)
		h := bending(next, func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			if r.Method == http.MethodPost && r.URL.Path == "/Users" {
				hidden.Store(1)
			}
			if r.Method == http.MethodGet && r.URL.Path == "/Users" && hidden.CompareAndSwap(1, 0) {
				return status, edit(body, func(o map[string]any) {
					if o["totalResults"] != nil {
						o["totalResults"], o["Resources"] = 0, []any{}
					}
				})
			}
			return status, body
		})
		if o := underLoad(t, h, "endpoint.load.create-race"); o.Status != result.Passed {
			t.Errorf("%s %s %+v", o.Status, o.Reason, o.Findings)
		}
	})
}

func TestABurstThatIsForbiddenIsAFinding(t *testing.T) {
	still(t, func(t *testing.T) {
		var asked atomic.Int64
		next := reference(t)
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.RawQuery, "filter") {
				if n := asked.Add(1); n > 8 && n <= 16 {
					w.WriteHeader(http.StatusForbidden)
					return
				}
			}
			next.ServeHTTP(w, r)
		})
		if o := underLoad(t, h, "endpoint.load.burst"); o.Status != result.Failed {
			t.Errorf("%s %s", o.Status, o.Reason)
		}
	})
}

// underLoad is how a check of the pack load ends at an endpoint.
func underLoad(t *testing.T, h http.Handler, id string) suites.Outcome {
	t.Helper()
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Token: token, Transport: inProcess{h}, Seed: 7, Pace: -1, Load: small()})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close(t.Context())
	return outcome(t, target, id)
}

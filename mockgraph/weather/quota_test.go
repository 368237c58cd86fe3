package weather_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

func TestGivenARequestWhenCostedThenItIsByTheDocumentedTable(t *testing.T) {
	t.Parallel()
	type request = weather.Request
	cases := []struct {
		request       request
		units, writes int
	}{
		{request{Method: "GET", Template: "/users"}, 2, 0},
		{request{Method: "GET", Template: "/users", HasSelect: true}, 1, 0},
		{request{Method: "GET", Template: "/users", HasExpand: true}, 3, 0},
		{request{Method: "GET", Template: "/users", Top: 19}, 1, 0},
		{request{Method: "GET", Template: "/users", Top: 20}, 2, 0},
		{request{Method: "GET", Template: "/users", HasSelect: true, HasExpand: true, Top: 5}, 1, 0},
		{request{Method: "GET", Template: "/users", HasSelect: true, Top: 5}, 1, 0},
		{request{Method: "GET", Template: "/users/{id}"}, 1, 0},
		{request{Method: "GET", Template: "/users/{id}", HasSelect: true}, 1, 0},
		{request{Method: "GET", Template: "/users/{key}/memberOf"}, 2, 0},
		{request{Method: "GET", Template: "/me/memberOf"}, 2, 0},
		{request{Method: "GET", Template: "/me"}, 1, 0},
		{request{Method: "GET", Template: "/users/{id}/licenseDetails"}, 2, 0},
		{request{Method: "GET", Template: "/groups/{id}/members"}, 3, 0},
		{request{Method: "GET", Template: "/groups/{id}/members/$ref"}, 1, 0},
		{request{Method: "GET", Template: "/groups/{id}/transitiveMembers", HasExpand: true}, 6, 0},
		{request{Method: "GET", Template: "/subscribedSkus"}, 3, 0},
		{request{Method: "GET", Template: "/domains/{id}/domainNameReferences"}, 4, 0},
		{request{Method: "POST", Template: "/directoryObjects/getByIds", Write: true}, 3, 0},
		{request{Method: "POST", Template: "/me/checkMemberGroups"}, 4, 0},
		{request{Method: "POST", Template: "/users/{id}/getMemberGroups"}, 2, 0},
		{request{Method: "POST", Template: "/users", Write: true}, 1, 1},
		{request{Method: "PATCH", Template: "/users/{id}", Write: true}, 1, 1},
		{request{Method: "DELETE", Template: "/groups/{id}/members/{oid}/$ref", Write: true}, 1, 1},
		{request{Method: "POST", Template: "/users/validatePassword"}, 1, 0},
		{request{Method: "POST", Template: "/$batch"}, 0, 0},
		{request{Method: "GET"}, 1, 0},
	}
	for _, c := range cases {
		if units, writes := weather.Cost(c.request); units != c.units || writes != c.writes {
			t.Errorf("%+v costs %d units and %d writes, want %d and %d", c.request, units, writes, c.units, c.writes)
		}
	}
}

func TestGivenATenantOfASizeWhenUnitsAreUsedUpThenTheNextRequestIsRefusedUntilTheyRefill(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		size   weather.Size
		users  int
		factor float64
		units  int
	}{
		{"small by itself", "", 49, 0, 3_500},
		{"medium from 50", "", 50, 0, 5_000},
		{"medium up to 500", "", 500, 0, 5_000},
		{"large above 500", "", 501, 0, 8_000},
		{"told to be small", weather.Small, 10_000, 0, 3_500},
		{"scaled", weather.Medium, 0, 0.01, 50},
		{"never below the dearest request", weather.Small, 0, 0.0001, 6},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, clock := under(t, weather.Forecast{Quota: &weather.Quota{Size: c.size, Factor: c.factor}}, weather.WithUsers(func() int { return c.users }))
			for i := range c.units / 2 {
				if o := w.Judge(get("/users")); !o.Runs() || o.Header["x-ms-resource-unit"] != "2" {
					t.Fatalf("request %d of %d: %+v", i+1, c.units/2, o)
				}
			}
			want := weather.Outcome{
				Number: uint64(c.units/2) + 1, Status: 429, Code: "TooManyRequests", Message: "Please retry again later.", Inner: inner, Cause: "quota",
				Header: map[string]string{
					"x-ms-resource-unit":             "2",
					"x-ms-throttle-limit-percentage": fmt.Sprintf("%.2f", 1+2/float64(c.units)),
					"x-ms-throttle-scope":            scope, "x-ms-throttle-information": "ResourceUnitLimitExceeded",
				},
			}
			got := w.Judge(get("/users"))
			// Four units are wanted: those of the request that was refused, which counts, and those of the next.
			wait := time.Duration(4 / float64(c.units) * float64(10*time.Second))
			want.Header["Retry-After"] = fmt.Sprint(int((wait + time.Second - 1) / time.Second))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("outcome (-want +got):\n%s", diff)
			}
			clock.Advance(wait + time.Microsecond)
			if o := w.Judge(get("/users")); !o.Runs() {
				t.Errorf("refused after %s: %+v", wait, o)
			}
		})
	}
}

func TestGivenUseOfTheQuotaWhenItReachesFourFifthsThenThePercentageIsTold(t *testing.T) {
	t.Parallel()
	w, clock := under(t, weather.Forecast{Quota: &weather.Quota{Size: weather.Medium, Factor: 0.02}}) // 100 units in 10s
	for used := 1; used <= 100; used++ {
		want := ""
		if used >= 80 {
			want = fmt.Sprintf("%.2f", float64(used)/100)
		}
		o := w.Judge(get("/users/1"))
		if got := o.Header["x-ms-throttle-limit-percentage"]; got != want || !o.Runs() {
			t.Fatalf("after %d units: told %q, want %q", used, got, want)
		}
	}
	clock.Advance(5 * time.Second)
	if got := w.Judge(get("/users/1")).Header["x-ms-throttle-limit-percentage"]; got != "" {
		t.Errorf("half refilled, still told %q", got)
	}
}

func TestGivenAClientThatNeverWaitsWhenRefusedThenItsDebtEndsAtTheDocumentedMost(t *testing.T) {
	t.Parallel()
	w, clock := under(t, weather.Forecast{Quota: &weather.Quota{Size: weather.Medium, Factor: 0.02}})
	var o weather.Outcome
	for range 1000 {
		o = w.Judge(get("/users/1"))
	}
	if o.Header["x-ms-throttle-limit-percentage"] != "1.80" || o.Header["Retry-After"] != "9" {
		t.Errorf("headers %v, want 1.80 and 81 units at 10 a second", o.Header)
	}
	clock.Advance(9 * time.Second)
	if o := w.Judge(get("/users/1")); !o.Runs() {
		t.Errorf("refused although it waited: %+v", o)
	}
}

func TestGivenWritesWhenTheirQuotaIsUsedUpThenReadsStillPass(t *testing.T) {
	t.Parallel()
	w, clock := under(t, weather.Forecast{Quota: &weather.Quota{Size: weather.Large, Factor: 0.01}}) // 80 units in 10s, 30 writes in 150s
	for range 30 {
		if o := w.Judge(post("/users")); !o.Runs() {
			t.Fatalf("refused early: %+v", o)
		}
	}
	o := w.Judge(post("/users"))
	if o.Status != 429 || o.Header["x-ms-throttle-scope"] != "Tenant_Application/Write/"+app+"/"+tenant ||
		o.Header["x-ms-throttle-information"] != "WriteLimitExceeded" || o.Header["Retry-After"] != "10" {
		t.Errorf("outcome %+v, want the write limit and 2 writes at 5 seconds each", o)
	}
	if o := w.Judge(get("/users/1")); !o.Runs() {
		t.Errorf("read refused: %+v", o)
	}
	clock.Advance(10 * time.Second)
	if o := w.Judge(post("/users")); !o.Runs() {
		t.Errorf("write refused after the wait: %+v", o)
	}
}

func TestGivenManyApplicationsWhenTheyWriteThenEachHasItsQuotaAndTheTenantOneForAll(t *testing.T) {
	t.Parallel()
	w, _ := under(t, weather.Forecast{Quota: &weather.Quota{Size: weather.Large, Factor: 0.01}}) // 180 writes in 5 minutes for the tenant
	writes := 0
	var last weather.Outcome
	for application := range 7 {
		for range 30 {
			r := post("/users")
			r.Application = fmt.Sprint(application)
			if last = w.Judge(r); last.Runs() {
				writes++
			}
		}
	}
	if writes != 180 {
		t.Errorf("%d writes passed, want 180", writes)
	}
	if want := "Tenant/Write/6/" + tenant; last.Header["x-ms-throttle-scope"] != want {
		t.Errorf("scope %q, want %q", last.Header["x-ms-throttle-scope"], want)
	}
}

func TestGivenABatchWhenQuotaCountsThenOnlyItsItemsDo(t *testing.T) {
	t.Parallel()
	w, _ := under(t, weather.Forecast{Quota: &weather.Quota{Size: weather.Small, Factor: 0.0001}}) // 6 units
	for range 50 {
		if o := w.Judge(post("/$batch")); !o.Runs() || o.Header != nil {
			t.Fatalf("batch was charged: %+v", o)
		}
	}
	refused := 0
	for range 20 {
		item := get("/users/1")
		item.Batched = true
		if !w.Judge(item).Runs() {
			refused++
		}
	}
	if refused != 14 {
		t.Errorf("%d of 20 items refused, want 14", refused)
	}
}

func TestGivenARefusalByQuotaWhenRulesWaitThenOnlyLatencyStrikes(t *testing.T) {
	t.Parallel()
	w, _ := under(t, weather.Forecast{
		Quota: &weather.Quota{Size: weather.Small, Factor: 0.0001},
		Rules: []weather.Rule{
			{Match: weather.Match{Skip: 6}, Effect: dropping},
			{Effect: weather.Effect{Latency: &weather.Latency{Fixed: time.Second}}},
		},
	})
	for range 6 {
		w.Judge(get("/users/1"))
	}
	if o := w.Judge(get("/users/1")); o.Status != 429 || o.Drop || o.Delay != time.Second {
		t.Errorf("outcome %+v, want 429 after a second", o)
	}
	if diff := cmp.Diff([]int{0, 7}, w.Hits()); diff != "" {
		t.Errorf("hits (-want +got):\n%s", diff)
	}
}

func TestGivenMoreApplicationsThanAreTrackedWhenTheyComeThenTheyShareABucket(t *testing.T) {
	t.Parallel()
	w, _ := under(t, weather.Forecast{Quota: &weather.Quota{Size: weather.Small, Factor: 0.0001}})
	refused := 0
	for i := range 10_020 {
		r := get("/users/1")
		r.Application = fmt.Sprint(i)
		if !w.Judge(r).Runs() {
			refused++
		}
	}
	if refused != 14 {
		t.Errorf("%d refused, want 14 of the 20 beyond", refused)
	}
}

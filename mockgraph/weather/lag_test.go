package weather_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

var ages = weather.Lag{ReadAfterWrite: time.Second, List: 2 * time.Second, Advanced: 3 * time.Second}

func TestGivenLagWhenReadThenEachWayOfReadingHasItsAge(t *testing.T) {
	t.Parallel()
	w, _ := under(t, weather.Forecast{Lag: ages})
	want := map[weather.Reading]time.Duration{weather.ByKey: time.Second, weather.Listing: 2 * time.Second, weather.Advanced: 3 * time.Second}
	for how, age := range want {
		for number := range uint64(50) {
			if got := w.Age(how, number); got != age {
				t.Fatalf("reading %d of request %d is %s old, want %s", how, number, got, age)
			}
		}
	}
	if got := weather.New().Age(weather.ByKey, 1); got != 0 {
		t.Errorf("in fair weather a read is %s old", got)
	}
}

func TestGivenLagOfListsOnlyWhenReadByKeyThenItIsFresh(t *testing.T) {
	t.Parallel()
	w, _ := under(t, weather.Forecast{Lag: weather.Lag{List: time.Second}})
	if w.Age(weather.ByKey, 1) != 0 || w.Age(weather.Advanced, 1) != 0 || w.Age(weather.Listing, 1) != time.Second {
		t.Error("lag of lists touched other reads")
	}
	if o := w.Judge(get("/users")); o.Number != 1 || !o.Runs() {
		t.Errorf("outcome %+v, want a number for its age and nothing else", o)
	}
}

func TestGivenAProbabilityWhenReadOftenThenThatShareLags(t *testing.T) {
	t.Parallel()
	lag := ages
	lag.Probability = 0.25
	w, _ := under(t, weather.Forecast{Seed: 5, Lag: lag})
	stale := 0
	for number := range uint64(10_000) {
		if w.Age(weather.ByKey, number) > 0 {
			stale++
		}
	}
	if stale < 2_350 || stale > 2_650 {
		t.Errorf("%d of 10,000 reads lagged, want about 2,500", stale)
	}
}

func TestGivenFlappingReplicasWhenReadThenTheyAnswerByTurns(t *testing.T) {
	t.Parallel()
	lag := ages
	lag.Flapping = true
	for seed := range uint64(20) {
		w, _ := under(t, weather.Forecast{Seed: seed, Lag: lag})
		running, longest, stale := 0, 0, 0
		even := map[bool]int{}
		previous := time.Duration(-1)
		for number := uint64(1); number <= 800; number++ {
			age := w.Age(weather.ByKey, number)
			if age == previous {
				running++
			} else {
				running = 1
			}
			previous, longest = age, max(longest, running)
			if age > 0 {
				stale++
			}
			if number%2 == 0 {
				even[age > 0]++
			}
		}
		if longest > 2 || stale < 350 || stale > 450 {
			t.Errorf("seed %d: one replica answered %d times running, %d of 800 reads lagged", seed, longest, stale)
		}
		if even[true] < 100 || even[false] < 100 {
			t.Errorf("seed %d: every second read lags %d times and is fresh %d times, want both often", seed, even[true], even[false])
		}
	}
}

func TestGivenDeltaSettingsWhenLeftOutThenTheDefaultsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		given weather.Delta
		want  weather.Delta
	}{
		{weather.Delta{}, weather.Delta{Expired: weather.Gone410, Lifetime: 7 * 24 * time.Hour}},
		{weather.Delta{Expired: weather.BadRequest400, Lifetime: time.Minute}, weather.Delta{Expired: weather.BadRequest400, Lifetime: time.Minute}},
	}
	for _, c := range cases {
		if diff := cmp.Diff(c.want, weather.Delta{Expired: c.given.Refusal(), Lifetime: c.given.Life()}); diff != "" {
			t.Errorf("%+v resolves to (-want +got):\n%s", c.given, diff)
		}
	}
}

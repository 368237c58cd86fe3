package weather_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

func BenchmarkJudge(b *testing.B) {
	for _, p := range weather.Presets() {
		b.Run(p.Name, func(b *testing.B) {
			w := weather.New()
			if err := w.Set(p.Forecast); err != nil {
				b.Fatal(err)
			}
			r := weather.Request{Method: "GET", Template: "/users/{id}", Path: "/users/ada@contoso.example", Application: app}
			b.ReportAllocs()
			for b.Loop() {
				if o := w.Judge(r); p.Name == "fair" && !o.Runs() {
					b.Fatal("stopped in fair weather")
				}
			}
		})
	}
}

func TestGivenFairWeatherWhenJudgedThenNothingIsAllocated(t *testing.T) {
	w := weather.New()
	r := get("/users")
	if n := testing.AllocsPerRun(100, func() { w.Judge(r) }); n != 0 {
		t.Errorf("%v allocations, want none", n)
	}
}

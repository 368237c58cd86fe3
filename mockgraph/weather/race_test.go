package weather_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/weather"
)

func TestGivenManyClientsWhenTheWeatherChangesThenEveryRequestIsCountedOnce(t *testing.T) {
	t.Parallel()
	const clients, requests, count = 16, 500, 100
	f := rule(weather.Match{Count: count}, dropping)
	f.Quota = &weather.Quota{Size: weather.Large}
	w, _ := under(t, f)
	var dropped, highest atomic.Int64
	var running sync.WaitGroup
	for range clients {
		running.Go(func() {
			for range requests {
				o := w.Judge(get("/users"))
				if o.Drop {
					dropped.Add(1)
				}
				for n := int64(o.Number); ; {
					if h := highest.Load(); n <= h || highest.CompareAndSwap(h, n) {
						break
					}
				}
				w.Age(weather.ByKey, o.Number)
				w.Hits()
			}
		})
	}
	running.Wait()
	if dropped.Load() != count || highest.Load() != clients*requests {
		t.Errorf("%d dropped, last number %d, want %d and %d", dropped.Load(), highest.Load(), count, clients*requests)
	}
	for range 4 {
		running.Go(func() {
			for _, p := range weather.Presets() {
				if err := w.Set(p.Forecast); err != nil {
					t.Error(err)
				}
				w.Judge(post("/users"))
				w.Forecast()
				w.Skew()
			}
		})
	}
	running.Wait()
}

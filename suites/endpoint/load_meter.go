package endpoint

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// bucketsMs are the upper bounds of the buckets of answer times.
var bucketsMs = []float64{1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000}

// maxTroubles bounds the exchanges that show what went wrong under load.
const maxTroubles = 5

// meter collects the answers to requests of several kinds.
type meter struct {
	kinds []string

	mu     sync.Mutex
	times  map[string][]time.Duration
	counts result.Load
	worst  string               // the first answer that is trouble, in words
	shown  []*exchange.Exchange // that show trouble
	slow   *exchange.Exchange   // that took longest
}

func newMeter(kinds []string) *meter {
	return &meter{kinds: kinds, times: map[string][]time.Duration{}}
}

// note counts an answer.
func (m *meter) note(kind string, a Answer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if a.Shown != nil {
		m.times[kind] = append(m.times[kind], a.Shown.Duration)
		if m.slow == nil || a.Shown.Duration > m.slow.Duration {
			m.slow = a.Shown
		}
	}
	count := trouble(&m.counts, kind, a)
	if count == nil {
		return
	}
	*count++
	if m.worst == "" {
		m.worst = a.String()
	}
	if len(m.shown) < maxTroubles {
		m.shown = append(m.shown, a.Shown)
	}
}

// result sums up what was measured in the time between the first request sent and the last.
func (m *meter) result(load Load, took time.Duration, sent int) *result.Load {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.counts
	r.Wanted, r.InFlight, r.Requests, r.Seconds = load.Rate, load.InFlight, sent, took.Seconds()
	r.Rate = float64(sent-1) / max(took.Seconds(), 1e-9)
	r.BoundsMs, r.Kinds = bucketsMs, []result.LoadLatency{}
	for _, kind := range m.kinds {
		if times := m.times[kind]; len(times) > 0 {
			r.Kinds = append(r.Kinds, latency(kind, times))
		}
	}
	return &r
}

// latency sums up the times of one kind of request.
func latency(kind string, times []time.Duration) result.LoadLatency {
	times = slices.Sorted(slices.Values(times))
	l := result.LoadLatency{
		Name: kind, Count: len(times), MaxMs: ms(times[len(times)-1]), Buckets: make([]int, len(bucketsMs)+1),
		P50Ms: ms(percentile(times, 50)), P90Ms: ms(percentile(times, 90)), P95Ms: ms(percentile(times, 95)), P99Ms: ms(percentile(times, 99)),
	}
	for _, t := range times {
		at, _ := slices.BinarySearch(bucketsMs, ms(t))
		l.Buckets[at]++
	}
	return l
}

// percentile is the smallest of sorted times that p hundredths of them do not exceed.
func percentile(sorted []time.Duration, p float64) time.Duration {
	rank := int(math.Ceil(p / 100 * float64(len(sorted))))
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// ms is a duration in milliseconds, to the microsecond.
func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// slowest names the kinds of request with the time within which nine in ten were answered.
func (m *meter) slowest() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []string
	for _, kind := range m.kinds {
		if times := m.times[kind]; len(times) > 0 {
			all = append(all, fmt.Sprintf("%s within %.0f ms (p90)", kind, latency(kind, times).P90Ms))
		}
	}
	return all
}

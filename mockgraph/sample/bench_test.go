package sample_test

import (
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// BenchmarkFill reports the best round, because other work on the machine only ever adds. REHEARSE_BENCH_USERS adds a size, such as 1000000.
func BenchmarkFill(b *testing.B) {
	sizes := []sample.Size{sample.Contoso, 10_000, 100_000}
	if n, err := strconv.Atoi(os.Getenv("REHEARSE_BENCH_USERS")); err == nil {
		sizes = append(sizes, sample.Size(n))
	}
	for _, size := range sizes {
		b.Run(size.String(), func(b *testing.B) {
			best, bytes := time.Hour, 0.0
			for b.Loop() {
				before := heap()
				begun := time.Now()
				d := filled(b, size, 1)
				best = min(best, time.Since(begun))
				bytes = float64(heap()-before) / float64(size)
				runtime.KeepAlive(d)
			}
			b.ReportMetric(float64(best.Microseconds())/1000, "best-ms")
			b.ReportMetric(bytes, "bytes/user")
		})
	}
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A user of a large tenant costs at most 1.3 KB, indexes and change log included.
func TestGivenALargeTenantThenAUserCostsAtMost1300Bytes(t *testing.T) {
	const size = 50_000
	before := heap()
	d := filled(t, size, 1)
	if each := (heap() - before) / size; each > 1300 {
		t.Errorf("%d bytes for each user", each)
	}
	if n := d.Snapshot().Count(directory.User); n != size {
		t.Errorf("%d users", n)
	}
}

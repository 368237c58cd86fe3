package endpoint_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// BenchmarkRehearsal is one whole run of all checks against the reference endpoint in this process, one check after another.
func BenchmarkRehearsal(b *testing.B) {
	for b.Loop() {
		target := open(b, reference(b))
		rehearse(b.Context(), target)
		target.Close(b.Context())
	}
	b.ReportMetric(float64(len(endpoint.Checks())*b.N)/b.Elapsed().Seconds(), "checks/s")
}

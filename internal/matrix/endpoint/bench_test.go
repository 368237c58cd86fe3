package endpoint_test

import (
	"testing"

	matrix "github.com/rehearse-id/rehearse/internal/matrix/endpoint"
)

// BenchmarkRehearsal is all checks on the reference endpoint in both dialects, the ones of load with them, one after another.
func BenchmarkRehearsal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := matrix.Run(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
}

package connector_test

import (
	"testing"

	matrix "github.com/rehearse-id/rehearse/internal/matrix/connector"
)

// BenchmarkRehearsal is all checks on the reference connector, one after another.
func BenchmarkRehearsal(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := matrix.Run(b.Context(), nil); err != nil {
			b.Fatal(err)
		}
	}
}

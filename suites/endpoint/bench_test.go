package endpoint_test

import "testing"

// BenchmarkRehearsal is one whole run of all checks against the reference endpoint in this process, one check after another.
func BenchmarkRehearsal(b *testing.B) {
	for b.Loop() {
		target := open(b, reference(b))
		rehearse(b.Context(), target)
		target.Close(b.Context())
	}
}

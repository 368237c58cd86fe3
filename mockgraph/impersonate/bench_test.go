package impersonate_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

// BenchmarkTransport measures calls of a handler that does nothing, and of one that writes 1 KB, beside the floor: the handler
// called on a fresh recorder.
func BenchmarkTransport(b *testing.B) {
	kilobyte := strings.Repeat("x", 1024)
	for _, c := range []struct {
		name    string
		handler http.HandlerFunc
	}{
		{"null", func(http.ResponseWriter, *http.Request) {}},
		{"1KB", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, kilobyte)
		}},
	} {
		request, err := http.NewRequest(http.MethodGet, "https://graph.microsoft.com/v1.0/me", nil)
		if err != nil {
			b.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer x")
		b.Run(c.name, func(b *testing.B) {
			transport := impersonate.Transport(c.handler)
			b.ReportAllocs()
			for b.Loop() {
				response, err := transport.RoundTrip(request)
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
		b.Run(c.name+"/floor", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				recorder := httptest.NewRecorder()
				c.handler(recorder, request.Clone(b.Context()))
				_ = recorder.Result()
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
		})
	}
}

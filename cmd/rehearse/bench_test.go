package main_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
)

// BenchmarkRemote is a whole run against an endpoint behind a line that takes 100 ms for each request, with and without a pace.
func BenchmarkRemote(b *testing.B) {
	for name, flags := range map[string][]string{"parallel16": {"--parallel", "16", "--pace", "-1"}, "pace25": {"--pace", "25"}} {
		b.Run(name, func(b *testing.B) {
			var requests int
			for b.Loop() {
				_, url := startSlow(b, 100*time.Millisecond, 0)
				out := b.TempDir()
				cmd := rehearseAgainst(b, url, out, flags...)
				var said bytes.Buffer
				cmd.Stdout, cmd.Stderr = &said, &said
				if err := cmd.Run(); err != nil {
					b.Fatalf("%v\n%s", err, said.String())
				}
				data, err := os.ReadFile(filepath.Join(out, "report.json"))
				if err != nil {
					b.Fatal(err)
				}
				var r result.Report
				if err := json.Unmarshal(data, &r); err != nil {
					b.Fatal(err)
				}
				requests = r.Requests
			}
			b.ReportMetric(float64(requests), "requests/run")
		})
	}
}

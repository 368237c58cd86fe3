package mockgraph_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func BenchmarkOpen(b *testing.B) {
	for name, size := range map[string]sample.Size{"none": 0, "small": 10, "contoso": 500} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				t := mockgraph.New(mockgraph.WithSample(size, 1))
				if _, err := t.Register("x", mockgraph.EveryPermission()...); err != nil {
					b.Fatal(err)
				}
				t.SetStart()
			}
		})
	}
	b.Run("authority", func(b *testing.B) {
		dir := b.TempDir()
		for b.Loop() {
			a, _ := impersonate.NewAuthority()
			_ = a.SaveTo(dir)
		}
	})
}

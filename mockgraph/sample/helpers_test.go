package sample_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

const (
	tenantID = "11111111-2222-4333-8444-555555555555"
	initial  = "contoso.onmicrosoft.com"
)

// empty returns a directory for a sample tenant of that seed with nobody in it.
func empty(seed uint64, more ...directory.Option) *directory.Directory {
	clock := clockwork.NewFakeClockAt(time.Date(2026, 3, 1, 9, 30, 0, 0, time.UTC))
	options := append(sample.Options(seed), directory.WithClock(clock), directory.WithTenant(tenantID, "Contoso", initial))
	return directory.New(append(options, more...)...)
}

func filled(t testing.TB, size sample.Size, seed uint64, more ...directory.Option) *directory.Directory {
	t.Helper()
	d := empty(seed, more...)
	if err := sample.Fill(d, size, seed); err != nil {
		t.Fatal(err)
	}
	return d
}

func saved(t testing.TB, d *directory.Directory) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.Save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func users(d *directory.Directory) (all []*directory.Object) {
	for o := range d.Snapshot().Objects(directory.User) {
		all = append(all, o)
	}
	return all
}

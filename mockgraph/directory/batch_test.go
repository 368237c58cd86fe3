package directory_test

import (
	"errors"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestGivenAnObjectThatAnotherWriterChangedThenItIsNotUnchanged(t *testing.T) {
	t.Parallel()
	d := newTenant(t)
	id := d.user("ada")
	read, _ := d.Snapshot().Object(id)
	unchanged := func() error {
		return d.Batch(func(b *directory.Batch) error { return b.Unchanged(read) })
	}
	d.must(unchanged())
	_, err := d.Update(read.ID(), directory.Properties{"jobTitle": "Analyst"})
	d.must(err)
	refused(t, unchanged(), directory.CodeConcurrency, "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.")
	d.must(d.Delete(read.ID()))
	var refusal *directory.Error
	if err := unchanged(); !errors.As(err, &refusal) || refusal.Code != directory.CodeNotFound {
		t.Errorf("a deleted object: %v", err)
	}
}

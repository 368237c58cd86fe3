package directory_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestGivenACheckpointWhenRolledBackThenTheStateIsThatOfBefore(t *testing.T) {
	d := newTenant(t)
	ada, team := d.user("ada"), d.group("team")
	d.must(d.AddMember(team, ada))
	d.Audit(directory.DirectoryAudit{ActivityDisplayName: "Add user"})
	d.must(d.SetPhoto(ada, "image/jpeg", []byte("picture")))
	before := saved(t, d.Directory)
	c := d.Checkpoint()
	for range 3 { // as often as wanted
		bob := d.user("bob")
		d.must(d.AddMember(team, bob))
		d.must(d.RemovePhoto(ada))
		d.must(d.Delete(ada))
		d.Audit(directory.DirectoryAudit{ActivityDisplayName: "Delete user"})
		d.Rollback(c)
		if got := saved(t, d.Directory); got != before {
			t.Fatalf("after the rollback the directory is\n%s, want\n%s", got, before)
		}
		d.must(d.Snapshot().Check())
	}
	if d.Snapshot().Sequence() != c.Snapshot().Sequence() {
		t.Errorf("the sequence is %d, want %d", d.Snapshot().Sequence(), c.Snapshot().Sequence())
	}
}

func TestGivenACheckpointOfAnotherDirectoryThenItCanBeTakenOver(t *testing.T) {
	other := newTenant(t)
	ada := other.user("ada")
	d := newTenant(t)
	d.user("bob")
	d.Rollback(other.Checkpoint())
	if saved(t, d.Directory) != saved(t, other.Directory) {
		t.Error("the directory is not as the other one")
	}
	other.must(other.Delete(ada))
	d.user("cid")
	if _, ok := d.Snapshot().Object(ada); !ok || d.Snapshot().Count(directory.User) != 2 || other.Snapshot().Count(directory.User) != 0 {
		t.Error("the two share what they write")
	}
}

// The change log is shared by copies: who goes back must not write where readers of the time between still read.
func TestGivenReadersOfTheTimeBetweenWhenRolledBackThenTheyReadOn(t *testing.T) {
	d := newTenant(t)
	d.user("ada")
	c := d.Checkpoint()
	for i := range 300 { // more than a chunk of the log
		d.user(fmt.Sprint("u", i))
	}
	between := d.Snapshot()
	want := slices.Collect(between.Changes(0))
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				if got := slices.Collect(between.Changes(0)); len(got) != len(want) || got[len(got)-1].ObjectID != want[len(want)-1].ObjectID || between.Count(directory.User) != 301 {
					t.Error("a snapshot of the time between has changed")
					return
				}
			}
		})
	}
	for i := range 20 {
		d.Rollback(c)
		for j := range 20 {
			d.group(fmt.Sprintf("g%d-%d", i, j))
		}
	}
	group.Wait()
	d.must(d.Snapshot().Check())
}

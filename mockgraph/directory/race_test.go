package directory_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Each writer keeps to its own users: it adds one to the group together with a title, so that every state shows for each
// writer as many members as users, or one user more.
func TestGivenWritersWhenSnapshotsAreReadThenEachIsConsistentAndNeverChanges(t *testing.T) {
	const writers, readers, users = 4, 4, 60
	d := directory.New(directory.WithHistory(16))
	group, err := d.Create(directory.Group, security("all"))
	if err != nil {
		t.Fatal(err)
	}
	var writing, reading sync.WaitGroup
	done := make(chan struct{})
	for w := range writers {
		writing.Go(func() {
			for i := range users {
				o, err := d.Create(directory.User, user(fmt.Sprintf("u%d-%d", w, i), nil))
				if err == nil {
					err = d.AddMember(group.ID(), o.ID())
				}
				if err == nil && i%3 == 0 {
					err = d.Delete(o.ID())
				}
				if err == nil && i%6 == 0 {
					_, err = d.Restore(o.ID())
				}
				if err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for range readers {
		reading.Go(func() {
			var last uint64
			for {
				s := d.Snapshot()
				if s.Sequence() < last {
					t.Errorf("the sequence went back from %d to %d", last, s.Sequence())
				}
				last = s.Sequence()
				count := func() (live, members, changes int) {
					for range s.Objects(directory.User) {
						live++
					}
					for range s.Members(group.ID()) {
						members++
					}
					for range s.Changes(0) {
						changes++
					}
					return live, members, changes
				}
				live, members, changes := count()
				if members > live || live > members+writers || changes != int(s.Sequence()) {
					t.Errorf("at %d: %d users, %d members, %d changes", s.Sequence(), live, members, changes)
				}
				if l, m, c := count(); l != live || m != members || c != changes {
					t.Error("a snapshot changed while it was read")
				}
				if old, ok := d.At(last / 2); ok && old.Sequence() > last/2 {
					t.Errorf("At(%d) gave %d", last/2, old.Sequence())
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	writing.Wait()
	close(done)
	reading.Wait()
	const want = writers * (users - users/3 + users/6)
	if got := d.Snapshot().Count(directory.User); got != want {
		t.Errorf("%d users are left, want %d", got, want)
	}
}

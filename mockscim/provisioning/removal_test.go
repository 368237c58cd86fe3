package provisioning_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// The target deleted what left and its answer was lost; before the next cycle it is back: there is one of it again, and nothing else is written.
func TestWhatComesBackAfterALostDeletionIsMadeAnew(t *testing.T) {
	t.Parallel()
	for title, away := range map[string]struct{ leave, back func(w *world, id string) }{
		"restored": {
			func(w *world, id string) { w.ok(w.dir.Delete(id)) },
			func(w *world, id string) { must(w.dir.Restore(id))(w) },
		},
		"assigned again": {
			func(w *world, id string) { w.unassign(id) },
			func(w *world, id string) { must(w.dir.Assign(id, w.app, directory.DefaultAccessRole))(w) },
		},
	} {
		for _, path := range []string{"/Users", "/Groups"} {
			for _, fault := range []string{"lost answer", "timeout", "server error after acting", "a page after acting", "cancelled after", "server error", "cancelled before"} {
				t.Run(title+path+"/"+fault, func(t *testing.T) {
					t.Parallel()
					w := newWorld(t, provisioning.WithHardDelete())
					w.hire()
					w.found()
					id := map[string]string{"/Users": w.users[0], "/Groups": w.groups[0]}[path]
					must(w.dir.Assign(id, w.app, directory.DefaultAccessRole))(t)
					w.run("", 0)
					away.leave(w, id)
					w.run(fault, 2) // two probes, then the DELETE
					away.back(w, id)
					w.recalled()
					if report := w.run("", 0); report.Failures != 0 {
						t.Errorf("report %+v", report)
					}
					w.road.taken()
					w.run("", 0)
					if writes := w.road.taken(); len(writes) > 0 {
						t.Errorf("a cycle without changes wrote %v", writes)
					}
					anchor, _ := w.job.Anchor(id)
					if have := w.all(path); len(have) != 1 || have[0]["id"] != anchor {
						t.Errorf("the target has %v, the job knows %q", have, anchor)
					}
				})
			}
		}
	}
}

// Who was removed by somebody else stays away until the job is restarted, also when a deletion of it was lost once and it was there after that.
func TestADeletionThatWasNotDoneIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found()
	id := w.groups[0]
	must(w.dir.Assign(id, w.app, directory.DefaultAccessRole))(t)
	w.run("", 0)
	w.ok(w.dir.Delete(id))
	w.run("server error", 2)
	must(w.dir.Restore(id))(t)
	w.run("", 0)
	anchor, _ := w.job.Anchor(id)
	w.own("DELETE", "/Groups/"+anchor, "")
	must(w.dir.Update(id, directory.Properties{"displayName": "Team Crimson"}))(t)
	if report := w.run("", 0); report.Failures != 1 || len(w.all("/Groups")) != 0 {
		t.Errorf("report %+v, the target has %v", report, w.all("/Groups"))
	}
}

// recalled has another job go on with what this one knows.
func (w *world) recalled() {
	w.Helper()
	parts := w.job.Remember()
	w.job = must(provisioning.NewJob(w.dir, w.app, w.client(), w.options...))(w)
	for _, part := range parts {
		w.ok(w.job.Recall(part))
	}
}

// A group fails in the initial cycle that would have told the target who has left and who has joined: the cycle it is tried again in does.
func TestMembersOfAGroupThatFailedInAnInitialCycle(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hire()
	w.hire()
	w.found()
	ada, bob, team := w.users[0], w.users[1], w.groups[0]
	w.ok(w.dir.AddMember(team, ada))
	for _, id := range []string{ada, bob, team} {
		must(w.dir.Assign(id, w.app, directory.DefaultAccessRole))(t)
	}
	w.run("", 0)
	w.ok(w.dir.RemoveMember(team, ada))
	w.ok(w.dir.AddMember(team, bob))
	w.job.Restart(synchronization.ResetWatermark)
	if report := w.run("server error", 4); report.Failures != 1 { // two probes, two users, then the group
		t.Fatalf("report %+v", report)
	}
	w.run("", 0)
	want, _ := w.job.Anchor(bob)
	if have := membersOf(w.all("/Groups")[0]); len(have) != 1 || !have[want] {
		t.Errorf("the group has %v, want only %s", have, want)
	}
}

package provisioning_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// run lets one cycle run in which the requests numbered from and on are answered badly, then returns its report.
func (w *world) run(fault string, from int) provisioning.Report {
	w.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	w.road.change(fault, from, from+1, cancel)
	report, err := w.job.Cycle(ctx)
	if err != nil && ctx.Err() == nil {
		w.Fatal(err)
	}
	w.road.change("", 0, 0, nil)
	w.clock.Advance(40 * time.Minute)
	return report
}

// fair lets one cycle run in whatever weather there is, which does not cancel it.
func (w *world) fair() provisioning.Report {
	w.Helper()
	report := must(w.job.Cycle(context.Background()))(w)
	w.clock.Advance(40 * time.Minute)
	return report
}

// lost are the ways an answer is lost after the target has acted.
var lost = []string{"lost answer", "timeout", "server error after acting", "a page after acting", "half of it", "no id", "cancelled after"}

// The target made the account and its answer was lost; then something happens to the user before the next cycle.
func TestACreateWhoseAnswerWasLostLeavesNobodyBehind(t *testing.T) {
	t.Parallel()
	for title, tt := range map[string]struct {
		then func(w *world, user string)
		want string // userName and active of the accounts there are
	}{
		"nothing else happens": {func(*world, string) {}, "person1@contoso.example true"},
		"renamed": {func(w *world, user string) {
			must(w.dir.Update(user, directory.Properties{"userPrincipalName": "ada@contoso.example"}))(w)
		}, "ada@contoso.example true"},
		"blocked": {func(w *world, user string) {
			must(w.dir.Update(user, directory.Properties{"accountEnabled": false}))(w)
		}, "person1@contoso.example false"},
		"renamed and blocked": {func(w *world, user string) {
			must(w.dir.Update(user, directory.Properties{"userPrincipalName": "ada@contoso.example", "accountEnabled": false}))(w)
		}, "ada@contoso.example false"},
		"unassigned": {func(w *world, user string) { w.unassign(user) }, "person1@contoso.example false"},
		"deleted":    {func(w *world, user string) { _ = w.dir.Delete(user) }, "person1@contoso.example false"},
		"purged":     {func(w *world, user string) { _, _ = w.dir.Delete(user), w.dir.Purge(user) }, ""},
	} {
		for _, fault := range lost {
			t.Run(title+"/"+fault, func(t *testing.T) {
				w := newWorld(t)
				w.hire()
				user := w.users[0]
				must(w.dir.Assign(user, w.app, directory.DefaultAccessRole))(t)
				w.run(fault, 3) // two probes, one match, then the create
				tt.then(w, user)
				w.run("", 0)
				w.road.taken()
				w.run("", 0)
				if writes := w.road.taken(); len(writes) > 0 {
					t.Errorf("a cycle without changes wrote %v", writes)
				}
				var have []string
				for _, r := range w.all("/Users") {
					have = append(have, at(r, "userName")+" "+at(r, "active"))
				}
				if got := strings.Join(have, ", "); got != tt.want {
					t.Errorf("the target has %q, want %q", got, tt.want)
				}
			})
		}
	}
}

// A create that was refused outright, and one that was not done, leave nothing to find out.
func TestACreateThatWasNotDoneIsAskedForOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hire()
	must(w.dir.Assign(w.users[0], w.app, directory.DefaultAccessRole))(t)
	w.run("server error", 3)
	w.unassign(w.users[0])
	if report := w.run("", 0); report.Requests != 3 || report.Failures != 0 {
		t.Errorf("report %+v, want two probes and one query", report)
	}
	if report := w.run("", 0); report.Requests != 2 {
		t.Errorf("report %+v, want two probes", report)
	}
}

// The query for what a lost create made fails as well: it is tried again, and the account is disabled in the end.
func TestFindingOutMayFailToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.hire()
	must(w.dir.Assign(w.users[0], w.app, directory.DefaultAccessRole))(t)
	w.run("lost answer", 3)
	w.unassign(w.users[0])
	if report := w.run("unavailable", 2); report.Failures != 1 {
		t.Fatalf("report %+v", report)
	}
	w.clock.Advance(25 * time.Hour)
	if report := w.run("", 0); report.Disables != 1 || report.Failures != 0 {
		t.Fatalf("report %+v", report)
	}
}

// A group is created, the answer is lost, and the group is renamed: there is one group.
func TestALostGroupIsNotCreatedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.found()
	must(w.dir.Assign(w.groups[0], w.app, directory.DefaultAccessRole))(t)
	w.run("lost answer", 3)
	must(w.dir.Update(w.groups[0], directory.Properties{"displayName": "Team Crimson"}))(t)
	w.run("", 0)
	if groups := w.all("/Groups"); len(groups) != 1 || at(groups[0], "displayName") != "Team Crimson" {
		t.Fatalf("the target has %v", groups)
	}
}

// The target added a member and its answer was lost; the member leaves before the next cycle.
func TestAMemberWhoseAdditionWasLostCanLeave(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"lost answer", "timeout", "server error after acting", "cancelled after"} {
		t.Run(fault, func(t *testing.T) {
			w := newWorld(t)
			w.hire()
			w.hire()
			w.found()
			for _, id := range append(w.users, w.groups...) {
				must(w.dir.Assign(id, w.app, directory.DefaultAccessRole))(t)
			}
			w.run("", 0)
			for _, u := range w.users {
				w.ok(w.dir.AddMember(w.groups[0], u))
			}
			w.run(fault, 5) // two probes, the group, the users, then the first member
			w.ok(w.dir.RemoveMember(w.groups[0], w.users[0]))
			w.run("", 0)
			want, _ := w.job.Anchor(w.users[1])
			if have := membersOf(w.all("/Groups")[0]); len(have) != 1 || !have[want] {
				t.Errorf("the group has %v, want only %s", have, want)
			}
		})
	}
}

func (w *world) ok(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

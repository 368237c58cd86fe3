package directory_test

import (
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestGivenADeletedUserThenSheIsInTheRecycleBinWithHerPropertiesAndNobodySeesHer(t *testing.T) {
	d := newTenant(t)
	ada, boss, team, app := d.create(directory.User, user("ada", directory.Properties{"jobTitle": "Engineer"})), d.user("boss"), d.group("team"), d.app()
	d.must(d.AddMember(team, ada))
	d.must(d.SetManager(ada, boss))
	_, err := d.Assign(ada, app, directory.DefaultAccessRole)
	d.must(err)

	d.must(d.Delete(ada))
	s := d.Snapshot()
	if _, live := s.Object(ada); live {
		t.Error("she is still live")
	}
	o, ok := s.Deleted(ada)
	if !ok || o.String("jobTitle") != "Engineer" || o.String("userPrincipalName") != "ada@contoso.example" {
		t.Errorf("the recycle bin holds %v", o)
	}
	if at, deleted := o.DeletedAt(); !deleted || !at.Equal(d.clock.Now()) {
		t.Errorf("deleted at %v, %v", at, deleted)
	}
	if _, found := s.Lookup(directory.User, "userPrincipalName", "ada@contoso.example"); found {
		t.Error("her name still finds her")
	}
	same(t, "members", list(s.Members(team)), nil)
	same(t, "groups", list(s.MemberOf(ada)), nil)
	same(t, "reports", list(s.DirectReports(boss)), nil)
	same(t, "assigned", list(s.AssignedTo(app)), nil)
	_, err = d.Update(ada, directory.Properties{"jobTitle": "x"})
	refused(t, err, directory.CodeNotFound, missing(ada))
	refused(t, d.Delete(ada), directory.CodeNotFound, missing(ada))
	refused(t, d.AddMember(team, ada), directory.CodeNotFound, missing(ada))
}

func TestGivenADeletedUserWhenRestoredThenAllComesBackUnderTheSameID(t *testing.T) {
	d := newTenant(t)
	ada, boss, report, team, app := d.user("ada"), d.user("boss"), d.user("report"), d.group("team"), d.app()
	d.must(d.AddMember(team, ada))
	d.must(d.SetManager(ada, boss))
	d.must(d.SetManager(report, ada))
	assignment, err := d.Assign(ada, app, directory.DefaultAccessRole)
	d.must(err)
	d.must(d.Delete(ada))
	if _, has := d.Snapshot().Manager(report); has {
		t.Error("a deleted manager shows")
	}

	o, err := d.Restore(ada)
	d.must(err)
	if _, deleted := o.DeletedAt(); deleted || o.ID() != ada {
		t.Errorf("restored as %v", o)
	}
	s := d.Snapshot()
	same(t, "members", list(s.Members(team)), []string{ada})
	same(t, "reports of the boss", list(s.DirectReports(boss)), []string{ada})
	same(t, "her reports", list(s.DirectReports(ada)), []string{report})
	same(t, "assignments", list(s.Assignments(ada)), []directory.Assignment{assignment})
	if found, ok := s.Lookup(directory.User, "userPrincipalName", "ADA@contoso.example"); !ok || found.ID() != ada {
		t.Error("her name does not find her")
	}
	_, err = d.Restore(ada)
	refused(t, err, directory.CodeNotFound, missing(ada))
}

func TestGivenADeletedUserWhenHerNameIsTakenThenTheNewUserStaysAndRestoreIsRefused(t *testing.T) {
	d := newTenant(t)
	old := d.user("ada")
	d.must(d.Delete(old))
	fresh := d.user("ada")
	if fresh == old {
		t.Fatal("the id was used again")
	}
	_, err := d.Restore(old)
	refused(t, err, directory.CodeBadRequest, "Another object with the same value for property userPrincipalName already exists.")
	if _, ok := d.Snapshot().Deleted(old); !ok {
		t.Error("a refused restore emptied the recycle bin")
	}
	d.must(d.Delete(fresh))
	if _, err := d.Restore(old); err != nil {
		t.Errorf("the name is free again: %v", err)
	}
}

func TestGivenGroupsWhenDeletedThenThoseOfTheCloudAreRecycled(t *testing.T) {
	for _, c := range []struct {
		name     string
		p        directory.Properties
		opts     []directory.Option
		recycled bool
	}{
		{"security", security("g"), nil, true},
		{"dynamic security", dynamic("g", `user.displayName -eq "ada"`), nil, true},
		{"Microsoft 365", microsoft365("g"), nil, true},
		{"synchronized security", with(security("g"), directory.Properties{"onPremisesSyncEnabled": true}), nil, false},
		{"mail-enabled security", with(security("g"), directory.Properties{"mailEnabled": true}), nil, false},
		{"distribution", with(security("g"), directory.Properties{"mailEnabled": true, "securityEnabled": false}), nil, false},
		{"security, as the reference says", security("g"), []directory.Option{directory.WithoutSecurityGroupRecycling()}, false},
		{"Microsoft 365, as the reference says", microsoft365("g"), []directory.Option{directory.WithoutSecurityGroupRecycling()}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newTenant(t, c.opts...)
			id, ada := d.create(directory.Group, c.p), d.user("ada")
			if c.p["membershipRule"] == nil {
				d.must(d.AddMember(id, ada))
			}
			d.Process()
			d.must(d.Delete(id))
			if _, ok := d.Snapshot().Deleted(id); ok != c.recycled {
				t.Fatalf("in the recycle bin: %v", ok)
			}
			same(t, "groups of the member", list(d.Snapshot().MemberOf(ada)), nil)
			_, err := d.Restore(id)
			if !c.recycled {
				refused(t, err, directory.CodeNotFound, missing(id))
				return
			}
			d.must(err)
			same(t, "members", list(d.Snapshot().Members(id)), []string{ada})
		})
	}
}

func TestGivenAPurgedUserThenNothingOfHerComesBack(t *testing.T) {
	d := newTenant(t)
	ada, team, app := d.user("ada"), d.group("team"), d.app()
	d.must(d.AddMember(team, ada))
	assignment, err := d.Assign(ada, app, directory.DefaultAccessRole)
	d.must(err)
	refused(t, d.Purge(ada), directory.CodeNotFound, missing(ada)) // she is not in the recycle bin yet
	d.must(d.Delete(ada))
	d.must(d.Purge(ada))
	if _, ok := d.Snapshot().Deleted(ada); ok {
		t.Error("she is still in the recycle bin")
	}
	refused(t, d.Unassign(assignment.ID), directory.CodeNotFound, missing(assignment.ID))
	refused(t, d.Purge(ada), directory.CodeNotFound, missing(ada))
	changes := d.Changes(0)
	if last := changes[len(changes)-1]; last.Operation != directory.Purged || last.ObjectID != ada {
		t.Errorf("the last change is %+v", last)
	}
}

func TestGivenThirtyDaysInTheRecycleBinWhenExpiredThenTheObjectIsGone(t *testing.T) {
	d := newTenant(t)
	ada, grace := d.user("ada"), d.user("grace")
	d.must(d.Delete(ada))
	d.clock.Advance(time.Hour)
	d.must(d.Delete(grace))
	d.clock.Advance(directory.Retention - time.Hour)
	if n := d.Expire(); n != 0 {
		t.Errorf("%d objects expired on the thirtieth day", n)
	}
	d.clock.Advance(time.Second)
	if n := d.Expire(); n != 1 {
		t.Errorf("%d objects expired, want one", n)
	}
	s := d.Snapshot()
	_, adaThere := s.Deleted(ada)
	_, graceThere := s.Deleted(grace)
	if adaThere || !graceThere {
		t.Errorf("in the recycle bin: ada %v, grace %v", adaThere, graceThere)
	}
}

func TestGivenADeletedManagerWhenAnotherIsSetThenRestoringDoesNotBringTheOldOneBack(t *testing.T) {
	d := newTenant(t)
	ada, first, second := d.user("ada"), d.user("first"), d.user("second")
	for _, next := range []string{second, ""} {
		d.must(d.SetManager(ada, first))
		d.must(d.Delete(first))
		d.must(d.SetManager(ada, next))
		if _, err := d.Restore(first); err != nil {
			t.Fatal(err)
		}
		if got, _ := d.Snapshot().Manager(ada); got != next {
			t.Errorf("the manager is %q, want %q", got, next)
		}
	}
}

func TestGivenAMemberThatCameBackBeforeItsGroupThenTheLogTellsOfTheMembership(t *testing.T) {
	d := newTenant(t)
	group, ada := d.create(directory.Group, microsoft365("office")), d.user("ada")
	d.must(d.AddMember(group, ada))
	d.must(d.Delete(ada))
	d.must(d.Delete(group))
	_, err := d.Restore(ada)
	d.must(err)
	before := d.Snapshot().Sequence()
	_, err = d.Restore(group)
	d.must(err)
	same(t, "members", list(d.Snapshot().Members(group)), []string{ada})
	changes := d.Changes(before)
	if last := changes[len(changes)-1]; last.Operation != directory.LinkAdded || last.TargetID != ada {
		t.Errorf("logged %v", changes)
	}
	d.must(d.Snapshot().Check())
}

func TestGivenAGrantWhoseClientIsDeletedThenItDoesNotComeBackAlone(t *testing.T) {
	t.Parallel()
	d := directory.New()
	var ends []string
	for range 2 {
		p, err := d.Create(directory.ServicePrincipal, directory.Properties{"displayName": "end"})
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, p.ID())
	}
	grant, err := d.Create(directory.OAuth2PermissionGrant, directory.Properties{"clientId": ends[0], "resourceId": ends[1], "consentType": "AllPrincipals", "scope": "User.Read"})
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Delete(ends[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Restore(grant.ID()); err == nil {
		t.Error("restored without its client")
	}
	if err := d.Snapshot().Check(); err != nil {
		t.Error(err)
	}
}

package directory_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestGivenSequencesWhenReadAtThemThenEachShowsItsOwnState(t *testing.T) {
	d := newTenant(t)
	ada := d.user("ada")
	for i := range 5 {
		_, err := d.Update(ada, directory.Properties{"jobTitle": fmt.Sprint(i)})
		d.must(err)
	}
	for sequence, want := range map[uint64]string{1: "", 2: "0", 4: "2", 6: "4"} {
		s, ok := d.At(sequence)
		if !ok || s.Sequence() != sequence {
			t.Fatalf("At(%d) = %v, %v", sequence, s, ok)
		}
		if o, _ := s.Object(ada); o.String("jobTitle") != want {
			t.Errorf("at %d the title is %q, want %q", sequence, o.String("jobTitle"), want)
		}
	}
	if s, ok := d.At(0); !ok || s.Count(directory.User) != 0 {
		t.Error("the empty directory is not kept")
	}
	if _, ok := d.At(7); ok {
		t.Error("the future can be read")
	}
}

func TestGivenAWriteOfSeveralChangesWhenReadInItsMiddleThenTheStateBeforeItComesBack(t *testing.T) {
	d := newTenant(t)
	ada, team := d.user("ada"), d.group("team")
	d.must(d.AddMember(team, ada)) // 3
	d.must(d.Delete(ada))          // 4 removes her from the group, 5 deletes her
	s, ok := d.At(4)
	if !ok || s.Sequence() != 3 || !s.HasMember(team, ada) {
		t.Errorf("At(4) is the state at %d, %v", s.Sequence(), ok)
	}
}

func TestGivenABoundedHistoryThenOlderStatesAreGone(t *testing.T) {
	d := newTenant(t, directory.WithHistory(3))
	for i := range 10 {
		d.user(fmt.Sprint("u", i))
	}
	for sequence := range uint64(11) {
		s, ok := d.At(sequence)
		if want := sequence >= 7; ok != want {
			t.Errorf("At(%d): %v, want %v", sequence, ok, want)
		} else if ok && s.Count(directory.User) != int(sequence) {
			t.Errorf("at %d there are %d users", sequence, s.Count(directory.User))
		}
	}
	none := newTenant(t, directory.WithHistory(0))
	none.user("ada")
	if _, ok := none.At(0); ok {
		t.Error("a directory without history reads the past")
	}
	if _, ok := none.At(1); !ok {
		t.Error("a directory without history does not read the present")
	}
}

func TestGivenALogThenItTellsWhatHappenedSinceInOrder(t *testing.T) {
	d := newTenant(t, directory.WithoutSecurityGroupRecycling())
	ada, team := d.user("ada"), d.group("team")
	d.must(d.AddMember(team, ada))
	d.must(d.Delete(ada))
	_, err := d.Restore(ada)
	d.must(err)
	d.must(d.Delete(team))
	want := []string{
		"1 created user", "2 created group", "3 linkAdded group", "4 linkRemoved group", "5 deleted user",
		"6 restored user", "7 linkAdded group", "8 deleted group", "9 purged group",
	}
	var got []string
	for _, c := range d.Changes(0) {
		got = append(got, fmt.Sprint(c.Sequence, " ", c.Operation, " ", c.Type))
		if !c.Time.Equal(d.clock.Now()) {
			t.Errorf("change %d is of %v", c.Sequence, c.Time)
		}
	}
	same(t, "log", got, want)
	if n := len(d.Changes(6)); n != 3 {
		t.Errorf("%d changes since 6, want 3", n)
	}
	if n := len(d.Changes(9)) + len(d.Changes(99)); n != 0 {
		t.Errorf("%d changes since the end", n)
	}
}

func TestGivenIndexedPropertiesThenObjectsAreFoundByThemInAnyCase(t *testing.T) {
	d := newTenant(t)
	ada := d.create(directory.User, user("ada", directory.Properties{"mail": "Ada@mail.example", "proxyAddresses": []string{"SMTP:a@x.example", "smtp:b@x.example"}}))
	for _, c := range []struct {
		typ             directory.Type
		property, value string
		found           bool
	}{
		{directory.User, "userPrincipalName", "ADA@CONTOSO.EXAMPLE", true},
		{directory.User, "USERPRINCIPALNAME", "ada@contoso.example", true},
		{directory.User, "mail", "ada@MAIL.example", true},
		{directory.User, "proxyAddresses", "smtp:B@x.example", true},
		{directory.User, "userPrincipalName", "ad", false},
		{directory.User, "userPrincipalName", "ada@contoso.example2", false},
		{directory.Group, "mail", "ada@mail.example", false},
		{directory.User, "jobTitle", "x", false},
		{directory.User, "noSuch", "x", false},
		{"device", "mail", "ada@mail.example", false},
	} {
		o, ok := d.Snapshot().Lookup(c.typ, c.property, c.value)
		if ok != c.found || ok && o.ID() != ada {
			t.Errorf("Lookup(%s, %s, %s) = %v, %v", c.typ, c.property, c.value, o, ok)
		}
	}
	_, err := d.Update(ada, directory.Properties{"mail": nil})
	d.must(err)
	if _, ok := d.Snapshot().Lookup(directory.User, "mail", "ada@mail.example"); ok {
		t.Error("the index keeps a value that is gone")
	}
}

func TestGivenIterationWhenStoppedEarlyThenItStops(t *testing.T) {
	d := newTenant(t)
	team, app := d.group("team"), d.app()
	for i := range 3 {
		id := d.user(fmt.Sprint("u", i))
		d.must(d.AddMember(team, id))
		_, err := d.Assign(id, app, directory.DefaultAccessRole)
		d.must(err)
	}
	s := d.Snapshot()
	for range s.Objects(directory.User) {
		break
	}
	for range s.Members(team) {
		break
	}
	for range s.AssignedTo(app) {
		break
	}
	for range s.Changes(0) {
		break
	}
	if n := len(list(s.Objects("device"))); n != 0 {
		t.Errorf("%d devices", n)
	}
}

func TestGivenTimesWhenReadAsOfThemThenEachShowsItsOwnState(t *testing.T) {
	d := newTenant(t)
	start := d.clock.Now()
	for range 4 { // at seconds 1, 2, 3 and 4
		d.clock.Advance(time.Second)
		d.user(fmt.Sprint("u", d.clock.Since(start)))
	}
	d.clock.Advance(time.Hour)
	for after, want := range map[time.Duration]int{0: 0, time.Second: 1, 1500 * time.Millisecond: 1, 3999 * time.Millisecond: 3, 4 * time.Second: 4, time.Hour: 4} {
		if s, ok := d.AsOf(start.Add(after)); !ok || s.Count(directory.User) != want {
			t.Errorf("as of %s there are %d users, %v; want %d", after, s.Count(directory.User), ok, want)
		}
	}
	if s, ok := d.AsOf(start.Add(-time.Second)); ok || s.Count(directory.User) != 0 {
		t.Errorf("before its beginning the directory has %d users, %v", s.Count(directory.User), ok)
	}
}

func TestGivenABoundedHistoryWhenReadAsOfEarlierThenTheOldestStateComesAndSaysSo(t *testing.T) {
	for history, want := range map[int]int{0: 10, 3: 7} {
		d := newTenant(t, directory.WithHistory(history))
		start := d.clock.Now()
		for i := range 10 {
			d.clock.Advance(time.Second)
			d.user(fmt.Sprint("u", i))
		}
		if s, ok := d.AsOf(start.Add(time.Second)); ok || s.Count(directory.User) != want {
			t.Errorf("history of %d: %d users, %v; want the oldest kept with %d, false", history, s.Count(directory.User), ok, want)
		}
		if s, ok := d.AsOf(start.Add(9500 * time.Millisecond)); ok != (history > 0) {
			t.Errorf("history of %d: half a second ago there are %d users, %v", history, s.Count(directory.User), ok)
		}
	}
}

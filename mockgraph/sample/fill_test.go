package sample_test

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

func TestTheSameSeedAndSizeGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	for _, size := range []sample.Size{1, sample.Small, sample.Contoso, 2_000} {
		if !bytes.Equal(saved(t, filled(t, size, 7)), saved(t, filled(t, size, 7))) {
			t.Errorf("size %s differs from itself", size)
		}
	}
}

func TestAnotherSeedGivesOtherPeople(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, o := range users(filled(t, sample.Contoso, 1)) {
		names[o.String("userPrincipalName")] = true
	}
	both := 0
	others := users(filled(t, sample.Contoso, 2))
	for _, o := range others {
		if names[o.String("userPrincipalName")] {
			both++
		}
	}
	if both == len(others) {
		t.Error("nobody differs")
	}
}

// The sizes around the bounds of departments, guests, passwords and of what is told in full.
func TestEverySizeHasAsManyLiveUsersAndHoldsTogether(t *testing.T) {
	t.Parallel()
	for _, size := range []sample.Size{1, 2, 3, 4, 5, 8, 9, sample.Small, 11, 60, 125, sample.Contoso, 1_000, 1_001, 1_250, 1_251, 1_300, 5_000} {
		s := filled(t, size, 3).Snapshot()
		if n := s.Count(directory.User); n != int(size) {
			t.Errorf("size %s has %d users", size, n)
		}
		if err := s.Check(); err != nil {
			t.Errorf("size %s: %v", size, err)
		}
	}
}

func TestAnyTenantHoldsTogether(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		size, seed := sample.Size(rapid.IntRange(1, 200).Draw(r, "size")), rapid.Uint64().Draw(r, "seed")
		var options []directory.Option
		if rapid.Bool().Draw(r, "free") {
			options = append(options, directory.WithPlan(directory.PlanFree))
		}
		d := empty(seed, options...)
		if err := sample.Fill(d, size, seed); err != nil {
			r.Fatal(err)
		}
		if err := d.Snapshot().Check(); err != nil {
			r.Error(err)
		}
		if n := d.Snapshot().Count(directory.User); n != int(size) {
			r.Errorf("%d users", n)
		}
		unique(r, d)
		if d.Process() != 0 {
			r.Error("something was left to process")
		}
	})
}

// complaints are where a test says what is wrong.
type complaints interface {
	Errorf(format string, args ...any)
}

// unique asks that no two users share a name, a nickname or an address.
func unique(t complaints, d *directory.Directory) {
	seen := map[string]bool{}
	for _, o := range users(d) {
		own := []string{"upn " + o.String("userPrincipalName"), "nickname " + o.String("mailNickname"), "mail " + o.String("mail"), "employee " + o.String("employeeId")}
		for _, each := range append(own, o.Strings("proxyAddresses")...) {
			each = strings.ToLower(each)
			if seen[each] && !strings.HasSuffix(each, " ") {
				t.Errorf("%s comes twice", each)
			}
			seen[each] = true
		}
	}
}

func TestNamesAreUniqueInALargeTenantToo(t *testing.T) {
	t.Parallel()
	unique(t, filled(t, 10_000, 5))
}

func TestADirectoryWithUsersAndSizesThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	if err := sample.Fill(filled(t, 1, 1), 1, 1); err == nil || err.Error() != "fill directory: it has 1 users already" {
		t.Error(err)
	}
	for _, size := range []sample.Size{-1, 0, sample.Max + 1} {
		if err := sample.Fill(empty(1), size, 1); err == nil || !strings.Contains(err.Error(), "a tenant has 1 to 1000000") {
			t.Errorf("%d: %v", int(size), err)
		}
	}
}

func TestTheDomainsOfTheTenantDecideTheNames(t *testing.T) {
	t.Parallel()
	d := empty(1)
	if _, err := d.Create(directory.Domain, directory.Properties{"id": "contoso.example", "isVerified": true, "isDefault": true}); err != nil {
		t.Fatal(err)
	}
	if err := sample.Fill(d, sample.Small, 1); err != nil {
		t.Fatal(err)
	}
	for _, o := range users(d) {
		want := "@contoso.example"
		if o.String("userType") == "Guest" || strings.HasPrefix(o.String("userPrincipalName"), "admin@") {
			want = "@" + initial
		}
		if name := o.String("userPrincipalName"); !strings.HasSuffix(name, want) {
			t.Errorf("%s, want %s", name, want)
		}
	}
}

func TestADirectoryWithoutATenantIsFilledToo(t *testing.T) {
	t.Parallel()
	d := directory.New(sample.Options(1)...)
	if err := sample.Fill(d, sample.Small, 1); err != nil {
		t.Fatal(err)
	}
	if _, ok := d.Snapshot().Lookup(directory.User, "userPrincipalName", "admin@contoso.example"); !ok {
		t.Error("no administrator on contoso.example")
	}
}

func TestEverybodyButGuestsHasThePasswordThatFollowsFromHerName(t *testing.T) {
	t.Parallel()
	d := filled(t, sample.Contoso, 9)
	for _, o := range users(d) {
		name := o.String("userPrincipalName")
		if got, want := d.Snapshot().CheckPassword(o.ID(), sample.Password(9, name)), o.String("userType") == "Member"; got != want {
			t.Errorf("%s signs in: %t", name, got)
		}
	}
}

func TestGivenALargeTenantThenOnlyTheAdministratorHasAPasswordUnlessAllNeedOne(t *testing.T) {
	t.Parallel()
	const size = sample.MaxPasswords + 1
	count := func(d *directory.Directory) (n sample.Size) {
		for _, o := range users(d) {
			if d.Snapshot().CheckPassword(o.ID(), sample.Password(4, o.String("userPrincipalName"))) {
				n++
			}
		}
		return n
	}
	if n := count(filled(t, size, 4)); n != 1 {
		t.Errorf("%d users have passwords", n)
	}
	if n := count(filled(t, size, 4, directory.WithRequiredPasswords())); n != size {
		t.Errorf("%d users have passwords where everybody needs one", n)
	}
}

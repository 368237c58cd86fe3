package sample_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

func TestIDsAreGuidsOfVersionFourAndNoneComesTwice(t *testing.T) {
	t.Parallel()
	next, seen := sample.IDs(7), map[string]bool{}
	for range 100_000 {
		id := next()
		u, err := uuid.Parse(id)
		if err != nil || u.Version() != 4 || u.Variant() != uuid.RFC4122 || u.String() != id {
			t.Fatalf("%q: %v", id, err)
		}
		if seen[id] {
			t.Fatalf("%s comes twice", id)
		}
		seen[id] = true
	}
}

func TestIDsFollowFromTheSeed(t *testing.T) {
	t.Parallel()
	a, b, other := sample.IDs(7), sample.IDs(7), sample.IDs(8)
	for range 100 {
		id := a()
		if again := b(); again != id {
			t.Fatalf("%s and %s", id, again)
		}
		if other() == id {
			t.Fatalf("another seed gives %s too", id)
		}
	}
}

// Neighbours differ at the end as much as at the beginning: there they stand for what makes them unique.
func TestIDsInARowLookUnlike(t *testing.T) {
	t.Parallel()
	next := sample.IDs(0)
	for last := next(); ; {
		id := next()
		if id[24:28] == last[24:28] || id[:4] == last[:4] {
			t.Errorf("%s follows %s", id, last)
		}
		if last = id; id != "" {
			return
		}
	}
}

func TestPasswordsMeetTheRulesAndFollowFromSeedAndName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		name := rapid.StringMatching(`[a-zA-Z0-9.'-]{1,12}`).Draw(t, "name") + "@contoso.example"
		password := sample.Password(seed, name)
		if password != sample.Password(seed, strings.ToUpper(name)) {
			t.Errorf("%s: the letter case of the name makes a difference", name)
		}
		if password == sample.Password(seed+1, name) || password == sample.Password(seed, "x"+name) {
			t.Errorf("%s: another seed or another name gives %s too", name, password)
		}
		local, _, _ := strings.Cut(strings.ToLower(name), "@")
		if len(local) >= 3 && strings.Contains(strings.ToLower(password), local) {
			t.Errorf("%s: %s contains the user name", name, password)
		}
		for _, kind := range []string{"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz", "0123456789", "-"} {
			if !strings.ContainsAny(password, kind) {
				t.Errorf("%s has none of %s", password, kind)
			}
		}
		if len(password) < 8 {
			t.Errorf("%s is short", password)
		}
	})
}

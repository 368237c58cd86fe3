package serviceprovider

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

func TestFoldAgreesWithEqualFold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SampledFrom([]rune("aAkKKsSſßéÉßΣσςiIİı0\x00"))
		a, b := string(rapid.SliceOfN(letters, 0, 4).Draw(t, "a")), string(rapid.SliceOfN(letters, 0, 4).Draw(t, "b"))
		if (fold(a) == fold(b)) != strings.EqualFold(a, b) {
			t.Fatalf("fold(%q) = %q, fold(%q) = %q", a, fold(a), b, fold(b))
		}
	})
}

// Whatever is written, in place or not, the indexes hold what a scan would find, a state somebody reads stays as it was, and so does
// one that a write gave up.
func TestIndexesAgreeWithScan(t *testing.T) {
	ks := newKinds(&settings{})
	users := ks[0]
	rapid.Check(t, func(t *rapid.T) {
		s := newStore(ks)
		value := rapid.SampledFrom([]string{"", "a", "A", "b", "a\x00b", "É", "é"})
		names := func(state *state) []string {
			var all []string
			for r := range state.all(users) {
				all = append(all, r.resource().String("userName"))
			}
			return all
		}
		for range rapid.IntRange(1, 30).Draw(t, "writes") {
			before := s.read()
			was := names(before)
			reader := rapid.SampledFrom([]string{"none", "short", "long"}).Draw(t, "reader") // with none the write works in place
			if reader == "long" {
				before = s.snapshot()
			}
			if reader != "short" {
				s.current.release()
			}
			committed := false
			id := rapid.SampledFrom([]string{"1", "2", "3", "4", "5"}).Draw(t, "id")
			s.update(func(tx *tx) bool {
				old := tx.get(users, id)
				if old != nil && rapid.Bool().Draw(t, "drop") {
					tx.drop(users, old)
					committed = rapid.Bool().Draw(t, "commit")
					return committed
				}
				r, resource := &record{id: id}, scim.Resource{
					"id": id, "userName": value.Draw(t, "userName"),
					"emails": []any{map[string]any{"value": value.Draw(t, "first")}, map[string]any{"value": value.Draw(t, "second")}},
				}
				if r.seq = tx.sequence(); old != nil {
					r.seq = old.seq
				}
				tx.put(users, r.keep(resource), resource)
				committed = rapid.Bool().Draw(t, "commit")
				return committed
			})
			if (reader != "none" || !committed) && !slices.Equal(names(before), was) {
				t.Fatalf("the snapshot changed from %v to %v", was, names(before))
			}
			if reader == "short" {
				before.release()
			}
			after := s.read()
			asked := value.Draw(t, "asked")
			for i, x := range users.indexes {
				var scanned []string
				for r := range after.all(users) {
					if slices.ContainsFunc(x.values(r.resource()), func(v string) bool { return strings.EqualFold(v, asked) }) {
						scanned = append(scanned, r.id)
					}
				}
				var found []string
				for r := range after.lookup(users, i, asked) {
					found = append(found, r.id)
				}
				if !slices.Equal(found, scanned) {
					t.Fatalf("index %s of %q gives %v, a scan %v", x.name, asked, found, scanned)
				}
			}
			after.release()
		}
	})
}

// A state that shares a table with one somebody still reads does not write to it, though nobody reads the state itself.
func TestAReaderKeepsEveryTable(t *testing.T) {
	ks := newKinds(&settings{})
	s := newStore(ks)
	reader := s.read()
	for _, k := range []*kind{ks[1], ks[0], ks[0]} {
		s.update(func(tx *tx) bool {
			resource := scim.Resource{"userName": "a", "displayName": "a"}
			r := &record{seq: tx.sequence()}
			r.id = strconv.FormatUint(r.seq, 10)
			tx.put(k, r.keep(resource), resource)
			return true
		})
		if reader.size(k) != 0 || s.current.size(k) == 0 {
			t.Fatalf("%s: %d for who began to read before, %d now", k.name, reader.size(k), s.current.size(k))
		}
	}
	reader.release()
}

// Filters Entra sends must be answered from an index; these touch as few records as they find.
func TestFiltersThatDoNotScan(t *testing.T) {
	e, err := New()
	if err != nil {
		t.Fatal(err)
	}
	e.store.update(func(tx *tx) bool {
		for _, id := range []string{"1", "2", "3"} {
			user := scim.Resource{
				"id": id, "userName": "n" + id, "externalId": "x" + id, "emails": []any{map[string]any{"type": "work", "value": "e" + id}},
			}
			tx.put(e.users(), (&record{seq: tx.sequence(), id: id}).keep(user), user)
			group := scim.Resource{
				"id": id, "displayName": "g" + id, "externalId": "y" + id, "members": []any{map[string]any{"value": "u" + id}},
			}
			tx.put(e.groups(), (&record{seq: tx.sequence(), id: id}).keep(group), group)
		}
		return true
	})
	for filter, k := range map[string]*kind{
		`userName eq "N2"`: e.users(), `externalId eq "x2"`: e.users(), `emails[type eq "work"].value eq "e2"`: e.users(),
		`emails.value eq "e2"`: e.users(), `id eq "2"`: e.users(), `id eq "2" and manager eq "3"`: e.users(),
		`title pr and userName eq "n2"`: e.users(), scim.UserURN + `:userName eq "n2"`: e.users(),
		`displayName eq "G2"`: e.groups(), `externalId eq "y2"`: e.groups(), `members eq "u2"`: e.groups(), `members[value eq "u2"]`: e.groups(),
	} {
		expression, err := scim.ParseFilter(filter)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for r := range e.candidates(k, e.store.snapshot(), expression) {
			ids = append(ids, r.id)
		}
		if !slices.Equal(ids, []string{"2"}) {
			t.Errorf("%s looks at %v", filter, ids)
		}
	}
}

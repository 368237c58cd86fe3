package directory_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestPartsOneAfterTheOtherAreAllObjects(t *testing.T) {
	t.Parallel()
	for _, users := range []int{0, 1, 5, 100} {
		d := newTenant(t)
		for i := range users {
			d.user(fmt.Sprint("user", i))
		}
		d.group("g")
		s := d.Snapshot()
		want := list(s.Objects(directory.User))
		for _, n := range []int{-1, 1, 2, 3, 7, 1000} {
			var got []*directory.Object
			parts := s.Parts(directory.User, n, n%2 == 0)
			for _, part := range parts {
				here := list(part)
				if least := users / max(n, 1); len(here) < least || n <= users && len(here) > least+1 {
					t.Errorf("%d users in %d parts: one has %d", users, n, len(here))
				}
				for o := range part { // a reader may stop
					if o != here[0] {
						t.Errorf("%d users in %d parts: another first object", users, n)
					}
					break
				}
				got = append(got, here...)
			}
			if len(parts) > max(n, 1) || !slices.Equal(got, want) {
				t.Errorf("%d users in %d parts: %d parts with %d users", users, n, len(parts), len(got))
			}
		}
		if parts := s.Parts("device", 2, true); parts != nil {
			t.Errorf("an unknown type has %d parts", len(parts))
		}
	}
}

package provisioning

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Whatever an entry says, it says after it was packed.
func TestPackedFactsReadAsTheyWere(t *testing.T) {
	r := &run{known: map[string]int{}}
	r.learn("", "User", "userName")
	word := rapid.OneOf(rapid.String(), rapid.SampledFrom(append(r.words, "00000000-0000-4000-8000-00000000000a", "A0000000-0000-4000-8000-000000000001",
		"00000000-0000-4000-8000-00000000000g", "00000000x0000-4000-8000-000000000000")))
	rapid.Check(t, func(t *rapid.T) {
		say := func() string { return word.Draw(t, "text") }
		want := facts{
			run: r, at: time.Unix(rapid.Int64Range(0, 1<<33).Draw(t, "at"), 0), duration: rapid.Int().Draw(t, "duration"), flags: factFlags(rapid.Byte().Draw(t, "flags")),
			id: say(), change: say(), label: say(), targetName: say(), action: synchronization.ProvisioningAction(say()), step: synchronization.StepType(say()),
			object: say(), anchor: say(), name: say(), identifier: say(), skip: say(), reason: say(), code: say(), message: say(), unmet: say(), verdicts: say(),
		}
		for range rapid.IntRange(0, 5).Draw(t, "changes") {
			want.modified = append(want.modified, synchronization.ModifiedProperty{
				DisplayName: say(), OldValue: synchronization.Text(say()), NewValue: synchronization.Text(say()),
			})
		}
		entry, _ := want.pack(nil)
		got := entry.unpack()
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(facts{}), cmp.Comparer(func(a, b *run) bool { return a == b })); diff != "" {
			t.Fatal(diff)
		}
	})
}

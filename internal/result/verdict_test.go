package result_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

// The verdict is about what was chosen; what ran only because it is needed cannot make a target conformant, but it can show that it is not.
func TestTheVerdictRestsOnWhatWasChosen(t *testing.T) {
	t.Parallel()
	check := func(status result.Status, level result.Level, needed bool) result.Check {
		return result.Check{Status: status, Level: level, Needed: needed}
	}
	chosen, needed := false, true
	for name, tt := range map[string]struct {
		checks []result.Check
		failOn result.Level
		want   result.Verdict
	}{
		"what is needed passed, what was chosen does not apply": {[]result.Check{
			check(result.Passed, result.Required, needed), check(result.Skipped, result.Required, chosen),
		}, result.Required, result.Empty},
		"what is needed failed, what was chosen does not apply": {[]result.Check{
			check(result.Failed, result.Required, needed), check(result.Skipped, result.Required, chosen),
		}, result.Required, result.NonConformant},
		"what is needed failed and does not weigh": {[]result.Check{
			check(result.Failed, result.Recommended, needed), check(result.Skipped, result.Required, chosen),
		}, result.Required, result.Empty},
		"it weighs when asked to": {[]result.Check{
			check(result.Failed, result.Recommended, needed), check(result.Skipped, result.Required, chosen),
		}, result.Recommended, result.NonConformant},
		"what is needed is known to fail": {[]result.Check{
			check(result.KnownFailure, result.Required, needed), check(result.Skipped, result.Required, chosen),
		}, result.Required, result.Empty},
		"what is needed passes and should not": {[]result.Check{
			check(result.UnexpectedPass, result.Required, needed), check(result.Skipped, result.Required, chosen),
		}, result.Required, result.NonConformant},
		"both passed": {[]result.Check{
			check(result.Passed, result.Required, needed), check(result.Passed, result.Required, chosen),
		}, result.Required, result.Conformant},
		"what was chosen fails and does not weigh": {[]result.Check{
			check(result.Passed, result.Required, needed), check(result.Failed, result.Recommended, chosen),
		}, result.Required, result.Conformant},
		"what was chosen is blocked": {[]result.Check{
			check(result.Failed, result.Recommended, needed), check(result.Blocked, result.Required, chosen),
		}, result.Required, result.NonConformant},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := result.Decide(tt.checks, tt.failOn); got != tt.want {
				t.Errorf("the verdict is %s, want %s", got, tt.want)
			}
		})
	}
}

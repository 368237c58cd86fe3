package result_test

import (
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

// The verdict is about what was chosen; what ran only because it is needed cannot make a target conformant, but it can show that it is not.
func TestTheVerdictRestsOnWhatWasChosen(t *testing.T) {
	t.Parallel()
	type outcome struct {
		result.Status
		result.Level
	}
	const must, should = result.Required, result.Recommended
	for name, tt := range map[string]struct {
		needed, chosen outcome
		failOn         result.Level
		want           result.Verdict
	}{
		"passed, does not apply":                      {outcome{result.Passed, must}, outcome{result.Skipped, must}, must, result.Empty},
		"failed, does not apply":                      {outcome{result.Failed, must}, outcome{result.Skipped, must}, must, result.NonConformant},
		"failed without weight, does not apply":       {outcome{result.Failed, should}, outcome{result.Skipped, must}, must, result.Empty},
		"failed and weighs, does not apply":           {outcome{result.Failed, should}, outcome{result.Skipped, must}, should, result.NonConformant},
		"known to fail, does not apply":               {outcome{result.KnownFailure, must}, outcome{result.Skipped, must}, must, result.Empty},
		"passes and should not, does not apply":       {outcome{result.UnexpectedPass, must}, outcome{result.Skipped, must}, must, result.NonConformant},
		"passed, passed":                              {outcome{result.Passed, must}, outcome{result.Passed, must}, must, result.Conformant},
		"passed, failed without weight":               {outcome{result.Passed, must}, outcome{result.Failed, should}, must, result.Conformant},
		"failed without weight, blocked by that":      {outcome{result.Failed, should}, outcome{result.Blocked, must}, must, result.NonConformant},
		"not run, not run":                            {outcome{result.NotRun, must}, outcome{result.NotRun, must}, must, result.Error},
		"not run without weight, passed all the same": {outcome{result.NotRun, should}, outcome{result.Passed, must}, must, result.Conformant},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checks := []result.Check{{Status: tt.needed.Status, Level: tt.needed.Level, Needed: true}, {Status: tt.chosen.Status, Level: tt.chosen.Level}}
			if got := result.Decide(checks, tt.failOn); got != tt.want {
				t.Errorf("the verdict is %s, want %s", got, tt.want)
			}
		})
	}
}

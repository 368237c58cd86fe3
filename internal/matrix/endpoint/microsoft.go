package endpoint

import (
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites"
)

// Alone runs the checks that stand for Microsoft's tests, and nothing else, against the endpoint with one fault, and returns the names of the tests that
// fail by themselves, in their order. Nothing is there to blame, so a test fails here where Microsoft's would.
func Alone(ctx context.Context, fault serviceprovider.Fault, suite suites.Stage) ([]string, error) {
	row := Row{Fault: fault}
	target, _, err := row.open(ctx, 1)
	if err != nil {
		return nil, err
	}
	defer target.Close(ctx)
	var failed []string
	for _, r := range target.Runnables() {
		if r.Stage == suite && r.Test != "" && r.Run(ctx).Status == result.Failed {
			failed = append(failed, r.Test)
		}
	}
	return failed, nil
}

package endpoint_test

import (
	"slices"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/internal/example"
	matrix "github.com/rehearse-id/rehearse/internal/matrix/endpoint"
	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

func TestEachOfMicrosoftsTestsFailsUnderAFaultOfItsOwn(t *testing.T) {
	if testing.Short() || need.Raced {
		t.Skip("runs Microsoft's tests against many faults")
	}
	catalogue := map[string]serviceprovider.Fault{}
	for _, f := range serviceprovider.Faults() {
		catalogue[f.Name] = f
	}
	used := map[suites.Stage]map[string]string{suites.Listing: {}, suites.Validation: {}}
	var all sync.WaitGroup
	for _, test := range endpoint.MicrosoftTests() {
		name := example.OfMicrosoft(string(test.Suite), test.Name)
		fault, ok := catalogue[name]
		if !ok {
			t.Errorf("%s is proved by the fault %q, which does not exist", test.Name, name)
			continue
		}
		if other := used[test.Suite][name]; other != "" {
			t.Errorf("%s and %s are proved by one fault, %s", test.Name, other, name)
		}
		used[test.Suite][name] = test.Name
		all.Go(func() {
			failed, err := matrix.Alone(t.Context(), fault, test.Suite)
			if err != nil {
				t.Error(err)
			} else if !slices.Contains(failed, test.Name) || len(failed) > narrow {
				t.Errorf("the fault %s fails %q, want %s among at most %d", name, failed, test.Name, narrow)
			}
		})
	}
	all.Wait()
}

package refconnector_test

import (
	"fmt"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestManyMayUseOneConnectorAndSignInOnce(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var group sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		group.Go(func() {
			var id string
			if id, errs[i] = r.Create(t.Context(), refconnector.Account, refconnector.Attributes{"__NAME__": fmt.Sprintf("u%d", i)}); errs[i] == nil {
				errs[i] = r.SetEnabled(t.Context(), id, false)
			}
		})
	}
	group.Wait()
	for _, err := range errs {
		r.must(err)
	}
	equal(t, "sign-ins", signIns(r.take()), 1)
}

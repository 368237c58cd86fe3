package connector_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// idler is a connector that declares everything and asks Graph nothing: what it is told to do it answers as do says.
type idler struct {
	signsIn bool // first, each time
	do      func(ctx context.Context, r connector.Request) (connector.Answer, error)
}

func (idler) Describe(context.Context) (connector.Description, error) {
	return connector.Description{Name: "idle", Operations: connector.Operations(), Features: []connector.Feature{connector.RevokesSessions, connector.Retries}, Permissions: connector.DefaultPermissions()}, nil
}

func (i idler) Connect(_ context.Context, c connector.Configuration) (connector.Connector, error) {
	return &idling{terseConnector{config: c}, i}, nil
}

func (idler) Close() error { return nil }

type idling struct {
	terseConnector

	of idler
}

func (i *idling) Do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	if i.of.signsIn {
		if err := i.signIn(ctx); err != nil {
			return connector.Answer{}, err
		}
	}
	return i.of.do(ctx, r)
}

// idlers are connectors that do nothing, by what they answer.
func idlers() map[string]idler {
	yes := func(context.Context, connector.Request) (connector.Answer, error) { return connector.Answer{}, nil }
	no := func(context.Context, connector.Request) (connector.Answer, error) {
		return connector.Answer{}, &connector.Error{Code: connector.OtherError, Message: "no"}
	}
	invalid := func(context.Context, connector.Request) (connector.Answer, error) {
		return connector.Answer{}, &connector.Error{Code: connector.InvalidAttribute, Message: "no"}
	}
	return map[string]idler{
		"says yes to everything":          {do: yes},
		"refuses everything":              {do: no},
		"takes every value for invalid":   {do: invalid},
		"signs in and says yes":           {do: yes, signsIn: true},
		"signs in and refuses everything": {do: no, signsIn: true},
		"never answers": {do: func(ctx context.Context, _ connector.Request) (connector.Answer, error) {
			<-ctx.Done()
			return connector.Answer{}, ctx.Err()
		}},
	}
}

// idlePasses are the checks that pass for a connector which does nothing, because they are not about what it asks.
var idlePasses = map[string]string{
	"connector.setup.describe": "the description is all it is about",
	"connector.setup.answers":  "that there is an answer is all it is about",
}

func TestNoCheckThatIsChosenAlonePassesForAConnectorThatDoesNothing(t *testing.T) {
	t.Parallel()
	for name, nobody := range idlers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, c := range connector.Checks() {
				target, err := connector.Open(t.Context(), connector.Config{Driver: nobody, Seed: 7, Timeout: 20 * time.Millisecond})
				if err != nil {
					t.Fatal(err)
				}
				ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Only: []string{c.ID}, WithoutGinkgo: true, Seed: 7})
				if err != nil {
					t.Fatal(err)
				}
				i := slices.IndexFunc(ran.Checks, func(r result.Check) bool { return r.ID == c.ID })
				switch _, known := idlePasses[c.ID]; {
				case len(ran.Faults) > 0:
					t.Errorf("%s: %q", c.ID, ran.Faults)
				case i < 0:
					t.Errorf("%s was not run", c.ID)
				case ran.Checks[i].Status == result.Passed && !known:
					t.Errorf("%s passed, and the verdict is %s: nothing was asked", c.ID, ran.Verdict)
				}
				if err := target.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestAValueThatIsSentAndRefusedForALackingPermissionIsNotMissing(t *testing.T) {
	t.Parallel()
	const id = "connector.sync.display-name-set"
	target, err := connector.Open(t.Context(), connector.Config{Driver: poor{}, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	o := suites.Sequential(target.Runnables())(t.Context(), find(t, target, id))
	if o.Status != result.Skipped || !strings.Contains(o.Reason, "forbidden") {
		t.Errorf("%s is %s: %q %+v; want it skipped, because POST /users was refused", id, o.Status, o.Reason, o.Findings)
	}
}

func TestAFindingShowsFirstWhatWasRefusedAndTellsTheConnectorsError(t *testing.T) {
	t.Parallel()
	recorder := exchange.NewRecorder()
	target, err := connector.Open(t.Context(), connector.Config{Driver: poor{}, Seed: 7, Recorder: recorder})
	if err != nil {
		t.Fatal(err)
	}
	o := find(t, target, "connector.sync.password-set").Run(t.Context())
	if o.Status != result.Failed || !strings.Contains(o.Findings[0].Actual, "update was answered with the error forbidden") {
		t.Fatalf("got %s %+v; want the connector's own error in the finding", o.Status, o.Findings)
	}
	first := recorder.Get(o.Findings[0].Exchanges...)[0]
	if first.Request.Method != http.MethodPatch || first.Response.Status != http.StatusForbidden || len(first.Request.Body.Bytes) == 0 {
		t.Errorf("the finding shows first:\n%s\nwant the PATCH that was refused, with its body", first.Text())
	}
}

// poor is a connector that asks the administrator for too few permissions.
type poor struct{ terse }

func (p poor) Describe(ctx context.Context) (connector.Description, error) {
	d, err := p.terse.Describe(ctx)
	d.Permissions = []string{"User.Read.All"}
	return d, err
}

// find is one of the target's checks.
func find(t *testing.T, target *connector.Target, id string) suites.Runnable {
	t.Helper()
	for _, r := range target.Runnables() {
		if r.ID == id {
			return r
		}
	}
	t.Fatalf("there is no check %s", id)
	return suites.Runnable{}
}

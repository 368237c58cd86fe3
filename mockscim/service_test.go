package mockscim_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// empty is an endpoint without users and groups, behind a RoundTripper.
type empty struct{ status int }

func (e *empty) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(e.status)
	_, _ = w.WriteString(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}`)
	response := w.Result()
	response.Request = r
	return response, nil
}

type house struct {
	*testing.T

	clock   *clockwork.FakeClock
	dir     *directory.Directory
	service *mockscim.Service
}

func newHouse(t *testing.T) *house {
	t.Helper()
	clock := clockwork.NewFakeClock()
	dir := directory.New(directory.WithClock(clock))
	return &house{t, clock, dir, mockscim.New(dir, mockscim.WithClock(clock))}
}

func (h *house) connect(target http.RoundTripper, opts ...provisioning.Option) *provisioning.Job {
	h.Helper()
	app, err := h.dir.Create(directory.ServicePrincipal, directory.Properties{"displayName": "Acme"})
	if err != nil {
		h.Fatal(err)
	}
	job, err := h.service.Connect(app.ID(), wire.Config{TenantURL: "http://target.example/scim", Token: "t", Transport: target}, opts...)
	if err != nil {
		h.Fatal(err)
	}
	return job
}

func (h *house) step(want time.Duration) {
	h.Helper()
	before := h.clock.Now()
	if err := h.service.Step(context.Background()); err != nil {
		h.Fatal(err)
	}
	if took := h.clock.Since(before); took != want {
		h.Fatalf("the clock moved by %s, want %s", took, want)
	}
}

func TestStepGoesFromRunToRun(t *testing.T) {
	h := newHouse(t)
	fine, failing := &empty{http.StatusOK}, &empty{http.StatusUnauthorized}
	slow := h.connect(failing)
	quick := h.connect(fine, provisioning.WithInterval(4*time.Hour))
	h.step(0) // both are due at once
	if slow.Status().Quarantine == nil || quick.Status().LastExecution == nil {
		t.Fatal("a job did not run")
	}
	h.step(4 * time.Hour)
	h.step(2 * time.Hour) // the one in quarantine, after six hours
	if n := slow.Status().Quarantine.SeriesCount; n != 2 {
		t.Fatalf("%d attempts", n)
	}
	quick.Pause()
	h.step(12 * time.Hour)
	h.service.Disconnect(slow)
	if err := h.service.Step(context.Background()); !errors.Is(err, mockscim.ErrNothingScheduled) {
		t.Fatalf("got %v", err)
	}
}

func TestRunDueRunsWhatIsDueOnly(t *testing.T) {
	h := newHouse(t)
	job := h.connect(&empty{http.StatusOK})
	for _, wait := range []time.Duration{0, time.Minute, 39 * time.Minute} {
		h.clock.Advance(wait)
		if err := h.service.RunDue(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	if last := job.Status().LastExecution.TimeBegan; !last.Equal(h.clock.Now()) {
		t.Fatalf("the last run was at %s, now it is %s", last, h.clock.Now())
	}
}

// Thirty days in the recycle bin end a user for good, in the tenant and in the target.
func TestTheRecycleBinEmptiesItself(t *testing.T) {
	h := newHouse(t)
	endpoint, err := serviceprovider.New()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(endpoint)
	defer server.Close()
	app, err := h.dir.Create(directory.ServicePrincipal, directory.Properties{"displayName": "Acme"})
	if err != nil {
		t.Fatal(err)
	}
	job, err := h.service.Connect(app.ID(), wire.Config{TenantURL: server.URL}, provisioning.WithInterval(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	defer h.service.Disconnect(job)
	ada, err := h.dir.Create(directory.User, directory.Properties{
		"userPrincipalName": "ada@contoso.example", "mailNickname": "ada", "displayName": "Ada Byron", "accountEnabled": true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.dir.Assign(ada.ID(), app.ID(), directory.DefaultAccessRole); err != nil {
		t.Fatal(err)
	}
	h.step(0)
	anchor, ok := job.Anchor(ada.ID())
	if !ok {
		t.Fatal("the user was not provisioned")
	}
	if err := h.dir.Delete(ada.ID()); err != nil {
		t.Fatal(err)
	}
	for day := 1; day <= 32; day++ {
		h.step(24 * time.Hour)
		response, err := http.Get(server.URL + "/Users/" + anchor)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		if there := response.StatusCode == http.StatusOK; there != (day <= 30) && day != 31 {
			t.Fatalf("day %d: GET is %d", day, response.StatusCode)
		}
	}
}

func TestStepNeedsASteeredClock(t *testing.T) {
	service := mockscim.New(directory.New())
	if err := service.Step(context.Background()); !errors.Is(err, mockscim.ErrRealClock) {
		t.Fatalf("got %v", err)
	}
}

func TestConnectSaysWhatIsWrong(t *testing.T) {
	h := newHouse(t)
	if _, err := h.service.Connect("nobody", wire.Config{TenantURL: "http://target.example"}); err == nil {
		t.Fatal("there is no such application")
	}
	if _, err := h.service.Connect("nobody", wire.Config{TenantURL: "::"}); err == nil {
		t.Fatal("there is no such address")
	}
	if n := len(h.service.AllJobs()); n != 0 {
		t.Fatalf("%d jobs", n)
	}
}

func TestCancelledStepReturnsTheReason(t *testing.T) {
	h := newHouse(t)
	h.connect(&empty{http.StatusOK})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := h.service.Step(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
}

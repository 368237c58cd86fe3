package mockgraph_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestGivenAnEndpointFailsThenItIsTriedAgainForFourHours(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	h.subscribe("users", `,"lifecycleNotificationUrl":"`+h.URL+`/life"`)
	ada := h.user("ada", "")
	h.answer(http.StatusServiceUnavailable)
	if h.deliver() != 0 {
		t.Error("a refusal counts as accepted")
	}
	h.answer(0)
	if h.deliver() != 0 {
		t.Error("tried again at once")
	}
	h.clock.Advance(10 * time.Second)
	if h.deliver() != 1 {
		t.Error("not tried again after the first pause")
	}
	h.want(h.said(), []string{"updated Users/" + ada})

	h.answer(http.StatusInternalServerError)
	h.pass(time.Minute)
	h.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":"x"}`)
	for passed := time.Duration(0); passed < 4*time.Hour; passed += 10 * time.Second {
		h.deliver()
		h.clock.Advance(10 * time.Second)
	}
	h.answer(0)
	h.clock.Advance(10 * time.Minute)
	h.answer(http.StatusInternalServerError)
	h.deliver() // the last try
	h.answer(0)
	h.deliver()
	h.want(h.said(), []string{"missed"})
}

func TestNotificationsWaitForTheLatency(t *testing.T) {
	t.Parallel()
	h := newTheatre(t, mockgraph.WithNotificationLatency(time.Minute))
	h.subscribe("users", "")
	ada := h.user("ada", "")
	if h.deliver() != 0 {
		t.Error("told before the latency is over")
	}
	h.clock.Advance(time.Minute)
	h.deliver()
	h.want(h.said(), []string{"updated Users/" + ada})
}

func TestSubscriptionsExpireByTheClock(t *testing.T) {
	t.Parallel()
	h := newTheatre(t, mockgraph.WithSubscriptionLife(2*time.Hour))
	short := h.ask("POST", "/v1.0/subscriptions", `{"changeType":"updated","notificationUrl":"`+h.URL+`","lifecycleNotificationUrl":"`+h.URL+`/life","resource":"users","expirationDateTime":"2026-03-01T09:01:00Z"}`)
	if got := short.str("expirationDateTime"); got != "2026-03-01T09:45:00Z" {
		t.Errorf("expires %s, want the shortest life of 45 minutes", got)
	}
	path := "/v1.0/subscriptions/" + short.str("id")
	h.ask("PATCH", path, `{"expirationDateTime":"2026-03-01T12:00:00Z"}`).refused(400, "ExtensionError", "can only be 120 minutes in the future")
	h.deliver()
	h.want(h.said(), []string{})
	h.pass(31 * time.Minute)
	h.deliver()
	h.deliver()
	h.want(h.said(), []string{"reauthorizationRequired"})
	h.ask("PATCH", path, `{"expirationDateTime":"2026-03-01T11:00:00Z"}`)
	h.deliver()
	h.want(h.said(), []string{})
	h.pass(80 * time.Minute)
	h.deliver()
	h.want(h.said(), []string{"reauthorizationRequired"})
	h.pass(time.Hour)
	h.ask("GET", path, "").refused(404, "ResourceNotFound", "The object was not found.")
	h.user("ada", "")
	h.deliver()
	h.want(h.said(), []string{"subscriptionRemoved"})
}

func TestGivenTheApplicationIsGoneThenItsSubscriptionsGo(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	h.subscribe("users", `,"lifecycleNotificationUrl":"`+h.URL+`/life"`)
	sp, _ := h.tenant.Directory().Snapshot().Lookup(directory.ServicePrincipal, "appId", h.app)
	if err := h.tenant.Directory().Delete(sp.ID()); err != nil {
		t.Fatal(err)
	}
	h.deliver()
	told := h.told()
	want := map[string]any{
		"subscriptionId": told[0]["subscriptionId"], "subscriptionExpirationDateTime": "2026-03-20T09:00:00Z", "tenantId": h.tenant.ID(), "clientState": nil,
		"lifecycleEvent": "subscriptionRemoved",
	}
	if diff := cmp.Diff([]map[string]any{want}, told); diff != "" {
		t.Errorf("lifecycle notification (-want +got):\n%s", diff)
	}
}

func TestTheWorkerDeliversByItselfAndEndsWithTheTenant(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	l := &listener{handled: make(chan struct{}, 1000)}
	l.Server = httptest.NewServer(l)
	defer l.Close()
	s := newStage(t)
	s.ask("POST", "/v1.0/subscriptions", `{"changeType":"updated","notificationUrl":"`+l.URL+`","resource":"users","expirationDateTime":"`+
		time.Now().Add(time.Hour).UTC().Format(time.RFC3339)+`"}`).want(http.StatusCreated)
	s.user("ada", "")
	select {
	case <-l.handled:
	case <-time.After(20 * time.Second):
		t.Error("nothing was delivered")
	}
	// A change nobody made through Graph is found as well.
	if _, err := s.tenant.Directory().Create(directory.User, directory.Properties{
		"userPrincipalName": "bob@contoso.onmicrosoft.com", "displayName": "Bob", "mailNickname": "bob", "accountEnabled": true,
		"passwordProfile": directory.PasswordProfile{Password: "Curtain-Up-2026"},
	}); err != nil {
		t.Fatal(err)
	}
	select {
	case <-l.handled:
	case <-time.After(20 * time.Second):
		t.Error("the change beside Graph was not delivered")
	}
	for range 2 {
		if err := s.tenant.Close(context.Background()); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	s.user("carl", "")
	if !bytes.Contains(s.ask("GET", "/v1.0/subscriptions", "").want(http.StatusOK).body, []byte(l.URL)) {
		t.Error("the subscription went with the worker")
	}
}

func TestClosingATenantWithoutSubscriptionsIsNothing(t *testing.T) {
	t.Parallel()
	if err := mockgraph.New().Close(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestSubscriptionsEndWithTheStateTheyWatch(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(*mockgraph.Tenant) error{
		"reset": func(tenant *mockgraph.Tenant) error { tenant.Reset(); return nil },
		"seed":  func(tenant *mockgraph.Tenant) error { return tenant.Seed(10, 1) },
		"load": func(tenant *mockgraph.Tenant) error {
			var file bytes.Buffer
			return errors.Join(tenant.Save(&file), tenant.Load(&file))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newTheatre(t)
			h.tenant.SetStart() // with the application of the stage
			id := h.subscribe("users", `,"lifecycleNotificationUrl":"`+h.URL+`/life"`)
			h.user("ada", "")
			if err := replace(h.tenant); err != nil {
				t.Fatal(err)
			}
			if n := h.deliver(); n != 0 || len(h.bodies) != 0 {
				t.Errorf("%d notifications of a state that is gone: %v", n, h.bodies)
			}
			if got := h.ask("GET", "/v1.0/subscriptions/"+id, ""); got.status < 400 { // 404, or 401 when the application went too
				t.Errorf("the subscription lives on: %s", got.body)
			}
		})
	}
}

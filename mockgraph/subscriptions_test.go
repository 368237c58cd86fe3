package mockgraph_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// listener is an endpoint that is notified.
type listener struct {
	*httptest.Server

	mu      sync.Mutex
	status  int // of answers to notifications; 0 is 202
	bodies  []map[string]any
	handled chan struct{} // one for each notification
	proof   func(w http.ResponseWriter, r *http.Request, token string)
}

func newListener(t *testing.T) *listener {
	t.Helper()
	l := &listener{handled: make(chan struct{}, 1000)}
	l.Server = httptest.NewServer(l)
	t.Cleanup(l.Close)
	return l
}

func (l *listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if token := r.URL.Query().Get("validationToken"); token != "" {
		if l.proof != nil {
			l.proof(w, r, token)
			return
		}
		w.Header().Set("Content-Type", "text/plain")
		_, _ = io.WriteString(w, token)
		return
	}
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.status != 0 {
		w.WriteHeader(l.status)
		return
	}
	l.bodies = append(l.bodies, body)
	w.WriteHeader(http.StatusAccepted)
	l.handled <- struct{}{}
}

func (l *listener) answer(status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.status = status
}

// told returns the notifications that arrived since it was last asked.
func (l *listener) told() []map[string]any {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []map[string]any
	for _, body := range l.bodies {
		items, _ := body["value"].([]any)
		for _, item := range items {
			each, _ := item.(map[string]any)
			all = append(all, each)
		}
	}
	l.bodies = nil
	return all
}

// said is told in short: changeType, resource and the members that came (+) and went (-); lifecycle events by name.
func (l *listener) said() []string {
	all := []string{}
	for _, n := range l.told() {
		if event, ok := n["lifecycleEvent"].(string); ok {
			all = append(all, event)
			continue
		}
		text, _ := n["changeType"].(string)
		resource, _ := n["resource"].(string)
		data, _ := n["resourceData"].(map[string]any)
		members, _ := data["members@delta"].([]any)
		text += " " + resource
		for _, m := range members {
			member, _ := m.(map[string]any)
			id, _ := member["id"].(string)
			text += map[bool]string{true: " -", false: " +"}[member["@removed"] == "deleted"] + id
		}
		all = append(all, text)
	}
	return all
}

var opening = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

// theatre is a stage with a clock and a listener, whose notifications go out on demand.
type theatre struct {
	*stage
	*listener

	clock *clockwork.FakeClock
}

func newTheatre(t *testing.T, opts ...mockgraph.Option) *theatre {
	t.Helper()
	clock := clockwork.NewFakeClockAt(opening)
	opts = append([]mockgraph.Option{mockgraph.WithClock(clock), mockgraph.WithManualNotifications()}, opts...)
	return &theatre{newStage(t, opts...), newListener(t), clock}
}

// subscribe returns the id. more is further members of the body, each preceded by a comma.
func (h *theatre) subscribe(resource, more string) string {
	h.Helper()
	return h.ask("POST", "/v1.0/subscriptions", `{"changeType":"updated,deleted","notificationUrl":"`+h.URL+`/hook","resource":"`+resource+
		`","expirationDateTime":"2026-03-20T09:00:00Z"`+more+`}`).want(http.StatusCreated).str("id")
}

// pass moves the clock and refreshes the token, which ages by it.
func (h *theatre) pass(d time.Duration) {
	h.Helper()
	h.clock.Advance(d)
	h.token = h.as(login.Grant{Roles: every})
}

func (h *theatre) deliver() int {
	h.Helper()
	return h.tenant.DeliverNotifications(h.Context())
}

func (h *theatre) want(got, want []string) {
	h.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		h.Errorf("notifications (-want +got):\n%s", diff)
	}
}

func TestSubscriptionIsMadeReadRenewedAndDeleted(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	var asked *http.Request
	h.proof = func(w http.ResponseWriter, r *http.Request, token string) {
		asked = r.Clone(context.Background())
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, token)
	}
	made := h.ask("POST", "/v1.0/subscriptions", `{"changeType":"updated,deleted","notificationUrl":"`+h.URL+`/hook?key=1","lifecycleNotificationUrl":"`+h.URL+`/life",
		"resource":"/users","expirationDateTime":"2026-03-20T11:00:00+02:00","clientState":"secret","latestSupportedTlsVersion":"v1_2"}`).want(http.StatusCreated)
	sp, _ := h.tenant.Directory().Snapshot().Lookup(directory.ServicePrincipal, "appId", h.app)
	want := map[string]any{
		"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#subscriptions/$entity",
		"id":             made.str("id"), "resource": "/users", "applicationId": h.app, "changeType": "updated,deleted", "clientState": "secret",
		"notificationUrl": h.URL + "/hook?key=1", "notificationQueryOptions": nil, "lifecycleNotificationUrl": h.URL + "/life",
		"expirationDateTime": "2026-03-20T09:00:00Z", "creatorId": sp.ID(), "includeResourceData": nil, "latestSupportedTlsVersion": "v1_2",
		"encryptionCertificate": nil, "encryptionCertificateId": nil, "notificationUrlAppId": nil,
	}
	if diff := cmp.Diff(want, made.json); diff != "" {
		t.Errorf("subscription (-want +got):\n%s", diff)
	}
	if asked.Method != http.MethodPost || !strings.HasPrefix(asked.Header.Get("Content-Type"), "text/plain") || !strings.Contains(asked.URL.RawQuery, "validationToken=Validation%3A+Testing+client") {
		t.Errorf("handshake %s %s, type %s", asked.Method, asked.URL, asked.Header.Get("Content-Type"))
	}
	path := "/v1.0/subscriptions/" + made.str("id")
	if diff := cmp.Diff(want, h.ask("GET", path, "").json); diff != "" {
		t.Errorf("read again (-want +got):\n%s", diff)
	}
	if got := h.ask("GET", "/v1.0/subscriptions", "").values("id"); !slices.Equal(got, []string{made.str("id")}) {
		t.Errorf("list %v", got)
	}
	renewed := h.ask("PATCH", path, `{"expirationDateTime":"2026-03-25T09:00:00Z"}`)
	if renewed.status != http.StatusOK || renewed.str("expirationDateTime") != "2026-03-25T09:00:00Z" {
		t.Errorf("renewed: %s", renewed.body)
	}
	h.ask("POST", path+"/reauthorize", "").want(http.StatusNoContent)

	other, err := h.tenant.Directory().Create(directory.Application, directory.Properties{"displayName": "Other"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.tenant.Directory().CreateServicePrincipal(other.String("appId"), nil); err != nil {
		t.Fatal(err)
	}
	mine := h.token
	h.token = h.as(login.Grant{ClientID: other.String("appId"), Roles: every})
	h.ask("GET", path, "").refused(404, "ResourceNotFound", "The object was not found.")
	h.token = mine
	h.ask("DELETE", path, "").want(http.StatusNoContent)
	h.ask("GET", path, "").refused(404, "ResourceNotFound", "The object was not found.")
	h.ask("DELETE", path, "").want(http.StatusNotFound)
	h.ask("PATCH", path, `{"expirationDateTime":"2026-03-25T09:00:00Z"}`).want(http.StatusNotFound)
}

func TestSubscriptionsAreRefusedInGraphsWords(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	body := func(change, with string) string {
		return strings.Replace(`{"changeType":"updated","notificationUrl":"`+h.URL+`","resource":"users","expirationDateTime":"2026-03-02T09:00:00Z"}`, change, with, 1)
	}
	for _, test := range []struct {
		name, body    string
		status        int
		code, message string
	}{
		{"no changeType", body(`"changeType":"updated",`, ``), 400, "InvalidRequest", "changeType is a required property for subscription creation"},
		{"no expiration", body(`,"expirationDateTime":"2026-03-02T09:00:00Z"`, ``), 400, "InvalidRequest", "expirationDateTime is a required property for subscription creation"},
		{"no resource", body(`"resource":"users",`, ``), 400, "InvalidRequest", "resource is a required property"},
		{"unknown changeType", body(`"updated"`, `"updated,moved"`), 400, "InvalidRequest", "'moved'"},
		{"too long", body(`2026-03-02`, `2026-03-31`), 400, "ExtensionError", "Subscription expiration can only be 41760 minutes in the future."},
		{"in the past", body(`2026-03-02`, `2026-02-02`), 400, "InvalidRequest", "future"},
		{"no date", body(`2026-03-02T09:00:00Z`, `tomorrow`), 400, "InvalidRequest", "'tomorrow'"},
		{"wrong kind", body(`"updated"`, `7`), 400, "InvalidRequest", "Could not process subscription creation payload."},
		{"plain http", body(h.URL, `http://hooks.example/x`), 400, "InvalidRequest", "notificationUrl"},
		{"other scheme", body(h.URL, `ftp://127.0.0.1/x`), 400, "InvalidRequest", "notificationUrl"},
		{"no URL", body(h.URL, `hook`), 400, "InvalidRequest", "notificationUrl"},
		{"bad lifecycle URL", body(`{`, `{"lifecycleNotificationUrl":"http://hooks.example",`), 400, "InvalidRequest", "lifecycleNotificationUrl"},
		{"long state", body(`{`, `{"clientState":"`+strings.Repeat("x", 129)+`",`), 400, "InvalidRequest", "128"},
		{"unknown TLS", body(`{`, `{"latestSupportedTlsVersion":"v9",`), 400, "InvalidRequest", "v9"},
		{"with data", body(`{`, `{"includeResourceData":true,`), 400, "InvalidRequest", "Resource data"},
		{"nobody", body(`"users"`, `"users/`+noSuchID+`"`), 404, "Request_ResourceNotFound", noSuchID},
		{"another resource", body(`"users"`, `"me/messages"`), 501, "NotImplemented", "me/messages"},
		{"an owner list", body(`"users"`, `"groups/`+noSuchID+`/owners"`), 501, "NotImplemented", "owners"},
		{"malformed", `{`, 400, "BadRequest", "Unable to read JSON"},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := h.ask("POST", "/v1.0/subscriptions", test.body)
			a.T = t
			a.refused(test.status, test.code, test.message)
		})
	}
	if got := h.ask("GET", "/v1.0/subscriptions", "").values("id"); len(got) != 0 {
		t.Errorf("%d subscriptions were kept", len(got))
	}
	h.token = h.as(login.Grant{Roles: []string{"Group.Read.All"}})
	h.ask("POST", "/v1.0/subscriptions", body("", "")).refused(403, "Authorization_RequestDenied", "Insufficient privileges")
	strict := newTheatre(t, mockgraph.WithoutPlainNotifications())
	strict.ask("POST", "/v1.0/subscriptions", body("", "")).refused(400, "InvalidRequest", "https")
	few := newTheatre(t, mockgraph.WithSubscriptionLimit(1))
	few.subscribe("users", "")
	few.ask("POST", "/v1.0/subscriptions", body("", "")).refused(403, "ExtensionError", "limit")
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAnEndpointMustProveThatItWantsToBeNotified(t *testing.T) {
	t.Parallel()
	text := func(status int, kind, body string) func(http.ResponseWriter, *http.Request, string) {
		return func(w http.ResponseWriter, _ *http.Request, token string) {
			w.Header().Set("Content-Type", kind)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, strings.ReplaceAll(body, "TOKEN", token))
		}
	}
	const body = `{"changeType":"updated","notificationUrl":"URL","resource":"users","expirationDateTime":"2026-03-02T09:00:00Z"}`
	for _, test := range []struct {
		name    string
		proof   func(http.ResponseWriter, *http.Request, string)
		message string
	}{
		{"forbidden", text(403, "text/plain", "TOKEN"), "Subscription validation request failed. HTTP status code is 'Forbidden'. Notification endpoint must respond with 200 OK to validation request."},
		{"accepted", text(202, "text/plain", "TOKEN"), "HTTP status code is 'Accepted'"},
		{"another text", text(200, "text/plain", "OK"), "Response must exactly match validationToken query parameter."},
		{"more text", text(200, "text/plain", "TOKEN\n"), "Response must exactly match validationToken query parameter."},
		{"still encoded", text(200, "text/plain", "Validation%3A"), "Response must exactly match validationToken query parameter."},
		{"JSON", text(200, "application/json", "TOKEN"), "text/plain"},
		{"redirected", func(w http.ResponseWriter, r *http.Request, _ string) {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}, "HTTP status code is 'Found'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			h := newTheatre(t)
			h.proof = test.proof
			h.ask("POST", "/v1.0/subscriptions", strings.Replace(body, "URL", h.URL, 1)).refused(400, "ValidationError", test.message)
		})
	}
	late := newTheatre(t, mockgraph.WithNotificationClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, context.DeadlineExceeded
	})}))
	late.ask("POST", "/v1.0/subscriptions", strings.Replace(body, "URL", "https://hooks.example", 1)).refused(400, "ValidationError", "Subscription validation request timed out.")
	away := newTheatre(t, mockgraph.WithNotificationClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, errors.New("no route to host")
	})}))
	away.ask("POST", "/v1.0/subscriptions", strings.Replace(body, "URL", "https://hooks.example", 1)).refused(400, "ValidationError", "must respond with 200 OK")
}

func TestUsersAreToldOfCreationChangeAndDeletion(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	before := h.user("before", "")
	id := h.subscribe("users", `,"clientState":"secret"`)
	if h.deliver() != 0 {
		t.Error("told of what was before the subscription")
	}
	ada := h.user("ada", "")
	h.deliver()
	told := h.told()
	if len(told) != 1 {
		t.Fatalf("%d notifications, want one: %v", len(told), told)
	}
	data, _ := told[0]["resourceData"].(map[string]any)
	if n, _ := data["sequenceNumber"].(float64); n < 638e15 {
		t.Errorf("sequenceNumber %v", n)
	}
	delete(data, "sequenceNumber")
	want := map[string]any{
		"id": told[0]["id"], "subscriptionId": id, "subscriptionExpirationDateTime": "2026-03-20T09:00:00Z", "clientState": "secret", "changeType": "updated",
		"resource": "Users/" + ada, "tenantId": h.tenant.ID(),
		"resourceData": map[string]any{"@odata.type": "#Microsoft.Graph.User", "@odata.id": "Users/" + ada, "id": ada, "organizationId": h.tenant.ID()},
	}
	if diff := cmp.Diff(want, told[0]); diff != "" || told[0]["id"] == "" {
		t.Errorf("notification (-want +got):\n%s", diff)
	}

	h.ask("PATCH", "/v1.0/users/"+before, `{"jobTitle":"Analyst"}`).want(http.StatusNoContent)
	h.ask("PATCH", "/v1.0/users/"+before, `{"jobTitle":"Engineer"}`).want(http.StatusNoContent)
	h.deliver()
	h.want(h.said(), []string{"updated Users/" + before}) // both changes are one
	h.ask("DELETE", "/v1.0/users/"+before, "").want(http.StatusNoContent)
	h.deliver()
	h.want(h.said(), []string{"updated Users/" + before})
	h.ask("DELETE", "/v1.0/directory/deletedItems/"+before, "").want(http.StatusNoContent)
	h.deliver()
	h.want(h.said(), []string{"deleted Users/" + before})
	h.securityGroup("crew", ada)
	h.deliver()
	h.want(h.said(), []string{})
}

func TestGroupsAreToldOfMembersWhoComeAndGo(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	ada, bob := h.user("ada", ""), h.user("bob", "")
	one, two := h.securityGroup("one"), h.securityGroup("two")
	h.subscribe("groups/"+one+"/members", "")
	d := h.tenant.Directory()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.AddMember(one, ada))
	must(d.AddMember(one, bob))
	must(d.RemoveMember(one, ada))
	must(d.AddMember(two, ada))
	_, err := d.Update(one, directory.Properties{"description": "x"})
	must(err)
	h.deliver()
	h.want(h.said(), []string{"updated Groups/" + one + " +" + ada + " +" + bob + " -" + ada})

	h.subscribe("/groups/"+two, "")
	h.subscribe("groups", "")
	must(d.RemoveMember(two, ada))
	_, err = d.Update(two, directory.Properties{"description": "x"})
	must(err)
	h.deliver()
	h.want(h.said(), []string{"updated Groups/" + two + " -" + ada, "updated Groups/" + two + " -" + ada}) // one for each subscription
	must(d.Delete(bob))
	h.deliver()
	got := h.said()
	slices.Sort(got)
	h.want(got, []string{"updated Groups/" + one + " -" + bob, "updated Groups/" + one + " -" + bob})
}

func TestOnlyTheKindsOfChangesAskedForAreTold(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	ada := h.user("ada", "")
	h.ask("POST", "/v1.0/subscriptions", `{"changeType":"deleted","notificationUrl":"`+h.URL+`","resource":"users/`+ada+`","expirationDateTime":"2026-03-20T09:00:00Z"}`)
	h.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":"x"}`)
	h.ask("DELETE", "/v1.0/users/"+ada, "")
	h.ask("DELETE", "/v1.0/directory/deletedItems/"+ada, "")
	h.deliver()
	h.want(h.said(), []string{"deleted Users/" + ada})
}

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

package mockgraph_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

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

package login_test

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// The errors clients are known to meet, with what they come as.
// Source: learn.microsoft.com/entra/identity-platform/reference-error-codes and recorded exchanges.
func TestEveryKnownErrorComesAsClientsExpect(t *testing.T) {
	for _, each := range []struct {
		oauth    string
		suberror string
		status   int
		codes    []int
	}{
		{"invalid_client", "", 401, []int{7000215, 7000222, 7000216, 7000218, 700025, 700027, 700023, 700021, 700024, 50012, 700211, 700212, 700213, 7002137, 7002138, 700229, 7000229}},
		{"invalid_client", "", 400, []int{650053, 650056, 500112}},
		{"unauthorized_client", "", 400, []int{700016, 700038, 7000112, 700011, 70001, 65005, 7000114}},
		{"invalid_request", "", 400, []int{90002, 900023, 90019, 50059, 9001023, 50194, 900144, 900561, 901002, 50011, 500113, 900971, 9002313, 9002325, 9002326, 9002327, 90008, 90009}},
		{"unsupported_grant_type", "", 400, []int{70003}},
		{"invalid_scope", "", 400, []int{70011, 1002012, 28000, 28003, 70023}},
		{"invalid_resource", "", 400, []int{500011, 50001, 650057}},
		{"invalid_grant", "", 400, []int{501051, 50105, 50126, 50034, 50053, 50056, 50057, 70000, 70008, 54005, 700084, 700005, 501481, 50148, 50147, 500131, 500133, 50013, 50196}},
		{"invalid_grant", "consent_required", 400, []int{65001}},
		{"invalid_grant", "user_password_expired", 400, []int{50055}},
		{"invalid_grant", "basic_action", 400, []int{50076, 50079, 50072, 50074}},
		{"invalid_grant", "message_only", 400, []int{53003, 53000, 53001, 530034, 530035}},
		{"invalid_grant", "bad_token", 400, []int{700082, 50173}},
		{"access_denied", "", 400, []int{65004}},
		{"consent_required", "", 400, []int{90094, 90095}},
		{"authorization_pending", "", 400, []int{70016}},
		{"bad_verification_code", "", 400, []int{70018}},
		{"expired_token", "code_expired", 400, []int{70019}},
		{"authorization_declined", "", 400, []int{90120}},
		{"login_required", "", 400, []int{50058}},
		{"interaction_required", "", 400, []int{16000, 50020}},
		{"temporarily_unavailable", "", 429, []int{90055}},
		{"temporarily_unavailable", "", 503, []int{90033, 90006}},
		{"invalid_instance", "", 400, []int{50049}},
		{"unsupported_response_type", "", 400, []int{7000110, 700051, 700054}},
	} {
		for _, code := range each.codes {
			e := login.AADSTS(code, "one", "two", "three", "four", "five", "six")
			if e.OAuth != each.oauth || e.Suberror != each.suberror || e.Status != each.status || len(e.Text) < 15 || strings.Contains(e.Text, "%!") || strings.Contains(e.Text, "%s") {
				t.Errorf("%d: %+v", code, e)
			}
			if bare := login.AADSTS(code); strings.Contains(bare.Text, "%") {
				t.Errorf("%d without arguments: %q", code, bare.Text)
			}
		}
	}
}

func TestTheEnvelopeOfARefusal(t *testing.T) {
	r := newRig(t)
	const correlation = "7f5f0a5c-6d2b-4d2f-9f8e-0a1b2c3d4e5f"
	got := r.do("POST", "/"+tenantID+"/oauth2/v2.0/token", form("grant_type", "client_credentials", "client_id", r.appID(), "client_secret", "no", "scope", graphURL+"/.default"),
		headers("client-request-id", correlation, "return-client-request-id", "true"))
	body := got.json()
	description, _ := body["error_description"].(string)
	want := "AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '" +
		r.appID() + "'. Trace ID: " + body["trace_id"].(string) + " Correlation ID: " + correlation + " Timestamp: 2026-11-02 09:00:00Z"
	if description != want {
		t.Errorf("description\n%s\nwant\n%s", description, want)
	}
	if body["timestamp"] != "2026-11-02 09:00:00Z" || body["correlation_id"] != correlation || body["error_uri"] != origin+"/error?code=7000215" || got.header.Get("X-Ms-Request-Id") != body["trace_id"] || got.header.Get("Client-Request-Id") != correlation {
		t.Errorf("body %v, header %v", body, got.header)
	}
	if got.header.Get("Cache-Control") != "no-store, no-cache" || got.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("header %v", got.header)
	}
	if _, has := r.appToken("grant_type", "magic").json()["error_uri"]; has {
		t.Error("70003 has an error_uri")
	}
	if page := r.get("/error?code=7000215"); !strings.Contains(page.body, "Invalid client secret provided") {
		t.Errorf("look-up page: %.500s", page.body)
	}
}

// What is wrong first is answered first, however much else is wrong.
func TestTheOrderOfDecisions(t *testing.T) {
	r := newRig(t)
	path := func(tenant string) string { return "/" + tenant + "/oauth2/v2.0/token" }
	nobody := "99999999-9999-9999-9999-999999999999"
	if got := r.get(path("unknown.example")); got.code() != 900561 {
		t.Errorf("method before tenant: %s", got.body)
	}
	for _, each := range []struct {
		name   string
		tenant string
		pairs  []string
		code   int
	}{
		{"tenant before grant", "unknown.example", []string{"grant_type", "magic"}, 90002},
		{"grant missing", tenantID, []string{"client_id", nobody}, 900144},
		{"grant before parameters", tenantID, []string{"grant_type", "magic"}, 70003},
		{"parameters before client", tenantID, []string{"grant_type", "password", "client_id", nobody}, 900144},
		{"shape of the code before client", tenantID, []string{"grant_type", "authorization_code", "client_id", nobody, "code", "x"}, 9002313},
		{"client before secret", tenantID, []string{"grant_type", "client_credentials", "client_id", nobody, "client_secret", "x", "scope", "x"}, 700016},
		{"secret before scope", tenantID, []string{"grant_type", "client_credentials", "client_id", r.appID(), "client_secret", "x", "scope", "nonsense"}, 7000215},
		{"scope before resource", tenantID, []string{"grant_type", "client_credentials", "client_id", r.appID(), "client_secret", r.secret, "scope", "api://nowhere/x"}, 1002012},
		{"resource", tenantID, []string{"grant_type", "client_credentials", "client_id", r.appID(), "client_secret", r.secret, "scope", "api://nowhere/.default"}, 500011},
		{"password before scope", tenantID, []string{"grant_type", "password", "client_id", r.appID(), "username", "ada@" + domain, "password", "x", "scope", "Magic"}, 50126},
		{"common for an application", "common", []string{"grant_type", "client_credentials", "client_id", r.appID(), "client_secret", r.secret, "scope", "x"}, 50059},
		{"common for a password", "common", []string{"grant_type", "password", "client_id", r.appID(), "username", "a", "password", "x", "scope", "x"}, 9001023},
		{"organizations for a single tenant application", "organizations", []string{"grant_type", "password", "client_id", r.appID(), "username", "a", "password", "x", "scope", "x"}, 50194},
	} {
		if got := r.do("POST", path(each.tenant), form(each.pairs...)); got.code() != each.code {
			t.Errorf("%s: want %d, got %s", each.name, each.code, got.body)
		}
	}
}

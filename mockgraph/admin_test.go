package mockgraph_test

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
)

// steer sends a request to the admin API as a program on this machine does.
func (s *stage) steer(method, path, body string, headers ...string) *answer {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, "https://127.0.0.1:8443/_rehearse/"+path, strings.NewReader(body))
	r.RemoteAddr = "127.0.0.1:50000"
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.tenant.ServeHTTP(w, r)
	a := &answer{T: s.T, request: method + " " + path, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	if bytes.HasPrefix(a.body, []byte("{")) {
		_ = json.Unmarshal(a.body, &a.json) // a snapshot has many lines
	}
	return a
}

// says checks the status and that the error contains a text.
func (a *answer) says(status int, text string) {
	a.Helper()
	if a.want(status); !strings.Contains(a.str("error"), text) {
		a.Errorf("%s: says %q, want %q", a.request, a.str("error"), text)
	}
}

func TestHealthTellsWhatTheTenantIsAndHolds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.user("ada", "")
	h := s.steer("GET", "health", "").want(200)
	for member, want := range map[string]any{
		"status": "ok", "tenantId": s.tenant.ID(), "displayName": "Contoso", "domain": "contoso.onmicrosoft.com", "users": 2.0, "fairWeather": true, "frozen": false, "exchanges": 0.0,
	} {
		if h.at(member) != want {
			t.Errorf("%s is %v, want %v", member, h.at(member), want)
		}
	}
}

func TestTheAdminAPIIsServedToThisMachineOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithAdminHosts("tenant.internal"))
	for _, c := range []struct {
		name    string
		headers []string
		status  int
	}{
		{"a program", nil, 200},
		{"under localhost", []string{"Host", "localhost:8443"}, 200},
		{"over IPv6", []string{"Host", "[::1]:8443"}, 200},
		{"under a name that is allowed", []string{"Host", "tenant.internal:8443"}, 200},
		{"under a name bent to this machine", []string{"Host", "evil.example:8443"}, 403},
		{"under another address", []string{"Host", "192.0.2.1:8443"}, 403},
		{"the page itself", []string{"Origin", "https://127.0.0.1:8443", "Sec-Fetch-Site", "same-origin"}, 200},
		{"a page of another origin", []string{"Origin", "https://evil.example"}, 403},
		{"a page of another port", []string{"Origin", "https://127.0.0.1:9999"}, 403},
		{"a page without an origin", []string{"Origin", "null"}, 403},
		{"an image of another page", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors"}, 403},
		{"a link on another page", []string{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"}, 200},
		{"a person who types the address", []string{"Sec-Fetch-Site", "none"}, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := &stage{T: t, tenant: s.tenant}
			s.steer("GET", "health", "", c.headers...).want(c.status)
		})
	}
	r := httptest.NewRequest("GET", "https://127.0.0.1:8443/_rehearse/health", nil)
	r.RemoteAddr = "192.0.2.7:4000" // somebody else who says that he asks for 127.0.0.1
	w := httptest.NewRecorder()
	if s.tenant.ServeHTTP(w, r); w.Code != 403 {
		t.Errorf("another machine gets %d, want 403", w.Code)
	}
}

func TestTheAdminAPIDoesNotExistUnderMicrosoftsNames(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, host := range []string{"graph.microsoft.com", "login.microsoftonline.com"} {
		a := s.steer("GET", "health", "", "Host", host)
		if a.status < 400 || a.at("tenantId") != nil {
			t.Errorf("%s answers %d %s", host, a.status, a.body)
		}
	}
}

func TestWhatTheAdminAPICannotDoItSaysInASentence(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"GET", "nothing", "", 404, "/_rehearse/nothing"},
		{"GET", "reset", "", 405, "takes POST"},
		{"DELETE", "clock", "", 405, "takes GET and PUT"},
		{"POST", "seed", "", 400, "needs a JSON body"},
		{"POST", "seed", `{"size":"huge"}`, 400, "huge"},
		{"POST", "seed", `{"size":0}`, 400, "0"},
		{"POST", "seed", `{"sise":"small"}`, 400, "sise"},
		{"POST", "seed", `{"size":"smal"}`, 400, "did you mean small?"},
		{"POST", "seed", `{"size":"small","seed":"x"}`, 400, "cannot be read: seed takes no string."},
		{"POST", "seed", `[]`, 400, "cannot be read: it is a JSON array, want an object."},
		{"POST", "seed", `x`, 400, "cannot be read: it is no JSON at byte 1."},
		{"POST", "seed", `{`, 400, "cannot be read: it breaks off."},
		{"PUT", "clock", `{"now":"gestern"}`, 400, "gestern is no time such as 2026-03-01T09:00:00Z."},
		{"PUT", "weather", "strmy", 400, "did you mean stormy?"},
		{"POST", "seed", `{"size":"small"} x`, 400, "more behind"},
		{"POST", "seed", `{"size":"` + strings.Repeat("x", 1<<20) + `"}`, 413, "larger"},
		{"PUT", "snapshot", "nonsense", 400, "line 1"},
		{"PUT", "clock", `{}`, 400, "now, advance or frozen"},
		{"PUT", "clock", `{"advance":"soon"}`, 400, "P28D"},
		{"PUT", "clock", `{"advance":"-1h"}`, 400, "go back"},
		{"PUT", "clock", `{"now":"3000-01-01T00:00:00Z"}`, 400, "1990"},
		{"PUT", "clock", `{"now":"tomorrow"}`, 400, "cannot be read"},
		{"PUT", "weather", "storm", 400, "storm"},
		{"PUT", "weather", `{"skew":"999h"}`, 400, "skew"},
		{"GET", "provisioning", "", 409, "no provisioning service"},
		{"GET", "provisioning/log?format=csv", "", 409, "no provisioning service"},
		{"GET", "exchanges", "", 409, "records no exchanges"},
		{"POST", "tokens", `{}`, 400, "clientId"},
		{"POST", "tokens", `{"clientId":"` + s.app + `","lifetime":"never"}`, 400, "lifetime"},
		{"POST", "tokens", `{"clientId":"00000000-0000-4000-8000-000000000000"}`, 400, "700016"},
		{"POST", "licenses/purchases", `{"sku":"NOTHING","seats":1}`, 400, "TEAMS_EXPLORATORY"},
		{"POST", "licenses/purchases", `{"sku":"TEAMS_EXPLORATORY","seats":0}`, 400, "seats"},
	} {
		a := s.steer(c.method, c.path, c.body)
		if a.says(c.status, c.says); strings.HasSuffix(a.str("error"), "?.") {
			t.Errorf("%s %s: %s", c.method, c.path, a.body)
		}
	}
}

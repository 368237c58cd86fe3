package login_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Whatever stands in the form, the answer is a refusal in Entra's words or a token, never a crash.
func FuzzTokenForm(f *testing.F) {
	r := newRig(&testing.T{})
	secret := "client_id=" + r.appID() + "&client_secret=" + r.secret
	for _, seed := range []string{
		"", "grant_type=client_credentials&" + secret + "&scope=https://graph.microsoft.com/.default", "grant_type=client_credentials&" + secret + "&scope=%2F.default",
		"grant_type=password&client_id=" + r.appID() + "&username=ada%40contoso.example&password=x&scope=User.Read", "grant_type=authorization_code&code=1.AAAA",
		"grant_type=refresh_token&refresh_token=%00", "grant_type=device_code&device_code=x", "grant_type=a&grant_type=b", "%zz", "a;b", strings.Repeat("a=b&", 300),
		"grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=e30.e30.e30&requested_token_use=on_behalf_of&scope=x&" + secret,
		"grant_type=client_credentials&client_id=" + r.appID() + "&client_assertion=eyJhbGciOiJSUzI1NiJ9.e30.AA&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&scope=x/.default",
		"grant_type=client_credentials&" + secret + "&scope=a//.default%20b/.default&claims={\"access_token\":[]}", "grant_type=client_credentials&" + secret + "&resource=x",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, body string, v2 bool) {
		path := "/" + tenantID + "/oauth2/token"
		if v2 {
			path = "/" + tenantID + "/oauth2/v2.0/token"
		}
		request := httptest.NewRequest(http.MethodPost, origin+path, strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		recorder := httptest.NewRecorder()
		r.host.ServeHTTP(recorder, request)
		var answer map[string]any
		if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil {
			t.Fatalf("status %d, no JSON: %v", recorder.Code, err)
		}
		_, refused := answer["error"].(string)
		if (recorder.Code == http.StatusOK) == refused || recorder.Code >= 500 && recorder.Code != http.StatusNotImplemented {
			t.Errorf("status %d: %s", recorder.Code, recorder.Body.String())
		}
	})
}

// A token nobody issued is never accepted and never breaks the verifier.
func FuzzVerify(f *testing.F) {
	r := newRig(&testing.T{})
	token := r.appToken().text("access_token")
	for _, seed := range []string{"", "a.b.c", "e30.e30.e30", token + "x", strings.Replace(token, ".", "..", 1)} {
		f.Add(seed)
	}
	known, err := r.host.Verify(token)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		// Base64 can be spelt in several ways, so that another text may be the same token.
		if c, err := r.host.Verify(text); err == nil && c.TokenID != known.TokenID {
			t.Errorf("accepted %q", text)
		}
	})
}

// The page a browser opens takes anything too.
func FuzzAuthorize(f *testing.F) {
	r := newRig(&testing.T{})
	for _, seed := range []string{"", "client_id=" + r.appID() + "&response_type=code&redirect_uri=http://localhost&scope=User.Read", "client_id=" + r.appID() + "&redirect_uri=http://localhost:x%0d%0a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		request := httptest.NewRequest(http.MethodGet, origin+"/"+tenantID+"/oauth2/v2.0/authorize", nil)
		request.URL.RawQuery = query
		recorder := httptest.NewRecorder()
		r.host.ServeHTTP(recorder, request)
		to := recorder.Header().Get("Location")
		if recorder.Code >= 500 || to != "" && !strings.HasPrefix(to, "http://localhost") && !strings.HasPrefix(to, "https://app.contoso.example/") && !strings.HasPrefix(to, "https://spa.contoso.example/") && !strings.HasPrefix(to, "myapp://auth") {
			t.Errorf("status %d, to %q", recorder.Code, to)
		}
	})
}

func BenchmarkClientCredentials(b *testing.B) {
	r := newRig(&testing.T{})
	body := form("grant_type", "client_credentials", "client_id", r.appID(), "client_secret", r.secret, "scope", graphURL+"/.default").Encode()
	for b.Loop() {
		request := httptest.NewRequest(http.MethodPost, origin+"/"+tenantID+"/oauth2/v2.0/token", strings.NewReader(body))
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.host.ServeHTTP(httptest.NewRecorder(), request)
	}
}

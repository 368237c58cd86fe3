package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// authority is a token endpoint behind a RoundTripper: token-1, token-2, ...
type authority struct {
	mu       sync.Mutex
	secret   string
	life     int
	answer   func(w http.ResponseWriter)
	requests []string
}

func (a *authority) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.requests = append(a.requests, strings.TrimSpace(r.Header.Get("Authorization")+" "+string(body)))
	w := httptest.NewRecorder()
	switch _, password, basic := r.BasicAuth(); {
	case a.answer != nil:
		a.answer(w)
	case basic && password != a.secret, !basic && !strings.Contains(string(body), "client_secret="+a.secret):
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = io.WriteString(w, `{"error":"invalid_client","error_description":"`+string(body)+`"}`)
	default:
		_, _ = fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":%d}`, len(a.requests), a.life)
	}
	return w.Result(), nil
}

// signedIn is a client that fetches its tokens, and what the target was shown of them.
func signedIn(t *testing.T, a *authority, c *wire.ClientCredentials, answer func(token string) int) func() (wire.Response, error) {
	t.Helper()
	c.TokenURL, c.ClientID, c.ClientSecret, c.Transport = "https://login.example/token", "client", a.secret, a
	client, err := wire.NewClient(wire.Config{TenantURL: "https://scim.example", Tokens: c, Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		w.WriteHeader(answer(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")))
		return w.Result(), nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	composer, err := wire.NewComposer(wire.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return func() (wire.Response, error) { return client.Do(context.Background(), composer.GetUser("1")) }
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestTheTokenRequest(t *testing.T) {
	for title, test := range map[string]struct {
		source *wire.ClientCredentials
		want   string
	}{
		"credentials in the body":   {&wire.ClientCredentials{}, "client_id=client&client_secret=s3cret&grant_type=client_credentials"},
		"credentials in the header": {&wire.ClientCredentials{InHeader: true}, "Basic Y2xpZW50OnMzY3JldA== grant_type=client_credentials"},
		"with a scope":              {&wire.ClientCredentials{Scope: "api"}, "client_id=client&client_secret=s3cret&grant_type=client_credentials&scope=api"},
	} {
		t.Run(title, func(t *testing.T) {
			a := &authority{secret: "s3cret", life: 3600}
			shown := ""
			do := signedIn(t, a, test.source, func(token string) int { shown = token; return 200 })
			if _, err := do(); err != nil || shown != "token-1" || len(a.requests) != 1 || a.requests[0] != test.want {
				t.Fatalf("target saw %q, token endpoint %q, %v", shown, a.requests, err)
			}
		})
	}
}

func TestATokenIsKeptRefreshedAndReplaced(t *testing.T) {
	clock := clockwork.NewFakeClock()
	a := &authority{secret: "old", life: 3600}
	source := &wire.ClientCredentials{Clock: clock}
	shown, refused := "", "none"
	do := signedIn(t, a, source, func(token string) int {
		if shown = token; token == refused {
			return http.StatusUnauthorized
		}
		return http.StatusOK
	})
	sees := func(when, want string) {
		t.Helper()
		if _, err := do(); err != nil || shown != want {
			t.Fatalf("%s: the target saw %q, want %q, %v", when, shown, want, err)
		}
	}
	sees("at first", "token-1")
	clock.Advance(58 * time.Minute)
	sees("while it lasts", "token-1")
	clock.Advance(time.Minute)
	sees("shortly before its end", "token-2")
	refused = "token-2"
	sees("refused once", "token-2")
	sees("after that", "token-3")

	a.secret, refused = "new", "token-3" // rotated at the vendor
	sees("the token at hand, refused", "token-3")
	var failure *wire.Error
	if _, err := do(); !errors.As(err, &failure) || failure.Code != wire.CodeUnauthorized || strings.Contains(err.Error(), "old") {
		t.Fatalf("got %v", err)
	}
	source.Rotate("new")
	sees("with the new secret", "token-5")
}

func TestAnswersOfATokenEndpoint(t *testing.T) {
	answer := func(status int, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
		}
	}
	for title, test := range map[string]struct {
		answer func(http.ResponseWriter)
		code   string // "" is success
	}{
		"a life as text":         {answer(200, `{"access_token":"x","expires_in":"3600"}`), ""},
		"no life":                {answer(200, `{"access_token":"x"}`), ""},
		"a type in another case": {answer(200, `{"access_token":"x","token_type":"bearer"}`), ""},
		"another type":           {answer(200, `{"access_token":"x","token_type":"mac"}`), wire.CodeWebExceptionProtocolError},
		"no token":               {answer(200, `{}`), wire.CodeWebExceptionProtocolError},
		"a token with a newline": {answer(200, `{"access_token":"x\r\ny"}`), wire.CodeWebExceptionProtocolError},
		"no JSON":                {answer(200, `<html>`), wire.CodeWebExceptionProtocolError},
		"refused credentials":    {answer(400, `{"error":"invalid_client"}`), wire.CodeUnauthorized},
		"a broken endpoint":      {answer(500, ``), wire.CodeInternalServerError},
		"a redirect":             {answer(302, ``), wire.CodeWebExceptionProtocolError},
	} {
		t.Run(title, func(t *testing.T) {
			do := signedIn(t, &authority{answer: test.answer}, &wire.ClientCredentials{}, func(string) int { return 200 })
			_, err := do()
			var failure *wire.Error
			if test.code == "" && err != nil || test.code != "" && (!errors.As(err, &failure) || failure.Code != test.code) {
				t.Fatalf("got %v, want %q", err, test.code)
			}
		})
	}
}

func FuzzTokenAnswer(f *testing.F) {
	for _, seed := range []string{`{"access_token":"x","expires_in":1}`, `{"access_token":"x","expires_in":-1e99}`, `{"error":"\u0000"}`, ``, `[]`} {
		f.Add(200, []byte(seed))
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		if status < 100 || status > 999 {
			return
		}
		shown := ""
		do := signedIn(t, &authority{answer: func(w http.ResponseWriter) {
			w.WriteHeader(status)
			_, _ = w.Write(body)
		}}, &wire.ClientCredentials{}, func(token string) int { shown = token; return 200 })
		if _, err := do(); err == nil && shown == "" {
			t.Fatal("a request went out without a token")
		}
	})
}

package wire_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// consent is a token endpoint whose refresh tokens hold once: refresh-0 is the first, then each answer brings the next.
type consent struct {
	valid  string
	n      int
	asked  []string
	rotate bool
}

func (c *consent) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, err
	}
	c.asked = append(c.asked, form.Get("grant_type")+" "+form.Get("code")+form.Get("refresh_token")+" "+form.Get("client_id"))
	w := httptest.NewRecorder()
	if form.Get("refresh_token") != c.valid && form.Get("code") != "code" {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = io.WriteString(w, `{"error":"invalid_grant"}`)
		return w.Result(), nil
	}
	c.n++
	next := ""
	if c.rotate {
		c.valid = fmt.Sprintf("refresh-%d", c.n)
		next = `,"refresh_token":"` + c.valid + `"`
	}
	_, _ = fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":3600%s}`, c.n, next)
	return w.Result(), nil
}

func TestARefreshTokenIsUsedRotatedAndRefused(t *testing.T) {
	clock := clockwork.NewFakeClock()
	endpoint := &consent{valid: "refresh-0", rotate: true}
	var kept []string
	s := &wire.AuthorizationCode{
		TokenURL: "https://login.example/token", ClientID: "client", RefreshToken: "refresh-0", Transport: endpoint, Clock: clock,
		Rotated: func(refresh string) { kept = append(kept, refresh) },
	}
	token := func(want string) {
		t.Helper()
		if got, err := s.Token(t.Context()); err != nil || got != want {
			t.Fatalf("got %q %v, want %q", got, err, want)
		}
	}
	token("token-1")
	token("token-1")
	clock.Advance(time.Hour)
	token("token-2")
	s.Refused("token-2")
	token("token-3")
	if want := []string{"refresh-1", "refresh-2", "refresh-3"}; !slices.Equal(kept, want) {
		t.Fatalf("kept %q, want %q", kept, want)
	}
	endpoint.valid = "revoked"
	clock.Advance(time.Hour)
	var refused *wire.Error
	if _, err := s.Token(t.Context()); !errors.As(err, &refused) || refused.Status != http.StatusUnauthorized || refused.Code != wire.CodeUnauthorized {
		t.Fatalf("got %v", err)
	}
	s.Consent("revoked")
	token("token-4")
	if got := endpoint.asked[0]; got != "refresh_token refresh-0 client" || len(endpoint.asked) != 5 {
		t.Fatalf("asked %q", endpoint.asked)
	}
}

func TestACodeIsRedeemedOnce(t *testing.T) {
	endpoint := &consent{rotate: true}
	s := &wire.AuthorizationCode{TokenURL: "https://login.example/token", ClientID: "client", Transport: endpoint}
	if _, err := s.Token(t.Context()); err == nil || len(endpoint.asked) != 0 {
		t.Fatalf("a token without consent: %v, asked %q", err, endpoint.asked)
	}
	if err := s.Redeem(t.Context(), "code", "https://portal.example/done"); err != nil {
		t.Fatal(err)
	}
	if token, err := s.Token(t.Context()); err != nil || token != "token-1" || s.RefreshToken != "refresh-1" {
		t.Fatalf("got %q %v, refresh token %q", token, err, s.RefreshToken)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s.Refused("token-1")
	endpoint.valid = ""
	if _, err := s.Token(ctx); err == nil {
		t.Fatal("a token without a valid refresh token")
	}
}

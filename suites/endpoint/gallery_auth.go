package endpoint

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// OAuth says how a client gets tokens for the target with a secret (RFC 6749 §4.4).
type OAuth struct {
	TokenURL     string
	ClientID     string
	ClientSecret string
	Scope        string // "" sends none
}

// Federation says how a workload of Entra gets tokens for the target with an assertion instead of a secret (RFC 7523 §2.2).
type Federation struct {
	TokenURL string
	ClientID string // "" sends none: the assertion names the client
	Scope    string // "" sends none
	// Assertion makes an assertion, a signed JWT, anew for every request for a token.
	Assertion func(ctx context.Context) (string, error)
}

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// The life of an access token that a listing asks for. Source: learn.microsoft.com/entra/identity/enterprise-apps/app-gallery-user-provisioning-requirements,
// SCIM authentication requirements.
const (
	shortestToken = 60 * time.Minute
	longestToken  = 360 * time.Minute
)

func galleryAuthTests() []test {
	const either = "Long-lived bearer tokens, basic authentication and the code grant are no longer listed: one of client credentials and workload identity federation must work. "
	return []test{
		{
			name: "Validate_Credentials_Test", title: "Client credentials give an access token that lives 60 to 360 minutes and is taken by the endpoint",
			why: asked + either, fix: "Answer grant_type=client_credentials with 200, access_token, token_type Bearer and expires_in between 3600 and 21600, and take that token at the SCIM endpoint.",
			covers: []string{"endpoint.gallery.token-life", "endpoint.quarantine.scheme-case", "endpoint.connect.count"},
			run: func(ctx context.Context, r *Rig) {
				given, answer := r.tokenFor(ctx, r.withSecret(r.needsSecret()))
				r.That("an access token lives 60 to 360 minutes", given.life, livesWell(), answer.Shown)
				r.admitted(ctx, given)
			},
		},
		{
			name: "Federated_Identity_Test", title: "An assertion of a federated issuer gives an access token that is taken by the endpoint",
			why:    asked + either + "With an assertion there is no secret that could leak or expire.",
			fix:    "Answer grant_type=client_credentials with a client_assertion of type jwt-bearer (RFC 7523) from the customer's Entra tenant with an access token, and take that token at the SCIM endpoint.",
			covers: []string{"endpoint.connect.count"},
			run: func(ctx context.Context, r *Rig) {
				f := r.needsFederation()
				given, _ := r.tokenFor(ctx, r.withAssertion(ctx, f, ""))
				r.admitted(ctx, given)
			},
		},
	}
}

func (r *Rig) needsSecret() *OAuth {
	if r.target.config.OAuth == nil {
		r.Skip("no client credentials are given: the token is a static one, with which the gallery lists no application")
	}
	return r.target.config.OAuth
}

func (r *Rig) needsFederation() *Federation {
	if r.target.config.Federation == nil {
		r.Skip("no federated identity is given: nothing signs assertions")
	}
	return r.target.config.Federation
}

// tokenRequest is a request for a token.
type tokenRequest struct {
	url  string
	form url.Values
}

func (r *Rig) withSecret(o *OAuth) tokenRequest {
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {o.ClientID}, "client_secret": {o.ClientSecret}}
	if o.Scope != "" {
		form.Set("scope", o.Scope)
	}
	return tokenRequest{o.TokenURL, form}
}

// withAssertion asks with an assertion; spoilt, it is one whose signature is no longer its own.
func (r *Rig) withAssertion(ctx context.Context, f *Federation, spoil string) tokenRequest {
	assertion, err := f.Assertion(ctx)
	check(err)
	if at := strings.LastIndex(assertion, "."); spoil != "" && at >= 0 {
		assertion = assertion[:at+1] + spoil
	}
	r.target.config.Recorder.AddSecret(assertion)
	form := url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {assertionType}, "client_assertion": {assertion}}
	if f.ClientID != "" {
		form.Set("client_id", f.ClientID)
	}
	if f.Scope != "" {
		form.Set("scope", f.Scope)
	}
	return tokenRequest{f.TokenURL, form}
}

// askToken asks the token endpoint. The answer is the true one, with the token in it, which the record does not show.
func (r *Rig) askToken(ctx context.Context, t tokenRequest) Answer {
	ctx, cancel := context.WithTimeout(ctx, r.target.config.Timeout)
	defer cancel()
	if r.target.limiter != nil {
		check(r.target.limiter.Wait(ctx))
	}
	req := must(http.NewRequestWithContext(ctx, http.MethodPost, t.url, strings.NewReader(t.form.Encode())))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	resp, err := r.network.RoundTrip(req)
	if err != nil {
		return Answer{Err: err, Shown: r.session.Last()}
	}
	defer resp.Body.Close()
	const most = 1 << 20
	body, err := io.ReadAll(io.LimitReader(resp.Body, most))
	return Answer{Status: resp.StatusCode, Header: resp.Header, Body: body, Err: err, Shown: r.session.Last()}
}

// token is what a token endpoint hands out.
type token struct {
	access string
	life   time.Duration // 0: it did not say
}

// tokenFor fails the check unless the token endpoint hands out a token.
func (r *Rig) tokenFor(ctx context.Context, t tokenRequest) (token, Answer) {
	a := r.askToken(ctx, t)
	given := readToken(a)
	if given.access != "" {
		r.target.config.Recorder.AddSecret(given.access)
	}
	shown := answerOf(a.Shown) // the record, which shows no secret
	r.Must("the token endpoint answers 2xx", a.Status, worded[int]{
		Want: "200", OK: func(status int) bool { return status/100 == 2 }, Got: func(int) string { return shown.String() },
	}, a.Shown)
	r.Must("the answer of the token endpoint carries access_token", given.access != "", worded[bool]{
		Want: "a text in access_token", OK: func(ok bool) bool { return ok }, Got: func(bool) string { return shown.String() },
	}, a.Shown)
	return given, a
}

func readToken(a Answer) token {
	object, err := scim.DecodeResource(a.Body)
	if err != nil {
		return token{}
	}
	given := token{access: object.String("access_token")}
	switch n := object["expires_in"].(type) {
	case json.Number:
		if f, err := n.Float64(); err == nil {
			given.life = time.Duration(f * float64(time.Second))
		}
	case string: // some write the number as a text
		if f, err := strconv.ParseFloat(n, 64); err == nil {
			given.life = time.Duration(f * float64(time.Second))
		}
	}
	return given
}

// admitted fails the check unless a token opens the endpoint.
func (r *Rig) admitted(ctx context.Context, given token) {
	a := r.SendAs(ctx, r.As(given.access, nil), wire.Request{Method: http.MethodGet, Target: "/Users?startIndex=1&count=1"})
	r.That("GET /Users?startIndex=1&count=1 with the new token is answered 2xx", a, accepted(), a.Shown)
}

func livesWell() worded[time.Duration] {
	return worded[time.Duration]{
		Want: "expires_in between 3600 and 21600 seconds",
		OK:   func(d time.Duration) bool { return d >= shortestToken && d <= longestToken },
		Got: func(d time.Duration) string {
			if d == 0 {
				return "no expires_in"
			}
			return "expires_in " + strconv.Itoa(int(d/time.Second))
		},
	}
}

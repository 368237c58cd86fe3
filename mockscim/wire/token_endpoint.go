package wire

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"
)

// Limits of a token endpoint's answer.
const (
	maxTokenAnswer = 1 << 20
	maxToken       = 64 << 10
)

// tokenMargin is how long before its end a token is no longer used.
const tokenMargin = time.Minute

// tokenAnswer is what a token endpoint hands out.
type tokenAnswer struct {
	token, refresh string        // refresh "": none
	life           time.Duration // 0: the endpoint did not say
}

// keptToken is an access token as long as it is good. Its owner guards it.
type keptToken struct {
	token string
	ends  time.Time // zero: the endpoint did not say
}

// at is the token, "" when there is none that is good.
func (k *keptToken) at(now time.Time) string {
	if !k.ends.IsZero() && !now.Before(k.ends) {
		return ""
	}
	return k.token
}

// keep takes the token of an answer to a request that began at a time.
func (k *keptToken) keep(a tokenAnswer, began time.Time) {
	k.token, k.ends = a.token, time.Time{}
	if a.life > 0 {
		k.ends = began.Add(max(a.life-tokenMargin, a.life/2))
	}
}

func (k *keptToken) refuse(token string) {
	if k.token == token {
		k.token = ""
	}
}

func clockOr(c clockwork.Clock) clockwork.Clock {
	if c == nil {
		return clockwork.NewRealClock()
	}
	return c
}

// tokenEndpoint is where a client asks for tokens (RFC 6749 §3.2), and how it proves who it is (§2.3.1).
type tokenEndpoint struct {
	url, clientID, secret string
	inHeader              bool
	transport             http.RoundTripper
	timeout               time.Duration
}

func (e tokenEndpoint) request(ctx context.Context, form url.Values) (*http.Request, error) {
	if !e.inHeader {
		form.Set("client_id", e.clientID)
		if e.secret != "" {
			form.Set("client_secret", e.secret)
		}
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.url, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, tokenError(0, "the token endpoint is not a URL")
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header["User-Agent"] = nil
	if e.inHeader {
		// RFC 6749 §2.3.1: both are form-encoded first.
		request.SetBasicAuth(url.QueryEscape(e.clientID), url.QueryEscape(e.secret))
	}
	return request, nil
}

// ask sends one request and reads the tokens of its answer.
func (e tokenEndpoint) ask(ctx context.Context, form url.Values) (tokenAnswer, error) {
	timeout, transport := e.timeout, e.transport
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	if transport == nil {
		own := NewTransport()
		defer own.CloseIdleConnections() // a fetch is rare
		transport = own
	}
	timed, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	request, err := e.request(timed, form)
	if err != nil {
		return tokenAnswer{}, err
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		if ctx.Err() != nil {
			return tokenAnswer{}, fmt.Errorf("fetch token: %w", ctx.Err())
		}
		return tokenAnswer{}, tokenError(0, "the token endpoint could not be reached").because(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxTokenAnswer))
	if err != nil {
		if ctx.Err() != nil {
			return tokenAnswer{}, fmt.Errorf("fetch token: %w", ctx.Err())
		}
		return tokenAnswer{}, tokenError(0, "the answer of the token endpoint ended early").because(err)
	}
	return readToken(answer.StatusCode, body)
}

// readToken reads the answer of a token endpoint (RFC 6749 §5.1 and §5.2). Nothing the endpoint wrote but its error code is shown: the
// rest may hold a secret.
func readToken(status int, body []byte) (tokenAnswer, error) {
	var a struct {
		AccessToken string      `json:"access_token"`
		TokenType   string      `json:"token_type"`
		ExpiresIn   json.Number `json:"expires_in"`
		Refresh     string      `json:"refresh_token"`
		Error       string      `json:"error"`
	}
	problem := json.Unmarshal(body, &a)
	switch {
	case status != http.StatusOK && problem == nil && a.Error != "":
		return tokenAnswer{}, tokenError(status, "the token endpoint answered %d, %s", status, clip(printable(a.Error), 80))
	case status != http.StatusOK:
		return tokenAnswer{}, tokenError(status, "the token endpoint answered %d", status)
	case problem != nil || a.AccessToken == "":
		return tokenAnswer{}, tokenError(status, "the answer of the token endpoint has no access_token")
	case !isToken(a.AccessToken):
		return tokenAnswer{}, tokenError(status, "the access_token is no token")
	case a.Refresh != "" && !isToken(a.Refresh):
		return tokenAnswer{}, tokenError(status, "the refresh_token is no token")
	case a.TokenType != "" && !strings.EqualFold(a.TokenType, "Bearer"):
		return tokenAnswer{}, tokenError(status, "the token_type is %s, not Bearer", clip(printable(a.TokenType), 40))
	}
	seconds, err := a.ExpiresIn.Int64()
	if err != nil || seconds < 0 {
		seconds = 0 // it did not say, or not in seconds
	}
	return tokenAnswer{a.AccessToken, a.Refresh, time.Duration(min(seconds, 366*24*3600)) * time.Second}, nil
}

func isToken(s string) bool {
	return len(s) <= maxToken && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// tokenError is a failure at the token endpoint. Refused credentials count as those of the target do.
func tokenError(status int, format string, args ...any) *Error {
	e := &Error{Code: CodeWebExceptionProtocolError, Status: status, Message: "fetch token: " + fmt.Sprintf(format, args...)}
	switch {
	case status == http.StatusBadRequest || status == http.StatusUnauthorized || status == http.StatusForbidden:
		e.Code, e.Status = CodeUnauthorized, http.StatusUnauthorized
	case status >= 500:
		e.Code = CodeInternalServerError
	}
	return e
}

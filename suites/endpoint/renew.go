package endpoint

import (
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// renewing is a transport that sends the token of the moment in the place of the run's first one, and fetches another when the target refuses it.
// Requests with other credentials pass as they are.
type renewing struct {
	next     http.RoundTripper
	tokens   wire.TokenSource
	first    string
	recorder *exchange.Recorder
}

func (r renewing) RoundTrip(req *http.Request) (*http.Response, error) {
	scheme, token, _ := strings.Cut(req.Header.Get("Authorization"), " ")
	if token != r.first || !strings.EqualFold(scheme, "Bearer") {
		return r.next.RoundTrip(req)
	}
	fresh, token, err := r.fresh(req, scheme)
	if err != nil {
		return nil, err
	}
	resp, err := r.next.RoundTrip(fresh)
	if err != nil || resp.StatusCode != http.StatusUnauthorized {
		return resp, err
	}
	r.tokens.Refused(token)
	again, other, err := r.fresh(req, scheme)
	if err != nil || other == token {
		return resp, nil //nolint:nilerr // the refusal is the answer
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	return r.next.RoundTrip(again)
}

// fresh is a request with the token of the moment.
func (r renewing) fresh(req *http.Request, scheme string) (*http.Request, string, error) {
	token, err := r.tokens.Token(req.Context())
	if err != nil {
		return nil, "", fmt.Errorf("renew the token: %w", err)
	}
	if token != r.first {
		r.recorder.AddSecret(token)
	}
	again, ok := repeated(req)
	if !ok {
		again = req.Clone(req.Context())
	}
	again.Header.Set("Authorization", scheme+" "+token)
	return again, token, nil
}

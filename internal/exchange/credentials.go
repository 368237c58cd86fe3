package exchange

import (
	"context"
	"net/http"
)

type otherCredentials struct{}

// WithOtherCredentials is a transport whose requests are recorded as sent with other credentials than the rest: a recording holds no credentials,
// so nobody could tell otherwise.
func WithOtherCredentials(base http.RoundTripper) http.RoundTripper { return otherwise{base} }

type otherwise struct{ http.RoundTripper }

func (o otherwise) RoundTrip(req *http.Request) (*http.Response, error) {
	return o.RoundTripper.RoundTrip(req.WithContext(context.WithValue(req.Context(), otherCredentials{}, true))) //nolint:wrapcheck // it adds nothing
}

func hasOtherCredentials(ctx context.Context) bool { return ctx.Value(otherCredentials{}) != nil }

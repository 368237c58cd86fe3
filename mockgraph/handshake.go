package mockgraph

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// handshakeTime is how long an endpoint may take to prove itself.
// Source: learn.microsoft.com/graph/change-notifications-delivery-webhooks, notificationUrl validation.
const handshakeTime = 10 * time.Second

// maxHandshake bounds what is read of the answer.
const maxHandshake = 4 << 10

// handshake asks an endpoint to send a text back, so that nobody is notified who does not want to be.
func (c *call) handshake(endpoint string) error {
	token := "Validation: Testing client application reachability for subscription Request-Id: " + c.requestID
	target, err := url.Parse(endpoint)
	if err != nil {
		return badNotificationURL("notificationUrl")
	}
	if target.RawQuery != "" {
		target.RawQuery += "&"
	}
	target.RawQuery += "validationToken=" + url.QueryEscape(token)
	ctx, cancel := context.WithTimeout(c.r.Context(), handshakeTime)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), http.NoBody)
	if err != nil {
		return badNotificationURL("notificationUrl")
	}
	r.Header.Set("Content-Type", "text/plain; charset=utf-8")
	answer, err := c.t.notifier.client.Do(r)
	if errors.Is(err, context.DeadlineExceeded) {
		return refuse(http.StatusBadRequest, codeValidation, "Subscription validation request timed out.")
	}
	if err != nil {
		return failedHandshake("Notification endpoint must respond with 200 OK to validation request.")
	}
	defer func() { _ = answer.Body.Close() }() // it was read or is not wanted
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxHandshake))
	kind, _, badType := mime.ParseMediaType(answer.Header.Get("Content-Type"))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return refuse(http.StatusBadRequest, codeValidation, "Subscription validation request timed out.")
	case answer.StatusCode != http.StatusOK:
		status := strings.ReplaceAll(http.StatusText(answer.StatusCode), " ", "")
		return failedHandshake("HTTP status code is '" + status + "'. Notification endpoint must respond with 200 OK to validation request.")
	case badType != nil || kind != "text/plain":
		return failedHandshake("Notification endpoint must respond with Content-Type text/plain.")
	case err != nil || string(body) != token:
		return failedHandshake("Response must exactly match validationToken query parameter.")
	}
	return nil
}

func failedHandshake(why string) *refusal {
	return refuse(http.StatusBadRequest, codeValidation, "Subscription validation request failed. %s", why)
}

// newNotificationClient is the client of a tenant that was given none. Redirects are answers, not followed.
func newNotificationClient() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, IdleConnTimeout: 30 * time.Second, MaxIdleConnsPerHost: 2, ForceAttemptHTTP2: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

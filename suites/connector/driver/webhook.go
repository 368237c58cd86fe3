package driver

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rehearse-id/rehearse/suites/connector"
)

// The headers of a message that is sent over HTTP.
const (
	SignatureHeader = "X-Rehearse-Signature" // sha256= and what [Signature] gives
	TimestampHeader = "X-Rehearse-Timestamp" // seconds since 1970
)

// Signature is the HMAC-SHA256 of the timestamp, a dot and the body under the shared secret, in hexadecimal digits. A server works it out itself and
// refuses a message whose signature is another one, or whose timestamp is minutes away.
func Signature(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	_, _ = mac.Write([]byte(timestamp + "."))
	_, _ = mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

// Webhook drives a connector that is a server: see [NewWebhook].
type Webhook struct {
	url, secret string
	settings    settings
	client      *http.Client
	asked       atomic.Int64
	reached     atomic.Bool // it has answered once

	mu       sync.Mutex
	reusable bool
	idle     map[string]string // sessions by the proxy that they were configured with
}

var _ connector.Driver = (*Webhook)(nil)

// NewWebhook returns a driver that posts each message to an address, as JSON and signed with a secret that the server knows, too: see [Signature]. The
// server answers 200 with the answer as JSON, also when it says that it could not do what it was told.
//
// Messages carry a session beside their id: an unguessable word that stands for one configuration. A message that configures begins it. A server
// that describes itself as reusable is configured anew in the same session; any other one gets a new session for each check.
func NewWebhook(address, secret string, opts ...Option) (*Webhook, error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		return nil, fmt.Errorf("open webhook: %q is no address such as https://127.0.0.1:8443/rehearse", address)
	}
	if secret == "" {
		return nil, errors.New("open webhook: there is no secret to sign messages with")
	}
	s := settled(opts)
	return &Webhook{url: address, secret: secret, settings: s, client: withoutRedirects(s.client), idle: map[string]string{}}, nil
}

// withoutRedirects is a client that follows no redirect; nil is a client of its own.
func withoutRedirects(c *http.Client) *http.Client {
	if c == nil {
		c = &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()} //nolint:forcetypeassert // it is one, unless a program replaced it
	}
	own := *c
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &own
}

// Describe asks the server what it can do. A server that is not there or does not let us in is a [*connector.UnreachableError].
func (w *Webhook) Describe(ctx context.Context) (connector.Description, error) {
	var d connector.Description
	err := w.ask(ctx, describe, func(id int64) any {
		return told{envelope{Version: connector.ProtocolVersion, ID: id}, connector.Request{Operation: describe}}
	}, &d)
	if err != nil {
		return connector.Description{}, w.absent(err)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.reusable = d.Reusable
	return d, nil
}

// Connect configures a session.
func (w *Webhook) Connect(ctx context.Context, c connector.Configuration) (connector.Connector, error) {
	w.mu.Lock()
	session := w.idle[c.Proxy]
	delete(w.idle, c.Proxy)
	w.mu.Unlock()
	if session == "" {
		session = newMark()
	}
	err := w.ask(ctx, configure, func(id int64) any {
		return configured{envelope{Version: connector.ProtocolVersion, ID: id, Session: session}, named{configure}, c}
	}, nil)
	if err != nil {
		return nil, err
	}
	return &webhookConnector{driver: w, session: session, proxy: c.Proxy}, nil
}

// Close closes the connections to the server, which goes on running.
func (w *Webhook) Close() error {
	w.client.CloseIdleConnections()
	return nil
}

// ask posts a message, made with an id, and reads its answer into result.
func (w *Webhook) ask(ctx context.Context, o connector.Operation, message func(id int64) any, result any) error {
	id := w.asked.Add(1)
	body, err := line(message(id))
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, w.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("post %s: %w", o, err)
	}
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(TimestampHeader, timestamp)
	request.Header.Set(SignatureHeader, "sha256="+Signature(w.secret, timestamp, body))
	response, err := w.client.Do(request)
	if err != nil {
		return w.unreached(ctx, o, err)
	}
	defer func() { _ = response.Body.Close() }()
	data, err := io.ReadAll(io.LimitReader(response.Body, int64(w.settings.maxLine)+1))
	switch {
	case len(data) > w.settings.maxLine:
		return &connector.BrokenError{Kind: connector.Flooded, Detail: fmt.Sprintf("the connector answered %s with more than %d bytes, which begin %s", o, w.settings.maxLine, clip(data))}
	case err != nil && ctx.Err() != nil:
		return w.unreached(ctx, o, err)
	case err != nil:
		return &connector.BrokenError{Kind: connector.Garbage, Detail: fmt.Sprintf("the connector's answer to %s ended early (%v) after %s", o, err, clip(data)), Output: lastOf(string(data)), Fix: webhookFix[connector.Garbage]}
	}
	w.reached.Store(true)
	return w.judged(response, data, id, o, result)
}

// judged reads a whole answer.
func (w *Webhook) judged(response *http.Response, data []byte, id int64, o connector.Operation, result any) error {
	if response.StatusCode == http.StatusOK {
		err := read(data, id, o, result)
		if broken, ok := errors.AsType[*connector.BrokenError](err); ok {
			broken.Output, broken.Fix = lastOf(string(data)), webhookFix[broken.Kind]
		}
		return err
	}
	if letOut(response.StatusCode) && o == describe {
		return &refusedError{response.StatusCode}
	}
	detail := fmt.Sprintf("the connector answered %s with the status %s, want 200 OK", o, clip([]byte(response.Status)))
	if to := response.Header.Get("Location"); to != "" {
		detail += "; it redirects to " + clip([]byte(to)) + ", and signed messages do not follow"
	}
	return &connector.BrokenError{Kind: connector.Garbage, Detail: detail, Output: lastOf(string(data)), Fix: webhookFix[connector.Garbage]}
}

// unreached says why there is no answer.
func (w *Webhook) unreached(ctx context.Context, o connector.Operation, err error) error {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &connector.BrokenError{Kind: connector.Hung, Detail: fmt.Sprintf("the connector did not answer %s in time", o)}
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", o, ctx.Err())
	}
	if o == describe && nobody(err) {
		return err
	}
	kind := connector.Crashed
	if !w.reached.Load() {
		kind = connector.NoStart
	}
	cause := err.Error()
	if outer, ok := errors.AsType[*url.Error](err); ok { // which would repeat the address
		cause = outer.Err.Error()
	}
	return &connector.BrokenError{Kind: kind, Detail: fmt.Sprintf("the connector cannot be reached at %s for %s: %s", address(w.url), o, clip([]byte(cause))), Fix: webhookFix[kind]}
}

// address is where a URL leads, without what may be secret.
func address(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "its address"
	}
	return strings.TrimSuffix(u.Scheme+"://"+u.Host+u.Path, "/")
}

// webhookConnector is a session that is configured.
type webhookConnector struct {
	driver         *Webhook
	session, proxy string
	broken         atomic.Bool
}

// Do tells the server to do something.
func (c *webhookConnector) Do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	var a connector.Answer
	err := c.driver.ask(ctx, r.Operation, func(id int64) any {
		return told{envelope{Version: connector.ProtocolVersion, ID: id, Session: c.session}, r}
	}, &a)
	if err != nil {
		c.broken.Store(c.broken.Load() || !refused(err))
		return connector.Answer{}, err
	}
	return a, nil
}

// Close keeps the session for the next check, if the server can be configured anew.
func (c *webhookConnector) Close() error {
	c.driver.mu.Lock()
	defer c.driver.mu.Unlock()
	if c.driver.reusable && !c.broken.Load() {
		c.driver.idle[c.proxy] = c.session
	}
	return nil
}

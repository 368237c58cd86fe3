package endpoint

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// UnusableError says why a target cannot be judged at all. Error is one sentence: what was tried, what came, what to do.
type UnusableError struct {
	Kind    Kind
	Message string
	Err     error // the cause, nil when the target's answer is the cause
}

func (e *UnusableError) Error() string { return e.Message }

// Unwrap returns the cause.
func (e *UnusableError) Unwrap() error { return e.Err }

// Kind is a class of reasons why a target cannot be judged.
type Kind string

// The reasons.
const (
	Misconfigured Kind = "misconfigured" // the configuration itself is wrong; nothing was sent
	Unreachable   Kind = "unreachable"   // no connection, no name, no answer in time
	Untrusted     Kind = "tls"           // the certificate or the TLS handshake
	Unauthorised  Kind = "unauthorised"  // 401 or 403
	Redirected    Kind = "redirect"      // 3xx, which Entra does not follow
	NotSCIM       Kind = "not-scim"      // something answers, but not SCIM
	Throttled     Kind = "throttled"     // the first question is refused for being one too many, also after a wait
)

// broken is the error for a question that got no answer.
func broken(question string, timeout time.Duration, err error) *UnusableError {
	e := &UnusableError{Kind: Unreachable, Err: err}
	var tail string
	var dns *net.DNSError
	var tls x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var op *net.OpError
	switch {
	case errors.As(err, &tls):
		e.Kind, tail = Untrusted, "its certificate is signed by an authority this machine does not know: name the authority's certificate with --ca-cert (Entra itself wants a public one)"
	case errors.As(err, &host):
		e.Kind, tail = Untrusted, "its certificate is for another name: "+host.Error()
	case errors.As(err, &invalid):
		e.Kind, tail = Untrusted, "its certificate is not valid: "+invalid.Error()
	case strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		e.Kind, tail = Untrusted, "it answers in plain HTTP: write http:// in the URL, or switch TLS on"
	case strings.Contains(err.Error(), "first record does not look like a TLS handshake"):
		e.Kind, tail = Untrusted, "it does not speak TLS there, as a server of plain HTTP: write http:// in the URL, or switch TLS on"
	case strings.Contains(err.Error(), "tls: "):
		e.Kind, tail = Untrusted, "the TLS handshake failed: "+cause(err)
	case errors.Is(err, exchange.ErrResponseTooLarge):
		e.Kind, tail = NotSCIM, "the answer is larger than a filter with no match can be: does the target ignore the filter, or is this not a SCIM endpoint?"
	case errors.As(err, &dns):
		tail = fmt.Sprintf("the name %s cannot be found: check the URL and the DNS", quoted(dns.Name))
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), isTimeout(err):
		tail = fmt.Sprintf("no complete answer came within %v: is the target up, or is the time-out (--timeout) too short?", timeout)
	case errors.As(err, &op) && op.Op == "dial":
		tail = "nothing listens there (" + cause(err) + "): start the target, or check host and port"
	default:
		tail = "the connection broke: " + cause(err)
	}
	e.Message = question + ", but " + tail
	return e
}

// cause is the innermost error, which has no URL in it.
func cause(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return clip(err.Error(), 200)
		}
		err = next
	}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// judgeFirst says whether the first answer makes the target unusable; nil when it looks like SCIM, rightly or wrongly.
// token describes the one that was sent, "" for none; see [describeToken]. unsure says that it is no SCIM answer, but that another question may get one.
func judgeFirst(question string, a Answer, token string) (e *UnusableError, unsure bool) {
	got := func(kind Kind, tail string) *UnusableError {
		return &UnusableError{Kind: kind, Message: fmt.Sprintf("%s and got %s: %s", question, a, tail)}
	}
	switch {
	case a.Status == http.StatusUnauthorized && token == "":
		return got(Unauthorised, "the target wants a token, give one with --token"), false
	case a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden && !looksLikeSCIM(a.Body):
		return got(Unauthorised, "the target does not take "+token+"; check that it is the right one, has not expired and may manage users"), false
	case a.Status == http.StatusForbidden:
		return got(Unauthorised, cmp.Or(token, "whoever asks without a token")+" may not manage users"), false
	case a.Status >= 300 && a.Status < 400:
		return got(Redirected, fmt.Sprintf("Entra follows no redirect; give the URL it leads to (Location: %s)", quoted(redactedURL(a.Header.Get("Location"))))), false
	case a.Status == http.StatusTooManyRequests:
		return got(Throttled, "the target refuses the very first question for being one too many, also after a wait; raise its rate limit for this client, or wait until it is over"), false
	case a.Status == http.StatusNotFound && looksLikeSCIM(a.Body): // many servers word every 404 in this way, below a wrong path as well
		return got(NotSCIM, "so is every other question that was asked; check the path of the URL, which often ends in /scim or /scim/v2"), true
	case looksLikeSCIM(a.Body):
		return nil, false
	case looksLikeHTML(a.Body):
		return got(NotSCIM, "this is a web page and not SCIM; check the path of the URL, which often ends in /scim or /scim/v2"), true
	case a.Status/100 == 2 && len(bytes.TrimSpace(a.Body)) > 0 && !json.Valid(a.Body):
		return got(NotSCIM, "the body is no valid JSON"), true
	default:
		return got(NotSCIM, "this is no SCIM answer; check the path of the URL, which often ends in /scim or /scim/v2"), true
	}
}

// describeToken tells a token from others without showing it: a file with two lines, or a variable of another target, is longer or shorter
// than the right one. It is "" for no token.
func describeToken(token, from string) string {
	if token == "" {
		return ""
	}
	if from != "" {
		from = " from " + from
	}
	return fmt.Sprintf("the token of %d characters%s", utf8.RuneCountInString(token), from)
}

// looksLikeSCIM says whether a body is a JSON object with something of SCIM in it.
func looksLikeSCIM(body []byte) bool {
	var object struct {
		Schemas      json.RawMessage `json:"schemas"`
		TotalResults json.RawMessage `json:"totalResults"`
		Resources    json.RawMessage `json:"Resources"`
		ScimType     json.RawMessage `json:"scimType"`
	}
	if json.Unmarshal(body, &object) != nil {
		return false
	}
	return bytes.Contains(object.Schemas, []byte("urn:")) || object.TotalResults != nil || object.Resources != nil || object.ScimType != nil
}

func looksLikeHTML(body []byte) bool {
	start := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 512)]))
	return bytes.HasPrefix(start, []byte("<!doctype html")) || bytes.HasPrefix(start, []byte("<html"))
}

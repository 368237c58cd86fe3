package driver

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/rehearse-id/rehearse/suites/connector"
)

// webhookFix says how a server that gives no proper answer is mended: it has no standard output.
var webhookFix = map[connector.Breakage]string{
	connector.Garbage: "Answer each message that the webhook is posted with the status 200 and one JSON object as the body, also where the connector could not do what it was told.",
	connector.Crashed: "Keep the webhook's server listening. Catch errors where a message is handled, and answer with them.",
	connector.NoStart: "Start the server of the webhook first, and let it answer each POST; look at its log for why it hung up.",
}

// refusedError is a status by which a server does not take messages at all.
type refusedError struct{ status int }

func (e *refusedError) Error() string {
	return fmt.Sprintf("%d %s", e.status, http.StatusText(e.status))
}

// letOut says whether a status means that a message did not get to the connector.
func letOut(status int) bool { return refusals[status] != (refusal{}) }

// refusal is what a status says of how the webhook is set up: the kind of the report, and what to do.
type refusal struct{ kind, do string }

const wrongSignature = "Its secret is another one than that of --webhook-secret or --webhook-secret-file, or it works the signature out otherwise: HMAC-SHA256 of the timestamp, a dot and the body as it came, in the header " + SignatureHeader + "."

var refusals = map[int]refusal{
	http.StatusUnauthorized:     {"unauthorised", wrongSignature},
	http.StatusForbidden:        {"unauthorised", wrongSignature},
	http.StatusNotFound:         {"unreachable", "There is a server, and no webhook at this path: give the whole address to --webhook."},
	http.StatusMethodNotAllowed: {"unreachable", "What is at this path takes no POST: give the address of the webhook to --webhook."},
}

// nobody says whether an error is about the way to a server, so that no message got there.
func nobody(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	dial, ok := errors.AsType[*net.OpError](err)
	return ok && dial.Op == "dial"
}

// absent is the error of a first message that did not get to the connector, in words about how the webhook is set up; any other error is as it was.
func (w *Webhook) absent(err error) error {
	where := "The webhook " + address(w.url)
	if status, ok := errors.AsType[*refusedError](err); ok {
		r := refusals[status.status]
		return &connector.UnreachableError{Kind: r.kind, Message: fmt.Sprintf("%s answered the message describe with the status %v. %s", where, status, r.do)}
	}
	if !nobody(err) {
		return err
	}
	if outer, ok := errors.AsType[*url.Error](err); ok { // which would repeat the address
		err = outer.Err
	}
	cause := clip([]byte(err.Error()))
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return &connector.UnreachableError{Kind: "tls", Message: fmt.Sprintf("%s has a certificate that this machine does not trust: %s. Serve the webhook on 127.0.0.1 without TLS, or with a certificate that is trusted.", where, cause)}
	}
	return &connector.UnreachableError{Kind: "unreachable", Message: fmt.Sprintf("%s cannot be reached: %s. Start the server of the webhook first, and give the address that it listens on to --webhook.", where, cause)}
}

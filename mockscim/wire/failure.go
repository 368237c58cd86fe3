package wire

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"
)

// failure turns what a transport returned into an *Error with one sentence, or into the caller's own context error.
func (c *Client) failure(ctx, timed context.Context, r Response, err error) error {
	if ctx.Err() != nil {
		return fmt.Errorf("%s %s: %w", r.Method, r.shownURL(), ctx.Err())
	}
	network, ok := errors.AsType[net.Error](err)
	if timed.Err() != nil || ok && network.Timeout() {
		return r.errorf(CodeTimeout, "the endpoint did not answer completely within %s", c.config.Timeout).because(err)
	}
	for _, known := range failures {
		if sentence := known(err, c.base.Host); sentence != "" {
			return r.errorf(CodeWebExceptionProtocolError, "%s", sentence).because(err)
		}
	}
	what := "the connection failed"
	if r.Status != 0 {
		what = "reading the answer failed"
	}
	return r.errorf(CodeWebExceptionProtocolError, "%s: %s", what, oneLine(err.Error())).because(err)
}

// failures knows the common ways a connection fails; each returns "" when it is not that one.
var failures = []func(err error, host string) string{
	brokenRule,
	func(err error, host string) string {
		verification, ok := errors.AsType[*tls.CertificateVerificationError](err)
		if !ok {
			return ""
		}
		reason := oneLine(verification.Err.Error())
		if _, unknown := errors.AsType[x509.UnknownAuthorityError](err); unknown {
			reason = "it is signed by an authority that is not known; a self-signed certificate needs its authority to be given"
		}
		return fmt.Sprintf("the certificate of %s is not trusted: %s", host, reason)
	},
	func(err error, host string) string {
		if _, ok := errors.AsType[tls.RecordHeaderError](err); !ok {
			return ""
		}
		return host + " does not speak TLS on this port"
	},
	func(err error, host string) string {
		alert, ok := errors.AsType[tls.AlertError](err)
		if !ok {
			return ""
		}
		return "the TLS handshake with " + host + " failed: " + oneLine(alert.Error())
	},
	func(err error, host string) string {
		if !errors.Is(err, syscall.ECONNREFUSED) {
			return ""
		}
		return "nothing listens at " + host + ", the connection was refused"
	},
	func(err error, host string) string {
		if _, ok := errors.AsType[*net.DNSError](err); !ok {
			return ""
		}
		return "the host name of " + host + " could not be resolved"
	},
	func(err error, host string) string {
		if !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, syscall.ECONNRESET) {
			return ""
		}
		return host + " closed the connection before its answer was complete"
	},
}

// oneLine keeps a message on one line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

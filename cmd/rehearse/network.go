package main

import (
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// newTransport is the transport towards the target: that of the provisioning service, impatient with a host that does not answer,
// which trusts the certificate authorities of the file beside the system's, when one is named.
func newTransport(caCert string) (*http.Transport, error) {
	transport := wire.NewTransport()
	transport.DialContext = (&net.Dialer{Timeout: 10 * time.Second}).DialContext
	transport.TLSHandshakeTimeout = 10 * time.Second
	transport.MaxResponseHeaderBytes = 256 << 10
	if caCert == "" {
		return transport, nil
	}
	data, err := os.ReadFile(caCert)
	if err != nil {
		return nil, usage("read CA certificates: %v", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(data) {
		return nil, usage("%s: no certificate in PEM form found; want -----BEGIN CERTIFICATE-----", caCert)
	}
	transport.TLSClientConfig.RootCAs = pool
	return transport, nil
}

// isLoopback says whether a URL names this machine.
func isLoopback(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	if strings.EqualFold(u.Hostname(), "localhost") {
		return true
	}
	ip := net.ParseIP(u.Hostname())
	return ip != nil && ip.IsLoopback()
}

// redacted is a URL without user information and query.
func redacted(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "the URL"
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// isTerminal says whether a stream is a person's terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// shellQuoted quotes a word for a POSIX shell when it needs it.
func shellQuoted(word string) string {
	const plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=@"
	if word != "" && strings.Trim(word, plain) == "" {
		return word
	}
	return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
}

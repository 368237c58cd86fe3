package wire

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// TLSRuleError says which of the rules for endpoints a target's TLS breaks.
type TLSRuleError struct {
	Rule string // such as "RSA keys have 2048 bits or more"
	Has  string // what the endpoint has
}

// Error returns the rule and what was found.
func (e *TLSRuleError) Error() string {
	return fmt.Sprintf("the rule is broken that %s: it has %s", e.Rule, e.Has)
}

// Sizes of keys, in bits.
const (
	minRSABits = 2048
	minECBits  = 256
)

// tlsSuites are the cipher suites of TLS 1.2 an endpoint has to offer one of.
var tlsSuites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256,
}

// NewStrictTransport returns a transport like that of [NewTransport] which holds the target to the rules for SCIM endpoints: TLS 1.2 or newer;
// with 1.2 one of the ECDHE suites with AES-GCM or AES-CBC and SHA-2 (those with CBC and SHA-384 Go does not have); RSA keys of 2048 bits or
// more, elliptic curves of 256 or more, in every certificate; a chain that ends at a known authority. roots are the authorities, nil for the
// system's; a self-signed certificate is refused unless it is among them. What breaks a rule fails the request with a sentence that names it.
// It does not judge targets without TLS.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, TLS protocol versions and cipher suites.
func NewStrictTransport(roots *x509.CertPool) *http.Transport {
	t := NewTransport()
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, CipherSuites: tlsSuites, RootCAs: roots, VerifyConnection: checkKeys}
	return t
}

// checkKeys judges the keys of a chain that is trusted already.
func checkKeys(s tls.ConnectionState) error {
	for _, certificate := range s.PeerCertificates {
		switch key := certificate.PublicKey.(type) {
		case *rsa.PublicKey:
			if n := key.N.BitLen(); n < minRSABits {
				return &TLSRuleError{fmt.Sprintf("RSA keys have %d bits or more", minRSABits), fmt.Sprintf("one of %d bits", n)}
			}
		case *ecdsa.PublicKey:
			if n := key.Curve.Params().BitSize; n < minECBits {
				return &TLSRuleError{fmt.Sprintf("elliptic curves have %d bits or more", minECBits), fmt.Sprintf("one of %d bits", n)}
			}
		default: // newer kinds of keys are not named
		}
	}
	return nil
}

// brokenRule is the sentence about a rule of TLS that was broken; "" when none was.
func brokenRule(err error, host string) string {
	if rule, ok := errors.AsType[*TLSRuleError](err); ok {
		return "the endpoint " + host + " cannot be used, " + rule.Error()
	}
	// An alert of the other side has a type of its own, which Go does not export: RFC 8446 §6.2.
	switch text := err.Error(); {
	case strings.Contains(text, "tls: protocol version not supported"), strings.Contains(text, "tls: server selected unsupported protocol version"):
		return "the TLS handshake with " + host + " failed, the rule is broken that it speaks TLS 1.2 or newer"
	case strings.Contains(text, "tls: handshake failure"):
		return "the TLS handshake with " + host + " failed: it may break the rule that TLS 1.2 is spoken with an ECDHE suite"
	}
	return ""
}

package wire

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// selfSigned makes a certificate of 127.0.0.1 that is its own authority.
func selfSigned(t *testing.T, key crypto.Signer) tls.Certificate {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign | x509.KeyUsageKeyEncipherment,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

func rsaKey(t *testing.T, bits int) crypto.Signer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func ecKey(t *testing.T, curve elliptic.Curve) crypto.Signer {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// The strict transport talks to endpoints that keep the rules, and says which rule another one breaks.
func TestTheRulesOfTLS(t *testing.T) {
	good := ecKey(t, elliptic.P256())
	for title, tt := range map[string]struct {
		key    crypto.Signer
		server *tls.Config
		known  bool // the certificate is given as an authority
		want   string
	}{
		"TLS 1.3":                     {good, &tls.Config{}, true, ""},
		"TLS 1.2 with ECDHE":          {good, &tls.Config{MaxVersion: tls.VersionTLS12}, true, ""},
		"RSA of 2048 bits":            {rsaKey(t, 2048), &tls.Config{}, true, ""},
		"self-signed":                 {good, &tls.Config{}, false, "a self-signed certificate needs its authority to be given"},
		"TLS 1.1":                     {good, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}, true, "TLS 1.2 or newer"},
		"RSA without a new key":       {rsaKey(t, 2048), &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_GCM_SHA256}}, true, "an ECDHE suite"},
		"RSA of 1024 bits":            {rsaKey(t, 1024), &tls.Config{}, true, "RSA keys have 2048 bits or more: it has one of 1024 bits"},
		"an elliptic curve of 224":    {ecKey(t, elliptic.P224()), &tls.Config{MaxVersion: tls.VersionTLS12}, true, ""}, // see below
		"TLS 1.2 with SHA-1 and CBC":  {good, &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA}}, true, "an ECDHE suite"},
		"CBC with SHA-256 is allowed": {good, &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256}}, true, ""},
	} {
		t.Run(title, func(t *testing.T) {
			if key, ok := tt.key.Public().(*ecdsa.PublicKey); ok && key.Curve == elliptic.P224() {
				err := checkKeys(tls.ConnectionState{PeerCertificates: []*x509.Certificate{{PublicKey: key}}}) // Go's server does not speak it
				if rule, ok := errors.AsType[*TLSRuleError](err); !ok || rule.Has != "one of 224 bits" {
					t.Fatalf("got %v", err)
				}
				return
			}
			t.Parallel()
			certificate := selfSigned(t, tt.key)
			s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = io.WriteString(w, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}`)
			}))
			config := tt.server.Clone()
			config.Certificates = []tls.Certificate{certificate}
			s.TLS, s.Config.ErrorLog = config, log.New(io.Discard, "", 0)
			s.StartTLS()
			t.Cleanup(s.Close)
			roots := x509.NewCertPool()
			if tt.known {
				roots.AddCert(certificate.Leaf)
			}
			transport := NewStrictTransport(roots)
			transport.Proxy = nil
			err := exchange(client(t, Config{TenantURL: s.URL, Transport: transport}))
			var e *Error
			switch {
			case tt.want == "" && err != nil:
				t.Fatalf("refused: %v", err)
			case tt.want != "" && (!errors.As(err, &e) || e.Code != CodeWebExceptionProtocolError || !strings.Contains(e.Message, tt.want)):
				t.Fatalf("got %v, want %q", err, tt.want)
			}
		})
	}
}

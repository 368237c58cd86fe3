package impersonate_test

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"log"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func noRoots() ([]byte, error) { return nil, nil }

func newAuthority(t testing.TB, opts ...impersonate.AuthorityOption) *impersonate.Authority {
	t.Helper()
	authority, err := impersonate.NewAuthority(opts...)
	if err != nil {
		t.Fatal(err)
	}
	return authority
}

func TestCertificatesVerifyForTheNamesTheAuthorityVouchesFor(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(noon)
	for _, constrained := range []bool{true, false} {
		opts := []impersonate.AuthorityOption{impersonate.WithClock(clock), impersonate.WithNames("tenant.internal", "192.0.2.7"), impersonate.WithHosts(impersonate.NationalHosts()...)}
		if !constrained {
			opts = append(opts, impersonate.WithoutNameConstraints())
		}
		authority := newAuthority(t, opts...)
		for name, want := range map[string]string{
			"login.microsoftonline.com":   "login.microsoftonline.com",
			"LOGIN.microsoftonline.COM.":  "login.microsoftonline.com",
			"westus2.login.microsoft.com": "westus2.login.microsoft.com",
			"graph.microsoft.us":          "graph.microsoft.us",
			"localhost":                   "localhost",
			"tenant.internal":             "tenant.internal",
			"127.0.0.1":                   "127.0.0.1",
			"127.9.9.9":                   "127.9.9.9",
			"::1":                         "::1",
			"192.0.2.7":                   "192.0.2.7",
		} {
			certificate, err := authority.Certificate(name)
			if err != nil {
				t.Errorf("certificate for %s: %v", name, err)
				continue
			}
			if _, err := certificate.Leaf.Verify(x509.VerifyOptions{DNSName: want, Roots: authority.CertPool(), CurrentTime: clock.Now()}); err != nil {
				t.Errorf("certificate for %s does not verify: %v", name, err)
			}
		}
	}
}

func TestNoCertificateForOtherNames(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	for _, name := range []string{"example.com", "microsoft.com", "login.microsoft.com.evil.example", "a.b.login.microsoft.com", "10.0.0.1", "", "*", "*.login.microsoft.com", "a b", strings.Repeat("a.", 200) + "login.microsoft.com"} {
		if certificate, err := authority.Certificate(name); err == nil {
			t.Errorf("got a certificate for %q: %v", name, certificate.Leaf.DNSNames)
		}
	}
}

// A key that leaks must not be worth anything for other names: the constraint is in the authority's certificate, not in its manners.
func TestNameConstraintsForbidOtherNames(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	block, _ := pem.Decode(authority.CertificatePEM())
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	if !certificate.PermittedDNSDomainsCritical || !slices.Contains(certificate.PermittedDNSDomains, "graph.microsoft.com") || slices.Contains(certificate.PermittedDNSDomains, "microsoft.com") {
		t.Errorf("permitted %v (critical %v)", certificate.PermittedDNSDomains, certificate.PermittedDNSDomainsCritical)
	}
	if len(certificate.PermittedIPRanges) != 2 || certificate.PermittedIPRanges[0].String() != "127.0.0.0/8" || certificate.PermittedIPRanges[1].String() != "::1/128" {
		t.Errorf("permitted ranges %v", certificate.PermittedIPRanges)
	}
	folder := t.TempDir()
	if err := newAuthority(t, impersonate.WithSystemRoots(noRoots)).SaveTo(folder); err != nil {
		t.Fatal(err)
	}
	_, err = impersonate.LoadFrom(folder, impersonate.WithNames("tenant.internal"))
	if err == nil || !strings.Contains(err.Error(), "it was not made for tenant.internal") {
		t.Errorf("an authority restricted to other names was loaded for tenant.internal: %v", err)
	}
}

func TestCertificatesAreShortLivedP256WithRandomSerials(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(noon)
	authority := newAuthority(t, impersonate.WithClock(clock))
	graph, _ := authority.Certificate("graph.microsoft.com")
	login, _ := authority.Certificate("login.microsoftonline.com")
	if authority.Expires().Sub(noon) != 30*24*time.Hour || graph.Leaf.NotAfter.Sub(noon) != 7*24*time.Hour {
		t.Errorf("authority until %v, leaf until %v", authority.Expires(), graph.Leaf.NotAfter)
	}
	if graph.Leaf.SerialNumber.Cmp(login.Leaf.SerialNumber) == 0 || graph.Leaf.SerialNumber.Sign() <= 0 || graph.Leaf.SerialNumber.BitLen() < 120 {
		t.Errorf("serial numbers %v and %v", graph.Leaf.SerialNumber, login.Leaf.SerialNumber)
	}
	if graph.Leaf.PublicKeyAlgorithm != x509.ECDSA || graph.Leaf.Issuer.CommonName != "Rehearse local CA" || graph.Leaf.IsCA {
		t.Errorf("%v issued by %v", graph.Leaf.PublicKeyAlgorithm, graph.Leaf.Issuer)
	}
}

func TestCertificatesAreKeptUntilAThirdOfTheirLifeIsLeft(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(noon)
	authority := newAuthority(t, impersonate.WithClock(clock), impersonate.WithLifetimes(100*time.Hour, 90*time.Hour))
	first, _ := authority.Certificate("westus.login.microsoft.com")
	clock.Advance(59 * time.Hour)
	if again, _ := authority.Certificate("eastus.login.microsoft.com"); again != first {
		t.Error("another region, or an hour before two thirds of its life, made another certificate")
	}
	clock.Advance(2 * time.Hour)
	renewed, _ := authority.Certificate("westus.login.microsoft.com")
	if renewed == first || !renewed.Leaf.NotAfter.Equal(authority.Expires()) {
		t.Errorf("after two thirds: the same %v, until %v; want a new one that ends with the authority", renewed == first, renewed.Leaf.NotAfter)
	}
}

func TestManyAddressesDoNotFillTheMemory(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	first, _ := authority.Certificate("127.0.0.1")
	for i := range 256 {
		if _, err := authority.Certificate(net.IPv4(127, 1, 0, byte(i)).String()); err != nil {
			t.Fatal(err)
		}
	}
	if again, _ := authority.Certificate("127.0.0.1"); again == first {
		t.Error("257 certificates are kept, want at most 256")
	}
}

func TestSameRandomnessAndClockGiveTheSameCertificates(t *testing.T) {
	t.Parallel()
	certify := func(seed byte) []byte {
		authority := newAuthority(t, impersonate.WithClock(clockwork.NewFakeClockAt(noon)), impersonate.WithRandom(mathrand.NewChaCha8([32]byte{seed})))
		leaf, err := authority.Certificate("graph.microsoft.com")
		if err != nil {
			t.Fatal(err)
		}
		return append(authority.CertificatePEM(), leaf.Certificate[0]...)
	}
	if !bytes.Equal(certify(1), certify(1)) || bytes.Equal(certify(1), certify(2)) {
		t.Error("certificates do not follow from the random source")
	}
}

func TestAuthorityRefusesWhatIsNoName(t *testing.T) {
	t.Parallel()
	for _, opt := range []impersonate.AuthorityOption{
		impersonate.WithNames("no name"), impersonate.WithNames(""), impersonate.WithHosts(impersonate.Host{Name: "*"}), impersonate.WithRandom(strings.NewReader("short")),
	} {
		if _, err := impersonate.NewAuthority(opt); err == nil {
			t.Error("made an authority, want an error")
		}
	}
}

func TestTLSConfigFollowsTheNameAndOffersBothProtocols(t *testing.T) {
	t.Parallel()
	authority := newAuthority(t)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", authority.TLSConfig())
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() { _, _ = server.Close(), <-served }()
	for _, c := range []struct {
		name  string // as the client asks for it; an address is not sent (RFC 6066 section 3)
		proto string
		fails bool
	}{
		{"graph.microsoft.com", "h2", false},
		{"localhost", "http/1.1", false},
		{"127.0.0.1", "http/1.1", false},
		{"example.com", "h2", true},
	} {
		conn, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{ServerName: c.name, RootCAs: authority.CertPool(), NextProtos: []string{c.proto}})
		if c.fails != (err != nil) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil {
			if got := conn.ConnectionState().NegotiatedProtocol; got != c.proto {
				t.Errorf("%s: negotiated %s, want %s", c.name, got, c.proto)
			}
			_ = conn.Close()
		}
	}
	if _, err := tls.Dial("tcp", listener.Addr().String(), &tls.Config{ServerName: "localhost", RootCAs: authority.CertPool(), MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("TLS 1.1 was accepted")
	}
}

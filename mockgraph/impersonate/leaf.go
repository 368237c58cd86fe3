package impersonate

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"
)

// maxLeaves bounds the cache: 127.0.0.0/8 alone has 16 million addresses.
const maxLeaves = 256

// leaf is a certificate for one name and when to make it anew.
type leaf struct {
	certificate *tls.Certificate
	renew       time.Time
}

// TLSConfig returns the configuration of a server that answers for every name of the authority: the certificate follows the
// name the client asks for, or without one the address it connected to; HTTP/2 and HTTP/1.1; TLS 1.2 at least.
func (a *Authority) TLSConfig() *tls.Config {
	return &tls.Config{GetCertificate: a.GetCertificate, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
}

// GetCertificate chooses the certificate for a handshake, as [tls.Config] asks. It fails for names the authority does not
// vouch for.
func (a *Authority) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := hello.ServerName
	if name == "" {
		name = addressed(hello.Conn)
	}
	return a.Certificate(name)
}

// addressed returns what a connection was opened to, as far as it is known: the target of its tunnel or its local address.
func addressed(conn net.Conn) string {
	if t, ok := conn.(*tunnel); ok {
		return t.target.Host
	}
	if conn == nil || conn.LocalAddr() == nil {
		return "localhost"
	}
	host, _, err := net.SplitHostPort(conn.LocalAddr().String())
	if err != nil {
		return "localhost"
	}
	return host
}

// Certificate returns the certificate for a host name or an IP address, with its key and without the authority's own. It is
// made when first asked for, and again when a third of its life is left. It fails for a name the authority does not vouch for.
func (a *Authority) Certificate(name string) (*tls.Certificate, error) {
	subject, ok := a.subject(name)
	if !ok {
		return nil, fmt.Errorf("make certificate for %q: the local authority does not vouch for this name", name)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.options.clock.Now()
	if known, ok := a.leaves[subject]; ok && now.Before(known.renew) {
		return known.certificate, nil
	}
	made, err := a.make(subject, now)
	if err != nil {
		return nil, fmt.Errorf("make certificate for %q: %w", name, err)
	}
	a.keep(subject, made)
	return made.certificate, nil
}

// subject returns the name a certificate is made for: a name of the table, perhaps with its asterisk, or an own name or address.
func (a *Authority) subject(name string) (string, bool) {
	if address, err := netip.ParseAddr(name); err == nil {
		address = address.Unmap().WithZone("")
		local := slices.ContainsFunc(localNetworks(), func(network netip.Prefix) bool { return network.Contains(address) })
		return address.String(), local || slices.Contains(a.options.names, address.String())
	}
	name, err := parseHost(name)
	if err != nil {
		return "", false
	}
	if host, ok := a.options.hosts.find(name); ok {
		return host.Name, true
	}
	return name, slices.Contains(a.options.names, name)
}

func (a *Authority) make(subject string, now time.Time) (*leaf, error) {
	key, err := newKey(a.options.random)
	if err != nil {
		return nil, err
	}
	serial, err := newSerial(a.options.random)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: subject}, NotBefore: now.Add(-backdate), NotAfter: now.Add(a.options.leaf),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	if template.NotAfter.After(a.certificate.NotAfter) {
		template.NotAfter = a.certificate.NotAfter
	}
	if address, err := netip.ParseAddr(subject); err == nil {
		template.IPAddresses = []net.IP{address.AsSlice()}
		template.Subject.CommonName = "address " + subject // OpenSSL holds a bare one against the permitted domains
	} else {
		template.DNSNames = []string{subject}
	}
	certificate, err := sign(template, a.certificate, key, a.key)
	if err != nil {
		return nil, err
	}
	return &leaf{certificate: chain(certificate, key), renew: now.Add(template.NotAfter.Sub(now) * 2 / 3)}, nil
}

func chain(certificate *x509.Certificate, key *ecdsa.PrivateKey) *tls.Certificate {
	return &tls.Certificate{Certificate: [][]byte{certificate.Raw}, PrivateKey: key, Leaf: certificate}
}

// keep remembers a certificate and forgets the one made longest ago when there are too many.
func (a *Authority) keep(subject string, made *leaf) {
	if at := slices.Index(a.recent, subject); at >= 0 {
		a.recent = slices.Delete(a.recent, at, at+1)
	} else if len(a.recent) >= maxLeaves {
		delete(a.leaves, a.recent[0])
		a.recent = slices.Delete(a.recent, 0, 1)
	}
	a.leaves[subject] = made
	a.recent = append(a.recent, subject)
}

package impersonate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"
)

// AuthorityName is the common name of the authority's own certificate.
const AuthorityName = "Rehearse local CA"

// backdate lets a client whose clock is a little behind accept a fresh certificate.
const backdate = time.Hour

// Authority is a certificate authority that lives in memory. It makes one certificate per name when first asked for it. It
// is safe for concurrent use.
type Authority struct {
	options     authorityOptions
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey

	mu     sync.Mutex // guards leaves and the random source
	leaves map[string]*leaf
	recent []string // keys of leaves, the least recently made first
}

// AuthorityOption changes what an authority vouches for and how long.
type AuthorityOption func(*authorityOptions)

type authorityOptions struct {
	clock         clockwork.Clock
	random        io.Reader
	life, leaf    time.Duration
	hosts         Table
	names         []string
	unconstrained bool
	roots         func() ([]byte, error)
}

// WithClock sets the clock that dates certificates, the real one by default. Clients compare the dates with their own
// clocks, so a tenant whose clock is steered keeps the real one here.
func WithClock(clock clockwork.Clock) AuthorityOption {
	return func(o *authorityOptions) { o.clock = clock }
}

// WithRandom sets where keys and serial numbers come from, crypto/rand by default. The same bytes under the same clock give
// the same certificates. Reads are serialised.
func WithRandom(r io.Reader) AuthorityOption { return func(o *authorityOptions) { o.random = r } }

// WithLifetimes sets how long the authority and the certificates it makes are valid: 30 days and 7 days by default. A value
// that is not positive keeps its default. No certificate outlives the authority.
func WithLifetimes(authority, leaf time.Duration) AuthorityOption {
	return func(o *authorityOptions) {
		if authority > 0 {
			o.life = authority
		}
		if leaf > 0 {
			o.leaf = leaf
		}
	}
}

// WithHosts adds impersonated names to [Hosts], such as [NationalHosts].
func WithHosts(more ...Host) AuthorityOption {
	return func(o *authorityOptions) { o.hosts = append(o.hosts, more...) }
}

// WithNames adds names and IP addresses of the fake's own origin. Localhost and the loopback addresses need not be named.
// They get certificates but are not impersonated: a proxy does not answer for them.
func WithNames(names ...string) AuthorityOption {
	return func(o *authorityOptions) { o.names = append(o.names, names...) }
}

// WithoutNameConstraints makes an authority that could vouch for every name, for clients that refuse the extension. By default
// its certificate restricts it (RFC 5280 section 4.2.1.10), which Go, OpenSSL, Node.js and Java were seen to accept.
func WithoutNameConstraints() AuthorityOption {
	return func(o *authorityOptions) { o.unconstrained = true }
}

// WithSystemRoots sets where [Authority.Bundle] finds the roots a machine trusts anyway, as PEM. By default it is the file
// SSL_CERT_FILE names, else the first of the places Go looks in.
func WithSystemRoots(read func() ([]byte, error)) AuthorityOption {
	return func(o *authorityOptions) { o.roots = read }
}

func settle(opts []AuthorityOption) (authorityOptions, error) {
	o := authorityOptions{
		clock: clockwork.NewRealClock(), random: rand.Reader, life: 30 * 24 * time.Hour, leaf: 7 * 24 * time.Hour,
		hosts: Hosts(), names: localNames(), roots: systemRoots,
	}
	for _, opt := range opts {
		opt(&o)
	}
	for i, host := range o.hosts {
		o.hosts[i].Name = strings.ToLower(host.Name)
		if _, err := parseHost(strings.TrimPrefix(o.hosts[i].Name, "*.")); err != nil {
			return o, fmt.Errorf("read impersonated host %q: %w", host.Name, err)
		}
	}
	for i, name := range o.names {
		if address, err := netip.ParseAddr(name); err == nil {
			o.names[i] = address.Unmap().String()
			continue
		}
		parsed, err := parseHost(name)
		if err != nil {
			return o, fmt.Errorf("read own name %q: %w", name, err)
		}
		o.names[i] = parsed
	}
	return o, nil
}

// NewAuthority makes a new authority with a new key. It fails on a name that is none, or when the random source does.
func NewAuthority(opts ...AuthorityOption) (*Authority, error) {
	o, err := settle(opts)
	if err != nil {
		return nil, err
	}
	key, err := newKey(o.random)
	if err != nil {
		return nil, fmt.Errorf("make key of the authority: %w", err)
	}
	serial, err := newSerial(o.random)
	if err != nil {
		return nil, err
	}
	now := o.clock.Now()
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: AuthorityName},
		NotBefore: now.Add(-backdate), NotAfter: now.Add(o.life),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
	if !o.unconstrained {
		template.PermittedDNSDomainsCritical = true
		template.PermittedDNSDomains, template.PermittedIPRanges = o.permitted()
	}
	certificate, err := sign(template, template, key, key)
	if err != nil {
		return nil, fmt.Errorf("make certificate of the authority: %w", err)
	}
	return newAuthority(o, certificate, key), nil
}

func newAuthority(o authorityOptions, certificate *x509.Certificate, key *ecdsa.PrivateKey) *Authority {
	return &Authority{options: o, certificate: certificate, key: key, leaves: map[string]*leaf{}}
}

// permitted returns what the authority may vouch for, in the words of name constraints, where a domain includes all below it.
func (o authorityOptions) permitted() ([]string, []*net.IPNet) {
	var domains []string
	for _, host := range o.hosts {
		domains = append(domains, strings.TrimPrefix(host.Name, "*."))
	}
	networks := localNetworks()
	for _, name := range o.names {
		if address, err := netip.ParseAddr(name); err == nil {
			networks = append(networks, netip.PrefixFrom(address, address.BitLen()))
		} else {
			domains = append(domains, name)
		}
	}
	slices.Sort(domains)
	ranges := make([]*net.IPNet, len(networks))
	for i, network := range networks {
		ranges[i] = &net.IPNet{IP: network.Addr().AsSlice(), Mask: net.CIDRMask(network.Bits(), network.Addr().BitLen())}
	}
	return slices.Compact(domains), ranges
}

// Hosts returns the names this authority impersonates: [Hosts] and what [WithHosts] added.
func (a *Authority) Hosts() Table { return slices.Clone(a.options.hosts) }

// Expires returns until when the authority's own certificate is valid.
func (a *Authority) Expires() time.Time { return a.certificate.NotAfter }

// CertificatePEM returns the authority's own certificate: what a client must trust.
func (a *Authority) CertificatePEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// CertPool returns a pool of the authority alone, for the RootCAs of a Go client.
func (a *Authority) CertPool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.certificate)
	return pool
}

// newKey draws a P-256 key. It reads the scalar itself, because ecdsa.GenerateKey ignores the reader since Go 1.26.
func newKey(random io.Reader) (*ecdsa.PrivateKey, error) {
	scalar := make([]byte, 32)
	for range 8 { // the chance that a scalar is out of range is 2^-32
		if _, err := io.ReadFull(random, scalar); err != nil {
			return nil, fmt.Errorf("read randomness: %w", err)
		}
		if key, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), scalar); err == nil {
			return key, nil
		}
	}
	return nil, errors.New("the random source gives no usable key")
}

// newSerial draws a serial number: positive, at most 20 octets (RFC 5280 section 4.1.2.2).
func newSerial(random io.Reader) (*big.Int, error) {
	octets := make([]byte, 16)
	if _, err := io.ReadFull(random, octets); err != nil {
		return nil, fmt.Errorf("read randomness for a serial number: %w", err)
	}
	octets[0] = octets[0]&0x7f | 0x40
	return new(big.Int).SetBytes(octets), nil
}

// sign makes a certificate for a key. Without a random source ECDSA signs as RFC 6979 says, so that the same input gives
// the same certificate.
func sign(template, parent *x509.Certificate, key, signer *ecdsa.PrivateKey) (*x509.Certificate, error) {
	der, err := x509.CreateCertificate(nil, template, parent, &key.PublicKey, signer)
	if err != nil {
		return nil, fmt.Errorf("sign certificate: %w", err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read certificate just signed: %w", err)
	}
	return certificate, nil
}

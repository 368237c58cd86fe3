package impersonate

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// The files of a folder written by [Authority.SaveTo].
const (
	CertificateFile = "ca.pem"     // the authority's certificate
	KeyFile         = "ca-key.pem" // its private key, PKCS #8, readable by its owner only
	BundleFile      = "bundle.pem" // [Authority.Bundle]
	TrustStoreFile  = "ca.jks"     // [Authority.TrustStore], for Java
)

// ErrExpired says that the authority of a folder is no longer valid, or that its certificate has less than a day left.
// [NewAuthority] and [Authority.SaveTo] replace it; clients must then be pointed at the new files.
var ErrExpired = errors.New("the local authority has expired")

// SaveTo writes the authority and what clients need of it into a folder, which is made if missing. Each file is replaced as a
// whole.
func (a *Authority) SaveTo(folder string) error {
	key, err := x509.MarshalPKCS8PrivateKey(a.key)
	if err != nil {
		return fmt.Errorf("encode key of the authority: %w", err)
	}
	bundle, err := a.Bundle()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make folder of the authority: %w", err)
	}
	for _, file := range []struct {
		name string
		text []byte
		mode fs.FileMode
	}{
		{KeyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key}), 0o600},
		{CertificateFile, a.CertificatePEM(), 0o644},
		{BundleFile, bundle, 0o644},
		{TrustStoreFile, a.TrustStore(), 0o644},
	} {
		if err := replace(folder, file.name, file.text, file.mode); err != nil {
			return fmt.Errorf("write %s: %w", filepath.Join(folder, file.name), err)
		}
	}
	return nil
}

// replace writes a file beside its place and moves it there, so that nobody reads half of one and a key is never readable by
// others, not even for a moment.
func replace(folder, name string, text []byte, mode fs.FileMode) error {
	file, err := os.CreateTemp(folder, "."+name+"-*") // 0600
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	err = errors.Join(err, file.Chmod(mode), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), filepath.Join(folder, name))
	}
	if err != nil {
		return errors.Join(err, os.Remove(file.Name()))
	}
	return nil
}

// LoadFrom reads the authority [Authority.SaveTo] wrote. The error wraps [fs.ErrNotExist] where there is none and
// [ErrExpired] where it is too old. It also fails when others may read the key, when key and certificate do not belong together, and
// when the options want names for which the authority was not made.
func LoadFrom(folder string, opts ...AuthorityOption) (*Authority, error) {
	o, err := settle(opts)
	if err != nil {
		return nil, err
	}
	key, err := loadKey(filepath.Join(folder, KeyFile))
	if err != nil {
		return nil, err
	}
	name := filepath.Join(folder, CertificateFile)
	der, err := loadPEM(name, "CERTIFICATE")
	if err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read certificate %s: %w", name, err)
	}
	if !certificate.IsCA || !key.PublicKey.Equal(certificate.PublicKey) {
		return nil, fmt.Errorf("read certificate %s: it is not the authority of the key beside it", name)
	}
	if o.clock.Now().AddDate(0, 0, 1).After(certificate.NotAfter) {
		return nil, fmt.Errorf("read certificate %s, valid until %s: %w", name, certificate.NotAfter.Format("2006-01-02"), ErrExpired)
	}
	a := newAuthority(o, certificate, key)
	if err := a.vouches(); err != nil {
		return nil, fmt.Errorf("read certificate %s: %w", name, err)
	}
	return a, nil
}

// vouches checks that the loaded certificate permits every name the options want.
func (a *Authority) vouches() error {
	var names []string
	for _, host := range a.options.hosts {
		names = append(names, strings.Replace(host.Name, "*", "any", 1))
	}
	for _, name := range append(names, a.options.names...) {
		made, err := a.Certificate(name)
		if err != nil {
			return err
		}
		_, err = made.Leaf.Verify(x509.VerifyOptions{Roots: a.CertPool(), CurrentTime: a.options.clock.Now()})
		if err != nil {
			return fmt.Errorf("it was not made for %s, remove it to get one that is: %w", name, err)
		}
	}
	return nil
}

func loadKey(name string) (*ecdsa.PrivateKey, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, fmt.Errorf("find key of the authority: %w", err)
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("read key %s: others may read it (mode %#o): chmod 600 it, or remove it to get a new one", name, mode)
	}
	der, err := loadPEM(name, "PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, fmt.Errorf("read key %s: %w", name, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, fmt.Errorf("read key %s: not a P-256 key", name)
	}
	return key, nil
}

func loadPEM(name, kind string) ([]byte, error) {
	const limit = 64 << 10
	text, err := readBounded(name, limit)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("read %s: no %s in PEM", name, kind)
	}
	return block.Bytes, nil
}

package impersonate

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxRoots bounds the file of system roots; the common ones are a quarter of a megabyte.
const maxRoots = 16 << 20

// rootFiles are where systems keep their roots in one file. Source: crypto/x509, root_linux.go; macOS has the last one, too.
func rootFiles() []string {
	return []string{
		"/etc/ssl/certs/ca-certificates.crt",
		"/etc/pki/tls/certs/ca-bundle.crt",
		"/etc/ssl/ca-bundle.pem",
		"/etc/pki/tls/cacert.pem",
		"/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
		"/etc/ssl/cert.pem",
	}
}

// systemRoots reads the roots clients trust already. Where there is no such file (Windows), it returns nothing.
func systemRoots() ([]byte, error) {
	if named := os.Getenv("SSL_CERT_FILE"); named != "" {
		return readBounded(named, maxRoots)
	}
	for _, name := range rootFiles() {
		roots, err := readBounded(name, maxRoots)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return roots, err
	}
	return nil, nil
}

func readBounded(name string, limit int64) ([]byte, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open certificates: %w", err)
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	if int64(len(text)) > limit {
		return nil, fmt.Errorf("read %s: larger than %d bytes", name, limit)
	}
	return text, nil
}

// Bundle returns the roots of this machine and the authority's certificate as PEM, for clients whose variable replaces what
// they trust instead of adding to it (SSL_CERT_FILE, REQUESTS_CA_BUNDLE, CURL_CA_BUNDLE). Certificates of earlier local
// authorities are left out. Where the machine keeps no roots in a file, it holds the authority's certificate only.
func (a *Authority) Bundle() ([]byte, error) {
	rest, err := a.options.roots()
	if err != nil {
		return nil, fmt.Errorf("read roots of this machine: %w", err)
	}
	var bundle bytes.Buffer
	for {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			break
		}
		if block.Type == "CERTIFICATE" && !bytes.Contains(block.Bytes, []byte(AuthorityName)) {
			bundle.Write(pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: block.Bytes}))
		}
	}
	bundle.Write(a.CertificatePEM())
	return bundle.Bytes(), nil
}

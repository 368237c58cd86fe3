package impersonate_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func TestBundleHoldsTheSystemsRootsAndTheAuthorityOnce(t *testing.T) {
	t.Parallel()
	earlier := newAuthority(t)
	system := httptest.NewUnstartedServer(nil)
	system.StartTLS()
	system.Close()
	root := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: system.Certificate().Raw})
	roots := slices.Concat([]byte("# a comment\n"), root, earlier.CertificatePEM(), []byte("# the end"))
	authority := newAuthority(t, impersonate.WithSystemRoots(func() ([]byte, error) { return roots, nil }))
	bundle, err := authority.Bundle()
	if err != nil || !bytes.Equal(bundle, slices.Concat(root, authority.CertificatePEM())) {
		t.Errorf("bundle %s, %v; want the system's root and the authority's certificate", bundle, err)
	}
	broken := errors.New("disk on fire")
	if _, err := newAuthority(t, impersonate.WithSystemRoots(func() ([]byte, error) { return nil, broken })).Bundle(); !errors.Is(err, broken) {
		t.Errorf("bundle without roots: %v, want %v", err, broken)
	}
}

func TestBundleOfThisMachineIsAccepted(t *testing.T) {
	t.Parallel()
	bundle, err := newAuthority(t).Bundle()
	if err != nil || !x509.NewCertPool().AppendCertsFromPEM(bundle) {
		t.Errorf("bundle of %d bytes, %v", len(bundle), err)
	}
}

func TestSavedAuthorityIsTheSameAfterLoading(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "state", "tls")
	saved := newAuthority(t, impersonate.WithSystemRoots(noRoots))
	for range 2 { // saving again replaces
		if err := saved.SaveTo(folder); err != nil {
			t.Fatal(err)
		}
	}
	loaded, err := impersonate.LoadFrom(folder)
	if err != nil || !bytes.Equal(loaded.CertificatePEM(), saved.CertificatePEM()) {
		t.Fatalf("loaded another authority: %v", err)
	}
	leaf, err := loaded.Certificate("graph.microsoft.com")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := leaf.Leaf.Verify(x509.VerifyOptions{DNSName: "graph.microsoft.com", Roots: saved.CertPool()}); err != nil {
		t.Errorf("a client that trusts the saved authority refuses the loaded one: %v", err)
	}
	info, err := os.Stat(filepath.Join(folder, impersonate.KeyFile))
	if err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("key file has mode %v, %v; want 0600", info.Mode(), err)
	}
	entries, _ := os.ReadDir(folder)
	if len(entries) != 4 {
		t.Errorf("folder holds %v, want four files and no temporary ones", entries)
	}
}

func TestFoldersThatHoldNoUsableAuthority(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(folder string) error
		opts  []impersonate.AuthorityOption
		is    error
		says  string
	}{
		{"nothing", func(f string) error { return os.Remove(filepath.Join(f, "ca-key.pem")) }, nil, fs.ErrNotExist, "find key of the authority"},
		{"no certificate", func(f string) error { return os.Remove(filepath.Join(f, "ca.pem")) }, nil, fs.ErrNotExist, "ca.pem"},
		{"key others may read", func(f string) error { return os.Chmod(filepath.Join(f, "ca-key.pem"), 0o644) }, nil, nil, "chmod 600"},
		{"key that is none", func(f string) error { return os.WriteFile(filepath.Join(f, "ca-key.pem"), []byte("x"), 0o600) }, nil, nil, "no PRIVATE KEY"},
		{"certificate that is none", func(f string) error {
			return os.WriteFile(filepath.Join(f, "ca.pem"), []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), 0o600)
		}, nil, nil, "read certificate"},
		{"huge file", func(f string) error { return os.WriteFile(filepath.Join(f, "ca.pem"), make([]byte, 1<<20), 0o600) }, nil, nil, "larger than"},
		{"another key", func(f string) error {
			other, err := impersonate.NewAuthority(impersonate.WithSystemRoots(noRoots))
			if err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(f, "ca.pem"), other.CertificatePEM(), 0o600)
		}, nil, nil, "not the authority of the key"},
		{"too old", func(string) error { return nil }, []impersonate.AuthorityOption{impersonate.WithClock(clockwork.NewFakeClockAt(time.Now().AddDate(0, 0, 29).Add(time.Hour)))}, impersonate.ErrExpired, "valid until"},
		{"other names", func(string) error { return nil }, []impersonate.AuthorityOption{impersonate.WithHosts(impersonate.NationalHosts()...)}, nil, "it was not made for"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := newAuthority(t, impersonate.WithSystemRoots(noRoots)).SaveTo(folder); err != nil {
				t.Fatal(err)
			}
			if err := c.spoil(folder); err != nil {
				t.Fatal(err)
			}
			_, err := impersonate.LoadFrom(folder, c.opts...)
			if err == nil || !strings.Contains(err.Error(), c.says) || c.is != nil && !errors.Is(err, c.is) {
				t.Errorf("load: %v; want %q (%v)", err, c.says, c.is)
			}
		})
	}
}

func TestSaveSaysWhyItCannot(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := newAuthority(t, impersonate.WithSystemRoots(noRoots)).SaveTo(filepath.Join(file, "below")); err == nil || !strings.Contains(err.Error(), "make folder") {
		t.Errorf("saved below a file: %v", err)
	}
}

// The extension is critical: a client that does not know it must refuse. These know it.
func TestOpenSSLAcceptsTheConstrainedAuthority(t *testing.T) {
	t.Parallel()
	openssl := need.Program(t, "openssl")
	folder := t.TempDir()
	authority := newAuthority(t, impersonate.WithSystemRoots(noRoots))
	if err := authority.SaveTo(folder); err != nil {
		t.Fatal(err)
	}
	for name, check := range map[string]string{"graph.microsoft.com": "-verify_hostname", "westus.login.microsoft.com": "-verify_hostname", "localhost": "-verify_hostname", "127.0.0.1": "-verify_ip"} {
		made, err := authority.Certificate(name)
		if err != nil {
			t.Fatal(err)
		}
		leaf := filepath.Join(folder, "leaf.pem")
		if err := os.WriteFile(leaf, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: made.Certificate[0]}), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), openssl, "verify", "-x509_strict", "-purpose", "sslserver", check, name, "-CAfile", filepath.Join(folder, "ca.pem"), leaf).CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
	}
}

func TestKeytoolReadsTheTrustStore(t *testing.T) {
	t.Parallel()
	keytool := need.Program(t, "keytool")
	folder := t.TempDir()
	authority := newAuthority(t, impersonate.WithSystemRoots(noRoots))
	if err := authority.SaveTo(folder); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), keytool, "-list", "-rfc", "-keystore", filepath.Join(folder, impersonate.TrustStoreFile), "-storepass", impersonate.TrustStorePassword).Output()
	want := strings.ReplaceAll(strings.TrimSpace(string(authority.CertificatePEM())), "\n", "")
	if err != nil || !strings.Contains(strings.NewReplacer("\r", "", "\n", "").Replace(string(out)), want) {
		t.Errorf("keytool: %v\n%s", err, out)
	}
}

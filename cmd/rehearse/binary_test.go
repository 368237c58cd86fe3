package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// TestMain makes a folder for the binary, which the first test that runs it builds for all of them.
func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "rehearse-test")
	if err != nil {
		fmt.Fprintln(os.Stderr, "make a folder for the binary:", err)
		os.Exit(1)
	}
	built = sync.OnceValues(func() (string, error) {
		binary := filepath.Join(folder, "rehearse")
		build := exec.Command("go", "build", "-o", binary, ".")
		build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is released, so that it runs in an empty image too
		if output, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build the binary: %w\n%s", err, output)
		}
		return binary, nil
	})
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

var built func() (string, error)

// buildBinary gives the binary that users run: `go run` hides exit codes.
func buildBinary(t testing.TB) string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

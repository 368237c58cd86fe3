package main_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// need skips the test where a program is missing, unless REHEARSE_REQUIRE names it, as CI does: there nothing is skipped.
func need(t *testing.T, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if slices.Contains(strings.Split(os.Getenv("REHEARSE_REQUIRE"), ","), program) {
			t.Fatalf("%s is required and not on this machine", program)
		}
		t.Skipf("%s is not on this machine", program)
	}
}

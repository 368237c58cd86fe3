// Package need says what a test asks of the machine that it runs on. What is missing skips the test on a contributor's machine, with that reason, and
// fails it where the variable REHEARSE_REQUIRE names it, as in CI: there nothing is skipped.
package need

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Variable is the environment variable with the names of what must be there, by commas: programs, and "matrix" for the tests that take minutes.
const Variable = "REHEARSE_REQUIRE"

// Matrix is the name of the tests that try everything and take minutes; every day a part of each is tried.
const Matrix = "matrix"

// Required says whether the variable names something.
func Required(name string) bool {
	return slices.Contains(strings.Split(os.Getenv(Variable), ","), name)
}

// Whole says whether a test is to try everything that takes minutes: where the variable names the matrix, but not under the race detector, which
// makes it ten times as many and to which the part that is tried every day shows as much.
func Whole() bool {
	return !Raced && Required(Matrix)
}

// Program returns where the first of the programs is, and ends the test as [Missingf] does unless all are on this machine.
func Program(tb testing.TB, programs ...string) (path string) {
	tb.Helper()
	for _, program := range programs {
		found, err := exec.LookPath(program)
		if err != nil {
			Missingf(tb, program, "%s is not on this machine", program)
		}
		if path == "" {
			path = found
		}
	}
	return path
}

// Missingf ends the test for want of something: it fails where that is required and is skipped elsewhere, in these words.
func Missingf(tb testing.TB, name, format string, args ...any) {
	tb.Helper()
	if Required(name) {
		tb.Fatalf(Variable+" names "+name+": "+format, args...)
	}
	tb.Skipf(format, args...)
}

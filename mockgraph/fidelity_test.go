package mockgraph_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/mockgraph"
)

const fidelityPage = "../docs/fidelity.md"

var update = flag.Bool("update", false, "write docs/fidelity.md anew")

// TestMain holds docs/fidelity.md against what the tests saw, when all of them ran.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.Cleanup(func(code int) {
		if code == 0 && whole() {
			if err := holdFidelity(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = 1
			}
		}
		os.Exit(code)
	}))
}

// whole says whether every test ran.
func whole() bool {
	for _, name := range []string{"test.run", "test.skip", "test.fuzz", "test.list"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != "" {
			return false
		}
	}
	return !testing.Short()
}

// strict is said by CI. Elsewhere the page may be behind while tests are being written.
func strict() bool { return os.Getenv("REHEARSE_REQUIRE") != "" }

// holdFidelity compares the page with the tests, or writes it. Routes that no test asks are an error everywhere.
func holdFidelity() error {
	page, idle, err := fidelity(mockgraph.New())
	if err != nil {
		return err
	}
	if len(idle) > 0 {
		return fmt.Errorf("no test gets a good answer from these routes:\n\t%s", strings.Join(idle, "\n\t"))
	}
	if *update {
		return os.WriteFile(fidelityPage, page, 0o600)
	}
	written, err := os.ReadFile(fidelityPage)
	if err != nil {
		return err
	}
	if strict() && !bytes.Equal(written, page) {
		return fmt.Errorf("docs/fidelity.md does not say what the tests saw; run make docs. The first difference:\n%s", firstDifference(string(written), string(page)))
	}
	return nil
}

func firstDifference(written, page string) string {
	w, p := strings.Split(written, "\n"), strings.Split(page, "\n")
	for i := range max(len(w), len(p)) {
		if i >= len(w) || i >= len(p) || w[i] != p[i] {
			return fmt.Sprintf("line %d\n-%s\n+%s", i+1, strings.Join(w[min(i, len(w)):min(i+1, len(w))], ""), strings.Join(p[min(i, len(p)):min(i+1, len(p))], ""))
		}
	}
	return "none"
}

package need_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/need"
)

// witness is a test that notes how it ended.
type witness struct {
	testing.TB

	skipped, failed string
}

type ended struct{}

func (w *witness) Helper() {}

func (w *witness) Skipf(format string, args ...any) {
	w.skipped = fmt.Sprintf(format, args...)
	panic(ended{})
}

func (w *witness) Fatalf(format string, args ...any) {
	w.failed = fmt.Sprintf(format, args...)
	panic(ended{})
}

// witnessed asks for programs and tells how the test went.
func witnessed(programs ...string) (w witness, path string) {
	defer func() {
		if p := recover(); p != nil && p != any(ended{}) {
			panic(p)
		}
	}()
	path = need.Program(&w, programs...)
	return w, path
}

func TestWhatIsMissingSkipsATestAndFailsItWhereItIsRequired(t *testing.T) {
	for _, tc := range []struct {
		required, skipped, failed string
	}{
		{"", "no-such-program is not on this machine", ""},
		{"node,no-such-programs", "no-such-program is not on this machine", ""},
		{"node,no-such-program", "", "REHEARSE_REQUIRE names no-such-program: no-such-program is not on this machine"},
	} {
		t.Setenv(need.Variable, tc.required)
		got, path := witnessed("go", "no-such-program")
		if got.skipped != tc.skipped || got.failed != tc.failed || path != "" {
			t.Errorf("with %q: skipped %q, failed %q, path %q; want skipped %q, failed %q", tc.required, got.skipped, got.failed, path, tc.skipped, tc.failed)
		}
	}
}

func TestWhatIsThereIsFound(t *testing.T) {
	got, path := witnessed("go")
	if got.skipped+got.failed != "" || !strings.Contains(path, "go") {
		t.Errorf("found %q, %+v", path, got)
	}
}

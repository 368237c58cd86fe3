package report

import (
	"bytes"
	"os"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

func html(t *testing.T, r result.Report, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteHTML(&out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestShots(t *testing.T) {
	os.WriteFile("/tmp/r.html", []byte(html(t, fixture(), options())), 0o644)
	os.WriteFile("/tmp/clean.html", []byte(html(t, clean(150), options())), 0o644)
}

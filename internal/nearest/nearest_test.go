package nearest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/nearest"
)

func TestNames(t *testing.T) {
	known := []string{"create", "disable", "endpoint.create.user", "enable", "enable"}
	for _, tc := range []struct {
		written     string
		most        int
		all, likely []string
		didYouMean  string
	}{
		{"craete", 2, []string{"create", "enable"}, []string{"create"}, "; did you mean create?"},
		{"ENABLE", 2, []string{"enable", "disable"}, []string{"enable"}, "; did you mean enable?"},
		{"create.us", 1, []string{"endpoint.create.user"}, []string{"create"}, "; did you mean create?"},
		{"endpoint.craete", 1, []string{"endpoint.create.user"}, nil, ""},
		{"x", 1, []string{"create"}, nil, ""},
		{"", 1, []string{"create"}, nil, ""},
		{strings.Repeat("create", 100), 1, []string{"endpoint.create.user"}, nil, ""},
	} {
		if got := nearest.Names(tc.written, known, tc.most); !slices.Equal(got, tc.all) {
			t.Errorf("nearest to %q are %q, want %q", tc.written, got, tc.all)
		}
		if got := nearest.Likely(tc.written, known, tc.most); !slices.Equal(got, tc.likely) {
			t.Errorf("likely for %q are %q, want %q", tc.written, got, tc.likely)
		}
		if got := nearest.DidYouMean(tc.written, known, tc.most); got != tc.didYouMean {
			t.Errorf("%q: %q, want %q", tc.written, got, tc.didYouMean)
		}
	}
}

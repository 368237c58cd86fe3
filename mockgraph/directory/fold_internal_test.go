package directory

import (
	"strings"
	"testing"
)

// Folding is strings.ToLower, whatever the length of the text and the place of the capital.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"", "a", "A", "@", "[", "Z", "z{`", "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "3f2504e0-4f89-41d3-9a0c-0305e82C3301", "AAAAAAAA", "@[`{@[`{", "ÅSA@contoso.example", "aaaaaaaé", "\xff\xfe"} {
		f.Add(s)
		f.Add("12345678" + s)
		f.Add(s + "abcdefgh")
	}
	f.Fuzz(func(t *testing.T, s string) {
		if got, want := fold(s), strings.ToLower(s); got != want {
			t.Errorf("fold(%q) = %q, want %q", s, got, want)
		}
	})
}

package exchange

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// everywhere tries each needle at each place, which is what find does without its index.
func (d redactor) everywhere(b []byte) (spans []span) {
	for at := range b {
		for _, n := range d.needles {
			if end, ok := matchEncoded(b, at, n.text); ok {
				spans = append(spans, span{max(at-n.before, 0), min(end+n.after, len(b))})
			}
		}
	}
	return spans
}

func TestTheIndexMissesNoSecret(t *testing.T) {
	secrets := []string{"tok3n-of-the-run", "+plus at the edge", `\back`, "%25 of it", "&amp;&", "ünïcode", "\xff\xfe\xfd\xfc", "tok3n", "AAAA"}
	var d redactor
	for _, s := range secrets {
		d = d.with(s)
	}
	for _, s := range secrets {
		for form, encode := range encodings {
			text := []byte(fmt.Sprintf(`{"a":"%s","b":"%s%%2"}`, encode(s), encode(s)))
			found := d.find(text, len(text))
			for _, want := range d.everywhere(text) {
				if !slices.Contains(found, want) {
					t.Errorf("%q, %s: the secret in %s is not found at %+v", s, form, text, want)
				}
			}
			if len(found) == 0 {
				t.Errorf("%q, %s: nothing is found in %s", s, form, text)
			}
		}
	}
}

// BenchmarkSearch looks for the secrets of a run in the body of a list, in which there is none.
func BenchmarkSearch(b *testing.B) {
	body := []byte(strings.Repeat(`{"id":"4782e723-f4f4-4af3-a76e-25e3bab0d896","displayName":"Ada Byron","meta":{"location":"https://acme.example/scim/Users/4782e723"}},`, 100))
	for _, secrets := range []int{1, 20} {
		var d redactor
		for i := range secrets {
			d = d.with(fmt.Sprintf("%c-secret-of-the-run-%d", 'a'+rune(i), i))
		}
		b.Run(fmt.Sprintf("secrets=%d", secrets), func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				d.find(body, len(body))
			}
		})
	}
}

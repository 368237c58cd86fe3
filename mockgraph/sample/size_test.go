package sample_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

func TestSizesAreReadFromNamesAndNumbers(t *testing.T) {
	t.Parallel()
	const spaced = " small "
	for text, want := range map[string]sample.Size{
		"small": 10, "contoso": 500, "Contoso": 500, spaced: 10, "1": 1, "250": 250, "1000000": 1_000_000,
	} {
		if got, err := sample.ParseSize(text); err != nil || got != want {
			t.Errorf("%q: got %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestGivenNoSizeThenTheErrorSaysWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                        `read tenant size "": want small (10 users), contoso (500 users) or a number from 1 to 1000000`,
		"contosso":                "did you mean contoso?",
		"con":                     "did you mean contoso?",
		"smal":                    "did you mean small?",
		"10k":                     "did you mean 10000?",
		"1,000":                   "did you mean 1000?",
		"5e3":                     "did you mean 5000?",
		"+5":                      "did you mean 5?",
		"0":                       "a tenant has 1 to 1000000 users",
		"-3":                      "a tenant has 1 to 1000000 users",
		"1000001":                 "a tenant has 1 to 1000000 users",
		"99999999999999999999":    "or a number from 1 to 1000000",
		"nan":                     "want small",
		strings.Repeat("x", 9999): `xxxx…": want small`,
	} {
		_, err := sample.ParseSize(text)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q in it", text, err, want)
		}
		if err != nil && len(err.Error()) > 300 {
			t.Errorf("%q: the message has %d bytes", text[:9], len(err.Error()))
		}
	}
}

func TestEverySizeWithANameIsRead(t *testing.T) {
	t.Parallel()
	for _, each := range sample.Sizes() {
		name := strings.Replace(each.Name, "N", "42", 1)
		size, err := sample.ParseSize(name)
		if err != nil || size.String() != name || each.Description == "" {
			t.Errorf("%q: %s, %v", each.Name, size, err)
		}
	}
}

func FuzzParseSize(f *testing.F) {
	for _, each := range []string{"small", "contoso", "7", "10k", "1,000", "5e3", "-1", "0x10", "naïve", "\xff", "1e400", "+", "m", "k"} {
		f.Add(each)
	}
	f.Fuzz(func(t *testing.T, text string) {
		size, err := sample.ParseSize(text)
		if err == nil && (size < 1 || size > sample.Max) {
			t.Errorf("%q: %d", text, size)
		}
		if err == nil {
			if again, err := sample.ParseSize(size.String()); err != nil || again != size {
				t.Errorf("%q: %s is read as %d, %v", text, size, again, err)
			}
		} else if utf8.ValidString(text) && !utf8.ValidString(err.Error()) {
			t.Errorf("%q: %v", text, err)
		}
	})
}

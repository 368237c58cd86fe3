package report

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

func TestAnExcerptHoldsTheAttributeItIsAbout(t *testing.T) {
	t.Parallel()
	long := `{"displayName":"` + strings.Repeat("Ada ", 100) + `", "é":"` + strings.Repeat("ü", 100) + `", "title":"Analyst", "x":1}`
	for _, test := range []struct {
		text, about string
		begins, has string
	}{
		{long, "title", "… ", `"title":"Analyst"`},
		{long, "TITLE", "… ", `"title":"Analyst"`},
		{long, "displayName", `{"displayName"`, "Ada"},
		{long, "userName", `{"displayName"`, "Ada"},
		{long, "", `{"displayName"`, "Ada"},
		{`{"title":"x"}`, "title", `{"title"`, "x"},
	} {
		got := around(test.text, test.about, 120)
		if !strings.HasPrefix(got, test.begins) || !strings.Contains(got[:min(len(got), 120)], test.has) || !strings.HasSuffix(test.text, strings.TrimPrefix(got, "… ")) {
			t.Errorf("about %q: %.160s", test.about, got)
		}
	}
}

func TestTheAttributeOfAFindingIsReadFromItsExpectation(t *testing.T) {
	t.Parallel()
	for expected, want := range map[string]string{
		"active is false":       "active",
		"name.givenName is Ada": "name",
		`emails[type eq "work"].value is "ada@example.com"`:                                "emails",
		"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department is \"R&D\"": "department",
		"an answer other than 415":                                                         "",
		"200 with a list":                                                                  "",
	} {
		if got := attributeOf(result.Finding{Expected: expected}); got != want {
			t.Errorf("%s: %q, want %q", expected, got, want)
		}
	}
}

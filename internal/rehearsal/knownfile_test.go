package rehearsal

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const entryText = `# what we know
- id: endpoint.sync.manager-clear
  dialect: default # only there
  reason: >
    ticket IAM-1234,
    mended in 4.2
  owner: 4711
  expires: 2027-03-01
- {id: "endpoint.sync.add", reason: 'x: y', owner: iam, expires: "2027-03-02"}
`

func TestLoadKnownFailures(t *testing.T) {
	for name, data := range map[string]string{"empty": "", "only a comment": "# none\n", "null": "~\n", "empty list": "[]\n", "a document mark": "---\n"} {
		k, err := LoadKnownFailures("known.yaml", []byte(data))
		if err != nil || len(k.Entries()) != 0 {
			t.Errorf("%s: %v, %v", name, k.Entries(), err)
		}
	}
	k, err := LoadKnownFailures("known.yaml", []byte(entryText))
	if err != nil {
		t.Fatal(err)
	}
	want := []KnownFailure{
		{ID: "endpoint.sync.manager-clear", Dialect: "default", Reason: "ticket IAM-1234, mended in 4.2", Owner: "4711", Expires: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC), Line: 2},
		{ID: "endpoint.sync.add", Reason: "x: y", Owner: "iam", Expires: time.Date(2027, 3, 2, 0, 0, 0, 0, time.UTC), Line: 9},
	}
	if diff := cmp.Diff(want, k.Entries()); diff != "" {
		t.Error(diff)
	}
	if (*KnownFailures)(nil).Entries() != nil {
		t.Error("no list has entries")
	}
}

func TestABrokenListIsToldWithItsPlace(t *testing.T) {
	whole := "- id: a\n  reason: r\n  owner: o\n  expires: 2027-03-01\n"
	for _, tc := range []struct{ name, data, want string }{
		{"syntax", whole + "- id: [a\n", "known.yaml:5:7: "},
		{"a tab", "- id: a\n\treason: r\n", "known.yaml:2:1: "},
		{"no list", "id: a\n", `known.yaml:1:3: expected a list of known failures, each beginning with "- id: "`},
		{"a word", "no\n", "known.yaml:1:1: expected a list"},
		{"a list of words", "- a\n", "known.yaml:1:3: expected an entry with id, reason, owner and expires"},
		{"an empty entry", "- {}\n", "known.yaml:1:3: the entry is empty"},
		{"a null entry", "-\n", "known.yaml:1:3: expected an entry"},
		{"an unknown field", whole + "  ticket: 7\n", `known.yaml:5:3: unknown field "ticket": the fields are id, dialect, reason, owner and expires`},
		{"a field twice", whole + "  owner: p\n", "known.yaml:5:3: "},
		{"no id", strings.Replace(whole, "id: a", "dialect: a", 1), "known.yaml:1:3: the entry has no id"},
		{"no reason", strings.Replace(whole, "reason: r", "reason:", 1), "known.yaml:1:3: the entry has no reason"},
		{"no owner", strings.Replace(whole, "owner: o", "owner: ' '", 1), "known.yaml:1:3: the entry has no owner"},
		{"no expires", "- id: a\n  reason: r\n  owner: o\n", "known.yaml:1:3: the entry has no expires"},
		{"one field only", "- id: a\n", "known.yaml:1:3: the entry has no reason"},
		{"a day that does not exist", strings.Replace(whole, "03-01", "02-30", 1), `known.yaml:4:12: expires "2027-02-30" is no date of the form YYYY-MM-DD`},
		{"a date with a time", strings.Replace(whole, "2027-03-01", "2027-03-01T00:00:00Z", 1), "known.yaml:4:12: expires "},
		{"a list as a value", strings.Replace(whole, "owner: o", "owner: [o]", 1), "known.yaml:3:10: owner must be plain text"},
		{"an alias as a value", strings.Replace(whole, "owner: o", "owner: *o", 1), "known.yaml:3:10: owner must be plain text"},
		{"two documents", whole + "---\n" + whole, "known.yaml:6:1: a second document"},
		{"too large", "#" + strings.Repeat("x", maxKnownFile), "known.yaml: more than 1048576 bytes"},
		{"not text", "- id: \xff\n", "known.yaml: not text in UTF-8"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := LoadKnownFailures("known.yaml", []byte(tc.data))
			var usage *UsageError
			if !errors.As(err, &usage) || !strings.HasPrefix(err.Error(), tc.want) {
				t.Errorf("error %v, want a usage error beginning with %q", err, tc.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is no sentence: %q", err)
			}
		})
	}
}

func FuzzLoadKnownFailures(f *testing.F) {
	f.Add([]byte(entryText))
	for _, s := range []string{"", "-", "- - -", "{", "- {id: a", "&a *a", "!!map", "- ? a", "|\n", "\t", "- id: |\n   x", "%YAML 1.2\n---\n", "- <<: *x\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		k, err := LoadKnownFailures("f", data)
		if err != nil {
			if _, ok := errors.AsType[*UsageError](err); !ok {
				t.Errorf("error of type %T", err)
			}
			return
		}
		for _, e := range k.Entries() {
			if e.ID == "" || e.Reason == "" || e.Owner == "" || e.Expires.IsZero() && e.Expires.Year() != 1 || e.Line < 1 {
				t.Errorf("entry %+v", e)
			}
		}
	})
}

func TestTheExampleInTheDocumentationLoads(t *testing.T) {
	source, err := os.ReadFile("knownfile.go")
	if err != nil {
		t.Fatal(err)
	}
	var example strings.Builder
	for line := range strings.Lines(string(source)) {
		if text, ok := strings.CutPrefix(line, "//   "); ok {
			example.WriteString(text)
		}
	}
	k, err := LoadKnownFailures("doc", []byte(example.String()))
	if err != nil || len(k.Entries()) != 1 {
		t.Errorf("%v, %v in\n%s", k.Entries(), err, example.String())
	}
}

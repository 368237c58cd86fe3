package rehearsal

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

var someday = time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC)

// season is a run of some fakes, in the dialects they name, with a list of known failures.
func season(t *testing.T, known *KnownFailures, fakes ...fake) (Plan, []result.Check) {
	t.Helper()
	var th theatre
	p := Plan{
		Runnables: th.bind(fakes), Known: known, Dialects: []string{"x", "y"}, Packs: []suites.Pack{suites.Lifecycle},
		Clock: clockwork.NewFakeClockAt(time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)),
	}
	return p, perform(t, p).Checks
}

func written(t *testing.T, p Plan, text string, checks []result.Check) KnownWritten {
	t.Helper()
	w, err := p.WriteKnownFailures(KnownDraft{Name: "known.yaml", Text: []byte(text), Owner: "iam", Expires: someday}, checks)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestANewListHoldsRootCausesOnly(t *testing.T) {
	p, checks := season(t, nil,
		fake{name: "a", dialect: "x", does: fails}, fake{name: "a", dialect: "y", does: fails},
		fake{name: "b", dialect: "x", needs: []string{"a"}}, fake{name: "c", dialect: "x", does: fails}, fake{name: "c", dialect: "y"},
		fake{name: "d", dialect: "x", does: skips},
	)
	w := written(t, p, "", checks)
	want := `# Checks that are known to fail. They still run; from the day they expire they count again.
- id: e.create.a
  reason: title of a
  owner: iam
  expires: 2026-09-01
- id: e.create.c
  dialect: x
  reason: title of c
  owner: iam
  expires: 2026-09-01
`
	if diff := cmp.Diff(want, string(w.Text)); diff != "" {
		t.Error(diff)
	}
	known, err := LoadKnownFailures("known.yaml", w.Text)
	if err != nil {
		t.Fatal(err)
	}
	p.Known = known
	if r := perform(t, p); r.Verdict != result.Conformant {
		t.Errorf("with the list the verdict is %s: %v, problems %v", r.Verdict, cast(r.Checks), r.Problems)
	}
}

func TestAFailureSeenInOneOfTwoDialectsIsListedForIt(t *testing.T) {
	p, checks := season(t, nil, fake{name: "a", dialect: "x", does: fails})
	if w := written(t, p, "", checks); len(w.Added) != 1 || w.Added[0].Dialect != "x" {
		t.Errorf("added %+v", w.Added)
	}
}

func TestAListThatIsThereIsOnlyAddedTo(t *testing.T) {
	const entry = "- id: e.create.a # why?\n  reason: ticket 7\n  owner: hr\n  expires: 2026-06-01\n"
	for _, tc := range []struct {
		name, text string
		added      []string
		want       string // the whole file; "" for the text and what was added
	}{
		{"it lists the failure", entry, nil, entry},
		{"it lists it by alias", strings.Replace(entry, "create.a", "create.old", 1), nil, ""},
		{"it lists another check", strings.Replace(entry, "create.a", "create.z", 1), []string{"e.create.a"}, ""},
		{"it lists it in another dialect", entry + "  dialect: y\n", []string{"e.create.a"}, ""},
		{"it is written further in", "# ours\n  - id: e.create.z\n    reason: r\n    owner: o\n    expires: 2026-06-01", []string{"e.create.a"},
			"# ours\n  - id: e.create.z\n    reason: r\n    owner: o\n    expires: 2026-06-01\n  - id: e.create.a\n    dialect: x\n    reason: title of a\n    owner: iam\n    expires: 2026-09-01\n"},
		{"it holds comments only", "# ours\n", []string{"e.create.a"}, ""},
		{"it is an empty list", "# ours\n[]\n", []string{"e.create.a"}, "# ours\n- id: e.create.a\n  dialect: x\n  reason: title of a\n  owner: iam\n  expires: 2026-09-01\n"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, checks := season(t, nil, fake{name: "a", dialect: "x", aliases: []string{"old"}, does: fails}, fake{name: "z", dialect: "x", does: skips})
			w := written(t, p, tc.text, checks)
			var added []string
			for _, e := range w.Added {
				added = append(added, e.ID)
			}
			if diff := cmp.Diff(tc.added, added); diff != "" {
				t.Error(diff)
			}
			switch {
			case tc.want != "":
				if diff := cmp.Diff(tc.want, string(w.Text)); diff != "" {
					t.Error(diff)
				}
			case !strings.HasPrefix(string(w.Text), tc.text):
				t.Errorf("the file has changed:\n%s", w.Text)
			}
		})
	}
}

func TestEntriesThatPassOrHaveLapsedAreNamedAndKept(t *testing.T) {
	text := "- id: e.create.a\n  reason: r\n  owner: o\n  expires: 2026-04-01\n- id: e.create.b\n  reason: r\n  owner: o\n  expires: 2027-04-01\n"
	known, err := LoadKnownFailures("known.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	p, checks := season(t, known, fake{name: "a", does: fails}, fake{name: "b"})
	w := written(t, p, text, checks)
	if string(w.Text) != text || w.Kept != 2 || len(w.Added) != 0 {
		t.Errorf("got %+v", w)
	}
	if diff := cmp.Diff([][]string{{"e.create.b"}, {"e.create.a"}}, [][]string{w.Stale, w.Lapsed}); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAnotherListExcusesKeepsItsReasonOwnerAndDay(t *testing.T) {
	p, checks := season(t, list(t, "id: e.create.a"), fake{name: "a", dialect: "x", does: fails}, fake{name: "b", dialect: "x", needs: []string{"a"}})
	w := written(t, p, "", checks)
	want := []KnownFailure{{ID: "e.create.a", Dialect: "x", Reason: "ticket 7", Owner: "iam", Expires: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)}}
	if diff := cmp.Diff(want, w.Added); diff != "" {
		t.Error(diff)
	}
}

func TestAFileOfAnotherKindIsLeftAlone(t *testing.T) {
	p, checks := season(t, nil, fake{name: "a", dialect: "x", does: fails})
	for text, want := range map[string]string{
		"scim:\n  url: x\n": "expected a list",
		"[{id: e.create.a, dialect: y, reason: r, owner: o, expires: 2026-06-01}]\n":      "nothing can be added",
		"- {id: e.create.nobody, dialect: y, reason: r, owner: o, expires: 2026-06-01}\n": "matches no check",
	} {
		_, err := p.WriteKnownFailures(KnownDraft{Name: "known.yaml", Text: []byte(text), Owner: "iam", Expires: someday}, checks)
		if _, ok := errors.AsType[*UsageError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, want a usage error with %q", text, err, want)
		}
	}
}

// Whatever a finding says, the file can be read again and says the same.
func FuzzAReasonComesBackAsItWas(f *testing.F) {
	for _, s := range []string{"plain", "a: b", "# no", "true", `"q" \ é 😀`, "- x", "a\nb\t c", "\u2028", "'", "%", "\x00\x7f", "~", "1e3", "- - -", "{[", "a #b", strings.Repeat("é", maxReason)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, rule string) {
		p := Plan{Runnables: []suites.Runnable{{Spec: suites.Spec{ID: "e.a"}}}}
		w, err := p.WriteKnownFailures(KnownDraft{Name: "f", Owner: "o", Expires: someday},
			[]result.Check{{ID: "e.a", Title: "t", Status: result.Failed, Findings: []result.Finding{{Rule: rule}}}})
		if err != nil {
			t.Fatalf("%v", err)
		}
		again, err := LoadKnownFailures("f", w.Text)
		if err != nil || len(again.entries) != 1 || again.entries[0].Reason != w.Added[0].Reason {
			t.Errorf("%+v, %v from\n%s", again.Entries(), err, w.Text)
		}
	})
}

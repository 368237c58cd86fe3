package rehearsal

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func catalogue() []suites.Runnable {
	load := []suites.Pack{suites.Load}
	return new(theatre).bind([]fake{
		{name: "user", dialect: "x"}, {name: "user", dialect: "y"},
		{name: "emails", dialect: "x", needs: []string{"user"}}, {name: "emails", dialect: "y", needs: []string{"user"}},
		{name: "disable.string-false", dialect: "x", needs: []string{"emails"}, aliases: []string{"disable.text-false"}},
		{name: "load", dialect: "x", packs: load, needs: []string{"user"}},
		{name: "gallery", dialect: "x", packs: []suites.Pack{suites.Gallery, suites.RFC}},
	})
}

func TestSelection(t *testing.T) {
	report := func(checks ...result.Check) *result.Report { return &result.Report{Checks: checks} }
	for _, tc := range []struct {
		name string
		plan Plan
		want []string // "dialect:last part of the id"
		err  string
	}{
		{"everything but load", Plan{}, []string{"x:user", "y:user", "x:emails", "y:emails", "x:gallery", "x:string-false"}, ""},
		{"a pack", Plan{Packs: []suites.Pack{suites.RFC}}, []string{"x:gallery"}, ""},
		{"a pack with what it needs from others", Plan{Packs: []suites.Pack{suites.Load}}, []string{"x:user", "x:load"}, ""},
		{"an unknown pack", Plan{Packs: []suites.Pack{"wolf"}}, nil, `unknown pack "wolf": the packs are lifecycle, dialect,`},
		{"an id, in all its dialects", Plan{Only: []string{"e.create.user"}}, []string{"x:user", "y:user"}, ""},
		{"an id with its needs", Plan{Only: []string{"e.disable.string-false"}}, []string{"x:user", "x:emails", "x:string-false"}, ""},
		{"an alias", Plan{Only: []string{"e.disable.text-false"}}, []string{"x:user", "x:emails", "x:string-false"}, ""},
		{"a glob", Plan{Only: []string{"e.create.*l*"}}, []string{"x:user", "y:user", "x:emails", "y:emails", "x:load", "x:gallery"}, ""},
		{"a glob of one character", Plan{Only: []string{"e.create.use?"}}, []string{"x:user", "y:user"}, ""},
		{"several", Plan{Only: []string{"e.create.user", "*gallery"}}, []string{"x:user", "y:user", "x:gallery"}, ""},
		{"a stage with what it needs", Plan{Stages: []suites.Stage{suites.Disable}}, []string{"x:user", "x:emails", "x:string-false"}, ""},
		{"a name out of the stage", Plan{Stages: []suites.Stage{suites.Disable}, Only: []string{"e.create.user"}}, nil, ""},
		{"a name out of the packs", Plan{Only: []string{"e.create.user"}, Packs: []suites.Pack{suites.RFC}}, nil, ""},
		{"an unknown id", Plan{Only: []string{"e.create.usr"}}, nil, `there is no check "e.create.usr"; nearest: e.create.user, e.create.load`},
		{"a part of an id", Plan{Only: []string{"string-false"}}, nil, `there is no check "string-false"; nearest: e.disable.string-false,`},
		{"an empty pattern", Plan{Only: []string{""}}, nil, `there is no check ""`},
		{"one unknown among known", Plan{Only: []string{"*", "e.nothing.?"}}, nil, `no check matches "e.nothing.?"; nearest: `},
		{"what failed", Plan{OnlyFailed: report(
			result.Check{ID: "e.create.emails", Dialect: "y", Status: result.Failed}, result.Check{ID: "e.create.emails", Dialect: "x", Status: result.Passed},
			result.Check{ID: "e.create.gallery", Dialect: "x", Status: result.KnownFailure},
		)}, []string{"y:user", "y:emails"}, ""},
		{"what was blocked, not run or passed unexpectedly", Plan{OnlyFailed: report(
			result.Check{ID: "e.create.user", Dialect: "x", Status: result.Blocked}, result.Check{ID: "e.create.gallery", Dialect: "x", Status: result.NotRun},
			result.Check{ID: "e.create.user", Dialect: "y", Status: result.UnexpectedPass}, result.Check{ID: "e.create.load", Dialect: "x", Status: result.Skipped},
		)}, []string{"x:user", "y:user", "x:gallery"}, ""},
		{"what failed under an old name", Plan{OnlyFailed: report(result.Check{ID: "e.disable.text-false", Dialect: "x", Status: result.Failed})}, []string{"x:user", "x:emails", "x:string-false"}, ""},
		{"what failed in a dialect that is not in this run", Plan{OnlyFailed: report(result.Check{ID: "e.create.gallery", Dialect: "z", Status: result.Failed})}, nil, ""},
		{"nothing failed", Plan{OnlyFailed: report()}, nil, ""},
		{"what failed and has a name", Plan{Only: []string{"*user"}, OnlyFailed: report(
			result.Check{ID: "e.create.user", Dialect: "y", Status: result.Failed}, result.Check{ID: "e.create.gallery", Dialect: "x", Status: result.Failed},
		)}, []string{"y:user"}, ""},
		{"a report with an unknown id", Plan{OnlyFailed: report(result.Check{ID: "e.create.usr", Status: result.Failed})}, nil, `the report names the check "e.create.usr", which does not exist; nearest: e.create.user`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.plan.Runnables = catalogue()
			tc.plan.WithoutGinkgo = true
			r, err := Run(t.Context(), tc.plan)
			if tc.err != "" {
				var usage *UsageError
				if !errors.As(err, &usage) || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("error %v, want a usage error with %q", err, tc.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, c := range r.Checks {
				got = append(got, c.Dialect+":"+c.ID[strings.LastIndex(c.ID, ".")+1:])
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if (r.Verdict == result.Empty) != (len(got) == 0) {
				t.Errorf("verdict %s", r.Verdict)
			}
		})
	}
}

func TestGlob(t *testing.T) {
	for _, tc := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "", true}, {"", "a", false}, {"*", "", true}, {"**", "a.b", true}, {"a*", "a", true}, {"*b", "a.b", true}, {"a*c", "a.b.c", true},
		{"a*c", "a.b", false}, {"?", "", false}, {"?", "a", true}, {"?", "ab", false}, {"a?c*", "abcd", true}, {"*a*b*", "xxaxxbxx", true}, {"*a*b*", "xxbxxaxx", false},
		{"a.*.c", "a.b.x.c", true}, {"[a]", "a", false}, {"a", "A", false}, {"*ab", "aab", true},
	} {
		if got := glob(tc.pattern, tc.name); got != tc.want {
			t.Errorf("glob(%q, %q) = %v", tc.pattern, tc.name, got)
		}
	}
}

// A name with pieces cut out and replaced by stars matches, and so it does not any more with a foreign character.
func TestGlobMatchesWhatStarsLeaveOut(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[a-c.]{0,20}`).Draw(rt, "name")
		i := rapid.IntRange(0, len(name)).Draw(rt, "i")
		j := rapid.IntRange(i, len(name)).Draw(rt, "j")
		pattern := name[:i] + "*" + name[j:]
		if !glob(pattern, name) {
			rt.Errorf("%q does not match %q", pattern, name)
		}
		if glob("z"+pattern, name) || glob(pattern+"z", name) {
			rt.Errorf("%q with a z matches %q", pattern, name)
		}
	})
}

func TestNearestIDsAreFewAndBounded(t *testing.T) {
	if n := nearestIDs(strings.Repeat("x", 1<<20), catalogue()); strings.Count(n, ",") != 2 {
		t.Errorf("nearest%s", n)
	}
	if n := nearestIDs("x", nil); n != "" {
		t.Errorf("nearest%s", n)
	}
	if ids := strings.Split(strings.TrimPrefix(nearestIDs("e.create.emai", catalogue()), "; nearest: "), ", "); len(slices.Compact(ids)) != 3 || ids[0] != "e.create.emails" {
		t.Errorf("nearest %q", ids)
	}
}

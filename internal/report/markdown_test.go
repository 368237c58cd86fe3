package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

func summary(t *testing.T, r result.Report, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteSummary(&out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestSummaryOfARunWithTrouble(t *testing.T) {
	golden(t, "summary.md", []byte(summary(t, fixture(), options())))
}

func TestSummaryOfACleanRun(t *testing.T) {
	golden(t, "summary-clean.md", []byte(summary(t, clean(16), options())))
}

func TestSummaryFitsTheLimitOfAJobPage(t *testing.T) {
	r := fixture()
	r.Checks = nil
	for i := range 3000 {
		f := result.Finding{Rule: strings.Repeat("r", i%50) + plural(i, "", ""), Actual: strings.Repeat("long ", 50_000), Exchanges: []string{"x-00032"}}
		r.Checks = append(r.Checks, failing("e.sync.x"+plural(i, "", ""), "d", result.Required, f))
	}
	if n := len(summary(t, r, options())); n > 1<<20 {
		t.Errorf("%d bytes, want at most 1 MiB", n)
	}
}

func TestTextFromATargetIsNoMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"a_b *c* `d`":                "a\\_b \\*c\\* \\`d\\`",
		"<img src=x>":                "&#60;img src=x\\>",
		"![x](https://evil.example)": `\!\[x\](https&#58;//evil.example)`,
		"# title\n\n- item | cell":   `\# title - item \| cell`,
		"- item":                     `\- item`,
		"1. item":                    `1\. item`,
		"@team &lt;":                 "&#64;team &#38;lt;",
		"\x1b[2J":                    `\\u001b\[2J`,
		"~~gone~~ $x$":               `\~\~gone\~\~ \$x\$`,
	} {
		if got := md(in); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func FuzzSummaryKeepsATargetInItsPlace(f *testing.F) {
	f.Add("<script>", "``` \n# x")
	f.Add("](x)", "| a |\n|--|")
	f.Fuzz(func(t *testing.T, rule, actual string) {
		line := md(rule)
		if strings.ContainsAny(line, "<\n\r") || regexp.MustCompile("(^|[^\\\\])(\\\\\\\\)*[`\\[|]").MatchString(line) {
			t.Errorf("%q becomes %q", rule, line)
		}
		block := strings.Split(fence(actual, ""), "\n")
		for _, l := range block[1 : len(block)-2] {
			if strings.HasPrefix(strings.TrimSpace(l), block[0]) {
				t.Errorf("the fence %s closes early in %q", block[0], actual)
			}
		}
	})
}

package report

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

func drawPage(t *testing.T, r result.Report, o Options) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteHTML(&out, r, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPageOfARunWithTrouble(t *testing.T) {
	golden(t, "report.html", []byte(drawPage(t, fixture(), options())))
}

func TestPageTellsTheVerdictThenTheCausesThenEveryCheck(t *testing.T) {
	page := drawPage(t, fixture(), options())
	at := 0
	for _, mark := range []string{
		"<h1>Not conformant</h1>", "8 required checks failed", `class="acts"`, "What must change", "Worth a look", "Known failures</h2>",
		"All checks", "About this run", "rehearse scim --url https://scim.fabrikam.example/scim/v2 --seed 20260314",
	} {
		i := strings.Index(page[at:], mark)
		if i < 0 {
			t.Fatalf("%q is missing or too early", mark)
		}
		at += i
	}
	for _, c := range fixture().Checks {
		if !strings.Contains(page, `id="check-`+c.ID+`"`) {
			t.Errorf("check %s is missing", c.ID)
		}
	}
	for _, want := range []string{"identity-team@fabrikam.example", "2026-06-30", "Requests are paced", "DELETE got no answer", "0.1.0"} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

// A page from a hostile target holds no element and no attribute that the template did not write.
func TestPageOfAHostileTargetIsInert(t *testing.T) {
	r := fixture()
	r.Target.URL, r.Target.Software, r.Target.Adaptations = hostile, hostile, []string{hostile}
	r.Message, r.Problems, r.Tool.Name = hostile, []string{hostile}, hostile
	r.Verdicts = map[string]result.Verdict{hostile: hostile}
	r.Leftovers = []result.Leftover{{URL: "javascript:alert(1)", Reason: hostile}}
	for i := range r.Checks {
		c := &r.Checks[i]
		c.ID, c.Title, c.Reason, c.Owner, c.Stage = c.ID+hostile, hostile, hostile, hostile, hostile
		for j := range c.Findings {
			c.Findings[j] = result.Finding{
				Rule: hostile, Expected: hostile, Actual: hostile, Why: hostile, Fix: hostile, Exchanges: []string{"x"},
				Sources: []string{hostile, "javascript:alert(1)", `https://evil.example/"onclick="alert(1)`},
			}
		}
	}
	o := Options{Command: hostile, Exchanges: func(...string) []*exchange.Exchange {
		e := seen(hostile, hostile, hostile, hostile, 200, strings.ReplaceAll(hostile, "\x00", ""))
		e.Err = hostile
		return []*exchange.Exchange{e}
	}}
	page := drawPage(t, r, o)
	tags := regexp.MustCompile(`<[a-zA-Z!/][^>]*>`)
	for _, tag := range tags.FindAllString(page[strings.Index(page, "</style>")+8:strings.LastIndex(page, "<script>")], -1) {
		if regexp.MustCompile(`(?i)^</?(img|script|style|iframe|object|link|base)\b|\son\w+\s*=|=["']?\s*javascript:`).MatchString(unquoted(tag)) {
			t.Errorf("the target wrote %s", tag)
		}
	}
	if n := strings.Count(page, "<script"); n != 1 {
		t.Errorf("%d scripts, want the page's own", n)
	}
	if strings.ContainsAny(page, "\x1b\x00\u202e") {
		t.Error("control characters reach the page")
	}
}

// unquoted takes the values of attributes away but for their scheme.
func unquoted(tag string) string {
	return regexp.MustCompile(`="([a-z]*:?)[^"]*"`).ReplaceAllString(tag, `="$1"`)
}

func TestPageLoadsNothing(t *testing.T) {
	page := drawPage(t, fixture(), options())
	for _, m := range regexp.MustCompile(`(?i)(?:<(?:img|script|link|iframe|source|video|audio|object|embed)\b[^>]*|url\(|@import)[^>;)]*`).FindAllString(page, -1) {
		if m != `<link rel="icon" href="data:,"` && m != "<script" {
			t.Errorf("the page loads something: %s", m)
		}
	}
	if !regexp.MustCompile(`content="default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-[^ ]+&#39;; script-src &#39;sha256-[^ ]+&#39;;`).MatchString(page) {
		t.Error("no strict content security policy")
	}
	if regexp.MustCompile(`\sstyle=`).MatchString(page) {
		t.Error("a style attribute, which the policy forbids")
	}
}

func TestPolicyKnowsTheStyleAndTheScriptAsTheyStand(t *testing.T) {
	page := drawPage(t, fixture(), options())
	between := func(from, to string) []byte {
		_, rest, _ := strings.Cut(page, from)
		text, _, _ := strings.Cut(rest, to)
		return []byte(text)
	}
	want := policy(between("<style>", "</style>"), between("<script>", "</script>"))
	got := regexp.MustCompile(`Policy" content="([^"]*)"`).FindStringSubmatch(page)[1]
	if got = strings.NewReplacer("&#39;", "'", "&#43;", "+").Replace(got); got != want {
		t.Errorf("policy\n%s, want\n%s", got, want)
	}
}

func TestPageShowsEverythingWithoutScripts(t *testing.T) {
	page := drawPage(t, fixture(), options())
	for _, tag := range regexp.MustCompile(`<[^>]* hidden[ >]`).FindAllString(page, -1) {
		if !strings.HasPrefix(tag, `<form id="filter"`) && !strings.HasPrefix(tag, `<button type="button" class="copy"`) {
			t.Errorf("hidden although no script may ever show it: %s", tag)
		}
	}
}

func TestPageOfACleanRunIsSmall(t *testing.T) {
	if n := len(drawPage(t, clean(600), options())); n > 2<<20 {
		t.Errorf("%d bytes, want under 2 MiB", n)
	}
}

func TestPageOfManyLargeExchangesIsBounded(t *testing.T) {
	r := fixture()
	r.Checks = nil
	body := strings.Repeat(`{"a":"`+strings.Repeat("x", 60_000)+`"}`, 1)
	for i := range 500 {
		c := checksOf()[8]
		c.Findings = []result.Finding{{Rule: strings.Repeat("r", i+1), Count: 1, Exchanges: []string{"a", "b", "c", "d", "e", "f"}}}
		r.Checks = append(r.Checks, c)
	}
	page := drawPage(t, r, Options{Exchanges: func(ids ...string) []*exchange.Exchange {
		var es []*exchange.Exchange
		for _, id := range ids {
			es = append(es, seen(id, "POST", "/", body, 200, body))
		}
		return es
	}})
	if len(page) > 2*pageBudget {
		t.Errorf("%d bytes", len(page))
	}
}

func TestPageOfEveryVerdict(t *testing.T) {
	for v, want := range verdictTitles {
		r := result.Report{Tool: result.Tool{Name: "rehearse"}, Verdict: v}
		if page := drawPage(t, r, Options{}); !strings.Contains(page, "<h1>"+want+"</h1>") {
			t.Errorf("%s: no title %q", v, want)
		}
	}
}

func TestSourcesLeadToTheirPlace(t *testing.T) {
	for source, want := range map[string]link{
		"RFC 7644 §3.5.2":       {"RFC 7644 §3.5.2", "https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2"},
		"RFC 7644 §3.5.2.":      {"RFC 7644 §3.5.2.", "https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2"},
		"RFC7643, §4":           {"RFC7643, §4", "https://www.rfc-editor.org/rfc/rfc7643#section-4"},
		"RFC 6750":              {"RFC 6750", "https://www.rfc-editor.org/rfc/rfc6750"},
		"https://a.example/x.":  {"a.example/x", "https://a.example/x"},
		"a page, not addressed": {"a page, not addressed", ""},
		"javascript:alert(1)":   {"javascript:alert(1)", ""},
		"Microsoft Learn: Use SCIM, learn.microsoft.com/entra/a":          {"Microsoft Learn: Use SCIM", "https://learn.microsoft.com/entra/a"},
		"Microsoft Learn: Use SCIM (https://learn.microsoft.com/entra/a)": {"Microsoft Learn: Use SCIM", "https://learn.microsoft.com/entra/a"},
	} {
		if got := linkOf(source); got != want {
			t.Errorf("%q: %+v, want %+v", source, got, want)
		}
	}
}

package report

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
)

var verdictTitles = map[result.Verdict]string{
	result.Conformant:    "Conformant",
	result.NonConformant: "Not conformant",
	result.Unreachable:   "Not reachable",
	result.Error:         "No verdict",
	result.Empty:         "Nothing to judge",
}

// unauthorised is the class of targets that answered and did not take the credentials.
const unauthorised = "unauthorised"

// verdictSentences speak for verdicts that came without a message.
var verdictSentences = map[result.Verdict]string{
	result.Unreachable: "The first request got no usable answer, so nothing was judged.",
	result.Error:       "The rehearsal itself failed or was interrupted; what it found so far is below.",
	result.Empty:       "None of the selected checks applies to this target.",
}

func verdictTitle(v result.Verdict) string {
	if t, ok := verdictTitles[v]; ok {
		return t
	}
	return string(v)
}

// words gives the verdict as a title and one sentence or two.
func words(r result.Report, failOn result.Level) (title, sentence string) {
	title = verdictTitle(r.Verdict)
	if r.Verdict == result.Unreachable && r.Unusable == unauthorised {
		title = "Not authorised" // it was reached, and there is another thing to mend
	}
	var say []string
	switch r.Verdict {
	case result.Conformant:
		say = append(say, conformant(r, failOn))
	case result.NonConformant:
		say = append(say, broken(r, failOn))
	default:
		if r.Message == "" {
			say = append(say, verdictSentences[r.Verdict])
		}
	}
	if r.Message != "" {
		say = append(say, r.Message)
	}
	return title, strings.TrimSpace(strings.Join(say, " "))
}

// noun names the checks that weigh.
func noun(failOn result.Level) (one, many string) {
	if failOn == "" || failOn == result.Required {
		return "required check", "required checks"
	}
	return "check that weighs", "checks that weigh"
}

func conformant(r result.Report, failOn result.Level) string {
	var passed, known, advice int
	for _, c := range r.Checks {
		weighs := c.Level == result.Required || c.Level == failOn
		switch {
		case c.Status == result.Passed && weighs:
			passed++
		case c.Status == result.KnownFailure && c.BlockedBy == "": // what it blocks is no failure of its own
			known++
		case c.Status == result.Failed:
			advice++
		}
	}
	one, many := noun(failOn)
	s := plural(passed, one, many) + " passed, none failed."
	if known > 0 {
		s = fmt.Sprintf("%s passed; %s excused.", plural(passed, one, many), plural(known, "known failure is", "known failures are"))
	}
	if advice > 0 {
		s += fmt.Sprintf(" %s that %s not weigh, but %s worth a look.",
			plural(advice, "check failed", "checks failed"), choose(advice, "does", "do"), choose(advice, "is", "are"))
	}
	return s
}

func broken(r result.Report, failOn result.Level) string {
	n, lighter := map[result.Status]int{}, 0
	for _, c := range r.Checks {
		switch {
		case c.Breaking(failOn):
			n[c.Status]++
		case c.Status == result.Blocked:
			lighter++
		}
	}
	one, many := noun(failOn)
	unjudged := [2]string{}
	if n[result.Failed] == 0 { // what they wait for does not weigh by itself
		unjudged = [2]string{one + " ", many + " "}
	}
	var say []string
	for _, clause := range []struct {
		n         int
		one, many string
	}{
		{n[result.Failed], one + " failed", many + " failed"},
		{n[result.Blocked], unjudged[0] + "could not be judged because of a failure", unjudged[1] + "could not be judged because of a failure"},
		{n[result.UnexpectedPass], "known failure passes now", "known failures pass now"},
		{len(r.Problems), "problem lies with the run itself", "problems lie with the run itself"},
	} {
		if clause.n > 0 {
			say = append(say, plural(clause.n, clause.one, clause.many))
		}
	}
	s := sentence(say)
	if lighter > 0 { // causes below count them too
		light := plural(lighter, "check", "checks") + " that " + choose(lighter, "does", "do") + " not weigh"
		if n[result.Blocked] > 0 {
			s += " Nor could " + light + "."
		} else {
			s += " " + light + " could not be judged because of that."
		}
	}
	return s
}

// sentence joins clauses: "a.", "a and b.", "a, b and c."
func sentence(clauses []string) string {
	last := len(clauses) - 1
	if last < 0 {
		return ""
	}
	if last == 0 {
		return clauses[0] + "."
	}
	return strings.Join(clauses[:last], ", ") + " and " + clauses[last] + "."
}

func plural(n int, one, many string) string { return fmt.Sprintf("%d %s", n, choose(n, one, many)) }

func choose(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// elapsed writes milliseconds for people: 840 ms, 12.3 s, 4 min 05 s.
func elapsed(ms float64) string {
	d := time.Duration(ms * float64(time.Millisecond))
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Round(time.Millisecond).Milliseconds())
	case d < time.Minute:
		return fmt.Sprintf("%.1f s", d.Seconds())
	default:
		d = d.Round(time.Second)
		return fmt.Sprintf("%d min %02d s", int(d.Minutes()), int(d.Seconds())%60)
	}
}

var plainWord = regexp.MustCompile(`^[A-Za-z0-9_./:@%+,=-]+$`)

// reproduce gives the command that runs the same rehearsal, the credentials left to the environment.
func reproduce(r result.Report) string {
	words := []string{"rehearse", r.Target.Kind}
	if r.Target.URL != "" && !r.Target.BuiltIn {
		target := r.Target.URL
		if !plainWord.MatchString(target) {
			target = "'" + strings.ReplaceAll(target, "'", `'\''`) + "'"
		}
		words = append(words, "--url", target)
	}
	words = append(words, faultFlags(r.Target.Faults)...)
	return strings.Join(append(words, "--seed", strconv.FormatUint(r.Seed, 10)), " ")
}

func faultFlags(faults []string) []string {
	var words []string
	for _, fault := range faults {
		words = append(words, "--fault", fault)
	}
	return words
}

// ended says what became of the built-in endpoint, or of the tenants of a connector, to which requests that are shown cannot be sent any more; "" for
// any other one, and where nothing failed.
func ended(r result.Report) string {
	u, err := url.Parse(r.Target.URL)
	failed := slices.ContainsFunc(r.Checks, func(c result.Check) bool { return c.Status == result.Failed && len(c.Findings) > 0 })
	switch {
	case failed && r.Target.Kind == "connector":
		return "The tenants ended with the run. A curl line to a host of Microsoft's that is not sent through a proxy reaches the real one: try it on a tenant of your own, rehearse tenant."
	case !failed || !r.Target.BuiltIn || err != nil:
		return ""
	}
	words := append([]string{"rehearse endpoint --listen", u.Host, `--token "$TOKEN"`}, faultFlags(r.Target.Faults)...)
	return "The built-in endpoint ended with the run, and its users with it. For the curl lines, serve an empty one there: " + strings.Join(words, " ")
}

var goFile = regexp.MustCompile(`(?:[A-Za-z]:)?(?:[/\\][^/\\\s:"'()]+)*[/\\]([^/\\\s:"'()]+\.go:\d+)`)

// homeless takes the folders of this machine off the places in Go files that a stack names.
func homeless(s string) string {
	if !strings.Contains(s, ".go:") {
		return s
	}
	return goFile.ReplaceAllString(s, "$1")
}

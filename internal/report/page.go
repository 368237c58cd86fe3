package report

import (
	"fmt"
	"html/template"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// page is what the template draws.
type page struct {
	story

	CSP    string
	CSS    template.CSS
	JS     template.JS
	Kind   string
	Totals []segment

	LoadChart *loadChart // nil when nothing was measured under load

	RequestRows    []requestRow // of a connector
	PermissionRows []permissionRow
	Partly         string // what the table of permissions does not tell, "" when it tells all
	Breaking       []card
	Advice         []card
	Known          []card
	Groups         []group
	Statuses       []result.Status // that occur
	Levels         []result.Level  // that occur
}

// card is a cause with what the page shows of it.
type card struct {
	Cause

	Anchor    string
	Only      string // the one dialect it shows in, of several
	Number    int    // 0 for a cause that is not numbered
	Status    result.Status
	Links     []link
	Exchanges []transcript
	More      int // exchanges cited but not shown
}

// Elsewhere gives the places with an actual of their own.
func (c card) Elsewhere() []Place {
	return slices.DeleteFunc(slices.Clone(c.Places), func(p Place) bool { return p.Actual == c.Actual })
}

// Stages gives the stages of the places of a cause, for the filter.
func (c card) Stages() string {
	var stages []string
	for _, p := range c.Places {
		stages = union(stages, []string{p.Stage})
	}
	return strings.Join(stages, " ")
}

// Text is what the text filter searches.
func (c card) Text() string {
	words := []string{c.Rule, c.Expected, shorten(c.Actual, 500), c.Why, c.Fix}
	for _, p := range c.Places {
		words = append(words, p.ID, p.Title)
	}
	return strings.ToLower(strings.Join(append(words, c.Sources...), " "))
}

// transcript is an exchange as text.
type transcript struct {
	ID, Method, Target, Err, Took string
	Side                          string // who asked whom, in a sentence; "" when that is as before
	Status                        int
	Request, Response, Curl       string
}

// group is a stage with its checks, one row for all dialects of a check.
type group struct {
	tally

	Segments []segment
	Rows     []row
}

type row struct {
	result.Check

	Marks  []mark
	Anchor string // of the cause that tells why it failed
}

type mark struct {
	Status   result.Status
	Dialects []string
	Reason   string
}

// Status gives the statuses of a row, for the filter.
func (r row) Statuses() string {
	var all []string
	for _, m := range r.Marks {
		all = union(all, []string{string(m.Status)})
	}
	return strings.Join(all, " ")
}

// Text is what the text filter searches.
func (r row) Text() string {
	words := []string{r.ID, r.Title, strings.Join(r.Packs, " "), joined(r.Breaks)}
	for _, m := range r.Marks {
		words = append(words, m.Reason)
	}
	return strings.ToLower(strings.Join(words, " "))
}

func newPage(r result.Report, o Options) (*page, error) {
	css, err := assets.ReadFile("assets/report.css")
	if err != nil {
		return nil, fmt.Errorf("read page style: %w", err)
	}
	js, err := assets.ReadFile("assets/report.js")
	if err != nil {
		return nil, fmt.Errorf("read page script: %w", err)
	}
	p := &page{
		story: tell(r, o), CSS: template.CSS(css), JS: template.JS(js), CSP: policy(css, js), //nolint:gosec // our own embedded assets
		Kind: map[string]string{"scim": "SCIM endpoint", "connector": "Graph connector"}[r.Target.Kind],
	}
	budget := pageBudget
	p.Breaking = cards(p.story.Breaking, "cause", result.Failed, o, &budget)
	p.Advice = cards(p.story.Advice, "advice", result.Failed, o, &budget)
	p.Known = cards(p.story.Known, "known", result.KnownFailure, o, &budget)
	for i := range p.Breaking {
		p.Breaking[i].Number = i + 1
	}
	for _, set := range [][]card{p.Breaking, p.Advice, p.Known} {
		for i := range set {
			set[i].Only = p.only(set[i].Cause)
		}
	}
	p.Totals, p.LoadChart = segments(p.Counts), chartOf(r.Load)
	p.RequestRows, p.PermissionRows = requestRows(r.Calls), permissionRows(r)
	if partial(r) {
		p.Partly = partly
	}
	for _, t := range p.Stages {
		p.Groups = append(p.Groups, group{tally: t, Segments: segments(t.Counts), Rows: p.rows(t.Stage)})
	}
	for _, s := range slices.Backward(gravity) {
		if s != "" && slices.ContainsFunc(r.Checks, func(c result.Check) bool { return c.Status == s }) {
			p.Statuses = append(p.Statuses, s)
		}
	}
	for _, l := range slices.Backward(weight) {
		if slices.ContainsFunc(r.Checks, func(c result.Check) bool { return c.Level == l }) {
			p.Levels = append(p.Levels, l)
		}
	}
	return p, nil
}

func cards(causes []Cause, kind string, status result.Status, o Options, budget *int) []card {
	var out []card
	for i, c := range causes {
		k := card{Cause: c, Anchor: fmt.Sprintf("%s-%d", kind, i+1), Status: status}
		k.Actual, k.Expected = shorten(k.Actual, pageValue), shorten(k.Expected, pageValue)
		k.Places = slices.Clone(c.Places)
		for j, p := range k.Places {
			k.Places[j].Actual = shorten(p.Actual, pageValue)
		}
		for _, s := range c.Sources {
			k.Links = append(k.Links, linkOf(s))
		}
		said := ""
		for _, e := range o.find(c.Exchanges) {
			if len(k.Exchanges) == pageExchanges || *budget <= 0 {
				break
			}
			t := transcribe(e)
			*budget -= len(t.Request) + len(t.Response) + len(t.Curl)
			if t.Side == said {
				t.Side = ""
			} else {
				said = t.Side
			}
			k.Exchanges = append(k.Exchanges, t)
		}
		k.More = len(c.Exchanges) - len(k.Exchanges)
		out = append(out, k)
	}
	return out
}

func transcribe(e *exchange.Exchange) transcript {
	return transcript{
		ID: e.ID, Side: e.Side.Words(), Method: e.Request.Method, Target: target(e.Request.URL), Err: e.Err, Status: e.Response.Status,
		Took:    elapsed(float64(e.Duration.Milliseconds())),
		Request: shorten(e.Request.Text(), pageBody), Response: shorten(e.Response.Text(), pageBody), Curl: e.Curl(),
	}
}

// rows gives the checks of a stage in the order of the run.
func (p *page) rows(stage string) []row {
	var rows []row
	for _, c := range p.Checks {
		if c.Stage != stage {
			continue
		}
		i := slices.IndexFunc(rows, func(r row) bool { return r.ID == c.ID })
		if i < 0 {
			i = len(rows)
			rows = append(rows, row{Check: c, Anchor: p.anchor(c)})
			rows[i].DurationMs = 0
		}
		rows[i].DurationMs += c.DurationMs
		if rows[i].Anchor == "" {
			rows[i].Anchor = p.anchor(c)
		}
		rows[i].mark(c)
	}
	return rows
}

func (r *row) mark(c result.Check) {
	reason := c.Reason
	if c.Status == result.Blocked {
		reason = strings.TrimSuffix("blocked by "+c.BlockedBy+colon(reason), " ")
	}
	i := slices.IndexFunc(r.Marks, func(m mark) bool { return m.Status == c.Status && m.Reason == reason })
	if i < 0 {
		r.Marks = append(r.Marks, mark{c.Status, []string{c.Dialect}, reason})
		return
	}
	r.Marks[i].Dialects = union(r.Marks[i].Dialects, []string{c.Dialect})
}

// anchor finds the card that tells of a check, by its own id or the id of what blocks it.
func (p *page) anchor(c result.Check) string {
	id := c.ID
	switch c.Status {
	case result.Failed, result.KnownFailure, result.Blocked:
		if c.BlockedBy != "" {
			id = c.BlockedBy
		}
	default:
		return ""
	}
	for _, k := range slices.Concat(p.Breaking, p.Advice, p.Known) {
		if k.in(id, "") {
			return k.Anchor
		}
	}
	return ""
}

// segment is a part of a bar, in hundredths.
type segment struct {
	Status result.Status
	Label  string
	N      int
	X, W   float64
}

func segments(c result.Counts) []segment {
	all := []segment{
		{Status: result.Passed, Label: "passed", N: c.Passed},
		{Status: result.KnownFailure, Label: choose(c.KnownFailures, "known failure", "known failures"), N: c.KnownFailures},
		{Status: result.Failed, Label: "failed", N: c.Failed},
		{Status: result.UnexpectedPass, Label: choose(c.UnexpectedPasses, "unexpected pass", "unexpected passes"), N: c.UnexpectedPasses},
		{Status: result.Blocked, Label: "blocked", N: c.Blocked},
		{Status: result.NotRun, Label: "not run", N: c.NotRun},
		{Status: result.Skipped, Label: "skipped", N: c.Skipped},
	}
	total := 0
	for _, s := range all {
		total += s.N
	}
	var out []segment
	x := 0.0
	for _, s := range all {
		if s.N > 0 {
			s.X, s.W = x, 100*float64(s.N)/float64(total)
			x += s.W
			out = append(out, s)
		}
	}
	return out
}

package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/suites"
)

// question is a filter and whom of the cast it finds. In the filter {0} {1} {2} stand for their user names, {n0} for their nicknames,
// which begin the user names, {part1} for a part of one from its middle, {tail1} for an end, {id0} for an id, and {ours} for how all of
// their user names begin.
type question struct {
	filter string
	finds  []int
}

// shape is the filter for people, in every run the same: what stands for somebody's value is left out.
func (q question) shape() string { return placeholder.ReplaceAllLiteralString(q.filter, "…") }

var placeholder = regexp.MustCompile(`\{[a-z]*[0-9]?\}`)

// grammar is a row of the table of filters: a rule of the grammar and questions that a server which gets it wrong answers otherwise.
type grammar struct {
	topic, title string
	questions    []question
	needs        []string // topics of this table, or whole ids
	attribute    string   // that the target must have, "" for the core ones
	section      string   // of RFC 7644, "" for 3.4.2.2
}

var everybody = []int{0, 1, 2}

// filters is the table. The cast are Ada Byron, Grace Hopper and Alan Turing, all active, each with a work and a home address; the first two
// have a title.
func filters() []grammar {
	return []grammar{
		{topic: "sw", title: "The operator sw finds values that begin with the text", questions: []question{{`userName sw "{n1}"`, []int{1}}, {`userName sw "{part1}"`, nil}}},
		{topic: "co", title: "The operator co finds values that contain the text", questions: []question{{`userName co "{part1}"`, []int{1}}}},
		{topic: "ew", title: "The operator ew finds values that end with the text", questions: []question{{`userName ew "{tail1}"`, []int{1}}, {`userName ew "{part1}"`, nil}}},
		{topic: "and", title: "and finds what both conditions hold for", needs: []string{"sw"}, questions: []question{
			{`userName sw "{ours}" and externalId eq "{n1}"`, []int{1}}, {`externalId eq "{n1}" and userName eq "{0}"`, nil},
		}},
		{topic: "or", title: "or finds what either condition holds for", questions: []question{{`userName eq "{0}" or userName eq "{2}"`, []int{0, 2}}}},
		{topic: "not", title: "not turns a condition in parentheses round", needs: []string{"and"}, questions: []question{
			{`userName sw "{ours}" and not (userName eq "{1}")`, []int{0, 2}},
		}},
		{topic: "ne", title: "The operator ne finds values that differ", needs: []string{"and"}, questions: []question{{`userName sw "{ours}" and userName ne "{1}"`, []int{0, 2}}}},
		{topic: "pr", title: "The operator pr finds resources that have a value", needs: []string{"and"}, attribute: "title", questions: []question{
			{`userName sw "{ours}" and title pr`, []int{0, 1}},
		}},
		{topic: "gt", title: "gt finds greater text by its order, not the text itself", needs: []string{"and"}, questions: []question{{`userName sw "{ours}" and userName gt "{0}"`, []int{1, 2}}}},
		{topic: "ge", title: "ge finds greater text by its order, and the text itself", needs: []string{"and"}, questions: []question{{`userName sw "{ours}" and userName ge "{1}"`, []int{1, 2}}}},
		{topic: "lt", title: "lt finds lesser text by its order, not the text itself", needs: []string{"and"}, questions: []question{{`userName sw "{ours}" and userName lt "{1}"`, []int{0}}}},
		{topic: "le", title: "le finds lesser text by its order, and the text itself", needs: []string{"and"}, questions: []question{{`userName sw "{ours}" and userName le "{1}"`, []int{0, 1}}}},
		{topic: "dates", title: "Dates are compared as points in time", needs: []string{"and"}, attribute: "meta.lastModified", questions: []question{
			{`userName sw "{ours}" and meta.lastModified gt "2001-02-03T04:05:06Z"`, everybody}, {`userName sw "{ours}" and meta.lastModified lt "2001-02-03T04:05:06Z"`, nil},
		}},
		{topic: "precedence", title: "and binds before or", needs: []string{"and", "or"}, questions: []question{
			{`userName eq "{0}" or userName eq "{1}" and userName eq "{2}"`, []int{0}},
		}},
		{topic: "grouping", title: "Parentheses bind before and", needs: []string{"and", "or"}, questions: []question{
			{`(userName eq "{0}" or userName eq "{1}") and userName eq "{1}"`, []int{1}},
		}},
		{topic: "sub-attribute", title: "A part of a complex attribute is named with a dot", needs: []string{"and"}, attribute: "name.familyName", questions: []question{
			{`userName sw "{ours}" and name.familyName eq "Hopper"`, []int{1}},
		}},
		{topic: "multi-valued", title: "A condition on a list holds when it holds for one of its values", attribute: "emails", questions: []question{{`emails.value eq "home-{n1}@home.example"`, []int{1}}}},
		{topic: "value-path", title: "Conditions in brackets hold for one and the same value of a list", attribute: "emails", questions: []question{
			{`emails[type eq "home" and value co "{part1}"]`, []int{1}}, {`emails[type eq "work" and value eq "home-{n1}@home.example"]`, nil},
		}},
		{topic: "boolean", title: "Booleans are compared without quotes", needs: []string{"and"}, questions: []question{
			{`userName sw "{ours}" and active eq true`, everybody}, {`userName sw "{ours}" and active eq false`, nil},
		}},
		{topic: "urn", title: "An attribute can be named with the URN of its schema", section: "3.10", questions: []question{{`urn:ietf:params:scim:schemas:core:2.0:User:userName eq "{1}"`, []int{1}}}},
		{topic: "id", title: "A filter on id finds the resource", questions: []question{{`id eq "{id1}"`, []int{1}}}},
		{topic: "case-insensitive", title: "Text of an attribute that is not caseExact is compared in any letter case", needs: []string{"and"}, attribute: "name.familyName", questions: []question{
			{`userName sw "{ours}" and name.familyName eq "hOPPER"`, []int{1}},
		}},
		{topic: "escapes", title: "Quotes and backslashes in a filter are escaped as in JSON", needs: []string{"and"}, questions: []question{{`userName sw "{ours}" and displayName eq "A \"B\" \\ C"`, []int{2}}}},
	}
}

func filterGrammarChecks() []Check {
	var all []Check
	for _, g := range filters() {
		spec := standardSpec("filter-"+g.topic, result.Recommended, g.title,
			"Clients other than Entra, and administrators who search, ask in this way. An answer with people it is not about, or without those it is, is worse than a refusal.",
			"Read filters by the grammar of RFC 7644 section 3.4.2.2, best with a parser that is tested against it; answer 400 invalidFilter to what you do not support, and say filter.supported false when you support no filters.",
			rfc7644(orElse(g.section, "3.4.2.2")))
		spec.Needs = []string{"endpoint.create.filter-exact"}
		if g.attribute == "emails" {
			spec.Needs = append(spec.Needs, "endpoint.create.emails")
		}
		for _, need := range g.needs {
			spec.Needs = append(spec.Needs, "endpoint.rfc.filter-"+need)
		}
		if g.topic != "sw" { // a server that reads nothing but eq gets all of them wrong for one reason
			spec.Causes = needs("endpoint.rfc.filter-sw")
		}
		all = append(all, Check{Spec: spec, Run: g.run})
	}
	return append(all, brokenFilterChecks()...)
}

func orElse(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func (g grammar) run(ctx context.Context, r *Rig) {
	r.filters()
	if g.attribute != "" && !strings.HasPrefix(g.attribute, "meta.") {
		r.NeedsAttribute(g.attribute)
	}
	cast := r.cast(ctx, g.attribute)
	for _, q := range g.questions {
		f := r.filtered(ctx, cast.fill(q.filter))
		if len(q.finds) == 0 && f.Status == http.StatusNotFound {
			r.Block("endpoint.connect.probe", "a filter that matches nobody was answered "+f.Answer.String())
		}
		r.That("GET /Users?filter="+q.shape()+" finds those it is about", f, cast.are(q.finds), f.Shown)
	}
}

// filters skips the check when the target says that it has no filters.
func (r *Rig) filters() {
	if supported, told := r.advertised("filter"); told && !supported {
		r.Skip("ServiceProviderConfig says that filters are not supported")
	}
}

func (r *Rig) filtered(ctx context.Context, filter string) Found {
	return r.wholeList(ctx, "/Users?filter="+url.QueryEscape(filter))
}

// wholeList is a short list, which the target may give in pages that are smaller still: RFC 7644 §3.4.2.4.
func (r *Rig) wholeList(ctx context.Context, target string) Found {
	const pages = 5
	f := foundIn(r.ask(ctx, http.MethodGet, target, nil))
	for range pages {
		if len(f.Resources) == 0 || len(f.Resources) >= f.Total || f.Total > pages {
			break
		}
		next := foundIn(r.ask(ctx, http.MethodGet, fmt.Sprintf("%s&startIndex=%d", target, len(f.Resources)+1), nil))
		if len(next.Resources) == 0 {
			break
		}
		f.Resources = append(f.Resources, next.Resources...)
	}
	return f
}

// cast are the three people of the filters.
type cast struct {
	people []*Account
	words  *strings.Replacer
}

func (r *Rig) cast(ctx context.Context, attribute string) cast {
	var c cast
	pairs := []string{"{ours}", r.names.prefix + "-" + r.names.tag}
	for i := range 3 {
		document, a := r.userDocument(nil)
		if r.Has("emails") {
			document["emails"] = []object{{"type": "work", "value": a.Name}, {"type": "home", "value": "home-" + a.Nick + "@home.example"}}
		}
		if i < 2 && r.Has("title") {
			document["title"] = "Engineer"
		}
		if i == 2 {
			document["displayName"] = `A "B" \ C`
		}
		post := r.ask(ctx, http.MethodPost, "/Users", document)
		made, err := post.JSON()
		if a.ID = made.ID(); err != nil || !post.OK() || a.ID == "" {
			r.Block(r.creator(ctx, users, post), "the user is not on the target: POST /Users was answered "+post.String())
		}
		c.people = append(c.people, a)
		n := string(rune('0' + i))
		tail := a.Name[len(r.names.prefix)+1:]
		pairs = append(pairs, "{"+n+"}", a.Name, "{n"+n+"}", a.Nick, "{id"+n+"}", a.ID, "{tail"+n+"}", tail, "{part"+n+"}", tail[:len(r.names.tag)+3])
	}
	c.words = strings.NewReplacer(pairs...)
	if _, ok := r.Read(ctx, c.people[0]).Get(orElse(attribute, "userName")); !ok {
		r.Skip("the target shows no " + attribute)
	}
	return c
}

func (c cast) fill(filter string) string { return c.words.Replace(filter) }

// are matches a [Found] of exactly these people.
func (c cast) are(who []int) worded[Found] {
	var names []string
	for _, i := range who {
		names = append(names, strings.ToLower(c.people[i].Name))
	}
	slices.Sort(names)
	return worded[Found]{
		Want: found(names),
		OK: func(f Found) bool {
			shown := f.Values("userName")
			for i := range shown {
				shown[i] = strings.ToLower(shown[i])
			}
			slices.Sort(shown)
			return f.Total == len(names) && slices.Equal(shown, names)
		},
		Got: Found.String,
	}
}

func found(names []string) string {
	if len(names) == 0 {
		return "nobody found"
	}
	return "found: " + strings.Join(names, ", ")
}

func brokenFilterChecks() []Check {
	why := "A filter that is misread can be taken for none, and then the answer is everybody. Whoever asked joins or changes the wrong accounts."
	fix := "Answer 400 with scimType invalidFilter to a filter you cannot read; never ignore it, and never answer 500."
	refused := func(filter, words string) func(context.Context, *Rig) {
		return func(ctx context.Context, r *Rig) {
			r.filters()
			a := r.ask(ctx, http.MethodGet, "/Users?filter="+url.QueryEscape(filter), nil)
			r.That(words+" is refused with 400", a, badRequest(), a.Shown)
		}
	}
	spec := func(topic, title string) suites.Spec {
		return needing(standardSpec(topic, result.Recommended, title, why, fix, rfc7644("3.4.2.2"), rfc7644("3.12")), "endpoint.create.filter-exact") // who refuses every filter refuses none in particular
	}
	misread := func(s suites.Spec) suites.Spec { return caused(s, "endpoint.rfc.filter-operator") } // who refuses nothing is told so once
	return []Check{
		{Spec: misread(spec("filter-incomplete", "A filter that breaks off is refused with 400")), Run: refused("userName eq", "a filter without a value")},
		{Spec: misread(spec("filter-parentheses", "A filter whose parentheses do not match is refused with 400")), Run: refused(`(userName eq "nobody"`, "a filter with an open parenthesis")},
		{Spec: spec("filter-operator", "A filter with an operator nobody knows is refused with 400"), Run: refused(`userName resembles "nobody"`, "a filter with an unknown operator")},
		{
			Spec: standardSpec("filter-scim-type", result.Informational, "The refusal of a filter has the scimType invalidFilter",
				"The keyword tells a client that its question was wrong and not the endpoint.", "Put scimType invalidFilter into the error body.", rfc7644("3.12")),
			Run: func(ctx context.Context, r *Rig) {
				r.filters()
				a := r.ask(ctx, http.MethodGet, "/Users?filter="+url.QueryEscape(`userName eq "nobody" and`), nil)
				r.refusalOf(a, "endpoint.rfc.filter-incomplete", scim.InvalidFilter)
			},
		},
	}
}

// refusalOf says that a refusal carries a scimType. Another check owns an answer that is no 400.
func (r *Rig) refusalOf(a Answer, owner, scimType string) {
	if a.Status != http.StatusBadRequest {
		r.Block(owner, "it was answered "+a.String())
	}
	body, _ := a.JSON()
	r.That("the error has scimType "+scimType, View{body, a.Shown}, worded[View]{
		Want: "scimType " + scimType,
		OK:   func(v View) bool { return v.String("scimType") == scimType },
		Got:  func(v View) string { return v.words("scimType") },
	}, a.Shown)
}

package connector

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

const (
	learnConsistency = learnAdvanced // says that the directory is eventually consistent
	idempotence      = "https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2"
	lagNotDoubled    = "connector.quarantine.lag-not-doubled"
)

// lostChecks are about answers that get lost, and about replicas that do not know yet what was written.
func lostChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.lost-answer-group", Title: "A group whose creation got no answer is not made twice",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(createGroup), Sources: sources(idempotence, learnAPI+"group-post-groups"),
				Why: "Names of groups are not unique: Graph makes the second one without a word. People are put into one, and the rights are on the other.",
				Fix: "Before POST /groups is sent again, ask with $filter whether the group is there, and take that one; or tell the caller that you do not know.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				attributes := r.Group(nil)
				o := r.lostAnswer(ctx, "/groups", Request{Operation: Create, Type: Group, Attributes: attributes})
				name, _ := attributes["displayName"].(string)
				made := r.displayed(directory.Group, name)
				r.That("create of a group whose answer is lost leaves one group", len(made), atMost(1, "group"), o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.lost-answer-user", Title: "An account whose creation got no answer is found, or told as unknown",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(createUser), Sources: sources(idempotence, learnAPI+"user-post-users"),
				Why: "Graph refuses the second POST because the name is taken, by the account that the first one made. The product says that somebody else has the name, and the account belongs to nobody.",
				Fix: "Before POST /users is sent again, ask whether the account is there, and take its id; or answer with the error unavailable.",
			},
			Run: func(ctx context.Context, r *Rig) {
				attributes := r.Person(nil)
				o := r.lostAnswer(ctx, "/users", Request{Operation: Create, Type: User, Attributes: attributes})
				name, _ := attributes["userPrincipalName"].(string)
				made, live := r.named(name)
				r.That("create of an account whose answer is lost gives the account, or an error that says no more than that it is not known", o, worded[Result]{
					Want: "the id of the account that was made, or the error " + listed(unsure),
					OK: func(o Result) bool {
						return o.Err == nil && live && strings.EqualFold(o.Answer.ID, made.ID()) || o.Err != nil && slices.Contains(unsure, o.Err.Code)
					},
					Got: Result.String,
				}, o.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.quarantine.replication-lag", Title: "An account that was made a moment ago can be changed",
				Level: result.Recommended, Breaks: breaksEntra, Causes: needs(lagNotDoubled), Sources: sources(learnConsistency, learnPractices),
				Why: "Graph is many replicas, and the one that is asked may not know the account for some seconds. Whoever takes the 404 for an answer reports a new colleague as gone.",
				Fix: "After 404 for an object you made yourself in the last minutes wait a little and ask again.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsFeature(Retries)
				r.worker(ctx)
				r.lagging()
				a := r.attempt(ctx, r.newcomer(ctx))
				r.Weather("")
				r.That("an update of an account that replicas do not know yet is carried out", a, worded[attempt]{
					Want: "success and the change in the tenant", OK: func(a attempt) bool { return a.Err == nil && a.done }, Got: attempt.String,
				}, a.Shown()...)
			},
		},
		{
			Spec: suites.Spec{
				ID: lagNotDoubled, Title: "A group that replicas do not know yet is not made a second time",
				Level: result.Required, Breaks: breaksEntra, Needs: needs(createGroup), Sources: sources(learnConsistency, learnAPI+"group-post-groups"),
				Why: "Names of groups are not unique: Graph makes the second one without a word. People are put into one, and the rights are on the other.",
				Fix: "Never create an object because a read of its id was answered 404.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AddMember)
				r.lagging()
				attributes := r.Group(nil)
				made := r.Do(ctx, Request{Operation: Create, Type: Group, Attributes: attributes})
				if made.Err != nil {
					r.blockBut(createGroup, fmt.Sprintf("%v", made), made.Shown()...)
				}
				acts := []Request{{Operation: AddMember, Type: Group, ID: made.Answer.ID, Members: []string{r.Bystanders()[0].ID}}}
				if r.Description().Has(Update) {
					acts = append(acts, Request{Operation: Update, Type: Group, ID: made.Answer.ID, Attributes: map[string]any{"description": "Made a moment ago"}})
				}
				name, _ := attributes["displayName"].(string)
				for _, act := range acts {
					o := r.Do(ctx, act)
					r.That("a change of a group that replicas do not know yet leaves one group", len(r.displayed(directory.Group, name)), atMost(1, "group"), o.Shown()...)
				}
			},
		},
	}
}

// unsure are the errors that say of an account no more than that nobody knows. One that says that the name is taken, or the values are wrong, is false.
var unsure = []Code{Unavailable, Throttled, OtherError}

// lostAnswer tells the connector to create something whose POST is carried out and gets no answer.
func (r *Rig) lostAnswer(ctx context.Context, set string, request Request) Result {
	r.Weather("drop:after:POST:" + set + ":times=1")
	o := r.Do(ctx, request)
	r.Weather("")
	if !brokenOff(o.Calls) {
		r.Skip("create of a " + string(request.Type) + " sends no POST " + set)
	}
	return o
}

// lagging lets replicas lag behind from now on. What is there already is old enough to be known.
func (r *Rig) lagging() {
	r.Clock.Advance(time.Minute)
	r.Weather("lag:" + r.span(3*time.Second, 2*time.Second).String())
}

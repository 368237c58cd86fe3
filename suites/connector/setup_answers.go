package connector

import (
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func answerChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: answers, Title: "Every message is answered in time and in form",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnPractices),
				Why: "A connector that hangs, crashes or writes something else than answers stops an import of a thousand people at the first of them.",
				Fix: "Answer each message with one answer, also when something went wrong; bound every request to Graph in time.",
			},
			Run: func(ctx context.Context, r *Rig) {
				person := r.Person(nil)
				user := r.tried(ctx, Request{Operation: Test}, Request{Operation: Create, Type: User, Attributes: person}).Answer.ID
				name := map[string]any{"displayName": "Ada Lovelace"}
				r.tried(ctx, Request{Operation: Update, Type: User, ID: user, Attributes: name}, Request{Operation: Disable, Type: User, ID: user}, Request{Operation: Enable, Type: User, ID: user})
				group := ""
				if r.Description().Has(AddMember) {
					group = r.tried(ctx, Request{Operation: Create, Type: Group, Attributes: r.Group(nil)}).Answer.ID
				}
				sku := []string{"00000000-0000-4000-8000-000000000000"} // which the tenant has not: an error is an answer, too
				r.tried(ctx,
					Request{Operation: AddMember, Type: Group, ID: group, Members: []string{user}}, Request{Operation: RemoveMember, Type: Group, ID: group, Members: []string{user}},
					Request{Operation: AssignLicense, Type: User, ID: user, Licenses: sku}, Request{Operation: RemoveLicense, Type: User, ID: user, Licenses: sku},
					Request{Operation: Search, Type: User}, Request{Operation: Sync, Type: User},
					Request{Operation: Delete, Type: User, ID: user}, Request{Operation: Restore, Type: User, ID: user},
				)
			},
		},
	}
}

// tried tells the connector to do what of this it declares, one after another, and returns what came of the last.
func (r *Rig) tried(ctx context.Context, all ...Request) (last Result) {
	for _, request := range all {
		if r.Description().Has(request.Operation) {
			last = r.Do(ctx, request)
		}
	}
	return last
}

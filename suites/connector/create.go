package connector

import (
	"context"
	"fmt"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/suites"
)

func createChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: createUser, Title: "Create makes a user who is in the tenant as she was asked for",
				Level: result.Required, Breaks: breaksEntra, Sources: sources(learnAPI + "user-post-users"),
				Why: "Everything else is about people who are there.",
				Fix: "POST /users with accountEnabled, displayName, mailNickname, userPrincipalName and passwordProfile, and answer with the id of the answer.",
			},
			Run: func(ctx context.Context, r *Rig) {
				attributes := r.Person(nil)
				o := r.Create(ctx, attributes)
				r.Must("create of a user succeeds", o, succeeds(), o.Shown()...)
				u, live := r.User(o.Answer.ID)
				r.Must("the id that create answers is that of a user in the tenant", found{o.Answer.ID, u, live}, isThere(), o.Shown()...)
				for _, name := range []string{"userPrincipalName", "displayName", "mailNickname"} {
					r.That("the user has the "+name+" that was asked for", u.String(name), is(attributes[name]), o.Shown()...)
				}
			},
		},
	}
}

// found is what the tenant has under an id.
type found struct {
	id     string
	object *directory.Object
	live   bool
}

func isThere() worded[found] {
	return worded[found]{
		want: "an object that is in the tenant",
		ok:   func(f found) bool { return f.live },
		got: func(f found) string {
			if f.object != nil {
				return fmt.Sprintf("%q is something else: a %s", f.id, f.object.Type())
			}
			return fmt.Sprintf("nothing in the tenant has the id %q", f.id)
		},
	}
}

// is matches a value that equals another.
func is(want any) worded[string] {
	text := fmt.Sprint(want)
	return worded[string]{want: fmt.Sprintf("%q", text), ok: func(s string) bool { return s == text }, got: func(s string) string { return fmt.Sprintf("%q", s) }}
}

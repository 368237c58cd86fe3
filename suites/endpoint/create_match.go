package endpoint

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

const silence = "A second look without a change must find nothing to write. "

func matchChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.create.match-existing", Title: "A user who is there already is joined to her account, not created again",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnHow+"#initial-cycle", learnSCIM+"#get-user-by-query"),
				Why:     "Most customers have accounts on the target before they switch provisioning on. The filter must hand Entra the id of each of them; without it they stay unmanaged or are doubled.",
				Fix:     "Return complete resources from filters, with the same id that GET /Users/{id} takes.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.NewUser(nil)
				there := r.Made(ctx, attribute("userName", ada.Name), attribute("displayName", "A. Byron"), attribute(r.key(ada)))
				found := r.Listed(ctx, there)
				r.Assign(ada)
				sent := r.Cycle(ctx)
				evidence := sent.Last(http.MethodPost, "/Users")
				if evidence == nil {
					evidence = found.Shown
				}
				match := r.target.shape.match
				r.That("Entra finds a user who is there already by her "+match+" and sends no POST for her", sent.All(http.MethodPost, "/Users").Lines(), gomega.BeEmpty(), evidence)
				id, _ := r.provisioning().Anchor(ada.Object)
				r.That("the answer to the filter on "+match+" hands Entra the id of the user who is there already", id, worded[string]{
					Want: "id " + there.ID,
					OK:   func(id string) bool { return id == there.ID },
					Got: func(id string) string {
						if id == "" {
							return "no account joined; the filter was answered " + clip(found.Answer.String(), 200)
						}
						return "id " + id
					},
				}, evidence)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.visible-at-once", Title: "A user whose creation was not confirmed is found, not created twice",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnHow, learnSCIM+"#get-user-by-query"),
				Why:     "Answers get lost. Entra then asks by filter whether the user is there; a search index that lags behind says no, and the next POST makes a second account or fails with 409.",
				Fix:     "Answer filters from the same store you write to, at once after the write, not from a cache or a search index that is brought up to date later.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.NewUser(nil)
				r.Assign(ada)
				r.network.broken(func(req *http.Request) cut {
					if req.Method == http.MethodPost {
						return unanswered
					}
					return passes
				})
				post := answerOf(r.Cycle(ctx).Last(http.MethodPost, "/Users"))
				r.network.broken(nil)
				if !post.OK() {
					r.Block(r.creator(ctx, users, post), "POST /Users was answered "+post.String())
				}
				r.appears(ctx, ada, post)
				r.Cycle(ctx)
				f := r.FindSoon(ctx, ada, finds(1))
				r.That("a user whose POST was answered into a broken connection is there once after the next cycle", f, finds(1), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.read-your-writes", Title: "A filter finds a user at once after she was created, not seconds later",
				Level: result.Recommended, Breaks: breaksEntra,
				Sources: sources(learnHow, learnSCIM+"#get-user-by-query"),
				Why:     "Entra looks again after forty minutes and does not mind a few seconds. Provisioning on demand, Microsoft's validations and other clients ask right after they have written, and take a search index that lags for a user who was not made.",
				Fix:     "Answer filters on userName from the store you write to, or wait for the index before you answer the write.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				f := r.Find(ctx, ada)
				if f.Total < 1 {
					r.Listed(ctx, ada) // or she is never found, and that is the rule of visible-at-once
				}
				r.That(`filter=userName eq "…" finds a user at once after POST /Users was answered`, f, findsSome(), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.second-cycle", Title: "After everybody was provisioned the next full cycle writes nothing",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnHow, "https://github.com/MicrosoftDocs/azure-docs/issues/11784"),
				Why:     silence + "Whatever the filter leaves out or shows in another form than it was sent is written to every person in every cycle.",
				Fix:     "Return in filters the same complete resource as from GET by id, with each value as it was sent.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Hire(ctx, everything())
				r.Joinable(ctx, ada)
				r.created(ctx, ada, everythingShown)
				r.Restart()
				r.silent("a user was created", r.Cycle(ctx))
			},
		},
	}
}

// appears says that a filter finds an account whose POST was lost on the way back. It may take a few seconds.
func (r *Rig) appears(ctx context.Context, a *Account, post Answer) {
	named := findsSome()
	f := r.FindSoon(ctx, a, named)
	path, _ := r.key(a)
	r.Must("a filter on "+path+" finds what POST /"+a.Kind+" has made, although the answer to it was lost", f, named, post.Shown, f.Shown)
}

// findsSome matches a [Found] that is not empty.
func findsSome() worded[Found] {
	return worded[Found]{Want: "1 found", OK: func(f Found) bool { return f.Total > 0 }, Got: Found.String}
}

// created blocks the check when GET does not show what was sent at the creation; the checks of each value own that.
func (r *Rig) created(ctx context.Context, a *Account, wanted []value) {
	v := r.Read(ctx, a)
	for _, w := range append(slices.Clone(wanted), value{"displayName", a.Display}, value{"name.formatted", a.Display}, value{"externalId", a.Nick}, value{workMail, a.Name}) {
		if w.path = r.At(w.path); !r.target.has(w.path) || shows(w.path, w.want).OK(v) {
			continue
		}
		by := "endpoint.create.core-values"
		for _, o := range []struct{ prefix, by string }{
			{"emails", "endpoint.create.emails"}, {"phoneNumbers", "endpoint.create.phones"},
			{"addresses", "endpoint.create.address"}, {"urn:", "endpoint.create.enterprise"},
		} {
			if strings.HasPrefix(w.path, o.prefix) {
				by = o.by
			}
		}
		r.Block(by, "GET shows "+v.words(w.path))
	}
}

// silent says that nothing was written after something.
func (r *Rig) silent(after string, sent Traffic) {
	writes := sent.Writes()
	r.That("the full cycle after "+after+" finds every attribute as it should be and writes nothing", writes, worded[Traffic]{
		Want: "no POST, PATCH or DELETE",
		OK:   func(t Traffic) bool { return len(t) == 0 },
		Got:  func(t Traffic) string { return strings.Join(t.Lines(), "; ") },
	}, writes...)
}

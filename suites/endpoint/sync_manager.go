package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func managerChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.manager-set", Title: "A manager is set by the bare id of the manager",
				Level: result.Required, Breaks: breaksEntra, Needs: afterReplace, Packs: []suites.Pack{suites.Dialect},
				Sources: sources("https://github.com/Captain-P-Goldfish/SCIM-SDK/issues/686", learnSCIM, rfc7643("4.3")),
				Why:     "Entra sends the manager as a text, not as the object the standard describes. A server that refuses it gets the same PATCH in every cycle, and nobody has a manager.",
				Fix:     "Read a text as the value of the path " + manager + " as {\"value\": text}.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(manager)
				ada, boss, sent := r.managed(ctx)
				answer := answerOf(sent)
				after := r.Read(ctx, ada)
				if managerID(after.Resource) != boss.ID {
					r.understandsURNs(ctx, ada)
				}
				r.Must("PATCH of the manager with the bare id as a text, as Entra sends it, is accepted", answer, accepted(), sent)
				r.That("after PATCH of the manager with the bare id as a text GET shows the manager", after, hasManager(boss.ID), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.manager-shape", Title: "A manager is shown as an object with value under the enterprise extension",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources("https://github.com/Budibase/budibase/issues/15369", rfc7643("4.3")),
				Why:     "Entra reads the object. A bare text in its place cannot be deserialised: every later question about this person fails with ServiceIncompatible.",
				Fix:     "Return \"manager\": {\"value\": \"<id>\"} inside " + enterprise + ", whatever form came in.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(manager)
				ada, boss, sent := r.managed(ctx)
				after := r.Read(ctx, ada)
				if managerID(after.Resource) != boss.ID {
					r.Block("endpoint.sync.manager-set", "PATCH was answered "+answerOf(sent).String()+"; the target shows "+after.words(manager))
				}
				r.That("GET shows the manager as an object with the id in value, inside the enterprise extension", after, worded[View]{
					Want: `manager is {"value":"` + boss.ID + `"}`,
					OK:   func(v View) bool { return isObject(v.Resource) },
					Got:  func(v View) string { return v.words(manager) },
				}, sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.manager-change", Title: "Another manager replaces the first",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM, rfc7643("4.3")),
				Why:     "People change teams. A manager who stays what he was approves requests of people who no longer work for him.",
				Fix:     "Let Replace of " + manager + " overwrite the value.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(manager)
				ada, boss, sent := r.managed(ctx)
				if before := r.Read(ctx, ada); managerID(before.Resource) != boss.ID {
					r.Block("endpoint.sync.manager-set", "PATCH was answered "+answerOf(sent).String()+"; the target shows "+before.words(manager))
				} else if !isObject(before.Resource) {
					r.Block("endpoint.sync.manager-shape", "the target shows "+before.words(manager))
				}
				next := r.Hire(ctx, nil)
				check(r.Tenant().SetManager(ada.Object, next.Object))
				sent = r.Written(ctx, r.Cycle(ctx), ada)
				after := r.Read(ctx, ada)
				r.That("after PATCH of the manager to another person GET shows the new one", after, hasManager(next.ID), sent, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.manager-clear", Title: "An empty value takes the manager away",
				Level: result.Recommended, Breaks: breaksGallery,
				Sources: sources(galleryTests, learnValidator),
				Why:     "Microsoft's gallery validation sets a manager, changes him and takes him away by writing an empty text. If he stays, or an empty reference stays, validation fails. Entra's own cycles do not send it: they leave what is empty in the directory as it is.",
				Fix:     "Read an empty text, null and {\"value\": \"\"} as the value of " + manager + " as \"no manager\", and leave the attribute out of the answer.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(manager)
				ada, boss := r.Made(ctx), r.Made(ctx)
				set := r.Patch(ctx, ada, Op{"Add", manager, boss.ID})
				bare := set.OK()
				if !bare {
					set = r.Patch(ctx, ada, Op{"Add", manager, ref{boss.ID}})
				}
				if before := r.Read(ctx, ada); managerID(before.Resource) != boss.ID {
					r.Block("endpoint.sync.manager-set", "PATCH was answered "+set.String()+"; the target shows "+before.words(manager))
				}
				answer := r.Patch(ctx, ada, Op{"Replace", manager, ""})
				r.lockedOut(ctx, answer)
				if !answer.OK() && !bare {
					r.clearedAsObject(ctx, ada, answer)
				}
				r.Must(r.Spec().Title, answer, accepted(), answer.Shown)
				after := r.Read(ctx, ada)
				r.That("after PATCH of the manager to an empty value GET shows none", after, noManager(), answer.Shown, after.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.sync.manager-filter", Title: "The question whether a user has this manager is answered, not refused",
				Level: result.Informational, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnSCIM, rfc7644("3.4.2.2")),
				Why:     "Entra's documentation describes this question before a manager is written; recent traffic no longer shows it. A refusal would stop the write.",
				Fix:     "Answer filter=id eq \"…\" and manager eq \"…\" with 200 and zero or one user, even if you cannot compare managers.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(manager)
				ada, boss := r.Made(ctx), r.Made(ctx)
				f := foundIn(r.Send(ctx, r.Compose.ManagerCheck(ada.ID, boss.ID)))
				r.lockedOut(ctx, f.Answer)
				if f.Status == http.StatusNotFound && r.target.first[users].Status == http.StatusNotFound {
					r.Block("endpoint.connect.probe", "every filter without a match is answered 404")
				}
				if f.Total > 1 {
					r.selective()
				}
				r.That(`filter=id eq "…" and manager eq "…" is answered 200 with at most one user`, f, worded[Found]{
					Want: "200 with zero or one user",
					OK:   func(f Found) bool { return f.Status == http.StatusOK && (f.Total == 0 || f.Total == 1) },
					Got:  Found.String,
				}, f.Shown)
			},
		},
	}
}

// managed hires somebody and her manager, and returns the PATCH by which the manager was written.
func (r *Rig) managed(ctx context.Context) (ada, boss *Account, sent *exchange.Exchange) {
	ada, boss = r.NewUser(nil), r.NewUser(nil)
	check(r.Tenant().SetManager(ada.Object, boss.Object))
	r.Assign(ada, boss)
	traffic := r.Cycle(ctx)
	r.Provisioned(ctx, traffic, ada, boss)
	return ada, boss, r.Sent(ctx, traffic, ada)
}

// understandsURNs blocks the check when no path that begins with the URN of the extension changes anything: by default that is the rule of
// sync.enterprise. With the flag Entra writes the manager by such a path and every other attribute by a name in the value.
func (r *Rig) understandsURNs(ctx context.Context, a *Account) {
	if r.dialect != wire.Default || !r.Has(department) {
		return
	}
	answer := r.Patch(ctx, a, Op{"Add", department, "Mathematics"})
	if v := r.Read(ctx, a); v.String(department) != "Mathematics" {
		r.Block("endpoint.sync.enterprise", "PATCH of "+department+" was answered "+answer.String()+"; the target shows "+v.words(enterprise))
	}
}

// clearedAsObject ends the check for a target that takes no text for a manager, the empty one included. That is the rule of
// manager-set; what is left to judge is whether an object with an empty value takes the manager away.
func (r *Rig) clearedAsObject(ctx context.Context, a *Account, text Answer) {
	object := r.Patched(ctx, a, Op{"Replace", manager, ref{}})
	after := r.Read(ctx, a)
	r.Must("after PATCH of the manager to an empty value GET shows none", after, noManager(), object.Shown, after.Shown)
	r.Block("endpoint.sync.manager-set", "PATCH with the empty text was answered "+text.String()+", as every text is; an object with an empty value is understood")
}

// isObject says whether the manager has the shape of the standard.
func isObject(r scim.Resource) bool {
	m, _ := r.Get(manager)
	_, ok := m.(map[string]any)
	return ok
}

func hasManager(id string) worded[View] {
	return worded[View]{
		Want: "manager " + id,
		OK:   func(v View) bool { return strings.EqualFold(managerID(v.Resource), id) },
		Got:  func(v View) string { return v.words(manager) },
	}
}

func noManager() worded[View] {
	return worded[View]{
		Want: "no manager",
		OK: func(v View) bool {
			m, ok := v.Get(manager)
			return !ok || m == nil || m == ""
		},
		Got: func(v View) string { return v.words(manager) },
	}
}

package endpoint

import (
	"context"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func duplicateChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.create.duplicate", Title: "A second user with the same userName is refused with 409",
				Level: result.Required, Breaks: breaksEntraValidator,
				Sources: sources(rfc7644("3.3"), learnSCIM, learnLogs),
				Why:     "After a slow answer Entra sends the same POST again. If it succeeds there are two accounts with one name, the filter finds both, and the person is never matched again (DuplicateTargetEntries).",
				Fix:     "Check that userName is unique before you store a user, in the same transaction, and answer 409 with scimType uniqueness.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				r.Listed(ctx, ada)
				_, again := r.Post(ctx, wire.Attribute{Path: "userName", Value: ada.Name})
				r.That("POST /Users of a userName that is taken is answered 409", again, answered(http.StatusConflict), again.Shown)
				f := r.FindSoon(ctx, ada, finds(1))
				r.That("after POST /Users of a userName that is taken there is still one user of that name", f, finds(1), again.Shown, f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.duplicate-case", Title: "A userName that differs in letter case only is taken as well",
				Level: result.Recommended, Breaks: breaksRFC, Needs: needs("endpoint.create.duplicate"),
				Sources: sources(rfc7643("4.1.1"), rfc7643("8.7.1")),
				Why:     "userName is case-insensitive by the standard and in Entra. Two accounts whose names differ in case only are one person to Entra, who then cannot be matched.",
				Fix:     "Compare userName without regard to case when you check that it is unique.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				_, again := r.Post(ctx, wire.Attribute{Path: "userName", Value: upper(ada.Name)})
				r.That("POST /Users of a userName that is taken, in other letter case, is answered 409", again, answered(http.StatusConflict), again.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.duplicate-error", Title: "The refusal of a duplicate is a SCIM error with scimType uniqueness",
				Level: result.Recommended, Breaks: breaksRFC, Needs: needs("endpoint.create.duplicate"),
				Sources: sources(rfc7644("3.12")),
				Why:     "The body ends up in the provisioning log, where an administrator reads it. Without a SCIM error he sees that it failed but not why.",
				Fix:     "Answer with {\"schemas\": [\"" + scim.ErrorURN + "\"], \"status\": \"409\", \"scimType\": \"uniqueness\", \"detail\": …}; status is a text.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				_, again := r.Post(ctx, wire.Attribute{Path: "userName", Value: ada.Name})
				r.scimError("the refusal of a userName that is taken", again, "409", "uniqueness")
			},
		},
	}
}

// scimError says that an answer, which is told as what, carries a SCIM error with this status and, unless it is "", this scimType.
func (r *Rig) scimError(what string, a Answer, status, scimType string) {
	body, err := a.JSON()
	v := View{body, a.Shown}
	r.That(what+" has a SCIM error as its body", v, worded[View]{
		Want: "a JSON object with schemas " + scim.ErrorURN,
		OK:   func(v View) bool { return err == nil && contains(member(v.Resource, "schemas"), scim.ErrorURN) },
		Got:  func(View) string { return a.String() },
	}, a.Shown)
	if err != nil {
		return
	}
	r.That("the SCIM error of "+what+" repeats the status as a text", v, worded[View]{
		Want: `status is "` + status + `"`,
		OK:   func(v View) bool { return member(v.Resource, "status") == status },
		Got:  func(v View) string { return v.words("status") },
	}, a.Shown)
	if scimType != "" {
		r.That("the SCIM error of "+what+" says "+scimType+" in scimType", v, shows("scimType", scimType), a.Shown)
	}
}

// upper writes the part of a user name before the @ in capitals.
func upper(name string) string {
	local, domain, _ := strings.Cut(name, "@")
	return strings.ToUpper(local) + "@" + domain
}

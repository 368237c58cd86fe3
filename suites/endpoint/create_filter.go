package endpoint

import (
	"context"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

const matching = "Before Entra creates anybody it asks by this filter whether she is there already. "

func filterChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.create.filter-exact", Title: "A filter on userName finds that user and nobody with a similar name",
				Level: result.Required, Breaks: breaksEntra,
				Sources: sources(learnSCIM+"#get-user-by-query", rfc7644("3.4.2.2")),
				Why:     matching + "If others are found as well, Entra gives up (DuplicateTargetEntries) or joins her to somebody else's account.",
				Fix:     "Compare eq with the whole value, not with a part of it, and apply the filter to the attribute it names.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.MatchedBy("userName")
				ada := r.Made(ctx)
				r.Made(ctx, wire.Attribute{Path: "userName", Value: "x" + ada.Name}, wire.Attribute{Path: "displayName", Value: ada.Display})
				r.Made(ctx, wire.Attribute{Path: "userName", Value: ada.Name + ".example"})
				r.selective()
				f := r.Listed(ctx, ada)
				r.That(`filter=userName eq "…" finds the user of that name, and nobody whose name is only similar`, f, findsOnly("userName", ada.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.filter-case", Title: "A filter on userName finds the user in any letter case",
				Level: result.Required, Breaks: breaksEntraValidator,
				Sources: sources(rfc7643("8.7.1"), learnValidator, learnGallery),
				Why:     matching + "User names differ in case between systems; a case-sensitive comparison misses her, and the POST that follows fails with 409 for ever.",
				Fix:     "Compare userName without regard to case (caseExact is false for it).",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.MatchedBy("userName")
				ada := r.Made(ctx)
				r.Listed(ctx, ada)
				f := r.FindBy(ctx, users, "userName", upper(ada.Name))
				r.That(`filter=userName eq "…" finds the user when the name is written in capitals`, f, findsAmong(ada.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.filter-names-case", Title: "Attribute names and operators of a filter are read in any letter case",
				Level: result.Recommended, Breaks: breaksRFC,
				Sources: sources(rfc7644("3.4.2.2")),
				Why:     "The standard says so, and mappings written by hand contain names in any case.",
				Fix:     "Compare attribute names and operators of filters without regard to case.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.MatchedBy("userName")
				ada := r.Made(ctx)
				r.Listed(ctx, ada)
				request := r.Compose.MatchUser("userName", ada.Name)
				request.Target = strings.Replace(strings.Replace(request.Target, "userName", "USERNAME", 1), "+eq+", "+Eq+", 1)
				f := foundIn(r.Send(ctx, request))
				r.That(`filter=USERNAME Eq "…" finds the user as filter=userName eq "…" does`, f, findsAmong(ada.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.filter-plus", Title: "A plus sign in a userName is found: %2b is a plus, + is a blank",
				Level: result.Required, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(referenceCode, "https://url.spec.whatwg.org/#urlencoded-parsing"),
				Why:     matching + "Addresses such as ada+test@… are common. A server that decodes the query twice looks for a blank, misses her, and answers the POST with 409.",
				Fix:     "Decode the query exactly once, as a form: + is a blank and %2b a plus.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.MatchedBy("userName")
				p := r.names.person()
				local, domain, _ := strings.Cut(p.upn, "@")
				ada, post := r.Post(ctx, wire.Attribute{Path: "userName", Value: local + "+tag@" + domain})
				if ada.ID == "" {
					r.Made(ctx)
					r.Skip("the target takes no plus sign in a userName: POST /Users was answered " + post.String())
				}
				f := r.FindSoon(ctx, ada, findsAmong(ada.Name))
				if f.Total < 1 {
					r.Listed(ctx, r.Made(ctx)) // without a plus sign she is found
				}
				r.That(`filter=userName eq "…%2b…" finds the user with a plus sign in the name`, f, findsAmong(ada.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.filter-percent-20", Title: "A blank in the query may be written %20 as well as +",
				Level: result.Recommended, Breaks: breaksGallery,
				Sources: sources(galleryTests, "https://www.rfc-editor.org/rfc/rfc3986#section-2.1"),
				Why:     "Entra writes +, Microsoft's gallery validation writes %20. Both must find her.",
				Fix:     "Leave the decoding of the query to your web framework; do not split the filter before it is decoded.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.Made(ctx)
				r.Listed(ctx, ada)
				request := r.Compose.MatchUser(r.key(ada))
				request.Target = strings.ReplaceAll(request.Target, "+", "%20")
				f := foundIn(r.Send(ctx, request))
				r.That(`filter=userName%20eq%20"…" finds the user as filter=userName+eq+"…" does`, f, findsAmong(ada.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.filter-work-email", Title: "A filter on the work address finds the user",
				Level: result.Recommended, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCustomize, rfc7644("3.4.2.2")),
				Why:     "Administrators often match by mail address. Entra then asks emails[type eq \"work\"].value eq \"…\". An endpoint that refuses the question is sent nobody; one that finds nobody gets everybody a second time.",
				Fix:     "Support value paths in filters: an element of the list that satisfies the part in brackets, and its sub-attribute after it. A user without addresses is not found, and is no error.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("emails")
				mail := r.names.person().upn
				ada := r.Made(ctx, wire.Attribute{Path: workMail, Value: mail})
				r.Made(ctx, wire.Attribute{Path: workMail, Value: "x" + mail})
				if v := r.Read(ctx, ada); !strings.EqualFold(v.String(workMail), mail) {
					r.Block("endpoint.create.emails", "the target shows "+v.words("emails"))
				}
				r.Listed(ctx, ada)
				f := r.FindBy(ctx, users, workMail, mail)
				if f.Total != 1 {
					r.selective()
				}
				r.That(`filter=emails[type eq "work"].value eq "…" finds the user with that work address, and nobody else`, f, findsOnly("userName", ada.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.filter-external-id", Title: "A filter on externalId finds the user",
				Level: result.Recommended, Breaks: breaksEntra,
				Sources: sources(learnCustomize, rfc7643("3.1")),
				Why:     "Matching by externalId survives a change of name. Entra then asks externalId eq \"…\", and an endpoint that ignores it creates everybody a second time or joins people to the wrong account.",
				Fix:     "Store externalId and support eq on it.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute("externalId")
				ada := r.Made(ctx)
				r.Listed(ctx, ada)
				f := r.FindBy(ctx, users, "externalId", ada.Nick)
				if f.Total != 1 {
					r.selective()
				}
				r.That(`filter=externalId eq "…" finds the user with that externalId, and nobody else`, f, findsOnly("userName", ada.Name), f.Shown)
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.create.filter-enterprise", Title: "A filter on the employee number, by its full name, finds the user",
				Level: result.Recommended, Breaks: breaksEntra, Packs: []suites.Pack{suites.Dialect},
				Sources: sources(learnCustomize, rfc7644("3.10"), rfc7644("3.4.2.2")),
				Why:     "Companies that number their people match by the number, which survives every change of name. Entra then asks " + employeeNumber + " eq \"…\", and an endpoint that finds nobody by it gets everybody a second time.",
				Fix:     "In filters, take what stands before the last colon for the schema and what stands behind it for the attribute, and look for it where you store the extension.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(employeeNumber)
				number := r.names.number()
				ada := r.Made(ctx, attribute(employeeNumber, number))
				r.Made(ctx, attribute(employeeNumber, "1"+number))
				if v := r.Read(ctx, ada); !shows(employeeNumber, number).OK(v) {
					r.Block("endpoint.create.enterprise", "the target shows "+v.words(employeeNumber))
				}
				r.Listed(ctx, ada)
				f := r.FindBy(ctx, users, employeeNumber, number)
				if f.Total != 1 {
					r.selective()
				}
				r.That(`filter=`+employeeNumber+` eq "…" finds the user with that employee number, and nobody else`, f, findsOnly("userName", ada.Name), f.Shown)
			},
		},
	}
}

// findsAmong matches a [Found] that holds the user; who else it holds is the business of filter-exact.
func findsAmong(name string) worded[Found] {
	return worded[Found]{
		Want: "found: " + name,
		OK: func(f Found) bool {
			for _, found := range f.Values("userName") {
				if strings.EqualFold(found, name) {
					return true
				}
			}
			return false
		},
		Got: Found.String,
	}
}

package connector

import (
	"context"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// licenceRefusedChecks are about licences that Graph does not give.
func licenceRefusedChecks() []Check {
	const why = "The product shows a licence that nobody has. She finds out on her first day, and the help desk looks in the wrong place."
	return []Check{
		{
			Spec: suites.Spec{
				ID: "connector.licence.no-seats", Title: "A licence without a free seat is an error",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(assign), Sources: sources(learnAssign, learnErrors),
				Why: why,
				Fix: "Tell Graph's 400 (\"does not have any available licenses\") to the caller.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.colleague(ctx)
				sku := r.Subscribe(office, 1)
				r.licensed(r.Bystanders()[0], sku)
				r.refusedLicence(ctx, ada, "assign of a licence that has no seat left is an error", sku)
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.unknown-sku", Title: "A licence that the tenant does not have is an error",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(assign), Sources: sources(learnAssign, learnErrors),
				Why: why,
				Fix: "Tell Graph's 400 (\"does not correspond to a valid company License\") to the caller.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.colleague(ctx)
				r.refusedLicence(ctx, ada, "assign of a licence that the tenant has not bought is an error", r.names.uuid())
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.plan-conflict", Title: "A licence whose plans exclude those of another is an error",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(assign), Sources: sources(learnAssign, learnGroups),
				Why: why,
				Fix: "Tell Graph's 400 (\"are mutually exclusive\") to the caller.",
			},
			Run: func(ctx context.Context, r *Rig) {
				ada := r.colleague(ctx)
				r.licensed(ada, r.Subscribe(small, seats))
				r.refusedLicence(ctx, ada, "assign of a licence whose plans exclude those of one that the account has is an error", r.Subscribe(office, seats))
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.missing-usage-location", Title: "A licence for an account without usage location is an error, unless it is given all the same",
				Level: result.Required, Breaks: breaksEntra, Causes: needs(assign), Sources: sources(learnAssign, learnUser),
				Why: why,
				Fix: "Tell the caller that the account has no usageLocation.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AssignLicense)
				ada := r.nowhere(ctx)
				sku := r.Subscribe(office, seats)
				o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{sku}})
				if o.Err == nil {
					r.That("assign to an account without usage location that is said to have succeeded has given the licence", skus(r.licences(ada.ID)), areSkus(sku), o.Shown()...)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "connector.licence.location-not-guessed", Title: "A usage location is not made up",
				Level: result.Recommended, Breaks: breaksEntra, Sources: sources(learnUser, learnAssign),
				Why: "The usage location says under whose law she may use which service. One that was guessed gives her services that are forbidden where she is, or withholds those that are not, and stays when nobody knows of it.",
				Fix: "Refuse the licence when the account has no usageLocation and none was configured.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.Needs(AssignLicense)
				ada := r.nowhere(ctx)
				o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: ada.ID, Licenses: []string{r.Subscribe(office, seats)}})
				location := ""
				if a := r.account(ada.ID); a.live {
					location = a.object.String("usageLocation")
				}
				r.That("assign to an account without usage location, with none configured, writes none", location, is(""), o.Shown()...)
			},
		},
	}
}

// refusedLicence says that assign of a licence which Graph does not give is an error.
func (r *Rig) refusedLicence(ctx context.Context, p *Person, rule, sku string) {
	o := r.Do(ctx, Request{Operation: AssignLicense, Type: User, ID: p.ID, Licenses: []string{sku}})
	r.That(rule, o, fails(), o.Shown()...)
}

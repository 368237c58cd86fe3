package endpoint

import (
	"context"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// The checks that own what is wrong with most attributes at once, or with none in particular.
const (
	clearing    = "endpoint.sync.clear"
	lengths     = "endpoint.sync.long-values"
	changedBack = "endpoint.sync.changed-back"
)

const everyCycle = "Entra compares what the target shows with what it should show. A value that does not arrive as it was sent is written again in every cycle, and people see the old one. "

// attributeChecks are one check for each attribute of the default mapping and each act.
func attributeChecks() []Check {
	judge := func(ctx context.Context, r *Rig) { r.shown(ctx) }
	all := []Check{
		{
			Spec: suites.Spec{
				ID: changedBack, Title: "A value that was there before is written again", Shares: true,
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace", "endpoint.sync.others-kept", "endpoint.sync.many-operations"),
				Causes:  append(needs("endpoint.sync.mixed-operations", "endpoint.sync.email-typed", "endpoint.sync.phone-typed", "endpoint.sync.address-typed"), changeOwners()...),
				Sources: sources(learnHow+"#incremental-cycles", rfc7644("3.5.2.3")),
				Why:     "People go back to a name, a team or an office they had. A server that knows the request from before, and answers it from a cache, leaves the value of last month in place.",
				Fix:     "Apply every PATCH, also one whose body you have seen.",
			},
			Run: judge,
		},
		{
			Spec: suites.Spec{
				ID: clearing, Title: "An empty text and null take values away", Shares: true,
				Level: result.Recommended, Breaks: breaksGallery, Needs: afterReplace,
				Sources: sources(galleryTests, rfc7643("2.5"), learnKnown),
				Why:     "Microsoft's gallery validation writes an empty text and then null to every optional attribute and wants it gone. Entra's own cycles send nothing for a value that is empty.",
				Fix:     "Treat an empty text and null in Replace as \"no value\", and leave the attribute out of the answer or show null.",
			},
			Run: judge,
		},
		{
			Spec: suites.Spec{
				ID: lengths, Title: "Long values are stored whole or refused, and never cut", Shares: true,
				Level: result.Recommended, Breaks: breaksEntra,
				Sources: sources("https://learn.microsoft.com/graph/api/resources/user#properties", learnSCIM+"#understand-the-microsoft-entra-scim-implementation"),
				Why:     "Values in Entra have up to 1,024 characters. " + everyCycle,
				Fix:     "Give text attributes room for 1,024 characters. If there is less, answer 400 with scimType invalidValue, so that the provisioning log says which value is too long.",
			},
			Run: judge,
		},
	}
	seen := map[string][]string{} // ids by act and family
	for _, a := range attributeRows() {
		for _, s := range a.specs() {
			act := s.ID[len(a.id("")):]
			if a.family != "" {
				s.Causes = append(s.Causes, seen[act+" "+a.family]...)
				seen[act+" "+a.family] = append(seen[act+" "+a.family], s.ID)
			}
			all = append(all, Check{Spec: s, Run: func(ctx context.Context, r *Rig) {
				r.NeedsAttribute(a.path)
				r.shown(ctx)
			}})
		}
	}
	for _, b := range clearedBeside {
		all = append(all, Check{Spec: suites.Spec{
			ID: b.id(), Title: "Clearing one element of " + b.list + " leaves the element of another type alone", Shares: true,
			Level: result.Recommended, Breaks: breaksGallery, Needs: needs(b.owner()), Sources: sources(galleryTests, rfc7644("3.5.2.3")),
			Why: "The mapping writes the element of type work. A server that drops the whole list with it takes away what people, or other systems, have entered.",
			Fix: "Apply a path with a filter to the elements it selects, and keep the others.",
		}, Run: judge})
	}
	return all
}

// specs are the checks of one attribute.
func (a attributeRow) specs() []suites.Spec {
	base := slices.Concat(afterReplace, needs(a.create), a.needs)
	var specs []suites.Spec
	add := func(act string, s suites.Spec) {
		s.ID, s.Shares, s.Needs = a.id(act), true, distinct(s.Needs)
		specs = append(specs, s)
	}
	if a.change == "" {
		add(actChange, suites.Spec{
			Title: "Another " + a.words + " in Entra arrives", Level: result.Required, Breaks: breaksEntra, Needs: base, Causes: a.folded(),
			Packs:   []suites.Pack{suites.Dialect},
			Sources: sources(learnSCIM+"#update-user-single-valued-properties", learnCustomize, rfc7644("3.5.2.3")),
			Why:     everyCycle,
			Fix:     "Store the value of a Replace of " + a.path + ", and return it in GET and in filters." + orLeaveItOut,
		})
	}
	if a.special != "" && a.special0 == "" {
		s := suites.Spec{
			Title: "Any " + a.words + " comes back with every sign it was sent with", Level: result.Required, Breaks: breaksEntra,
			Needs: slices.Concat(base, needs(a.owner())), Causes: a.folded(),
			Sources: sources(learnSCIM+"#understand-the-microsoft-entra-scim-implementation", rfc7643("2.3")),
			Why:     everyCycle + "A value that is tidied up on the way is another value.",
			Fix:     "Store the value of " + a.path + " byte for byte; keep a normalised form for searching in a field of your own.",
		}
		if a.free {
			s.Title = "The " + a.words + " in any script comes back byte for byte"
			s.Needs = append(s.Needs, "endpoint.create.unicode", "endpoint.sync.unicode")
			s.Sources = sources(learnSCIM+"#understand-the-microsoft-entra-scim-implementation", "https://www.rfc-editor.org/rfc/rfc8259#section-8.1")
		}
		add(a.specially(), s)
	}
	if !a.kept {
		add(actClear, suites.Spec{
			Title: "An empty text and null take the " + a.words + " away", Level: result.Recommended, Breaks: breaksGallery,
			Needs: slices.Concat(base, needs(a.owner())), Causes: append(needs(clearing), a.folded()...),
			Sources: sources(galleryTests, rfc7643("2.5"), learnKnown),
			Why:     "Microsoft's gallery validation writes an empty text and then null to this attribute and wants it gone.",
			Fix:     "Treat an empty text and null in Replace of " + a.path + " as \"no value\".",
		})
	}
	if a.free {
		add(actLong, suites.Spec{
			Title: "A value of a kilobyte in the " + a.words + " is stored whole or refused", Level: result.Recommended, Breaks: breaksEntra,
			Needs: needs(a.create), Causes: needs(lengths),
			Sources: sources("https://learn.microsoft.com/graph/api/resources/user#properties", learnSCIM+"#understand-the-microsoft-entra-scim-implementation"),
			Why:     everyCycle + "A value that is cut never is what Entra wants it to be.",
			Fix:     "Give " + a.path + " room for 1,024 characters, or answer 400 with scimType invalidValue.",
		})
	}
	return specs
}

// folded is the check that owns names in the value of an operation without a path, which is how Entra with the flag writes parts of a name.
func (a attributeRow) folded() []string {
	if a.family == "name" {
		return needs("endpoint.sync.many-operations")
	}
	return nil
}

func distinct(ids []string) []string {
	var kept []string
	for _, id := range ids {
		if !slices.Contains(kept, id) {
			kept = append(kept, id)
		}
	}
	return kept
}

package endpoint

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// validatorResults is a saved result of Microsoft's validator, with every request it sent.
const validatorResults = "https://github.com/pranems/SCIMEndpointServer/blob/HEAD/scim-results-9.json"

// validatorChecks are the tests of scimvalidator.microsoft.com, with the requests it sends: names of operations in lower case, booleans as booleans,
// the manager as an object. It sends a password and wants it back, which no endpoint may show; that is left out.
// Source: learn.microsoft.com/entra/identity/app-provisioning/scim-validator-tutorial, and a saved result.
func validatorChecks() []Check {
	var all []Check
	for _, t := range validatorTestList() {
		all = append(all, t.check(suites.Validation, result.Recommended, breaksValidator, learnValidator, validatorResults))
	}
	return all
}

// validatorTestList is in the order of its result: users, groups, then what is in preview.
func validatorTestList() []test {
	return slices.Concat(validatorUserTests(), validatorPatchTests(), validatorGroupTests(), validatorMemberTests(), validatorPreviewTests())
}

// validates is why a test of the validator matters.
const validates = "Microsoft's SCIM validator runs this test, and vendors show its result to their customers. "

// amend sends a PATCH as the validator writes it; the check fails unless it is taken.
func (r *Rig) amend(ctx context.Context, a *Account, ops ...Op) Answer {
	answer := r.Send(ctx, PatchOf(a, ops...))
	r.Must("PATCH is answered 200 or 204", answer, answered(http.StatusOK, http.StatusNoContent), answer.Shown)
	return answer
}

// isList judges a list by what the validator asserts, in its order.
func (r *Rig) isList(kind string, f Found, total int) {
	object, err := f.JSON()
	list := View{object, f.Shown}
	r.Must("a list is answered 200 with JSON", f.Answer, worded[Answer]{
		Want: "200 with a JSON object", OK: func(a Answer) bool { return a.Status == http.StatusOK && err == nil }, Got: Answer.String,
	}, f.Shown)
	r.That("a list contains schemas and totalResults", list, worded[View]{
		Want: "schemas and totalResults",
		OK: func(v View) bool {
			return member(v.Resource, "schemas") != nil && member(v.Resource, "totalResults") != nil
		},
		Got: func(v View) string { return v.words("schemas") + ", " + v.words("totalResults") },
	}, f.Shown)
	r.That("a list names the schema of a list", list, worded[View]{
		Want: "schemas holds " + scim.ListResponseURN,
		OK:   func(v View) bool { return contains(member(v.Resource, "schemas"), scim.ListResponseURN) },
		Got:  func(v View) string { return v.words("schemas") },
	}, f.Shown)
	told, _ := integer(member(object, "totalResults"))
	r.That("totalResults is the number of all matches", told, worded[int]{
		Want: plain(total), OK: func(n int) bool { return n == total && len(f.Resources) == total }, Got: func(int) string { return f.String() },
	}, f.Shown)
	for _, one := range f.Resources {
		r.That("every resource in a list has id and its name", View{one, f.Shown}, worded[View]{
			Want: "id and " + (&Account{Kind: kind}).nameAttribute(),
			OK:   func(v View) bool { return v.ID() != "" && v.String((&Account{Kind: kind}).nameAttribute()) != "" },
			Got: func(v View) string {
				return "id " + plain(v.ID()) + ", " + v.words((&Account{Kind: kind}).nameAttribute())
			},
		}, f.Shown)
	}
}

// matches fails the check unless a resource shows each value that was sent.
func (r *Rig) matches(rule string, v View, wanted []wire.Attribute) {
	var want, got []string
	for _, a := range wanted {
		if strings.Contains(a.Path, "roles") {
			continue // their primary is sent as a text
		}
		if have, ok := v.Get(a.Path); !ok || !wire.Same(a.Value, have, false) {
			want, got = append(want, a.Path+" is "+plain(a.Value)), append(got, v.words(a.Path))
		}
	}
	r.That(rule, got, worded[[]string]{
		Want: strings.Join(want, ", "), OK: func(got []string) bool { return len(got) == 0 }, Got: func(got []string) string { return strings.Join(got, ", ") },
	}, v.Shown)
}

// removed fails the check unless DELETE succeeds and GET is answered 404 then. What the validator says of the status of a DELETE is not known: its saved
// result shows the GET. That it is to be 204 is the rule of endpoint.rfc.deleted, as 201 for a POST is that of endpoint.rfc.created.
func (r *Rig) removed(ctx context.Context, a *Account) {
	answer := r.Send(ctx, wire.Request{Method: http.MethodDelete, Target: a.path()})
	r.Must("DELETE is answered 204 or 200", answer, answered(http.StatusNoContent, http.StatusOK), answer.Shown)
	get := r.Get(ctx, a)
	r.That("GET of what was deleted is answered 404", get, answered(http.StatusNotFound), answer.Shown, get.Shown)
}

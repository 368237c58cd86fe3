package endpoint

import (
	"context"
	"maps"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// patchRule is a row of the table of PATCH: what is sent to a user of this kind, and what she shows afterwards. nil in after is no value.
type patchRule struct {
	topic, title string
	before       object
	operations   []object
	after        map[string]any
	section      string
	telling      string // what the target must show before the change to be judged by it
}

func addresses(values ...string) []object {
	var all []object
	for i := 0; i+1 < len(values); i += 2 {
		all = append(all, object{"type": values[i], "value": values[i+1]})
	}
	return all
}

// patchRules are successful operations that Entra does not send, or not so: RFC 7644 §3.5.2. Addresses are of a domain.
func patchRules(domain string) []patchRule {
	workAddr, homeAddr := "work@"+domain, "home@"+domain
	return []patchRule{
		{
			topic: "add-complex", title: "add of a complex attribute keeps the parts it does not name", section: "3.5.2.1",
			operations: []object{{"op": "add", "path": "name", "value": object{"middleName": "King"}}},
			after:      map[string]any{"name.middleName": "King", "name.familyName": "Byron"},
		},
		{
			topic: "replace-complex", title: "replace of a complex attribute keeps the parts it does not name", section: "3.5.2.3",
			operations: []object{{"op": "replace", "path": "name", "value": object{"givenName": "Augusta"}}},
			after:      map[string]any{"name.givenName": "Augusta", "name.familyName": "Byron"},
		},
		{
			topic: "add-value", title: "add of a value to a list keeps the values that are there", section: "3.5.2.1",
			before:     object{"emails": addresses("work", workAddr)},
			operations: []object{{"op": "add", "path": "emails", "value": addresses("home", homeAddr)}},
			after:      map[string]any{`emails[type eq "work"].value`: workAddr, `emails[type eq "home"].value`: homeAddr},
		},
		{
			topic: "replace-list", title: "replace of a list leaves the new values only", section: "3.5.2.3",
			before:     object{"emails": addresses("work", workAddr)},
			operations: []object{{"op": "replace", "path": "emails", "value": addresses("home", homeAddr)}},
			after:      map[string]any{`emails[type eq "work"].value`: nil, `emails[type eq "home"].value`: homeAddr},
		},
		{
			topic: "remove-attribute", title: "remove of an attribute takes its value away", section: "3.5.2.2",
			before:     object{"title": "Analyst"},
			operations: []object{{"op": "remove", "path": "title"}},
			after:      map[string]any{"title": nil},
		},
		{
			topic: "remove-part", title: "remove of a part of a complex attribute leaves its other parts", section: "3.5.2.2",
			before:     object{"name": object{"givenName": "Ada", "familyName": "Byron", "middleName": "King"}},
			operations: []object{{"op": "remove", "path": "name.middleName"}},
			after:      map[string]any{"name.middleName": nil, "name.givenName": "Ada", "name.familyName": "Byron"},
		},
		{
			topic: "remove-element", title: "remove with a filter in the path takes that value away and no other", section: "3.5.2.2",
			before:     object{"emails": addresses("work", workAddr, "home", homeAddr)},
			operations: []object{{"op": "remove", "path": `emails[type eq "home"]`}},
			after:      map[string]any{`emails[type eq "work"].value`: workAddr, `emails[type eq "home"].value`: nil},
		},
		{
			topic: "remove-list", title: "remove of a list takes all its values away", section: "3.5.2.2",
			before:     object{"emails": addresses("work", workAddr, "home", homeAddr)},
			operations: []object{{"op": "remove", "path": "emails"}},
			after:      map[string]any{`emails[type eq "work"].value`: nil, `emails[type eq "home"].value`: nil},
		},
		{
			topic: "core-urn", title: "A path may name a core attribute with its URN", section: "3.10",
			before:     object{"title": "Analyst"},
			operations: []object{{"op": "replace", "path": scim.UserURN + ":title", "value": "Countess"}},
			after:      map[string]any{"title": "Countess"},
		},
		{
			topic: "order", title: "The operations of one PATCH are applied in their order", section: "3.5.2",
			before: object{"title": "Analyst"},
			operations: []object{
				{"op": "remove", "path": "title"}, {"op": "add", "path": "title", "value": "Countess"}, {"op": "replace", "path": "title", "value": "Lady"},
			},
			after: map[string]any{"title": "Lady"},
		},
		{
			topic: "one-primary", title: "A new primary value takes primary from the old one", section: "3.5.2", telling: `emails[type eq "work"].primary`,
			before:     object{"emails": []object{{"type": "work", "value": workAddr, "primary": true}}},
			operations: []object{{"op": "add", "path": "emails", "value": []object{{"type": "home", "value": homeAddr, "primary": true}}}},
			after:      map[string]any{`emails[type eq "home"].primary`: true, `emails[type eq "work" and primary eq true].value`: nil},
		},
	}
}

func patchRuleChecks() []Check {
	var all []Check
	for i, p := range patchRules(DefaultUserDomain) {
		spec := standardSpec("patch-"+p.topic, result.Recommended, p.title,
			"Entra writes most changes attribute by attribute. Other clients, and Entra with other mappings, use every form of PATCH; what is lost in one of them is lost silently.",
			"Apply operations as RFC 7644 section 3.5.2 says, in their order, to what the path names and to nothing else.", rfc7644(p.section))
		spec.Needs = needs("endpoint.sync.others-kept", "endpoint.sync.many-operations")
		if p.before["emails"] != nil {
			spec.Needs = append(spec.Needs, "endpoint.create.emails")
		}
		if p.topic == "remove-element" {
			spec.Causes = needs("endpoint.sync.attribute.emails.clear-keeps")
		}
		all = append(all, Check{Spec: spec, Run: func(ctx context.Context, r *Rig) { patchRules(r.names.domain)[i].run(ctx, r) }})
	}
	return append(all, refusedPatchChecks()...)
}

func (p patchRule) run(ctx context.Context, r *Rig) {
	for _, o := range p.operations {
		if path, ok := o["path"].(string); ok {
			r.NeedsAttribute(path)
		}
	}
	for name := range p.before {
		r.NeedsAttribute(name)
	}
	more := object{"name": object{"givenName": "Ada", "familyName": "Byron"}}
	maps.Copy(more, p.before)
	a := r.posted(ctx, more)
	before := r.Read(ctx, a)
	for name := range p.before {
		if v, ok := before.Get(name); !ok || v == nil {
			r.Block("endpoint.create.core-values", "the user was made with "+name+" and does not show it")
		}
	}
	if _, told := before.Get(p.telling); p.telling != "" && !told {
		r.Skip("the target shows no " + p.telling)
	}
	answer := r.patch(ctx, a, p.operations...)
	r.Must("PATCH is accepted when "+p.title, answer, accepted(), answer.Shown)
	v := r.Read(ctx, a)
	for path, want := range p.after {
		if want == nil {
			r.That(p.title, v, lacks(path), answer.Shown, v.Shown)
			continue
		}
		r.That(p.title, v, shows(path, want), answer.Shown, v.Shown)
	}
}

// refusedPatch is a PATCH that must be refused with 400 and leave the user as she was.
type refusedPatch struct {
	topic, title string
	operation    object
	scimType     string // that the error should carry
	attribute    string // that must stay
	section      string
	needs        []string
}

func refusedPatches() []refusedPatch {
	return []refusedPatch{
		{"remove-without-path", "remove without a path is refused with 400", object{"op": "remove"}, scim.NoTarget, "displayName", "3.5.2.2", nil},
		{"read-only", "A change of the id is refused with 400", object{"op": "replace", "path": "id", "value": "0"}, scim.Mutability, "id", "3.5.2", nil},
		{"bad-path", "A path that cannot be read is refused with 400", object{"op": "replace", "path": `emails[type eq`, "value": "x"}, scim.InvalidPath, "displayName", "3.12", nil},
		{"bad-operation", "An operation nobody knows is refused with 400", object{"op": "increase", "path": "displayName", "value": "x"}, scim.InvalidSyntax, "displayName", "3.5.2", nil},
		{"wrong-type", "A value of the wrong type is refused with 400", object{"op": "replace", "path": "name", "value": 17}, scim.InvalidValue, "name.familyName", "3.12", nil},
		{"remove-required", "The removal of userName is refused with 400", object{"op": "remove", "path": "userName"}, scim.Mutability, "userName", "3.5.2.2", needs("endpoint.sync.rename")},
	}
}

// pathless skips the check when the target passes over operations without a path, which is the finding of the checks that Entra's own
// operations without a path come to.
func (r *Rig) pathless(ctx context.Context, a *Account) {
	answer := r.patch(ctx, a, object{"op": "replace", "value": object{"displayName": "Countess"}})
	if v := r.Read(ctx, a); answer.OK() && !shows("displayName", "Countess").OK(v) {
		r.Skip("the target passes over operations without a path")
	}
}

func refusedPatchChecks() []Check {
	var all []Check
	for _, p := range refusedPatches() {
		all = append(all, Check{
			Spec: needing(standardSpec("patch-"+p.topic, result.Recommended, p.title,
				"A success says that the change was made. Whoever sent a mistake never hears of it, and believes what is not so.",
				"Check every operation before you apply any, and answer 400 with a SCIM error to one that cannot be done.", rfc7644(p.section), rfc7644("3.12")),
				append(needs("endpoint.sync.replace"), p.needs...)...), // who refuses every PATCH refuses nothing in particular
			Run: func(ctx context.Context, r *Rig) {
				if p.attribute != "id" { // which schemas need not list
					r.NeedsAttribute(p.attribute)
				}
				a := r.posted(ctx, nil)
				if _, ok := p.operation["path"]; !ok {
					r.pathless(ctx, a)
				}
				before := r.Read(ctx, a)
				answer := r.patch(ctx, a, p.operation)
				r.That("PATCH is refused with 400: "+p.title, answer, badRequest(), answer.Shown)
				v := r.Read(ctx, a)
				was, _ := before.Get(p.attribute)
				r.That("what was refused changes nothing", v, shows(p.attribute, was), answer.Shown, v.Shown)
			},
		})
	}
	all = append(all, Check{
		Spec: standardSpec("patch-scim-types", result.Informational, "The refusal of an operation says in scimType what was wrong with it",
			"The keyword is for programs what the sentence is for people.", "Put the keyword of table 9 into the error, such as invalidPath.", rfc7644("3.12")),
		Run: func(ctx context.Context, r *Rig) {
			a := r.posted(ctx, nil)
			for _, p := range refusedPatches() {
				if p.scimType != scim.InvalidPath {
					continue
				}
				r.refusalOf(r.patch(ctx, a, p.operation), "endpoint.rfc.patch-"+p.topic, p.scimType)
			}
		},
	})
	return all
}

package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// Flow is a direct mapping of an attribute: what Entra has in Source, such as extensionAttribute1, is written to Target, such as
// urn:ietf:params:scim:schemas:extension:acme:2.0:User:costCode.
type Flow struct{ Source, Target string }

// maxCustom bounds how many attributes of extensions of the target's own are judged, so that a large schema does not make a long run.
const maxCustom = 10

// The checks of attributes in extensions of the target's own.
const (
	customCreate = "endpoint.sync.custom.create"
	customChange = "endpoint.sync.custom.change"
	customClear  = "endpoint.sync.custom.clear"
)

// customSources are what a mapping of text can be fed from besides extensionAttribute1 to 15, by their names in the mapping editor, and the property of Graph.
var customSources = map[string]string{
	"companyname": "companyName", "employeetype": "employeeType", "jobtitle": "jobTitle", "department": "department", "employeeid": "employeeId",
	"physicaldeliveryofficename": "officeLocation", "city": "city", "state": "state", "streetaddress": "streetAddress", "postalcode": "postalCode",
}

// flow is what a row of a mapping writes to an extension that is neither Entra's nor the core's, when the rehearsal can fill its source.
func flow(row synchronization.AttributeMapping) (Flow, bool) {
	urn, _, ok := cutURN(row.TargetAttributeName)
	name, direct := strings.CutPrefix(expressionOf(row), "[")
	name, closed := strings.CutSuffix(name, "]")
	f := Flow{name, row.TargetAttributeName}
	if !ok || !direct || !closed || row.MatchingPriority > 0 || strings.EqualFold(urn, enterprise) || strings.EqualFold(urn, scim.UserURN) {
		return f, false
	}
	_, settable := f.properties("x")
	return f, settable
}

// properties are what an administrator sets in the tenant for the source to have a value.
func (f Flow) properties(value string) (directory.Properties, bool) {
	name := strings.ToLower(f.Source)
	if property, ok := customSources[name]; ok {
		return directory.Properties{property: value}, true
	}
	number, ok := strings.CutPrefix(name, "extensionattribute")
	n, err := strconv.Atoi(number)
	const last = 15
	if !ok || err != nil || n < 1 || n > last {
		return nil, false
	}
	var all directory.ExtensionAttributes
	check(json.Unmarshal(must(json.Marshal(map[string]string{"extensionAttribute" + strconv.Itoa(n): value})), &all))
	return directory.Properties{"onPremisesExtensionAttributes": all}, true
}

// writes adds the flows of a configuration to the mapping.
func (s *shape) writes(flows []Flow) error {
	for _, f := range flows {
		row := synchronization.AttributeMapping{
			TargetAttributeName: f.Target, FlowType: synchronization.FlowTypeAlways,
			Source: synchronization.AttributeMappingSource{Expression: "[" + f.Source + "]", Name: f.Source, Type: synchronization.SourceAttribute},
		}
		if _, ok := flow(row); !ok || rowOf(s.people.AttributeMappings, f.Target) >= 0 {
			return misconfigured("%s cannot be written to %s: want a source such as extensionAttribute1, and an attribute in an extension of the target's own that nothing else is written to", quoted(f.Source), quoted(f.Target))
		}
		s.people.AttributeMappings, s.custom = append(s.people.AttributeMappings, row), append(s.custom, f)
	}
	return nil
}

func customChecks() []Check {
	spec := func(id, title string, level result.Level, breaks []result.Break, fix string, s suites.Spec) suites.Spec {
		s.ID, s.Title, s.Level, s.Breaks, s.Fix = id, title, level, breaks, fix
		s.Sources = append(sources(learnCustomize, rfc7643("3.3")), s.Sources...)
		s.Why += "Customers map attributes of their own, such as extensionAttribute1, to an extension of yours. "
		return s
	}
	return []Check{
		{
			Spec: spec(customCreate, "A user is made with her values in an extension of the target's own", result.Required, breaksEntra,
				"Store the member of the POST that is named as the URN of the extension, and return it under the same name.",
				suites.Spec{Once: true, Needs: needs("endpoint.create.user"), Causes: needs("endpoint.create.enterprise"), Why: valuesBack + " "}),
			Run: func(ctx context.Context, r *Rig) {
				for _, f := range r.customs() {
					ada, _ := r.hiredWith(ctx, f)
					v := r.Read(ctx, ada)
					r.That("after POST GET shows "+f.Target+" as it was sent", v, showsExactly(f.Target, customPlain), v.Shown)
				}
			},
		},
		{
			Spec: spec(customChange, "Another value in an extension of the target's own arrives", result.Required, breaksEntra,
				"Apply a path that begins with the URN of an extension to the attribute in it, and keep the others.",
				suites.Spec{Needs: append(needs(customCreate), afterReplace...), Causes: needs("endpoint.sync.enterprise", "endpoint.create.core-values"), Sources: sources(rfc7644("3.10"), rfc7644("3.5.2.3")), Why: everyCycle}),
			Run: func(ctx context.Context, r *Rig) {
				for _, f := range r.customs() {
					ada, before := r.hiredWith(ctx, f)
					p, _ := f.properties(customChanged)
					r.Change(ada, p)
					sent := r.Sent(ctx, r.Cycle(ctx), ada)
					after := r.Read(ctx, ada)
					r.That("after PATCH of "+f.Target+", as Entra sends it, GET shows the value that was sent", after, showsExactly(f.Target, customChanged), sent, after.Shown)
					r.That("PATCH of "+f.Target+" leaves all other attributes alone", after, keeps(before, f.Target), sent, after.Shown)
				}
			},
		},
		{
			Spec: spec(customClear, "An empty text and null take a value in an extension of the target's own away", result.Recommended, breaksGallery,
				`Treat an empty text and null in Replace of an attribute of an extension as "no value".`,
				suites.Spec{Needs: append(needs(customCreate, customChange), afterReplace...), Causes: needs(clearing), Sources: sources(galleryTests, rfc7643("2.5")),
					Why: "Microsoft's gallery validation writes an empty text and then null to every optional attribute and wants it gone. "}),
			Run: func(ctx context.Context, r *Rig) {
				for _, f := range r.customs() {
					r.takenAway(ctx, f, wire.ClearEmptyText, "an empty text")
					r.takenAway(ctx, f, wire.ClearNull, "null")
				}
			},
		},
	}
}

// The values of an attribute of an extension.
const (
	customPlain   = "C-1815"
	customChanged = "C-1816"
)

// customs are the flows that can be judged; the check is skipped when there are none, for a reason that names them. What is left out of several is said of
// the target; see [Target.adaptCustoms].
func (r *Rig) customs() []Flow {
	if len(r.target.shape.custom) == 0 {
		r.Skip("no mappings to an extension of the target's own are given: --schema with a job's schema has them")
	}
	judged, unnamed, _ := r.target.sortCustoms()
	if len(judged) == 0 {
		r.Skip("the target's /Schemas names no attribute for text where the mapping writes to an extension of its own: " + targets(unnamed))
	}
	return judged
}

// sortCustoms are the flows to extensions of the target's own: those that are judged, those where the target says that it takes no text, or none of the
// rehearsal's, and those that are too many.
func (t *Target) sortCustoms() (judged, unnamed, over []Flow) {
	for _, f := range t.shape.custom {
		switch {
		case !t.discovery.takesText(f.Target):
			unnamed = append(unnamed, f)
		case len(judged) == maxCustom:
			over = append(over, f)
		default:
			judged = append(judged, f)
		}
	}
	return judged, unnamed, over
}

// adaptCustoms says which mappings to extensions of the target's own are judged, and which are not.
func (t *Target) adaptCustoms(say func(format string, args ...any)) {
	judged, unnamed, over := t.sortCustoms()
	for _, f := range judged {
		say("The mapping writes [%s] to %s, which the checks of extensions of the target's own judge.", f.Source, f.Target)
	}
	if len(unnamed) > 0 {
		say("The mapping writes to %s, and the target's /Schemas names no attribute there that takes any text: the checks endpoint.sync.custom.* leave this out.", targets(unnamed))
	}
	if len(over) > 0 {
		say("The checks endpoint.sync.custom.* judge %d attributes of extensions and leave out: %s.", maxCustom, targets(over))
	}
}

// targets are the attributes that flows write to, up to a bound.
func targets(flows []Flow) string {
	var named []string
	for _, f := range flows[:min(len(flows), maxCustom)] {
		named = append(named, f.Target)
	}
	if n := len(flows) - len(named); n > 0 {
		named = append(named, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(named, ", ")
}

// takesText says whether any short text can be written to an attribute of an extension, as far as the target tells.
func (d *discovery) takesText(path string) bool {
	if !d.told() {
		return true
	}
	urn, name, _ := cutURN(path)
	schema, ok := d.known[strings.ToLower(urn)]
	if ok && len(schema.Attributes) == 0 {
		return true // a schema without a single attribute tells nothing
	}
	for i := range schema.Attributes {
		if a := &schema.Attributes[i]; strings.EqualFold(a.Name, name) {
			return a.Type == scim.StringType && !a.MultiValued && len(a.CanonicalValues) == 0 && (a.Mutability == "" || a.Mutability == scim.ReadWrite) && a.Returned != scim.ReturnedNever
		}
	}
	return false
}

// hiredWith provisions somebody with a value for a flow, and shows her as she is on the target. Without the value there the check of POST is to blame.
func (r *Rig) hiredWith(ctx context.Context, f Flow) (*Account, View) {
	p, _ := f.properties(customPlain)
	ada := r.Hire(ctx, p)
	v := r.Read(ctx, ada)
	if r.Spec().ID != customCreate && !shows(f.Target, customPlain).OK(v) {
		r.Block(customCreate, "after POST GET shows "+v.words(f.Target), v.Shown)
	}
	return ada, v
}

// takenAway makes somebody with a value and takes it away by a request of its own, as Microsoft's null-update test does.
func (r *Rig) takenAway(ctx context.Context, f Flow, form wire.ClearForm, words string) {
	ada := r.Made(ctx, attribute(f.Target, customPlain))
	if before := r.Read(ctx, ada); !shows(f.Target, customPlain).OK(before) {
		r.Block(customCreate, "after POST GET shows "+before.words(f.Target), before.Shown)
	}
	composer := must(wire.NewComposer(wire.Options{Dialect: r.dialect, Clear: form}))
	answer := r.Send(ctx, composer.PatchUser(ada.ID, []wire.Change{{Attribute: wire.Attribute{Path: f.Target}, Present: true}}))
	r.lockedOut(ctx, answer)
	after := r.Read(ctx, ada)
	r.That(fmt.Sprintf("after PATCH with Replace of %s by %s GET shows no value", f.Target, words), after, worded[View]{
		Want: "no " + f.Target,
		OK:   func(v View) bool { _, present := wire.Current(v.Resource, f.Target); return !present },
		Got:  func(v View) string { return v.words(f.Target) + "; PATCH was answered " + answer.String() },
	}, answer.Shown, after.Shown)
}

// adoptCustom notes a row of a job's schema that writes to an extension of the target's own.
func (s *shape) adoptCustom(row synchronization.AttributeMapping) bool {
	f, ok := flow(row)
	if ok {
		s.custom = append(s.custom, f)
	}
	return ok
}

package endpoint

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// discovered adapts the shape to what the target says of itself. taken are attributes that it takes although it does not name them.
func (s *shape) discovered(d *discovery, taken map[string]bool) {
	if !d.told() {
		s.sayf("/Schemas does not tell what a user is made of (%s): nothing is adapted to it, and Entra's default mapping is written as it stands.", clip(d.schemas.String(), 80))
		return
	}
	var kept, gone []string
	for _, row := range mapping.DefaultUsers().AttributeMappings {
		path := row.TargetAttributeName
		if _, ok := s.lacking(path); ok || s.at(path) != path || d.has(path) || slices.Contains(anyone, path) || strings.EqualFold(path, s.match) {
			continue
		}
		switch to, elsewhere := d.elsewhere(path); {
		case elsewhere:
			s.move(path, to)
			s.sayf("The target has %s in an extension of its own: it is written to %s. Checks that are about its usual place are skipped.", nameOf(path), to)
		case taken[path]:
			kept = append(kept, path)
		default:
			gone = append(gone, path)
			s.drop(path, "the target's /Schemas names no "+path)
		}
	}
	for _, paths := range byRoot(kept) {
		s.sayf("/Schemas names no %s, yet a user made with it has it: nothing is adapted. Who maps attributes from /Schemas, as Entra's gallery applications do, does not find it.", strings.Join(paths, ", "))
	}
	for _, paths := range byRoot(gone) {
		s.sayf("/Schemas names no %s, which Entra's default mapping writes: it is left out of the mapping, as an administrator would do, and checks about it are skipped.", strings.Join(paths, ", "))
	}
}

// byRoot puts paths of the same attribute or extension together, in their order.
func byRoot(paths []string) [][]string {
	var roots []string
	groups := map[string][]string{}
	for _, path := range paths {
		root := rootOf(path)
		if groups[root] == nil {
			roots = append(roots, root)
		}
		groups[root] = append(groups[root], path)
	}
	all := make([][]string, 0, len(roots))
	for _, root := range roots {
		all = append(all, groups[root])
	}
	return all
}

// rootOf is the attribute a path begins with, or the URN of its extension.
func rootOf(path string) string {
	if urn, _, ok := cutURN(path); ok {
		return urn
	}
	name, _, _ := strings.Cut(path, "[")
	name, _, _ = strings.Cut(name, ".")
	return name
}

// nameOf is the last name of a path.
func nameOf(path string) string {
	_, name, _ := cutURN(path)
	return name
}

// cutURN splits a path with a URN from what stands after it.
func cutURN(path string) (urn, rest string, ok bool) {
	if !strings.HasPrefix(strings.ToLower(path), "urn:") {
		return "", path, false
	}
	at := strings.LastIndex(path, ":")
	return path[:at], path[at+1:], true
}

// elsewhere is where the target has an attribute of the enterprise extension, when it has it in an extension of its own: of users, by the same name
// and with the same type. The first URN wins.
func (d *discovery) elsewhere(path string) (string, bool) {
	urn, name, ok := cutURN(path)
	if !ok || !strings.EqualFold(urn, enterprise) {
		return "", false
	}
	wanted := cmp.Or(map[string]scim.AttributeType{"manager": scim.ComplexType}[name], scim.StringType)
	var found []string
	for id, schema := range d.known {
		if strings.HasPrefix(id, "urn:ietf:params:scim:schemas:core:") || strings.EqualFold(id, enterprise) || !d.extendsUsers(schema.ID) {
			continue
		}
		for i := range schema.Attributes {
			if a := &schema.Attributes[i]; strings.EqualFold(a.Name, name) && a.Type == wanted && !a.MultiValued {
				found = append(found, schema.ID+":"+a.Name)
			}
		}
	}
	if len(found) == 0 {
		return "", false
	}
	return slices.Min(found), true
}

// extendsUsers says whether a schema is an extension of users: /ResourceTypes says so, or its name where that says nothing of extensions.
func (d *discovery) extendsUsers(urn string) bool {
	told := false
	for _, r := range resourcesIn(d.types) {
		for _, e := range elements(r, "schemaExtensions") {
			told = true
			if strings.EqualFold(e.String("schema"), urn) && strings.EqualFold(r.String("name"), "User") {
				return true
			}
		}
	}
	return !told && strings.HasSuffix(strings.ToLower(urn), ":user")
}

// takes says which attributes of the default mapping the target takes although its /Schemas does not name them: it makes somebody with all of them, and
// looks. A manager is not tried: Entra writes one later, to somebody who is there.
func (r *Rig) takes(ctx context.Context) map[string]bool {
	var unnamed []wire.Attribute
	for _, row := range mapping.DefaultUsers().AttributeMappings {
		path := row.TargetAttributeName
		if r.target.discovery.has(path) || slices.Contains(anyone, path) || path == manager {
			continue
		}
		unnamed = append(unnamed, attribute(path, sampleOf(path, r.names.domain)))
	}
	taken := map[string]bool{}
	if len(unnamed) == 0 {
		return taken
	}
	made, _ := r.Post(ctx, unnamed...)
	if made.ID == "" {
		return taken
	}
	shown, err := r.Get(ctx, made).JSON()
	if err != nil {
		return taken
	}
	for _, a := range unnamed {
		if shows(a.Path, a.Value).OK(View{shown, nil}) {
			taken[a.Path] = true
		}
	}
	return taken
}

// sampleOf is a value for an attribute of the default mapping.
func sampleOf(path, domain string) string {
	for _, v := range everythingShown {
		if v.path == path {
			return v.want
		}
	}
	if path == workMail {
		return "ada.byron@" + domain
	}
	return "Ada"
}

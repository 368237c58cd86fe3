package endpoint

import (
	"encoding/json"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// discovery is what the target says of itself in ServiceProviderConfig, ResourceTypes and Schemas. It only ever spares the
// target a check; what is missing or unreadable is taken as "unknown", and everything is asked.
type discovery struct {
	config  Answer
	types   Answer
	schemas Answer

	known     map[string]scim.Schema // by lower-case URN; empty: unknown
	endpoints []string               // of the resource types, in lower case; empty: unknown
	roleless  bool                   // it tells nothing of its schemas, and a user made with roles has none
	groupless bool                   // there is nothing at /Groups, and no word that there should be
}

func (d *discovery) read() {
	d.known = map[string]scim.Schema{}
	for _, r := range resourcesIn(d.schemas) {
		var s scim.Schema
		if data, err := json.Marshal(r); err == nil && json.Unmarshal(data, &s) == nil && s.ID != "" {
			d.known[strings.ToLower(s.ID)] = s
		}
	}
	for _, r := range resourcesIn(d.types) {
		if e := r.String("endpoint"); e != "" {
			d.endpoints = append(d.endpoints, strings.ToLower(e))
		}
	}
}

// resourcesIn returns the resources of a list, none when it is no list.
func resourcesIn(a Answer) []scim.Resource {
	object, err := a.JSON()
	if !a.OK() || err != nil {
		return nil
	}
	items, _ := member(object, "Resources").([]any)
	var list []scim.Resource
	for _, item := range items {
		if r, ok := item.(map[string]any); ok {
			list = append(list, r)
		}
	}
	return list
}

// has says whether the target has an attribute, as far as it tells. The path is a mapping's: title, name.givenName,
// emails[type eq "work"].value, urn:…:User:department. A target that does not tell has everything.
func (d *discovery) has(path string) bool {
	urn, rest := scim.UserURN, path
	if strings.HasPrefix(strings.ToLower(path), "urn:") {
		at := strings.LastIndex(path, ":")
		urn, rest = path[:at], path[at+1:]
	}
	name, sub, _ := strings.Cut(rest, ".")
	name, _, _ = strings.Cut(name, "[")
	if strings.EqualFold(name, "roles") && d.roleless {
		return false
	}
	if !d.told() || strings.EqualFold(name, "externalId") { // a common attribute, which no schema lists: RFC 7643 §3.1
		return true
	}
	schema, ok := d.known[strings.ToLower(urn)]
	if !ok {
		return false
	}
	if len(schema.Attributes) == 0 {
		return true // a schema without a single attribute tells nothing
	}
	for i := range schema.Attributes {
		a := &schema.Attributes[i]
		if !strings.EqualFold(a.Name, name) {
			continue
		}
		if sub == "" || len(a.SubAttributes) == 0 {
			return true
		}
		_, ok := a.Sub(sub)
		return ok
	}
	return false
}

// always says whether the target's own schema says of a core attribute, or of all of its parts, that every answer has it, whatever is asked for. Source: RFC 7643 §7.
func (d *discovery) always(path string) bool {
	name, sub, _ := strings.Cut(path, ".")
	schema := d.known[strings.ToLower(scim.UserURN)]
	for i := range schema.Attributes {
		a := &schema.Attributes[i]
		if !strings.EqualFold(a.Name, name) {
			continue
		}
		part, ok := a.Sub(sub)
		return a.Returned == scim.ReturnedAlways || ok && part.Returned == scim.ReturnedAlways
	}
	return false
}

// told says whether the target tells what a user is made of.
func (d *discovery) told() bool {
	_, told := d.known[strings.ToLower(scim.UserURN)]
	return told
}

// hasGroups says whether the target has groups, as far as it tells.
func (d *discovery) hasGroups() bool {
	if len(d.endpoints) == 0 {
		return !d.groupless
	}
	for _, e := range d.endpoints {
		if strings.HasSuffix(strings.TrimRight(e, "/"), "/groups") {
			return true
		}
	}
	return false
}

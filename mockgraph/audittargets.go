package mockgraph

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// maxModified bounds how many properties an entry names, and maxModifiedText how long a value may be.
const (
	maxModified     = 100
	maxModifiedText = 4 << 10
)

// resourceOf names an object in an audit entry.
func resourceOf(o *directory.Object) directory.TargetResource {
	r := directory.TargetResource{ID: o.ID(), DisplayName: o.String("displayName"), Type: title(string(o.Type())), ModifiedProperties: []directory.ModifiedProperty{}}
	switch o.Type() {
	case directory.User:
		r.UserPrincipalName = o.String("userPrincipalName")
	case directory.Group:
		r.GroupType = "azureAD"
		if slices.Contains(o.Strings("groupTypes"), "Unified") {
			r.GroupType = "unifiedGroups"
		}
	case directory.DirectoryRole:
		r.Type = "Role"
	case directory.Organization:
		r.Type = "Directory"
	case directory.Domain:
		r.DisplayName = o.ID()
	default: // the others have nothing of their own
	}
	return r
}

// created is the new object with all it began with.
func created(a *auditing) []directory.TargetResource {
	o := a.made()
	if o == nil {
		return nil
	}
	r := resourceOf(o)
	r.ModifiedProperties = modified(nil, o.Properties())
	return []directory.TargetResource{r}
}

// changed is the object of the path with what is different now.
func changed(a *auditing) []directory.TargetResource {
	if a.subject == nil {
		return nil
	}
	after, ok := a.after.Object(a.subject.ID())
	if !ok {
		after = a.subject
	}
	r := resourceOf(after)
	r.ModifiedProperties = modified(a.subject.Properties(), after.Properties())
	return []directory.TargetResource{r}
}

// itself is the object of the path alone.
func itself(a *auditing) []directory.TargetResource {
	if a.subject == nil {
		return nil
	}
	return []directory.TargetResource{resourceOf(a.subject)}
}

// relicensed is the object of the path with its licences before and after.
func relicensed(a *auditing) []directory.TargetResource {
	if a.subject == nil {
		return nil
	}
	after, ok := a.after.Object(a.subject.ID())
	if !ok {
		return itself(a)
	}
	r := resourceOf(after)
	old, now := a.subject.Property("assignedLicenses"), after.Property("assignedLicenses")
	r.ModifiedProperties = []directory.ModifiedProperty{{DisplayName: "AssignedLicense", OldValue: listText(old), NewValue: listText(now)}}
	return []directory.TargetResource{r}
}

// linked is the object a relation was begun with, and the one it was begun at.
func linked(a *auditing) []directory.TargetResource {
	var body map[string]json.RawMessage
	if json.Unmarshal(a.call.body, &body) != nil {
		return itself(a)
	}
	var id string
	if json.Unmarshal(body["@odata.id"], &id) == nil {
		id, _ = referenceID(id)
	} else if json.Unmarshal(body["id"], &id) != nil {
		return itself(a)
	}
	return a.pair(id, false)
}

// unlinked is the object a relation was ended with, and the one it was ended at.
func unlinked(a *auditing) []directory.TargetResource { return a.pair(a.otherKey(), true) }

// unlinkedAlone is the object at the far end, which is gone itself.
func unlinkedAlone(a *auditing) []directory.TargetResource {
	o, ok := a.before.Object(strings.ToLower(a.otherKey()))
	if !ok {
		return nil
	}
	a.named = o
	return []directory.TargetResource{resourceOf(o)}
}

// otherKey is the second key of a path.
func (a *auditing) otherKey() string {
	for _, name := range slices.Sorted(maps.Keys(a.call.vars)) {
		if name != "id" && name != "cast" {
			return a.call.vars[name]
		}
	}
	return ""
}

// pair names both ends of a relation. The member says which group it came into or left.
func (a *auditing) pair(member string, ended bool) []directory.TargetResource {
	o, ok := a.before.Object(strings.ToLower(member))
	if !ok || a.subject == nil {
		return itself(a)
	}
	first, second := resourceOf(o), resourceOf(a.subject)
	for _, each := range []struct{ name, value string }{{".ObjectID", second.ID}, {".DisplayName", second.DisplayName}} {
		m := directory.ModifiedProperty{DisplayName: second.Type + each.name}
		if text := quotedText(each.value); ended {
			m.OldValue = text
		} else {
			m.NewValue = text
		}
		first.ModifiedProperties = append(first.ModifiedProperties, m)
	}
	return []directory.TargetResource{first, second}
}

// modified are the properties that differ, with values as lists in JSON, and their names once more together.
func modified(before, after directory.Properties) []directory.ModifiedProperty {
	all := []directory.ModifiedProperty{}
	var names []string
	keys := slices.Sorted(maps.Keys(after))
	for name := range before {
		if _, still := after[name]; !still {
			keys = append(keys, name)
		}
	}
	for _, name := range keys {
		if reflect.DeepEqual(before[name], after[name]) || name == "passwordProfile" || len(all) == maxModified {
			continue
		}
		names = append(names, title(name))
		all = append(all, directory.ModifiedProperty{DisplayName: title(name), OldValue: listText(before[name]), NewValue: listText(after[name])})
	}
	return append(all, directory.ModifiedProperty{DisplayName: "Included Updated Properties", NewValue: quotedText(strings.Join(names, ", "))})
}

// listText is a value as a list in JSON: [] for none.
func listText(v any) string {
	if v == nil {
		return "[]"
	}
	if reflect.ValueOf(v).Kind() != reflect.Slice {
		v = []any{v}
	}
	text, err := json.Marshal(v)
	if err != nil || len(text) > maxModifiedText {
		return `["…"]`
	}
	return string(text)
}

func quotedText(s string) string { return string(appendString(nil, s)) }

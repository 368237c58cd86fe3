package connector

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// extensions is the complex property of the fifteen extension attributes.
// Source: learn.microsoft.com/graph/api/resources/onpremisesextensionattributes.
const extensions = "onPremisesExtensionAttributes"

// managerOf is the attribute that is no property but a reference.
const managerOf = "manager"

// seen is what the tenant has of an object after the connector was told something.
type seen struct {
	result  Result
	id      string
	tenant  *directory.Snapshot
	objects directory.Type
}

// see looks at an object of the tenant after the connector was told something.
func (r *Rig) see(o Result, id string) seen {
	t := directory.User
	if o.Request.Type == Group || o.Request.Operation == AddMember || o.Request.Operation == RemoveMember {
		t = directory.Group
	}
	return seen{o, id, r.Snapshot(), t}
}

func (s seen) object() (*directory.Object, bool) {
	o, ok := s.tenant.Object(s.id)
	return o, ok && o.Type() == s.objects
}

// told is what the connector said, where it is worth saying.
func (s seen) told() string {
	if s.result.Err == nil {
		return ""
	}
	return "; " + s.result.String()
}

// has matches an object of the tenant whose attribute has a value; nil is none.
func has(attribute string, want any) worded[seen] {
	return worded[seen]{
		Want: spoken(attribute, words(want)),
		OK: func(s seen) bool {
			o, live := s.object()
			return live && s.value(o, attribute) == words(want)
		},
		Got: func(s seen) string {
			o, live := s.object()
			if !live {
				return fmt.Sprintf("no %s with the id %q is in the tenant any more", s.objects, s.id) + s.told()
			}
			return spoken(attribute, s.value(o, attribute)) + s.told()
		},
	}
}

func spoken(attribute, value string) string {
	if value == "" {
		return attribute + " has no value"
	}
	return fmt.Sprintf("%s is %q", attribute, value)
}

// value is that of an attribute, in words; "" is none.
func (s seen) value(o *directory.Object, attribute string) string {
	switch {
	case attribute == managerOf:
		id, _ := s.tenant.Manager(o.ID())
		return id
	case strings.HasPrefix(attribute, "extensionAttribute"):
		var all map[string]any
		text, _ := json.Marshal(o.Property(extensions)) //nolint:errchkjson // a plain struct
		_ = json.Unmarshal(text, &all)
		return words(all[attribute])
	}
	return words(o.Property(attribute))
}

// words is a value in words, the same for the same value: collections have no order, times no zone.
func words(value any) string {
	switch v := value.(type) {
	case nil:
		return ""
	case string:
		return v
	case time.Time:
		return v.UTC().Format(time.RFC3339)
	case []string:
		return strings.Join(slices.Sorted(slices.Values(v)), ", ")
	case []any:
		texts := make([]string, len(v))
		for i, one := range v {
			texts[i] = words(one)
		}
		return words(texts)
	default:
		return fmt.Sprint(v)
	}
}

// hasMembers matches a group of the tenant that has these members and nobody else.
func hasMembers(want ...string) worded[seen] {
	want = slices.Sorted(slices.Values(want))
	return worded[seen]{
		Want: counted(len(want), "member") + ", those asked for",
		OK:   func(s seen) bool { return slices.Equal(slices.Sorted(s.tenant.Members(s.id)), want) },
		Got: func(s seen) string {
			have := slices.Sorted(s.tenant.Members(s.id))
			missing, more := without(want, have), without(have, want)
			return fmt.Sprintf("%s: %d missing, %d too many", counted(len(have), "member"), len(missing), len(more)) + s.told()
		},
	}
}

// without are those of a that are not in b.
func without(a, b []string) []string {
	return slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) })
}

// counted is a number of things in words: 1 user, 2 users.
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// named finds a live user by name.
func (r *Rig) named(name string) (*directory.Object, bool) {
	return r.Snapshot().Lookup(directory.User, "userPrincipalName", name)
}

// census is how many objects of a type there are.
func (r *Rig) census(t directory.Type) int { return r.Snapshot().Count(t) }

package refconnector

import (
	"maps"
	"slices"
	"strings"
)

// wanted is what the attributes of an operation ask for, in Graph's terms.
type wanted struct {
	class      Class
	properties map[string]any // by attribute (name and description of [properties]): string, bool, []string or nil
	password   string         // "" leaves it
	manager    *string        // "" takes it away; nil leaves it
	licences   *[]string      // SKU ids; nil leaves them
}

// read makes sense of attributes.
func (c *Connector) read(class Class, attributes Attributes) (*wanted, error) {
	w := &wanted{class: class, properties: map[string]any{}}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := c.take(w, name, attributes[name]); err != nil {
			return nil, err
		}
	}
	return w, nil
}

func (c *Connector) take(w *wanted, name string, given any) error {
	if w.class == Account {
		switch name {
		case passwordAttribute:
			return w.takePassword(given)
		case managerAttribute:
			return w.takeManager(given)
		case licenceAttribute:
			return w.takeLicences(given)
		}
	}
	p, ok := propertyOf(w.class, name)
	if !ok {
		return invalid(name, "there is no such attribute of %s", w.class)
	}
	value, err := p.value(given)
	if err != nil {
		return err
	}
	if p.name == "userPrincipalName" {
		if s, ok := value.(string); ok {
			value = c.qualified(s)
		}
	}
	if before, twice := w.properties[p.attribute]; twice && before != value {
		return invalid(name, "the object is named twice: %v and %v", before, value)
	}
	w.properties[p.attribute] = value
	return nil
}

func (w *wanted) takePassword(given any) error {
	password, ok := given.(string)
	if !ok || password == "" {
		return invalid(passwordAttribute, "a password is a string that is not empty")
	}
	w.password = password
	return nil
}

func (w *wanted) takeManager(given any) error {
	id, ok := given.(string)
	if !ok && given != nil || id != "" && !guid.MatchString(id) {
		return invalid(managerAttribute, "a manager is named by object id")
	}
	w.manager = &id
	return nil
}

func (w *wanted) takeLicences(given any) error {
	list := strs(given)
	if one, ok := given.(string); ok && one != "" {
		list = []string{one}
	} else if many, ok := given.([]any); ok && len(many) != len(list) {
		return invalid(licenceAttribute, "a licence is named by SKU id")
	}
	list, err := skus(list)
	w.licences = &list
	return err
}

// skus checks SKU ids and leaves out what stands twice.
func skus(ids []string) ([]string, error) {
	all := []string{}
	for _, id := range ids {
		if !guid.MatchString(id) {
			return nil, invalid(licenceAttribute, "a SKU is named by its id, a GUID, not by %q", cut(id, 50))
		}
		if id = strings.ToLower(id); !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	return all, nil
}

// text is the wanted value of a property that is a string; "" when there is none.
func (w *wanted) text(attribute string) string {
	s, _ := w.properties[attribute].(string)
	return s
}

// body is all that is wanted, as a new object needs it: what is empty is left out.
func (w *wanted) body() map[string]any {
	body := map[string]any{}
	for _, p := range properties(w.class) {
		value, ok := w.properties[p.attribute]
		if list, isList := value.([]string); !ok || value == nil || isList && len(list) == 0 {
			continue
		}
		p.put(body, value)
	}
	return body
}

// difference is the body of the PATCH that makes an object what is wanted: only what differs from what was read, or from what this
// connector wrote a moment ago, which the replica that was read may not have yet.
func (c *Connector) difference(o *operation) map[string]any {
	body := map[string]any{}
	for _, p := range properties(o.class) {
		want, ok := o.wanted.properties[p.attribute]
		if !ok {
			continue
		}
		same := p.same(p.of(o.current), want)
		if wrote, ok := c.recent.value(c.now(), o.id, p.attribute); ok && !p.same(wrote, want) {
			same = false
		}
		if !c.bendSame(p.attribute, p.of(o.current), want, same) {
			p.put(body, want)
		}
	}
	return body
}

// values are the properties in a body that was written, for [recents].
func values(class Class, body map[string]any) map[string]any {
	all := map[string]any{}
	for _, p := range properties(class) {
		if _, ok := body[p.name]; !ok {
			continue
		}
		if whole, isComplex := body[p.name].(map[string]any); isComplex {
			if _, ok := whole[p.member]; !ok {
				continue
			}
		}
		all[p.attribute] = p.of(body)
	}
	return all
}

// object makes an object of Graph's JSON.
func object(class Class, found map[string]any) Object {
	o := Object{Class: class, Attributes: Attributes{}}
	o.ID, _ = found["id"].(string)
	for _, p := range properties(class) {
		value := p.of(found)
		if p.kind == texts {
			if list := strs(value); len(list) > 0 {
				o.Attributes[p.attribute] = list
			}
		} else if value != nil {
			o.Attributes[p.attribute] = value
		}
	}
	naming, _ := propertyOf(class, nameAttribute)
	if o.Name, _ = naming.of(found).(string); o.Name != "" {
		o.Attributes[nameAttribute] = o.Name
	}
	if manager, ok := found["manager"].(map[string]any); ok {
		if id, _ := manager["id"].(string); id != "" {
			o.Attributes[managerAttribute] = id
		}
	}
	if licences := skuIDs(found["assignedLicenses"]); len(licences) > 0 {
		o.Attributes[licenceAttribute] = licences
	}
	return o
}

// skuIDs are those of a list of licences.
func skuIDs(list any) []string {
	var ids []string
	all, _ := list.([]any)
	for _, one := range all {
		licence, _ := one.(map[string]any)
		if id, _ := licence["skuId"].(string); id != "" {
			ids = append(ids, strings.ToLower(id))
		}
	}
	return ids
}

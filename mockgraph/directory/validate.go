package directory

import (
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// read checks properties against the table and returns them in the form in which objects keep them: nil for no value, slices copied,
// empty collections as no value. The first broken rule in table order is reported. Extension values are added to those before has; it
// may be nil.
func (t *table) read(before *Object, p Properties, x *tx) (*draft, error) {
	values := x.draft()
	var extensions []string
	for name, v := range p {
		i, ok := t.ordinal(name)
		if !ok && isExtensionName(name) {
			extensions = append(extensions, name)
			continue
		}
		if !ok || t.properties[i].hidden {
			return nil, badRequest(name, "Property '%s' does not exist on type 'microsoft.graph.%s'.", name, t.typ)
		}
		if values.given.has(i) {
			return nil, badRequest(name, "Property '%s' is given twice, as '%s' too.", name, t.otherName(p, name, i))
		}
		values.put(i, v)
	}
	at := 0
	for i := values.given.next(0); i >= 0; i = values.given.next(i + 1) {
		v, ok := t.properties[i].normal(values.values[at], x)
		if !ok {
			return nil, t.properties[i].refused(t, values.values[at])
		}
		values.values[at] = v
		at++
	}
	if len(extensions) > 0 {
		all, err := t.readExtensions(before, p, extensions, x)
		if err != nil {
			return nil, err
		}
		values.put(t.ordinals[extensionRow], all)
	}
	return values, nil
}

// otherName is how else properties call one.
func (t *table) otherName(p Properties, name string, ordinal int) string {
	for other := range p {
		if i, ok := t.ordinal(other); ok && i == ordinal && other != name {
			return other
		}
	}
	return name
}

// refused is the answer to a value the row does not allow.
func (p *Property) refused(t *table, v any) error {
	if text, ok := v.(string); ok && text != "" && p.invalid != "" {
		return badRequest(p.Name, "%s", p.invalid)
	}
	return invalidValue(t, p.Name)
}

// normal returns a value in the form in which objects keep it, false when the row does not allow it. A string that is there
// but empty is refused as Graph does; null clears.
func (p *Property) normal(given any, x *tx) (any, bool) {
	switch v := given.(type) {
	case nil:
		return nil, true
	case bool:
		return given, p.Kind == Boolean && !p.Collection
	case int:
		return given, p.Kind == Integer && !p.Collection
	case string:
		if p.Kind == Guid {
			return fold(v), isGuid(v)
		}
		return given, p.Kind == String && p.allows(v)
	case time.Time:
		return v.UTC().Round(0), p.Kind == DateTime && !p.Collection && !v.IsZero()
	case []bool:
		return orNil(slices.Clone(v)), p.Kind == Boolean && p.several(len(v))
	case []int:
		return orNil(slices.Clone(v)), p.Kind == Integer && p.several(len(v))
	case []time.Time:
		times := slices.Clone(v)
		for i := range times {
			times[i] = times[i].UTC().Round(0)
		}
		return orNil(times), p.Kind == DateTime && p.several(len(v))
	case []string:
		if p.Kind != Strings || len(v) > bound(p.MaxValues, defaultMaxValues) || !all(v, p.allows) {
			return nil, false
		}
		if len(v) == 0 {
			return nil, true
		}
		return slices.Clone(v), true
	case []AppRole:
		if p.Kind != AppRoles || len(v) > bound(p.MaxValues, defaultMaxValues) {
			return nil, false
		}
		if len(v) == 0 {
			return nil, true
		}
		roles := cloneRoles(v)
		return roles, p.completeRoles(roles, x)
	}
	return p.normalComplex(given, x)
}

// several says whether a property may have that many values.
func (p *Property) several(n int) bool {
	return p.Collection && n <= bound(p.MaxValues, defaultMaxValues)
}

// normalComplex does the same for the other kinds.
func (p *Property) normalComplex(v any, x *tx) (any, bool) {
	if profile, is := v.(PasswordProfile); is { // which nearly every user is created with
		return v, p.value == reflect.TypeFor[PasswordProfile]() && len(profile.Password) <= maxText && utf8.ValidString(profile.Password)
	}
	r := reflect.ValueOf(v)
	switch p.Kind {
	case Complex, Complexes:
		if r.Type() != p.value {
			return nil, false
		}
	case JSON:
		if p.Collection != (r.Kind() == reflect.Slice) || !isJSON(v, maxDepth) {
			return nil, false
		}
	default:
		return nil, false
	}
	if r.Kind() == reflect.Slice {
		if r.Len() > bound(p.MaxValues, defaultMaxValues) {
			return nil, false
		}
		if r.Len() == 0 {
			return nil, true
		}
	}
	// A copy behind a pointer, so that the check can complete it.
	own := reflect.New(r.Type())
	own.Elem().Set(deepCopy(r))
	if !validStrings(own.Elem()) || p.check != nil && !p.check(x, own.Interface()) {
		return nil, false
	}
	return own.Elem().Interface(), true
}

// maxDepth bounds values that nothing here looks into.
const maxDepth = 16

// isJSON says whether a value is made of what encoding/json makes, no deeper than that.
func isJSON(v any, depth int) bool {
	switch v := v.(type) {
	case nil, bool, float64:
		return true
	case string:
		return utf8.ValidString(v)
	case []any:
		return depth > 0 && !slices.ContainsFunc(v, func(each any) bool { return !isJSON(each, depth-1) })
	case map[string]any:
		for name, each := range v {
			if depth == 0 || !utf8.ValidString(name) || !isJSON(each, depth-1) {
				return false
			}
		}
		return true
	}
	return false
}

// validStrings says whether all strings of a value of this package's types are UTF-8 of a sensible length.
func validStrings(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.String:
		return len(v.String()) <= maxText && utf8.ValidString(v.String())
	case reflect.Pointer, reflect.Interface:
		return v.IsNil() || validStrings(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Len() <= maxText
		}
		for i := range v.Len() {
			if !validStrings(v.Index(i)) {
				return false
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && !validStrings(v.Field(i)) {
				return false
			}
		}
	default: // no text in it
	}
	return true
}

// maxText bounds the strings and the bytes of complex values.
const maxText = 64 << 10

func (p *Property) allows(s string) bool {
	return s != "" && utf8.ValidString(s) && utf8.RuneCountInString(s) <= bound(p.MaxLength, defaultMaxLength) && (p.valid == nil || p.valid(s))
}

// completeRoles gives ids to the roles that have none and says whether the roles may stand together.
// Source: learn.microsoft.com/graph/api/resources/approle.
func (p *Property) completeRoles(roles []AppRole, x *tx) bool {
	ids, values := map[string]bool{DefaultAccessRole: true}, map[string]bool{}
	for i := range roles {
		role := &roles[i]
		if role.ID == "" {
			role.ID = x.newID()
		}
		role.ID = strings.ToLower(role.ID)
		switch {
		case ids[role.ID], role.Value != "" && values[role.Value], !p.allows(role.DisplayName),
			role.Value != "" && !isEntitlementValue(role.Value), len(role.AllowedMemberTypes) == 0,
			!all(role.AllowedMemberTypes, oneOf("User", "Application")):
			return false
		}
		ids[role.ID], values[role.Value] = true, true
	}
	return true
}

// complete fills in the values of creation and reports what is required and missing.
func (t *table) complete(values *draft, x *tx) error {
	for i := t.filled.next(0); i >= 0; i = t.filled.next(i + 1) {
		if values.value(i) != nil {
			continue
		}
		row := &t.properties[i]
		var v any
		if row.initial != nil {
			v = row.initial(x)
			values.put(i, v)
		}
		if row.Required && v == nil {
			return missingValue(t, row.Name)
		}
	}
	return nil
}

// changeable refuses changes of what cannot change.
func (t *table) changeable(o *Object, values *draft) error {
	for at, i := 0, values.given.next(0); i >= 0; at, i = at+1, values.given.next(i+1) {
		v, row := values.values[at], &t.properties[i]
		if row.derived == nil && equal(v, o.value(i)) {
			continue
		}
		switch {
		case v == nil && row.Kept:
			return invalidValue(t, row.Name)
		case row.Mutability == Immutable || row.Mutability == ReadOnly || row.derived != nil:
			return readOnly(row)
		}
	}
	return nil
}

func readOnly(row *Property) error {
	return badRequest(row.Name, "Property '%s' is read-only and cannot be set.", row.Name)
}

// diff drops the values that o has already and returns the names of the others that others may see.
func (t *table) diff(o *Object, values *draft) (names []string) {
	for i := values.given.next(0); i >= 0; i = values.given.next(i + 1) {
		v, row := values.value(i), &t.properties[i]
		switch {
		case equal(v, o.value(i)):
			values.drop(i)
		case row.Name == extensionRow:
			names = append(names, changedExtensions(o.value(i), v)...)
		case !row.hidden:
			names = append(names, row.Name)
			if row.Name == "licenseAssignmentStates" {
				names = append(names, "assignedLicenses", "assignedPlans")
			}
		}
	}
	return names
}

// settable refuses values on creation that the directory itself sets.
func (t *table) settable(values *draft) error {
	both := values.given.and(&t.closed)
	for i := both.next(0); i >= 0; i = both.next(i + 1) {
		if values.value(i) != nil {
			return readOnly(&t.properties[i])
		}
	}
	return nil
}

func bound(given, standard int) int {
	if given == 0 {
		return standard
	}
	return given
}

func all(values []string, allowed func(string) bool) bool {
	for _, v := range values {
		if !allowed(v) {
			return false
		}
	}
	return true
}

// equal compares values of one property.
func equal(a, b any) bool {
	switch a := a.(type) {
	case string:
		b, ok := b.(string)
		return ok && a == b
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b)
	}
	return reflect.DeepEqual(a, b)
}

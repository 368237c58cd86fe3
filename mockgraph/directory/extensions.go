package directory

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// ExtensionProperty is a directory extension: a property an application adds to objects of some types.
// Source: learn.microsoft.com/graph/api/resources/extensionproperty.
type ExtensionProperty struct {
	ID                     string   `json:"id"`
	Name                   string   `json:"name"`           // extension_<appId without dashes>_<name>; on the way in the last part alone
	AppDisplayName         string   `json:"appDisplayName"` // of the owning application
	DataType               string   `json:"dataType"`       // Binary, Boolean, DateTime, Integer, LargeInteger or String
	IsMultiValued          bool     `json:"isMultiValued"`
	IsSyncedFromOnPremises bool     `json:"isSyncedFromOnPremises"`
	TargetObjects          []string `json:"targetObjects"` // such as User; see AddExtensionProperty
}

const (
	extensionPrefix        = "extension_"
	maxExtensionName       = 120
	maxExtensionProperties = 1000 // of one application: Graph's bound is not published
	maxExtensionValues     = 100  // of one object; learn.microsoft.com/entra/identity/users/directory-service-limits-restrictions
	maxExtensionLength     = 256  // characters of a string, bytes of a binary value
)

// extensionTargets are the types extensions are for, as targetObjects names them. It is never written. Devices are none of the types
// here, so that an extension of devices can be defined and nobody has it.
var extensionTargets = map[string]Type{
	"User": User, "Group": Group, "Application": Application, "Organization": Organization, "AdministrativeUnit": AdministrativeUnit, "Device": "device",
}

// extensionKinds are the data types by Graph's name. Binary values are base64 text. It is never written.
var extensionKinds = map[string]Property{
	"Binary":       {Kind: String, MaxLength: 344, valid: isShortBinary},
	"Boolean":      {Kind: Boolean},
	"DateTime":     {Kind: DateTime},
	"Integer":      {Kind: Integer, check: isInt32},
	"LargeInteger": {Kind: Integer},
	"String":       {Kind: String, MaxLength: maxExtensionLength},
}

func isShortBinary(s string) bool {
	b, err := base64.StdEncoding.DecodeString(s)
	return err == nil && len(b) <= maxExtensionLength
}

func isInt32(_ *tx, v any) bool {
	fit := func(i int) bool { return i == int(int32(i)) } //nolint:gosec // that is the question
	switch v := v.(type) {
	case int:
		return fit(v)
	case []int:
		return !slices.ContainsFunc(v, func(i int) bool { return !fit(i) })
	}
	return true
}

// property is the row OData and the validation of values ask.
func (e *ExtensionProperty) property() Property {
	p := extensionKinds[e.DataType]
	p.Name, p.Collection, p.MaxValues = e.Name, e.IsMultiValued, maxExtensionValues
	if p.Collection && p.Kind == String {
		p.Kind = Strings
	}
	p.Filter.Default = Eq | In
	if p.Kind == String || p.Kind == Strings {
		p.Filter.Default |= StartsWith
	}
	p.Filter.Advanced = p.Filter.Default | Ne | Not | Null
	return p
}

// AddExtensionProperty gives an application a directory extension. Name, DataType and TargetObjects are required; of the latter there
// are User, Group, Application, Organization, AdministrativeUnit and Device. Values can be written once the application has a service
// principal.
// Source: learn.microsoft.com/graph/api/application-post-extensionproperty.
func (d *Directory) AddExtensionProperty(application string, e ExtensionProperty) (made ExtensionProperty, err error) {
	err = d.write(func(x *tx) error {
		made, err = x.addExtensionProperty(application, e)
		return err
	})
	return made, err
}

// AddExtensionProperty is [Directory.AddExtensionProperty].
func (b *Batch) AddExtensionProperty(application string, e ExtensionProperty) (ExtensionProperty, error) {
	return b.x.addExtensionProperty(application, e)
}

func (x *tx) addExtensionProperty(application string, e ExtensionProperty) (ExtensionProperty, error) {
	app, err := x.application(application)
	if err != nil {
		return ExtensionProperty{}, err
	}
	e.ID, e.AppDisplayName, e.TargetObjects = "", "", slices.Clone(e.TargetObjects)
	if err := e.judge(); err != nil {
		return ExtensionProperty{}, err
	}
	e.Name = extensionPrefix + strings.ReplaceAll(app.String("appId"), "-", "") + "_" + e.Name
	all := slices.Clone(get[[]ExtensionProperty](app, "extensionProperties"))
	if slices.ContainsFunc(all, func(each ExtensionProperty) bool { return strings.EqualFold(each.Name, e.Name) }) {
		// As seen in public issues.
		return ExtensionProperty{}, badRequest("name", "An extension property exists with the name %s.", e.Name)
	}
	if len(all) >= maxExtensionProperties {
		return ExtensionProperty{}, &Error{Code: CodeQuota, Message: "The directory object quota limit for the Application has been exceeded.", Target: app.id}
	}
	e.ID = x.newID()
	if _, err := x.set(app, Properties{"extensionProperties": append(all, e)}); err != nil {
		return ExtensionProperty{}, err
	}
	e.AppDisplayName, e.TargetObjects = app.String("displayName"), slices.Clone(e.TargetObjects)
	return e, nil
}

// judge says what is wrong with a definition whose name is still short.
func (e *ExtensionProperty) judge() error {
	invalid := func(property string) error {
		return &Error{
			Code: CodeBadRequest, Target: property, Detail: DetailInvalidValue,
			Message: fmt.Sprintf("Invalid value specified for property '%s' of resource 'ExtensionProperty'.", property),
		}
	}
	_, known := extensionKinds[e.DataType]
	slices.Sort(e.TargetObjects)
	switch {
	case e.Name == "" || len(e.Name) > maxExtensionName || !allBytes(e.Name, func(c byte) bool { return isAlphanumeric(c) || c == '_' }):
		return invalid("name")
	case !known:
		return invalid("dataType")
	case len(e.TargetObjects) == 0 || len(slices.Compact(slices.Clone(e.TargetObjects))) != len(e.TargetObjects) ||
		!all(e.TargetObjects, func(s string) bool { _, ok := extensionTargets[s]; return ok }):
		return invalid("targetObjects")
	}
	return nil
}

// RemoveExtensionProperty ends a directory extension, by its id or its name. The values objects have of it stay with them, where nobody
// finds them, and count among the values an object may have, until an extension of the same name and type is defined.
// Source: learn.microsoft.com/graph/api/application-delete-extensionproperty.
func (d *Directory) RemoveExtensionProperty(application, extension string) error {
	return d.write(func(x *tx) error {
		app, err := x.application(application)
		if err != nil {
			return err
		}
		before := get[[]ExtensionProperty](app, "extensionProperties")
		after := slices.DeleteFunc(slices.Clone(before), func(e ExtensionProperty) bool {
			return strings.EqualFold(e.ID, extension) || strings.EqualFold(e.Name, extension)
		})
		if len(after) == len(before) {
			return notFound(extension)
		}
		_, err = x.set(app, Properties{"extensionProperties": orNil(after)})
		return err
	})
}

func (x *tx) application(id string) (*Object, error) {
	o, err := x.object(id)
	if err == nil && o.Type() != Application {
		return nil, notFound(id)
	}
	return o, err
}

// ExtensionProperties returns the directory extensions of an application in the order of their names, nil for none.
// Source: learn.microsoft.com/graph/api/application-list-extensionproperty.
func (s *Snapshot) ExtensionProperties(application string) []ExtensionProperty {
	app, ok := s.Object(application)
	if !ok || app.Type() != Application {
		return nil
	}
	all := slices.Clone(get[[]ExtensionProperty](app, "extensionProperties"))
	for i := range all {
		all[i].AppDisplayName, all[i].TargetObjects = app.String("displayName"), slices.Clone(all[i].TargetObjects)
	}
	slices.SortFunc(all, func(a, b ExtensionProperty) int { return cmp.Compare(a.Name, b.Name) })
	return all
}

// AvailableExtensionProperties returns the directory extensions of all applications that have a service principal: those whose values
// can be read and written.
// Source: learn.microsoft.com/graph/api/directoryobject-getavailableextensionproperties.
func (s *Snapshot) AvailableExtensionProperties() []ExtensionProperty {
	var all []ExtensionProperty
	for app := range s.Objects(Application) {
		if _, ok := s.Lookup(ServicePrincipal, "appId", app.String("appId")); ok {
			all = append(all, s.ExtensionProperties(app.id)...)
		}
	}
	return all
}

// ExtensionProperty returns the row of a directory extension by its full name, whatever the letter case, with the name as it was
// defined. It returns false when no application defines it for the type, and while the application has no service principal; then
// values objects have of it must not be shown.
func (s *Snapshot) ExtensionProperty(t Type, name string) (Property, bool) {
	appID, ok := extensionOwner(name)
	if !ok {
		return Property{}, false
	}
	app, ok := s.Lookup(Application, "appId", appID)
	if !ok {
		return Property{}, false
	}
	if _, ok := s.Lookup(ServicePrincipal, "appId", appID); !ok {
		return Property{}, false
	}
	for _, e := range get[[]ExtensionProperty](app, "extensionProperties") {
		if strings.EqualFold(e.Name, name) {
			return e.property(), slices.ContainsFunc(e.TargetObjects, func(target string) bool { return extensionTargets[target] == t })
		}
	}
	return Property{}, false
}

// isExtensionName says whether a name has the form of a directory extension's.
func isExtensionName(name string) bool {
	_, ok := extensionOwner(name)
	return ok
}

// extensionOwner reads the appId in the full name of an extension.
func extensionOwner(name string) (appID string, ok bool) {
	const digits = 32
	if len(name) < len(extensionPrefix)+digits+2 || !strings.EqualFold(name[:len(extensionPrefix)], extensionPrefix) || name[len(extensionPrefix)+digits] != '_' {
		return "", false
	}
	id := fold(name[len(extensionPrefix) : len(extensionPrefix)+digits])
	if _, err := hex.DecodeString(id); err != nil {
		return "", false
	}
	return id[:8] + "-" + id[8:12] + "-" + id[12:16] + "-" + id[16:20] + "-" + id[20:], true
}

package mapping

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// FlowType says when a target attribute may be written; the names are Graph's.
type FlowType = synchronization.FlowType

// Source is an object of the tenant as the mapping editor sees it.
type Source interface {
	// Attribute returns the value of an attribute under its mapping-editor name, such as userPrincipalName,
	// telephoneNumber, physicalDeliveryOfficeName, objectId, IsSoftDeleted (text "True" or "False"), appRoleAssignments
	// ([]Role), manager (object id) or members (object ids). The value is string, bool, []string, []Role or nil; names
	// that the object does not have are nil.
	Attribute(name string) any
}

// Attributes is a [Source] held in a map.
type Attributes map[string]any

// Attribute returns the value under name, nil when there is none.
func (a Attributes) Attribute(name string) any { return a[name] }

// Row is what a row of the mapping says of every value it sends to the target. It never changes.
type Row struct {
	// Target is the target attribute as the mapping writes it, such as userName or emails[type eq "work"].value.
	Target string
	// Type says when it may be written. FlowTypeObjectAddOnly: only when the object is created, not when it is matched.
	// FlowTypeAttributeAddOnly: only while the target has no value; a row without a source (the mapping editor's None) fills
	// an empty target with its default value in this way. FlowTypeValueAddOnly: what the target has is never taken away, so that a list is added
	// to and a single value stays. FlowTypeMultiValueAddOnly: the same of lists, and nothing but a list is written after the creation.
	// Source: learn.microsoft.com/graph/api/resources/synchronization-attributemapping.
	Type FlowType
	// Behavior is FlowWhenChanged, or FlowAlways to write the value even when the target holds it.
	Behavior synchronization.FlowBehavior
	// Reference says that values name other objects of the tenant by object id (manager, members).
	Reference bool
	// Priority is the matching priority: 0 is not a matching attribute, otherwise the lowest is asked first.
	Priority int
	// Redacted says that the value does not belong in the provisioning log, which shows RedactedText instead (function Redact).
	Redacted bool
	// Definition is the target attribute in the job's schema (type, caseExact, ...); nil when the mapping was compiled without one.
	Definition *synchronization.AttributeDefinition
}

// Flow is one value on its way to the target.
type Flow struct {
	*Row // never nil

	// Value is string, bool, []string or Roles; never nil, never an empty string or list, except that the Roles of
	// AssertiveRoles may be empty, which takes every role away.
	Value any
	// Default says that the source was null and Value is the row's default value. Entra applies it when the object is
	// created only, not when an existing one is updated.
	// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes.
	Default bool
}

// RedactedText stands in the provisioning log for a value that is redacted. Source: the functions page, Redact.
const RedactedText = "[Redact]"

// CreateOnly says that the flow takes part in the creation of an object and in nothing else.
func (f Flow) CreateOnly() bool { return f.Default || f.Type == synchronization.FlowTypeObjectAddOnly }

// Held says that the flow may not change an object that exists: of one that shows a value (present) or none.
func (f Flow) Held(present bool) bool {
	switch {
	case f.CreateOnly():
		return true
	case f.Type == synchronization.FlowTypeAttributeAddOnly:
		return present
	case f.Type == synchronization.FlowTypeValueAddOnly:
		return present && !f.many()
	case f.Type == synchronization.FlowTypeMultiValueAddOnly:
		return !f.many()
	default:
		return false
	}
}

// many says whether the value stands beside others in the target. An element of one type, as emails[type eq "work"].value, holds one value.
func (f Flow) many() bool {
	switch v := f.Value.(type) {
	case []string:
		return !strings.Contains(f.Target, "[")
	case Roles:
		return v.Format == ComplexRoles
	default:
		return false
	}
}

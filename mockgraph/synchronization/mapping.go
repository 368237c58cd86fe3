package synchronization

import "encoding/json"

// ObjectMapping says how one kind of object goes from the source directory to the target directory.
// Source: learn.microsoft.com/graph/api/resources/synchronization-objectmapping.
type ObjectMapping struct {
	Name              string                       `json:"name"` // for people, such as "Provision Azure Active Directory Users"
	Enabled           bool                         `json:"enabled"`
	FlowTypes         FlowTypes                    `json:"flowTypes"`        // what the mapping may do in the target
	SourceObjectName  string                       `json:"sourceObjectName"` // "User" or "Group"
	TargetObjectName  string                       `json:"targetObjectName"` // schema URN of the target object
	Scope             Filter                       `json:"scope"`            // no groups: everything assigned is in scope
	Metadata          Collection[StringPair]       `json:"metadata"`
	AttributeMappings Collection[AttributeMapping] `json:"attributeMappings"`
	Other             Members                      `json:"-"` // what this type does not know
}

// AttributeMapping says how one target attribute gets its value.
// Source: learn.microsoft.com/graph/api/resources/synchronization-attributemapping.
type AttributeMapping struct {
	AttributeMappingID      Text                   `json:"attributeMappingId"`
	TargetAttributeName     string                 `json:"targetAttributeName"`     // such as `emails[type eq "work"].value`
	MatchingPriority        int                    `json:"matchingPriority"`        // above 0: used to match, lowest first
	FlowType                FlowType               `json:"flowType"`                // "" is FlowTypeAlways
	FlowBehavior            FlowBehavior           `json:"flowBehavior"`            // "" is FlowWhenChanged
	DefaultValue            Text                   `json:"defaultValue"`            // used when the source evaluates to null
	ExportMissingReferences bool                   `json:"exportMissingReferences"` // for Microsoft's own use
	Source                  AttributeMappingSource `json:"source"`
	Other                   Members                `json:"-"` // what this type does not know
}

// AttributeMappingSource is where a value comes from: an attribute, a constant or a function of other sources.
// Source: learn.microsoft.com/graph/api/resources/synchronization-attributemappingsource.
type AttributeMappingSource struct {
	Expression string                `json:"expression"` // such as [userPrincipalName]
	Name       string                `json:"name"`       // of the attribute or function
	Parameters Collection[Parameter] `json:"parameters"` // of a function, in order
	Type       SourceType            `json:"type"`
	Other      Members               `json:"-"` // what this type does not know
}

// Parameter is one named parameter of a function, itself a source (Graph's stringKeyAttributeMappingSourceValuePair).
type Parameter struct {
	Key   string                 `json:"key"`
	Value AttributeMappingSource `json:"value"`
	Other Members                `json:"-"` // what this type does not know
}

// SourceType is the kind of an [AttributeMappingSource].
type SourceType string

// The kinds of sources.
const (
	SourceAttribute SourceType = "Attribute"
	SourceConstant  SourceType = "Constant"
	SourceFunction  SourceType = "Function"
)

// FlowType says when a target attribute may be written ("Apply this mapping" in the portal).
type FlowType string

// The flow types of an attribute.
const (
	FlowTypeAlways            FlowType = "Always"
	FlowTypeObjectAddOnly     FlowType = "ObjectAddOnly"     // only when the object is created
	FlowTypeMultiValueAddOnly FlowType = "MultiValueAddOnly" // only when new values are added to a multi-valued attribute
	FlowTypeValueAddOnly      FlowType = "ValueAddOnly"      // where there is a value it is added to, and nothing is removed
	FlowTypeAttributeAddOnly  FlowType = "AttributeAddOnly"  // only where there is no value at all
)

// OnlyAdds says that the type takes no value away from the target.
func (t FlowType) OnlyAdds() bool { return t == FlowTypeMultiValueAddOnly || t == FlowTypeValueAddOnly }

// MarshalJSON writes the flow type, Always when it is empty.
func (f FlowType) MarshalJSON() ([]byte, error) {
	if f == "" {
		f = FlowTypeAlways
	}
	return json.Marshal(string(f))
}

// FlowBehavior says whether an unchanged attribute is exported.
type FlowBehavior string

// The flow behaviours of an attribute.
const (
	FlowWhenChanged FlowBehavior = "FlowWhenChanged"
	FlowAlways      FlowBehavior = "FlowAlways"
)

// MarshalJSON writes the flow behaviour, FlowWhenChanged when it is empty.
func (f FlowBehavior) MarshalJSON() ([]byte, error) {
	if f == "" {
		f = FlowWhenChanged
	}
	return json.Marshal(string(f))
}

// FlowTypes is the set of actions an object mapping may take in the target (Graph's objectFlowTypes, a flags enumeration).
type FlowTypes uint

// The actions on a target object.
const (
	FlowAdd    FlowTypes = 1 << iota // create
	FlowUpdate                       // change, which includes disabling
	FlowDelete                       // delete
	FlowAll    = FlowAdd | FlowUpdate | FlowDelete
)

var flowTypeNames = flags{"Add", "Update", "Delete"}

// Has says whether every action of other is allowed.
func (f FlowTypes) Has(other FlowTypes) bool { return f&other == other }

// String returns Graph's form, such as "Add, Update, Delete"; "None" for the empty set.
func (f FlowTypes) String() string { return flowTypeNames.format(uint(f), "None") }

// MarshalText writes Graph's form.
func (f FlowTypes) MarshalText() ([]byte, error) { return []byte(f.String()), nil }

// UnmarshalText reads names separated by commas, in any case and order.
func (f *FlowTypes) UnmarshalText(text []byte) error {
	bits, err := flowTypeNames.parse("flowTypes", string(text), "None")
	*f = FlowTypes(bits)
	return err
}

// Filter is a scoping filter: an object is in scope when one of the groups holds; no groups means everything is.
// Source: learn.microsoft.com/graph/api/resources/synchronization-filter.
type Filter struct {
	Groups               Collection[FilterGroup] `json:"groups"`
	InputFilterGroups    Collection[FilterGroup] `json:"inputFilterGroups"`    // evaluated first, and never deprovision
	CategoryFilterGroups Collection[FilterGroup] `json:"categoryFilterGroups"` // experimental in Graph
	Other                Members                 `json:"-"`                    // what this type does not know
}

// FilterGroup holds when all its clauses hold.
type FilterGroup struct {
	Name    string                   `json:"name"`
	Clauses Collection[FilterClause] `json:"clauses"`
	Other   Members                  `json:"-"` // what this type does not know
}

// FilterClause compares one source attribute with the operator named, such as EQUALS or IS TRUE.
type FilterClause struct {
	OperatorName      string        `json:"operatorName"`
	SourceOperandName string        `json:"sourceOperandName"`
	TargetOperand     FilterOperand `json:"targetOperand"`
	Other             Members       `json:"-"` // what this type does not know
}

// FilterOperand is the right side of a clause; empty for unary operators.
type FilterOperand struct {
	Values Collection[string] `json:"values"`
	Other  Members            `json:"-"` // what this type does not know
}

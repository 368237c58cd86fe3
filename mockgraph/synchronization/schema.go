package synchronization

import "time"

// Schema is a job's synchronizationSchema: the directories on both sides and the rules between them.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschema.
type Schema struct {
	ID                   string                          `json:"id"`
	Version              string                          `json:"version"`
	Directories          Collection[DirectoryDefinition] `json:"directories"`
	SynchronizationRules Collection[Rule]                `json:"synchronizationRules"`
	Other                Members                         `json:"-"` // what this type does not know
}

// DirectoryDefinition describes one side: the tenant ("Azure Active Directory") or the application ("customappsso").
type DirectoryDefinition struct {
	ID                string                       `json:"id"`
	Name              string                       `json:"name"`
	ReadOnly          bool                         `json:"readOnly"`
	Discoverabilities string                       `json:"discoverabilities"` // "" when nothing can be discovered
	DiscoveryDateTime *time.Time                   `json:"discoveryDateTime"` // nil: never discovered
	Version           string                       `json:"version"`
	Objects           Collection[ObjectDefinition] `json:"objects"`
	Other             Members                      `json:"-"` // what this type does not know
}

// ObjectDefinition describes one kind of object of a directory.
type ObjectDefinition struct {
	Name          string                          `json:"name"`
	Metadata      Collection[StringPair]          `json:"metadata"`
	SupportedAPIs Collection[string]              `json:"supportedApis"`
	Attributes    Collection[AttributeDefinition] `json:"attributes"`
	Other         Members                         `json:"-"` // what this type does not know
}

// AttributeDefinition describes one attribute of an object.
// Source: learn.microsoft.com/graph/api/resources/synchronization-attributedefinition.
type AttributeDefinition struct {
	Name              string                       `json:"name"`
	Type              AttributeType                `json:"type"`
	Anchor            bool                         `json:"anchor"`    // the attribute that never changes and identifies the object
	CaseExact         bool                         `json:"caseExact"` // letter case counts when values are compared
	Required          bool                         `json:"required"`
	Multivalued       bool                         `json:"multivalued"`
	Mutability        Mutability                   `json:"mutability"`
	FlowNullValues    bool                         `json:"flowNullValues"`
	DefaultValue      Text                         `json:"defaultValue"`
	APIExpressions    Collection[StringPair]       `json:"apiExpressions"`
	Metadata          Collection[StringPair]       `json:"metadata"`
	ReferencedObjects Collection[ReferencedObject] `json:"referencedObjects"` // of a Reference
	Other             Members                      `json:"-"`                 // what this type does not know
}

// ReferencedObject names what a reference points to.
type ReferencedObject struct {
	ReferencedObjectName string  `json:"referencedObjectName"`
	ReferencedProperty   string  `json:"referencedProperty"`
	Other                Members `json:"-"` // what this type does not know
}

// AttributeType is the type of an attribute.
type AttributeType string

// The types of attributes.
const (
	TypeString    AttributeType = "String"
	TypeInteger   AttributeType = "Integer"
	TypeReference AttributeType = "Reference"
	TypeBinary    AttributeType = "Binary"
	TypeBoolean   AttributeType = "Boolean"
	TypeDateTime  AttributeType = "DateTime"
)

// Mutability says whether an attribute can be written.
type Mutability string

// The mutabilities of attributes.
const (
	ReadWrite Mutability = "ReadWrite"
	ReadOnly  Mutability = "ReadOnly"
	Immutable Mutability = "Immutable"
	WriteOnly Mutability = "WriteOnly"
)

// Rule is a synchronizationRule: what flows between two directories.
type Rule struct {
	ID                  string                    `json:"id"`
	Name                string                    `json:"name"`
	Priority            int                       `json:"priority"` // lower is processed first
	Editable            bool                      `json:"editable"`
	SourceDirectoryName string                    `json:"sourceDirectoryName"`
	TargetDirectoryName string                    `json:"targetDirectoryName"`
	ContainerFilter     *ContainerFilter          `json:"containerFilter"` // nil: none
	GroupFilter         *GroupFilter              `json:"groupFilter"`     // nil: none
	Metadata            Collection[StringPair]    `json:"metadata"`
	ObjectMappings      Collection[ObjectMapping] `json:"objectMappings"`
	Other               Members                   `json:"-"` // what this type does not know
}

// ContainerFilter limits a rule to containers.
type ContainerFilter struct {
	IncludedContainers Collection[string] `json:"includedContainers"`
	Other              Members            `json:"-"` // what this type does not know
}

// GroupFilter limits a rule to groups.
type GroupFilter struct {
	IncludedGroups Collection[string] `json:"includedGroups"`
	Other          Members            `json:"-"` // what this type does not know
}

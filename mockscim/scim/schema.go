package scim

// AttributeType is the data type of an attribute (RFC 7643 §2.3).
type AttributeType string

// The data types of RFC 7643 §2.3.
const (
	StringType    AttributeType = "string"
	BooleanType   AttributeType = "boolean"
	DecimalType   AttributeType = "decimal"
	IntegerType   AttributeType = "integer"
	DateTimeType  AttributeType = "dateTime"
	BinaryType    AttributeType = "binary"
	ReferenceType AttributeType = "reference"
	ComplexType   AttributeType = "complex"
)

// AttributeMutability says who may write an attribute and when (RFC 7643 §7).
type AttributeMutability string

// The mutabilities of RFC 7643 §7.
const (
	ReadOnly  AttributeMutability = "readOnly"
	ReadWrite AttributeMutability = "readWrite"
	Immutable AttributeMutability = "immutable"
	WriteOnly AttributeMutability = "writeOnly"
)

// AttributeReturned says when an attribute is part of an answer (RFC 7643 §7).
type AttributeReturned string

// The values of "returned" of RFC 7643 §7.
const (
	ReturnedAlways    AttributeReturned = "always"
	ReturnedNever     AttributeReturned = "never"
	ReturnedByDefault AttributeReturned = "default"
	ReturnedByRequest AttributeReturned = "request"
)

// AttributeUniqueness says within which bounds a value is unique (RFC 7643 §7).
type AttributeUniqueness string

// The values of "uniqueness" of RFC 7643 §7.
const (
	NotUnique      AttributeUniqueness = "none"
	UniqueOnServer AttributeUniqueness = "server"
	UniqueGlobally AttributeUniqueness = "global"
)

// Schema describes attributes under a URN (RFC 7643 §7). Its JSON form is the one of /Schemas.
type Schema struct {
	Schemas     []string    `json:"schemas,omitempty"`
	ID          string      `json:"id"` // the URN
	Name        string      `json:"name"`
	Description string      `json:"description,omitempty"`
	Attributes  []Attribute `json:"attributes"`
	Meta        *Meta       `json:"meta,omitempty"`
}

// Attribute is the definition of one attribute or sub-attribute (RFC 7643 §7). Empty Type, Mutability, Returned and
// Uniqueness mean the defaults of RFC 7643 §2.2 (string, readWrite, default, none) to a [Registry].
type Attribute struct {
	Name            string              `json:"name"`
	Type            AttributeType       `json:"type"`
	SubAttributes   []Attribute         `json:"subAttributes,omitempty"`
	MultiValued     bool                `json:"multiValued"`
	Description     string              `json:"description"`
	Required        bool                `json:"required"`
	CanonicalValues []string            `json:"canonicalValues,omitempty"`
	CaseExact       bool                `json:"caseExact"`
	Mutability      AttributeMutability `json:"mutability"`
	Returned        AttributeReturned   `json:"returned"`
	Uniqueness      AttributeUniqueness `json:"uniqueness"`
	ReferenceTypes  []string            `json:"referenceTypes,omitempty"`
}

// Sub returns the sub-attribute of that name, in any case.
func (a *Attribute) Sub(name string) (*Attribute, bool) {
	for i := range a.SubAttributes {
		if equalFold(a.SubAttributes[i].Name, name) {
			return &a.SubAttributes[i], true
		}
	}
	return nil, false
}

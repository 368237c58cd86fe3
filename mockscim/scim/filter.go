package scim

// Operator is a comparison operator of RFC 7644 §3.4.2.2, in lower case.
type Operator string

// The comparison operators. "pr" is the node [Present].
const (
	Eq Operator = "eq"
	Ne Operator = "ne"
	Co Operator = "co"
	Sw Operator = "sw"
	Ew Operator = "ew"
	Gt Operator = "gt"
	Ge Operator = "ge"
	Lt Operator = "lt"
	Le Operator = "le"
)

// Expr is a parsed filter: one of [Comparison], [Present], [Logical], [Not] and [ValuePath], always as values. String gives
// canonical text that [ParseFilter] turns into the same tree.
type Expr interface {
	String() string
	sealed()
}

// Comparison compares an attribute with a literal. Value is a string, a bool, a json.Number or nil (null).
type Comparison struct {
	Path  AttributePath
	Op    Operator
	Value any
}

// Present asks whether an attribute has a value that is not empty ("pr").
type Present struct {
	Path AttributePath
}

// Logical joins two expressions with "and" (And true) or "or".
type Logical struct {
	And         bool
	Left, Right Expr
}

// Not negates an expression.
type Not struct {
	Expr Expr
}

// ValuePath asks whether one element of a complex attribute matches a whole filter: `emails[type eq "work" and value co "@"]`.
// The attributes of Filter are relative to the element.
type ValuePath struct {
	Path   AttributePath
	Filter Expr
}

func (Comparison) sealed() {}
func (Present) sealed()    {}
func (Logical) sealed()    {}
func (Not) sealed()        {}
func (ValuePath) sealed()  {}

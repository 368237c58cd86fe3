package synchronization

import "encoding/json"

// FilterOperator is an operator of scoping filters (filterOperatorSchema).
// Source: learn.microsoft.com/graph/api/resources/synchronization-filteroperatorschema.
type FilterOperator struct {
	ID                        string             `json:"id"`
	Name                      string             `json:"name"` // such as EQUALS
	Arity                     Arity              `json:"arity"`
	MultivaluedComparisonType string             `json:"multivaluedComparisonType"` // All or Any values must satisfy it
	SupportedAttributeTypes   Collection[string] `json:"supportedAttributeTypes"`
}

// Arity says how many operands an operator has (scopeOperatorType).
type Arity string

// The arities of operators.
const (
	Unary  Arity = "Unary"
	Binary Arity = "Binary"
)

// Keyed is a pair whose value is any JSON.
type Keyed struct {
	Key   string          `json:"key"`
	Value json.RawMessage `json:"value"`
}

// FunctionSchema is a function of attribute mappings (attributeMappingFunctionSchema).
// Source: learn.microsoft.com/graph/api/resources/synchronization-attributemappingfunctionschema.
type FunctionSchema struct {
	Name       string                        `json:"name"`
	Parameters Collection[FunctionParameter] `json:"parameters"`
}

// FunctionParameter is one parameter of a function (attributeMappingParameterSchema).
type FunctionParameter struct {
	Name                     string        `json:"name"`
	Type                     AttributeType `json:"type"`
	Required                 bool          `json:"required"`
	AllowMultipleOccurrences bool          `json:"allowMultipleOccurrences"`
}

// ExpressionRequest is the body of parseExpression.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-parseexpression.
type ExpressionRequest struct {
	Expression                string               `json:"expression"`
	TestInputObject           *ExpressionInput     `json:"testInputObject"` // nil: the expression is parsed only
	TargetAttributeDefinition *AttributeDefinition `json:"targetAttributeDefinition"`
}

// ExpressionInput is an object an expression is tried on (expressionInputObject).
type ExpressionInput struct {
	Definition ObjectDefinition `json:"definition"`
	Properties []Keyed          `json:"properties"`
}

// ExpressionResponse is what parseExpression found (parseExpressionResponse).
// Source: learn.microsoft.com/graph/api/resources/synchronization-parseexpressionresponse.
type ExpressionResponse struct {
	Error               *PublicError            `json:"error"` // nil: none
	EvaluationResult    Collection[string]      `json:"evaluationResult"`
	EvaluationSucceeded bool                    `json:"evaluationSucceeded"`
	ParsedExpression    *AttributeMappingSource `json:"parsedExpression"` // nil: it could not be parsed
	ParsingSucceeded    bool                    `json:"parsingSucceeded"`
}

// PublicError is what is wrong with an expression (publicError).
type PublicError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Target  Text   `json:"target"`
}

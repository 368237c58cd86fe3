package odata

import (
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// Codes of refusals besides those of the directory.
const (
	CodeBadRequest         = "BadRequest"                 // of Graph's front door, which parses the options
	CodeExpiredPageToken   = "Directory_ExpiredPageToken" // of a $skiptoken that is old, forged or of another query
	CodeExpandNotSupported = "ExpandNotSupported"
	CodeNotImplemented     = "NotImplemented" // answered with 501
)

// The texts of refusals, as published or seen.
// Sources: learn.microsoft.com/graph/aad-advanced-queries; issues of github.com/microsoftgraph/microsoft-graph-docs #10835,
// #13114, #13762; the messages known clients match on.
const (
	textUnsupported      = "Unsupported Query."
	textNotIndexed       = "The request uses a filter property that is not indexed"
	textReference        = "The specified filter to the reference property query is currently not supported."
	textSorting          = "Sorting not supported for current query."
	textCountSegment     = "$count is not currently supported."
	textSearchHeader     = "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'"
	textExpiredPageToken = "The specified page token value has expired and can no longer be included in your request."
	textTargetOperation  = "This operation target is not yet supported."
)

func unsupported(target, format string, args ...any) error {
	return refusal(directory.CodeUnsupported, target, format, args...)
}

func unsupportedQuery() error { return unsupported("", textUnsupported) }

func badRequest(target, format string, args ...any) error {
	return refusal(directory.CodeBadRequest, target, format, args...)
}

func malformed(format string, args ...any) error { return refusal(CodeBadRequest, "", format, args...) }

func refusal(code, target, format string, args ...any) error {
	message := format
	if len(args) > 0 {
		message = fmt.Sprintf(format, args...)
	}
	return &directory.Error{Code: code, Message: message, Target: target}
}

func expiredPageToken() error {
	return refusal(CodeExpiredPageToken, "$skiptoken", textExpiredPageToken)
}

// syntaxError is what Graph's front door says about a filter it cannot parse; at counts bytes from 0. Filters may be long, the
// message is not.
func syntaxError(at int, text string) error {
	return malformed("Invalid filter clause: Syntax error at position %d in '%s'.", at, excerpt(text))
}

const excerptLength = 256

func excerpt(text string) string {
	if len(text) <= excerptLength {
		return text
	}
	return text[:excerptLength] + "..."
}

// unknownProperty is the answer about an undeclared name on an open type, which all directory objects are.
func unknownProperty(name string) error {
	return unsupported(name, "Property '%s' does not exist as a declared property or extension property.", excerpt(name))
}

func unknownMember(clause, name string, t *Schema) error {
	return refusal(CodeBadRequest, name, "Parsing OData %s failed: Could not find a property named '%s' on type 'microsoft.graph.%s'.", clause, excerpt(name), t.Name)
}

func unsupportedClause(property string, t *Schema) error {
	return unsupported(property, "Unsupported or invalid query filter clause specified for property '%s' of resource '%s'.", property, t.Resource)
}

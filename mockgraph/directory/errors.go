package directory

import "fmt"

// Error is a refusal in Graph's words.
// Source: learn.microsoft.com/graph/errors; the messages are those clients are known to match on.
type Error struct {
	Code    string // Graph's error code, one of the Code constants
	Message string // Graph's message
	Target  string // property or id it is about, "" when it is about none
	Detail  string // code of the entry in details that names Target, "" when Graph gives no details
}

// Error returns code and message.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// The codes of an [Error].
const (
	CodeBadRequest       = "Request_BadRequest"
	CodeNotFound         = "Request_ResourceNotFound"
	CodeUnsupported      = "Request_UnsupportedQuery"
	CodeSameKey          = "Request_MultipleObjectsWithSameKeyValue"
	CodeDenied           = "Authorization_RequestDenied"
	CodeQuota            = "Directory_QuotaExceeded"
	CodeConcurrency      = "Directory_ConcurrencyViolation"
	DetailConflict       = "ObjectConflict"
	DetailInvalidValue   = "InvalidValue"
	DetailMissingValue   = "MissingValue"
	messageMissingObject = "Resource '%s' does not exist or one of its queried reference-property objects are not present."
)

func notFound(id string) error {
	return &Error{Code: CodeNotFound, Message: fmt.Sprintf(messageMissingObject, id), Target: id}
}

func badRequest(target, format string, args ...any) error {
	return &Error{Code: CodeBadRequest, Message: fmt.Sprintf(format, args...), Target: target}
}

func invalidValue(t *table, property string) error {
	return &Error{
		Code:    CodeBadRequest,
		Message: fmt.Sprintf("Invalid value specified for property '%s' of resource '%s'.", property, t.resource),
		Target:  property, Detail: DetailInvalidValue,
	}
}

func missingValue(t *table, property string) error {
	return &Error{
		Code:    CodeBadRequest,
		Message: fmt.Sprintf("A value is required for property '%s' of resource '%s'.", property, t.resource),
		Target:  property, Detail: DetailMissingValue,
	}
}

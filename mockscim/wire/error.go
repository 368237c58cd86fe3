package wire

import (
	"errors"
	"fmt"
	"net/http"
)

// Error is a failed exchange in the words of Entra's provisioning log.
// Sources: learn.microsoft.com/entra/identity/monitoring-health/howto-analyze-provisioning-logs, error codes;
// learn.microsoft.com/entra/identity/app-provisioning/on-premises-ecma-troubleshoot, for the form of the message.
type Error struct {
	Code    string // one of the Code constants
	Status  int    // of the answer, 0 when there is none
	Message string // without secrets; one sentence, or the answer as Entra dumps it

	cause error
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Unwrap returns the network error behind it, nil when an answer came.
func (e *Error) Unwrap() error { return e.cause }

func (e *Error) because(err error) *Error {
	e.cause = err
	return e
}

// The codes of [Error].
const (
	prefix = "SystemForCrossDomainIdentityManagement"

	CodeCredentialValidationFailure     = prefix + "CredentialValidationFailure"     // the probe was not authorised
	CodeCredentialValidationUnavailable = prefix + "CredentialValidationUnavailable" // the probe got no answer or a server error
	CodeInvalidCredentials              = prefix + "InvalidCredentials"              // stored credentials are bad at the beginning of a cycle
	CodeServiceIncompatible             = prefix + "ServiceIncompatible"             // the answer is not SCIM
	CodeMultipleEntries                 = prefix + "MultipleEntriesInResponse"       // several resources where one was asked for

	CodeConflict                  = "Conflict"
	CodeEntryConflict             = "EntryConflict"
	CodeInsufficientRights        = "InsufficientRights"
	CodeInternalServerError       = "InternalServerError"
	CodeInvalidAnchor             = "InvalidAnchor" // the id in the target is no longer valid
	CodeMethodNotAllowed          = "MethodNotAllowed"
	CodeNotImplemented            = "NotImplemented"
	CodeTimeout                   = "Timeout"
	CodeTooManyRequests           = "TooManyRequests"
	CodeUnauthorized              = "Unauthorized"
	CodeUnprocessableEntity       = "UnprocessableEntity"
	CodeWebExceptionProtocolError = "WebExceptionProtocolError"
)

// verb is what a request does, as far as statuses mean different things.
type verb string

const (
	match  verb = "match" // GET with a filter
	read   verb = "read"  // GET by id
	create verb = http.MethodPost
	change verb = http.MethodPatch
	remove verb = http.MethodDelete
)

// done are the statuses with which a verb has worked. A DELETE of what is gone already counts as done; what Entra makes of it
// is not documented.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
var done = map[verb][]int{
	match:  {http.StatusOK},
	read:   {http.StatusOK},
	create: {http.StatusCreated, http.StatusOK},
	change: {http.StatusOK, http.StatusNoContent},
	remove: {http.StatusNoContent, http.StatusOK, http.StatusNotFound},
}

// codes gives the code of a status: for a verb, or for all verbs under "".
var codes = map[int]map[verb]string{
	http.StatusNoContent:           {match: CodeServiceIncompatible, read: CodeServiceIncompatible},
	http.StatusBadRequest:          {"": CodeServiceIncompatible},
	http.StatusUnauthorized:        {"": CodeUnauthorized},
	http.StatusForbidden:           {"": CodeInsufficientRights},
	http.StatusNotFound:            {"": CodeServiceIncompatible, read: CodeInvalidAnchor, change: CodeInvalidAnchor},
	http.StatusMethodNotAllowed:    {"": CodeMethodNotAllowed},
	http.StatusRequestTimeout:      {"": CodeTimeout},
	http.StatusConflict:            {"": CodeEntryConflict, create: CodeConflict},
	http.StatusGone:                {"": CodeServiceIncompatible, read: CodeInvalidAnchor, change: CodeInvalidAnchor},
	http.StatusUnprocessableEntity: {"": CodeUnprocessableEntity},
	http.StatusTooManyRequests:     {"": CodeTooManyRequests},
	http.StatusNotImplemented:      {"": CodeNotImplemented},
}

// codeOf returns the code of a status that is not done. What the table does not list goes by its class.
func codeOf(v verb, status int) string {
	if code, ok := codes[status][v]; ok {
		return code
	}
	if code, ok := codes[status][""]; ok {
		return code
	}
	switch {
	case status >= 500:
		return CodeInternalServerError
	case status >= 400:
		return CodeServiceIncompatible
	case status >= 300:
		return CodeWebExceptionProtocolError
	default:
		return CodeUnprocessableEntity // a success that is not an answer to this request
	}
}

// AsProbe returns the error as a failed probe reports it: not being authorised and not being available have codes of their own
// there. Other errors come back as they are.
func AsProbe(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	probe := *e
	switch {
	case e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden:
		probe.Code = CodeCredentialValidationFailure
	case e.Status == 0 || e.Status >= 500 || e.Status == http.StatusTooManyRequests || e.Code == CodeTimeout:
		probe.Code = CodeCredentialValidationUnavailable
	default:
		return err
	}
	probe.Message = "An unexpected answer came while the credentials were validated. " + e.Message
	return &probe
}

// errorf says what is wrong with an answer in one sentence, which begins with the request.
func (r Response) errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Status: r.Status, Message: r.Method + " " + r.shownURL() + ": " + r.shown(fmt.Sprintf(format, args...), maxShownReason)}
}

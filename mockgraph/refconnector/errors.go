package refconnector

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Code says what kind of refusal an [Error] is, so that a caller can act on it.
type Code string

// The kinds of refusals.
const (
	AlreadyExists        Code = "alreadyExists"        // another object has the unique value
	UnknownObject        Code = "unknownObject"        // there is no object of that id
	InvalidAttribute     Code = "invalidAttribute"     // a value Graph does not take, or an attribute that is none
	PasswordPolicy       Code = "passwordPolicy"       // the password is too weak
	Unauthorized         Code = "unauthorized"         // the sign-in failed, or the token was refused
	Forbidden            Code = "forbidden"            // a permission or a consent is missing
	LicenceUnavailable   Code = "licenceUnavailable"   // unknown SKU, no seat left, or service plans in the way
	MissingUsageLocation Code = "missingUsageLocation" // an account without a location gets no licence
	Throttled            Code = "throttled"            // 429 to the last try
	Unavailable          Code = "unavailable"          // no answer, or 5xx to the last try
	Other                Code = "other"
)

// Error is why an operation was not carried out. It never holds a secret, password or token.
type Error struct {
	Code      Code
	Status    int    // of HTTP; 0 when no answer came or nothing was sent
	Message   string // for a person: what was tried, and what was answered
	Reason    string // Graph's error code (Request_BadRequest) or the login host's (AADSTS7000215); ""
	Target    string // property or object the refusal is about; "" when it does not say
	RequestID string // to name when asking Microsoft; ""

	cause error
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the error of the transport or context, if there is one.
func (e *Error) Unwrap() error { return e.cause }

// codeOf is the code of an error; "" of none and of a foreign one.
func codeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

func invalid(attribute, format string, args ...any) *Error {
	return &Error{Code: InvalidAttribute, Target: attribute, Message: fmt.Sprintf("check attribute %s: ", attribute) + fmt.Sprintf(format, args...)}
}

// refusal is Graph's error. Source: learn.microsoft.com/graph/errors.
type refusal struct {
	Error struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Details []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
			Target  string `json:"target"`
		} `json:"details"`
	} `json:"error"`
}

// says tells whether the refusal has the detail.
func (r *refusal) says(code string) bool {
	for _, d := range r.Error.Details {
		if d.Code == code {
			return true
		}
	}
	return false
}

// kinds finds the code of a refusal. Graph's codes are coarse: most refusals are Request_BadRequest and are told apart by details and words.
// The words are those public issues show.
var kinds = []struct {
	status int // 0: any of 4xx
	words  string
	code   Code
}{
	{http.StatusUnauthorized, "", Unauthorized},
	{http.StatusForbidden, "quota", Other},
	{http.StatusForbidden, "", Forbidden},
	{http.StatusNotFound, "", UnknownObject},
	{http.StatusTooManyRequests, "", Throttled},
	{http.StatusConflict, "", AlreadyExists},
	{0, "another object with the same value", AlreadyExists},
	{0, "property netid is invalid", AlreadyExists}, // two creations of one name at the same time
	{0, "invalid object identifier", UnknownObject},
	{0, "invalid usage location", MissingUsageLocation},
	{0, "does not have any available licenses", LicenceUnavailable},
	{0, "valid company license", LicenceUnavailable},
	{0, "license assignment failed", LicenceUnavailable},
	{0, "does not have a corresponding license", LicenceUnavailable},
	{0, "license is inherited", LicenceUnavailable},
	{0, "password", PasswordPolicy},
	{http.StatusBadRequest, "", InvalidAttribute},
	{http.StatusUnprocessableEntity, "", InvalidAttribute},
}

func kindOf(status int, r *refusal) Code {
	if status >= http.StatusInternalServerError {
		return Unavailable
	}
	if r.says("ObjectConflict") {
		return AlreadyExists
	}
	words := strings.ToLower(r.Error.Message)
	for _, k := range kinds {
		if (k.status == 0 || k.status == status) && strings.Contains(words, k.words) {
			return k.code
		}
	}
	return Other
}

// refused makes the error of an answer that is none of success.
func (c *Connector) refused(k *call, a *answer) *Error {
	var r refusal
	_ = json.Unmarshal(a.body, &r) // what is no refusal of Graph has neither code nor words
	e := &Error{Code: kindOf(a.status, &r), Status: a.status, Reason: r.Error.Code, RequestID: a.header.Get("Request-Id")}
	if i := slices.IndexFunc(r.Error.Details, func(d struct {
		Code    string `json:"code"`
		Message string `json:"message"`
		Target  string `json:"target"`
	}) bool {
		return d.Target != ""
	}); i >= 0 {
		e.Target = r.Error.Details[i].Target
	}
	words := r.Error.Message
	if words == "" {
		words = http.StatusText(a.status)
	}
	e.Message = c.scrub(fmt.Sprintf("%s: Graph answers %d %s: %s", k.purpose, a.status, r.Error.Code, cut(words, 500)))
	if e.Code == Forbidden {
		e.Message += "; an administrator must consent to the permissions " + strings.Join(c.Permissions(), ", ")
	}
	return e
}

// cut bounds words from outside.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "") + "…"
}

package scim

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// The detail error keywords (scimType) of RFC 7644 §3.12, table 9.
const (
	InvalidFilter = "invalidFilter" // bad filter syntax, or an operator the attribute does not support
	TooMany       = "tooMany"       // the filter yields more results than the server is willing to process
	Uniqueness    = "uniqueness"    // a value is already in use or reserved (status 409)
	Mutability    = "mutability"    // the attribute's mutability or current state forbids the change
	InvalidSyntax = "invalidSyntax" // the body is malformed or does not conform to the request schema
	InvalidPath   = "invalidPath"   // the path of a PATCH operation is malformed or names no attribute
	NoTarget      = "noTarget"      // the path yields nothing that can be operated on
	InvalidValue  = "invalidValue"  // a required value is missing, or a value is not of the attribute's type
	InvalidVers   = "invalidVers"   // the SCIM protocol version is not supported
	Sensitive     = "sensitive"     // the request cannot be completed because of sensitive information in its URI
)

// The detail error keywords that RFC 9865 §2.1 adds.
const (
	InvalidCursor = "invalidCursor" // the cursor is none that the service provider gave for this query
	ExpiredCursor = "expiredCursor" // the cursor was good once
	InvalidCount  = "invalidCount"  // count is not between 1 and the largest page
)

// Error is a SCIM error response (RFC 7644 §3.12). Its JSON form carries the status as a string, as the RFC wants it.
type Error struct {
	Status   int    // HTTP status code
	ScimType string // detail error keyword; empty when there is none
	Detail   string // for people
}

// Errorf makes an Error whose detail is formatted as by fmt.Sprintf. An empty scimType is left out of the JSON form.
func Errorf(status int, scimType, format string, args ...any) *Error {
	return &Error{Status: status, ScimType: scimType, Detail: fmt.Sprintf(format, args...)}
}

// Error says status, keyword and detail on one line.
func (e *Error) Error() string {
	if e.ScimType == "" {
		return fmt.Sprintf("%d: %s", e.Status, e.Detail)
	}
	return fmt.Sprintf("%d %s: %s", e.Status, e.ScimType, e.Detail)
}

type errorMessage struct {
	Schemas  []string        `json:"schemas"`
	ScimType string          `json:"scimType,omitempty"`
	Detail   string          `json:"detail,omitempty"`
	Status   json.RawMessage `json:"status"`
}

// MarshalJSON writes the message of RFC 7644 §3.12.
func (e *Error) MarshalJSON() ([]byte, error) {
	status, err := json.Marshal(strconv.Itoa(e.Status))
	if err != nil {
		return nil, fmt.Errorf("marshal error status: %w", err)
	}
	return json.Marshal(errorMessage{Schemas: []string{ErrorURN}, ScimType: e.ScimType, Detail: e.Detail, Status: status})
}

// UnmarshalJSON reads the message of RFC 7644 §3.12. A status given as a number is read too: many servers send one.
// A missing status leaves 0.
func (e *Error) UnmarshalJSON(data []byte) error {
	var m errorMessage
	if err := json.Unmarshal(data, &m); err != nil {
		return fmt.Errorf("decode SCIM error: %w", err)
	}
	*e = Error{ScimType: m.ScimType, Detail: m.Detail}
	text := strings.Trim(string(m.Status), `"`)
	if text == "" || text == "null" {
		return nil
	}
	status, err := strconv.Atoi(text)
	if err != nil {
		return fmt.Errorf("decode SCIM error: status %s is not a number", text)
	}
	e.Status = status
	return nil
}

// Body is the JSON form, ready to be sent as application/scim+json.
func (e *Error) Body() []byte {
	data, err := e.MarshalJSON()
	if err != nil { // cannot happen: strings and integers always marshal
		return nil
	}
	return data
}

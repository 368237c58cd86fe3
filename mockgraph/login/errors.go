package login

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Error is a refusal in Entra's words: an AADSTS code with the OAuth error it comes as.
// Source: learn.microsoft.com/entra/identity-platform/reference-error-codes.
type Error struct {
	Code     int    // AADSTS number
	Status   int    // of the HTTP answer
	OAuth    string // error, such as invalid_client
	Suberror string // suberror, "" for none
	Text     string // error_description without the number and the trace
	Claims   string // claims challenge, a JSON text; "" for none

	lookup bool // the look-up page knows the code
}

// Error returns the number and the text.
func (e *Error) Error() string { return fmt.Sprintf("AADSTS%d: %s", e.Code, e.Text) }

// AADSTS returns an error of the catalogue with its text. The arguments fill the gaps of the text in order; one that is missing is
// left empty. An unknown code gives a plain invalid_request.
func AADSTS(code int, args ...any) *Error {
	row, ok := catalogue[code]
	if !ok {
		row = aadsts{oauth: "invalid_request", text: "The request is refused."}
	}
	e := &Error{Code: code, Status: row.status, OAuth: row.oauth, Suberror: row.suberror, lookup: !row.unlisted, Text: fill(row.text, args)}
	if e.Status == 0 {
		e.Status = http.StatusBadRequest
		if e.OAuth == "invalid_client" {
			e.Status = http.StatusUnauthorized
		}
	}
	return e
}

// as returns the error under another OAuth code and suberror, which depend on the endpoint.
func (e *Error) as(oauth, suberror string) *Error {
	next := *e
	next.OAuth, next.Suberror = oauth, suberror
	if oauth != "invalid_client" && next.Status == http.StatusUnauthorized {
		next.Status = http.StatusBadRequest
	}
	return &next
}

// fill puts arguments into the gaps (%s) of a text.
func fill(text string, args []any) string {
	gaps := 0
	for i := 0; i+1 < len(text); i++ {
		if text[i] == '%' && text[i+1] == 's' {
			gaps++
		}
	}
	values := make([]any, gaps)
	for i := range values {
		values[i] = ""
		if i < len(args) {
			values[i] = bounded(fmt.Sprint(args[i]))
		}
	}
	return fmt.Sprintf(text, values...)
}

// bounded keeps what a request said short when it is repeated.
func bounded(s string) string {
	if len(s) > 256 {
		return s[:256] + "…"
	}
	return s
}

// trace identifies one request in an answer.
type trace struct {
	id, correlation string
	time            time.Time
}

const timestampLayout = "2006-01-02 15:04:05Z"

func (t trace) timestamp() string { return t.time.UTC().Format(timestampLayout) }

// description is error_description as Entra writes it, on one line.
func (e *Error) description(t trace) string {
	return fmt.Sprintf("AADSTS%d: %s Trace ID: %s Correlation ID: %s Timestamp: %s", e.Code, e.Text, t.id, t.correlation, t.timestamp())
}

// envelope is the body of a refusal.
type envelope struct {
	Error         string `json:"error"`
	Description   string `json:"error_description"`
	Codes         []int  `json:"error_codes"`
	Timestamp     string `json:"timestamp"`
	TraceID       string `json:"trace_id"`
	CorrelationID string `json:"correlation_id"`
	URI           string `json:"error_uri,omitempty"`
	Suberror      string `json:"suberror,omitempty"`
	Claims        string `json:"claims,omitempty"`
}

func (e *Error) envelope(t trace, o origin) envelope {
	body := envelope{
		Error: e.OAuth, Description: e.description(t), Codes: []int{e.Code}, Timestamp: t.timestamp(), TraceID: t.id, CorrelationID: t.correlation,
		Suberror: e.Suberror, Claims: e.Claims,
	}
	if e.lookup {
		body.URI = o.base + "/error?code=" + strconv.Itoa(e.Code)
	}
	return body
}

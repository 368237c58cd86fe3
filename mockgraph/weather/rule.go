package weather

import "time"

// Rule lets an effect strike the requests that match.
type Rule struct {
	// Name is for people: it stands in [Outcome.Cause]. "" is named after its effect.
	Name string `json:"name"`
	// Match says which requests; its zero value is every request.
	Match Match `json:"match"`
	// Effect says what happens to them. Exactly one of its members is set.
	Effect Effect `json:"effect"`
}

// Match says which requests a rule strikes. All members have to agree.
type Match struct {
	// Methods are HTTP methods in upper case; none: all.
	Methods []string `json:"methods"`
	// Path is a pattern of the canonical path or the route template, without version, in any case: /users/{id}/manager, /users/*,
	// /groups/**. A segment is matched as [path.Match] does, ** at the end is any rest, none too. "" is every path.
	Path string `json:"path"`
	// Only is [Batched], [Outer] or "" for both.
	Only Place `json:"only"`
	// Skip lets the first requests that match pass.
	Skip int `json:"skip"`
	// Share is how many of the further requests are struck, above 0 to 1; 0 means all of them.
	Share float64 `json:"share" weather:"above0"`
	// Count ends the rule when so many requests were struck; 0: never.
	Count int `json:"count"`
}

// Place is where a request stands.
type Place string

// The places of requests.
const (
	Batched Place = "batched" // an item of a batch
	Outer   Place = "outer"   // a request of its own, the batch itself too
)

// Effect is what happens to a request: exactly one of its members is set.
type Effect struct {
	Throttle *Throttle `json:"throttle"`
	Fail     *Failure  `json:"fail"`
	Latency  *Latency  `json:"latency"`
	Drop     *Drop     `json:"drop"`
	Truncate *Truncate `json:"truncate"`
}

// Throttle refuses with 429. Source: learn.microsoft.com/graph/throttling and …/graph/throttling-limits, additional headers.
type Throttle struct {
	// RetryAfter is how long the client is told to wait, up to 1h; 0 means 10s, and 2.128s in style [Decimal].
	RetryAfter time.Duration `json:"retryAfter"`
	// Style is how Retry-After is written; "" means [Seconds].
	Style Style `json:"style"`
	// Code is "TooManyRequests", "activityLimitReached" or "ApplicationThrottled"; "" means the first.
	Code string `json:"code"`
	// Message replaces Graph's text for the code.
	Message string `json:"message"`
	// Scope begins x-ms-throttle-scope: "Tenant_Application", "Tenant" or "Application". "" means the first with code
	// TooManyRequests; other codes then have no x-ms-throttle headers.
	Scope string `json:"scope"`
	// Limit is the second part of x-ms-throttle-scope: "Read", "Write" or "ReadWrite"; "" means ReadWrite.
	Limit string `json:"limit"`
	// Information is x-ms-throttle-information: "ResourceUnitLimitExceeded", "WriteLimitExceeded" or "CPULimitExceeded"; "" means
	// the first.
	Information string `json:"information"`
}

// Style is how Retry-After is written.
type Style string

// The styles of Retry-After. Source: RFC 9110 section 10.2.3 for seconds and date.
const (
	Seconds Style = "seconds" // 10: whole, rounded up
	Decimal Style = "decimal" // 2.128: no RFC allows it, recorded traffic has it
	Date    Style = "date"    // Tue, 03 Feb 2026 04:05:06 GMT
	Missing Style = "missing" // not at all, documented for identity protection and conditional access
)

// Failure answers with an error of its own. Source: learn.microsoft.com/graph/errors.
type Failure struct {
	// Status is an HTTP status from 400 to 599.
	Status int `json:"status"`
	// Code is Graph's code. "" means the status's own: 409, 423, 500, 502, 503, 504 and 509 have one, others need it.
	Code string `json:"code"`
	// Message is Graph's text. "" means the code's own.
	Message string `json:"message"`
	// RetryAfter adds Retry-After, up to 1h; 0: none.
	RetryAfter time.Duration `json:"retryAfter"`
	// Style is how Retry-After is written; "" means [Seconds].
	Style Style `json:"style"`
	// After lets the request be carried out first: the client learns of a failure that was none.
	After bool `json:"after"`
}

// Latency delays a request before it is carried out, by Fixed and a random share of Jitter. Each up to 10m.
type Latency struct {
	Fixed  time.Duration `json:"fixed"`
	Jitter time.Duration `json:"jitter"`
}

// Drop closes the connection without an answer.
type Drop struct {
	// After lets the request be carried out first: who sends it again creates a duplicate.
	After bool `json:"after"`
}

// Truncate carries the request out and breaks the connection in the middle of the answer's body.
type Truncate struct {
	// Keep is the share of the body that is sent, above 0 and below 1; 0 means a random one.
	Keep float64 `json:"keep" weather:"above0"`
}

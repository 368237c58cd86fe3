// Package exchange records HTTP exchanges with a target: what was sent, what came back, how long it took. Secrets are
// redacted at the moment of capture, so no later writer can leak them, and everything kept is bounded. An exchange can be
// rendered as readable text, as a curl line and as an entry of a HAR file. The package does not know who sent a request.
package exchange

import (
	"net/http"
	"time"
)

// Exchange is one request to the target and its answer. It is complete and never changes once handed out.
type Exchange struct {
	ID       string // unique within a [Recorder], such as "x-00017"; also the id of its HAR entry
	Owner    string // who caused it, such as a check's id
	Side     Side   // between whom it was, see [On]
	Started  time.Time
	Wait     time.Duration // from Started until the response's header was there, 0 when none came
	Duration time.Duration // from Started until the response's body was read
	Request  Request
	Response Response
	Err      string   // why there is no (complete) response, "" when there is
	Notes    []Note   // what the server remarked, see [Annotate]
	Served   []Served // the calls that the server made out of it, see [Serve]

	seq int // order of sending within the recorder
}

// Request is the request of an [Exchange] as it left, secrets redacted.
type Request struct {
	Method string
	URL    string // absolute, query as sent on the wire
	Header http.Header
	Body   Body

	OtherCredentials bool // sent with others than most of its session, see [WithOtherCredentials]
}

// Response is the answer of an [Exchange], secrets redacted. Status 0 means that none came.
type Response struct {
	Status int
	Proto  string
	Header http.Header
	Body   Body
}

// Body is the captured part of a body.
type Body struct {
	Bytes     []byte
	Size      int64 // bytes seen, after transparent decompression, also those not kept
	Truncated bool  // Bytes holds only the beginning
}

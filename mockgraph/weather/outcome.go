package weather

import "time"

// Request is what the weather may know of a request.
type Request struct {
	Method      string // upper case
	Template    string // of the route, such as /users/{id}/manager; "" when there is none
	Path        string // canonical, without version: /users/ada@contoso.example/manager
	Application string // appId of the caller, "" when unknown
	Batched     bool   // an item of a batch
	Write       bool   // changes something, so it counts against the write quota
	HasSelect   bool   // has $select
	HasExpand   bool   // has $expand
	Top         int    // $top, 0 when not given
}

// Outcome is what is to happen to a request. Its zero value is: nothing, carry it out. In order: wait for Delay; then refuse, drop or
// carry out, as the other members say.
type Outcome struct {
	// Number is the request's number since the forecast was set, from 1; 0 in fair weather. [Weather.Age] takes it.
	Number uint64
	// Delay is to be slept before anything else.
	Delay time.Duration
	// Drop is to close the connection without an answer.
	Drop bool
	// After is to carry the request out before it is dropped or answered with Status.
	After bool
	// Cut is the share of the answer's body to send before the connection breaks, below 1; 0: all of it.
	Cut float64
	// Status is to answer with this HTTP status instead; 0: with what the request gives.
	Status int
	// Code and Message are Graph's error, when there is a Status.
	Code, Message string
	// Inner are further members of innerError, when there is a Status. Not to be changed.
	Inner map[string]string
	// Header are fields to set on whatever answer is sent, one value per name; nil: none.
	Header map[string]string
	// Cause names the rule, or "quota", that stopped, dropped or cut the request; "" when none did.
	Cause string
}

// Runs tells whether the request is to be carried out.
func (o Outcome) Runs() bool { return o.After || !o.Drop && o.Status == 0 }

func (o *Outcome) set(name, value string) {
	if o.Header == nil {
		o.Header = make(map[string]string, 4)
	}
	o.Header[name] = value
}

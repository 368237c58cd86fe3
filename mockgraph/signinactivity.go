package mockgraph

import (
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// signInActivityValue is when a user last signed in, as Graph writes it; what never happened is null.
// Source: learn.microsoft.com/graph/api/resources/signinactivity.
type signInActivityValue struct {
	LastSignInDateTime                time.Time `json:"lastSignInDateTime"`
	LastSignInRequestID               nullable  `json:"lastSignInRequestId"`
	LastNonInteractiveSignInDateTime  time.Time `json:"lastNonInteractiveSignInDateTime"`
	LastNonInteractiveSignInRequestID nullable  `json:"lastNonInteractiveSignInRequestId"`
	LastSuccessfulSignInDateTime      time.Time `json:"lastSuccessfulSignInDateTime"`
	LastSuccessfulSignInRequestID     nullable  `json:"lastSuccessfulSignInRequestId"`
}

// signInActivity returns what the login host remembers of a user, else what the directory was given, nil for a user who never signed
// in. Where Entra takes hours, this is at once.
func (t *Tenant) signInActivity(user *directory.Object) any {
	last := t.login.LastSignIns(user.ID())
	born := directory.Value[time.Time](user, "createdDateTime")
	for _, at := range []*login.Moment{&last.Interactive, &last.NonInteractive, &last.Successful} {
		if at.Time.Before(born) { // of an object that had the id before a reset
			*at = login.Moment{}
		}
	}
	if last == (login.LastSignIns{}) {
		return user.Property(signInActivity)
	}
	return signInActivityValue{
		last.Interactive.Time, nullable(last.Interactive.RequestID), last.NonInteractive.Time, nullable(last.NonInteractive.RequestID),
		last.Successful.Time, nullable(last.Successful.RequestID),
	}
}

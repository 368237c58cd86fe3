package serviceprovider

import (
	"strings"
	"sync/atomic"
)

// quarantineFaults break what puts a job into quarantine and gets it out again: credentials, outages, bad requests.
func quarantineFaults() []Fault {
	return []Fault{
		{
			Name:     "token-not-checked",
			Summary:  "any bearer token is good",
			CaughtBy: "endpoint.quarantine.wrong-token",
			hooks: bends(hooks{authorize: func(q *request, refusal *answer) *answer {
				if _, sent := bearer(q.Header.Get("Authorization")); sent {
					return nil
				}
				return refusal
			}}),
		},
		{
			Name:     "missing-token-accepted",
			Summary:  "a request without Authorization is let in",
			CaughtBy: "endpoint.quarantine.missing-token",
			hooks: bends(hooks{authorize: func(q *request, refusal *answer) *answer {
				if q.Header.Get("Authorization") == "" {
					return nil
				}
				return refusal
			}}),
		},
		{
			Name:     "challenge-missing",
			Summary:  "401 has no WWW-Authenticate header",
			SeenIn:   "SCIMMY 1.3",
			CaughtBy: "endpoint.quarantine.challenge",
			hooks: bends(hooks{authorize: onRefusal(func(_ *request, refusal *answer) *answer {
				refusal.header.Del("WWW-Authenticate")
				return refusal
			})}),
		},
		{
			Name:     "unauthorized-html",
			Summary:  "401 carries an HTML page",
			CaughtBy: "endpoint.quarantine.error-body",
			hooks: bends(hooks{authorize: onRefusal(func(_ *request, refusal *answer) *answer {
				refusal.body = text("<!DOCTYPE html><title>Sign in</title><p>Please sign in.</p>")
				refusal.header.Set("Content-Type", "text/html; charset=utf-8")
				return refusal
			})}),
		},
		{
			Name:     "delete-before-authorisation",
			Summary:  "DELETE with a wrong token answers 401 and deletes all the same",
			CaughtBy: "endpoint.quarantine.no-write",
			hooks: bends(hooks{authorize: onRefusal(func(q *request, refusal *answer) *answer {
				if q.verb == verbDelete {
					q.endpoint.delete(q)
				}
				return refusal
			})}),
		},
		{
			Name:     "scheme-case-sensitive",
			Summary:  "the authentication scheme must be spelt Bearer",
			CaughtBy: "endpoint.quarantine.scheme-case",
			hooks: bends(hooks{authorize: func(q *request, refusal *answer) *answer {
				if q.endpoint.settings.token != "" && refusal == nil && !strings.HasPrefix(q.Header.Get("Authorization"), "Bearer ") {
					return badToken()
				}
				return refusal
			}}),
		},
		{
			Name:     "lockout-after-wrong-token",
			Summary:  "after a wrong token the next three requests with the good one are refused",
			CaughtBy: "endpoint.quarantine.recovery",
			hooks:    lockout,
		},
		{
			Name:     "retry-creates-duplicate",
			Summary:  "the check for duplicates and the insert are two steps, so a POST repeated while the first is worked on makes another user",
			CaughtBy: "endpoint.quarantine.outage",
			hooks:    racingInserts,
		},
		{
			Name:     "malformed-json-500",
			Summary:  "a body that is not JSON is 500",
			CaughtBy: "endpoint.quarantine.malformed-json",
			hooks: bends(hooks{answering: func(q *request, a *answer) {
				if q.garbled && q.verb == verbCreate {
					*a = *crash()
				}
			}}),
		},
	}
}

// onRefusal bends the refusal of a request without a good token.
func onRefusal(bend func(q *request, refusal *answer) *answer) func(*request, *answer) *answer {
	return func(q *request, refusal *answer) *answer {
		if refusal == nil {
			return nil
		}
		return bend(q, refusal)
	}
}

// lockout counts down the good requests still to be refused.
func lockout() hooks {
	const locked = 3
	var left atomic.Int32
	return hooks{authorize: func(q *request, refusal *answer) *answer {
		_, sent := bearer(q.Header.Get("Authorization"))
		switch {
		case refusal != nil && sent:
			left.Store(locked)
		case refusal == nil && left.Load() > 0 && left.Add(-1) >= 0:
			return badToken()
		}
		return refusal
	}}
}

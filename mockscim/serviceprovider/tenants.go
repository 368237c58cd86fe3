package serviceprovider

import (
	"net/http"
	"slices"
	"sync"
)

// WithExpiredToken is a token that was good once: it is refused as one that has expired. Default: none.
func WithExpiredToken(token string) Option {
	return func(s *settings) error { s.expired = token; return nil }
}

// WithOtherTenant serves a second tenant to requests with this token. It has users and groups of its own, and the options of the first. Default: none.
func WithOtherTenant(token string) Option {
	return func(s *settings) error { s.otherTenant = token; return nil }
}

// newTenant makes the other tenant of an endpoint, which knows the first one for the faults that mix them up.
func (e *Endpoint) newTenant(opts []Option) error {
	other, err := New(append(slices.Clip(opts), WithToken(e.settings.otherTenant), WithOtherTenant(""))...)
	if err != nil {
		return err
	}
	ids, one := e.settings.ids, sync.Mutex{}
	e.settings.ids = func() string { // calls are never concurrent, though each tenant has a store of its own
		one.Lock()
		defer one.Unlock()
		return ids()
	}
	other.settings.ids = e.settings.ids
	e.other, other.other = other, e
	return nil
}

// tenant is the endpoint of the tenant whose token a request carries; as a rule it is e.
func (e *Endpoint) tenant(r *http.Request) *Endpoint {
	if e.settings.otherTenant == "" {
		return e
	}
	if token, sent := bearer(r.Header.Get("Authorization")); sent && same(token, e.settings.otherTenant) {
		return e.other
	}
	return e
}

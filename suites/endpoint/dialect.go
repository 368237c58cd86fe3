package endpoint

import (
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// Dialects returns the dialects in which a target is judged unless somebody chooses: both, or the one of the flag when the tenant URL
// carries it as it does in Entra.
func Dialects(tenantURL string) []string {
	if _, asked, err := wire.ParseTenantURL(tenantURL); err == nil && asked == wire.AADOptSCIM {
		return []string{string(asked)}
	}
	return []string{string(wire.Default), string(wire.AADOptSCIM)}
}

// flagged gives the words of a check whose requests have another form with the flag aadOptscim062020.
func flagged(w suites.Words) map[string]suites.Words {
	return map[string]suites.Words{string(wire.AADOptSCIM): w}
}

// only skips the check when the rig speaks another dialect than the one whose form of requests it is about. Where the other dialect sends
// that form as well, another check of the same run asks for it.
func (r *Rig) only(dialect wire.Dialect, instead string) {
	if r.dialect != dialect {
		r.Skip("it is about requests of the dialect " + string(dialect) + " only: " + instead)
	}
}

// spoken chooses the words for the form in which the rig's dialect writes a request.
func (r *Rig) spoken(byDefault, withFlag string) string {
	if r.dialect == wire.AADOptSCIM {
		return withFlag
	}
	return byDefault
}

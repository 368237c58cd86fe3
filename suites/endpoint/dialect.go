package endpoint

import (
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// flagged gives the words of a check whose requests have another form with the flag aadOptscim062020.
func flagged(w suites.Words) map[string]suites.Words {
	return map[string]suites.Words{string(wire.AADOptSCIM): w}
}

// spoken chooses the words for the form in which the rig's dialect writes a request.
func (r *Rig) spoken(byDefault, withFlag string) string {
	if r.dialect == wire.AADOptSCIM {
		return withFlag
	}
	return byDefault
}

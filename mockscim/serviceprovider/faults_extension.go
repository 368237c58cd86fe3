package serviceprovider

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// extensionFaults are mistakes with extensions of the endpoint's own, which show where it has one: see [WithExtension].
func extensionFaults() []Fault {
	return []Fault{
		{
			Name:     "extension-post-dropped",
			Summary:  "POST drops what is in an extension other than the enterprise one",
			CaughtBy: "endpoint.sync.custom.create",
			hooks: bends(hooks{storing: onCreate("User", func(after scim.Resource) {
				for name := range after {
					if isOwnExtension(name) {
						delete(after, name)
					}
				}
			})}),
		},
		{
			Name:     "extension-patch-ignored",
			Summary:  "PATCH of an attribute in an extension other than the enterprise one succeeds and changes nothing",
			CaughtBy: "endpoint.sync.custom.change",
			hooks:    bends(hooks{operations: ignoring("User", all(not(isEmpty), func(o operation) bool { return isOwnExtension(o.path.URN) }))}),
		},
		{
			Name:     "extension-clear-ignored",
			Summary:  "replace by an empty text or null of an attribute in an extension other than the enterprise one succeeds and changes nothing",
			CaughtBy: "endpoint.sync.custom.clear",
			hooks:    bends(hooks{operations: ignoring("User", all(isEmpty, func(o operation) bool { return isOwnExtension(o.path.URN) }))}),
		},
	}
}

// isOwnExtension says whether a URN is that of an extension other than the enterprise one.
func isOwnExtension(urn string) bool {
	return isURN(urn) && !strings.EqualFold(urn, scim.EnterpriseURN) && !strings.EqualFold(urn, scim.UserURN) && !strings.EqualFold(urn, scim.GroupURN)
}

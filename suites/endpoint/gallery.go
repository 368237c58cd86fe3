package endpoint

import (
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// galleryChecks are the tests that Microsoft runs before it lists an application in its gallery, and what its checklist asks for beside them. The
// tests run here as they run there, against a tenant through Graph, or directly against the endpoint.
// Source: the workflow's overview of its tests, and learn.microsoft.com/entra/identity/enterprise-apps/validate-user-provisioning-app-gallery.
func galleryChecks() []Check {
	var all []Check
	for _, t := range galleryTestList() {
		all = append(all, t.check(suites.Listing, result.Required, breaksGallery, galleryTests, learnValidate))
	}
	return append(all, checklistChecks()...)
}

// galleryTestList is in the order in which the workflow reports.
func galleryTestList() []test {
	return slices.Concat(galleryUserTests(), galleryGroupTests(), galleryGroupLaterTests(), galleryDirectTests(), galleryAuthTests(), galleryPagingTests(), galleryManagerTests())
}

// asked is why what happens in a test matters, beyond what the test itself breaks.
const asked = "Microsoft lists no application in its gallery while this test fails: its workflow runs it, through a tenant, before a listing is accepted. "

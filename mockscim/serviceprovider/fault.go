package serviceprovider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
)

// Fault is one mistake the endpoint can be told to make, as a real server made it.
type Fault struct {
	Name     string // stable, kebab-case
	Summary  string // what goes wrong, in one sentence
	SeenIn   string // public issue ("owner/repository#number") or server it was seen in; "" when it is merely likely
	CaughtBy string // id of the conformance check that must notice; "" while no check asks for what it breaks

	// Dialect is the dialect of requests, "default" or "aadOptscim062020", in which alone Entra meets the mistake; "" when it does in each.
	// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
	Dialect string

	// CaughtWithFlag is the check that must notice in requests with the flag, where it is not CaughtBy; "" when it is. With the flag a form is
	// what Entra itself sends which by default Microsoft's validator sends, so that another check asks for it.
	CaughtWithFlag string

	hooks func() hooks // makes the hooks of one endpoint, with their own memory
}

// The dialects of requests in which a [Fault] can show.
const (
	byDefault = "default"
	withFlag  = "aadOptscim062020"
)

// Faults is the catalogue, in the order of the stages of a rehearsal.
func Faults() []Fault {
	return slices.Concat(
		connectFaults(), createFaults(), filterFaults(), syncFaults(), pathlessFaults(), pathFaults(), attributeFaults(), extensionFaults(), managerFaults(), groupFaults(), memberFaults(),
		crowdFaults(), disableFaults(), reactivateFaults(), lifecycleFaults(), licenceFaults(), quarantineFaults(),
		queryFaults(), versionFaults(), cursorFaults(), bulkFaults(),
		rfcFilterFaults(), rfcResourceFaults(), rfcMessageFaults(), rfcPutFaults(), rfcPatchFaults(), rfcListFaults(), rfcDiscoveryFaults(), rfcAdvertisedFaults(),
		securityFaults(), securityInputFaults(), listingFaults(), validatorFaults(), loadFaults(),
	)
}

// Caught is the id of the check that must notice the fault in a dialect of requests; "" when it does not show there.
func (f Fault) Caught(dialect string) string {
	switch {
	case f.Dialect != "" && f.Dialect != dialect:
		return ""
	case f.CaughtWithFlag != "" && dialect == withFlag:
		return f.CaughtWithFlag
	default:
		return f.CaughtBy
	}
}

// Catchers are the ids of the checks that notice the fault, in whichever dialect.
func (f Fault) Catchers() []string {
	switch {
	case f.CaughtBy == "":
		return nil
	case f.CaughtWithFlag != "":
		return []string{f.CaughtBy, f.CaughtWithFlag}
	default:
		return []string{f.CaughtBy}
	}
}

// bends makes the hooks of a fault that remembers nothing.
func bends(h hooks) func() hooks { return func() hooks { return h } }

// findFault is the fault of that name; the error for an unknown name says the nearest ones.
func findFault(name string) (Fault, error) {
	catalogue := Faults()
	for _, fault := range catalogue {
		if fault.Name == name {
			return fault, nil
		}
	}
	names := make([]string, len(catalogue))
	for i, fault := range catalogue {
		names[i] = fault.Name
	}
	return Fault{}, fmt.Errorf("find fault %q: there is no such fault; the nearest are %s", name, strings.Join(nearest.Names(name, names, 3), ", "))
}

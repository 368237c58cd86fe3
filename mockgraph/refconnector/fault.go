package refconnector

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
)

// Fault is one mistake the connector can be told to make, as a real one made it or might.
type Fault struct {
	Name     string // stable, kebab-case
	Summary  string // what goes wrong on the wire, in one sentence
	SeenIn   string // public repository or issue ("owner/repository#number") it was seen in; "" when it is merely likely
	CaughtBy string // id of the conformance check that must notice

	hooks func() hooks // makes the hooks of one connector, with their own memory
}

// Faults is the catalogue, in the order of the stages of a rehearsal.
func Faults() []Fault {
	return slices.Concat(
		setupFaults(), createFaults(), updateFaults(), touchFaults(), identityFaults(), managerFaults(), attributeFaults(), readFaults(), groupFaults(), disableFaults(), reactivateFaults(),
		licenceFaults(), deleteFaults(), waitFaults(), lostFaults(), requestFaults(), secretFaults(),
	)
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

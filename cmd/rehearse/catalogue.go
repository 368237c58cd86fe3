package main

import (
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// kind is what can be judged.
type kind string

// The kinds.
const (
	ofEndpoint  kind = "endpoint"
	ofConnector kind = "connector"
)

// command judges a target of the kind.
func (k kind) command() string {
	if k == ofConnector {
		return "connector"
	}
	return "scim"
}

// specsOf are the checks of a kind, of both for "".
func specsOf(k kind) []suites.Spec {
	var all []suites.Spec
	if k != ofConnector {
		for _, c := range endpoint.Checks() {
			all = append(all, c.Spec)
		}
	}
	if k != ofEndpoint {
		for _, c := range connector.Checks() {
			all = append(all, c.Spec)
		}
	}
	return all
}

// knownFault is a fault of one of the built-in targets.
type knownFault struct {
	Of                                                 kind
	Name, Summary, SeenIn, CaughtBy, Dialect, WithFlag string
}

// catchers are the checks that notice the fault.
func (f knownFault) catchers() []string {
	return slices.DeleteFunc([]string{f.CaughtBy, f.WithFlag}, func(id string) bool { return id == "" })
}

// faultsOf are the faults of the built-in target of a kind, of both for "".
func faultsOf(k kind) []knownFault {
	var all []knownFault
	if k != ofConnector {
		for _, f := range serviceprovider.Faults() {
			all = append(all, knownFault{ofEndpoint, f.Name, f.Summary, f.SeenIn, f.CaughtBy, f.Dialect, f.CaughtWithFlag})
		}
	}
	if k != ofEndpoint {
		for _, f := range refconnector.Faults() {
			all = append(all, knownFault{Of: ofConnector, Name: f.Name, Summary: f.Summary, SeenIn: f.SeenIn, CaughtBy: f.CaughtBy})
		}
	}
	return all
}

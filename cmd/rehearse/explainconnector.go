package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// commandOf is the command that runs a check.
func commandOf(id string) string {
	if strings.HasPrefix(id, "connector.") {
		return ofConnector.command()
	}
	return ofEndpoint.command()
}

// exampleOfConnector plays a check of connectors with the first fault of the catalogue that it catches.
func exampleOfConnector(ctx context.Context, spec suites.Spec) (scene, error) {
	for _, fault := range refconnector.Faults() {
		if fault.CaughtBy == spec.ID {
			return twiceOf(spec, fault.Name, "", connectorPlay(ctx, spec.ID))
		}
	}
	return scene{none: "The built-in connector has no fault that breaks this, since it is about the way to a connector and not about its requests."}, nil
}

// connectorPlay runs one check on a connector of its own.
func connectorPlay(ctx context.Context, id string) func(faults ...string) (played, error) {
	return func(faults ...string) (played, error) {
		driver, err := refdriver.New(faults...)
		if err != nil {
			return played{}, err
		}
		recorder := exchange.NewRecorder()
		target, err := connector.Open(ctx, connector.Config{Driver: driver, Seed: exampleSeed, Recorder: recorder})
		if err != nil {
			return played{}, err
		}
		defer func() { _ = target.Close() }() // nothing of it is outside
		all := target.Runnables()
		at := slices.IndexFunc(all, func(r suites.Runnable) bool { return r.ID == id })
		if at < 0 {
			return played{}, fmt.Errorf("find the check %s: it is not among those of connectors", id)
		}
		outcome := all[at].Run(ctx)
		return played{outcome, recorder.All()}, nil
	}
}

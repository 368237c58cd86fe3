package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/internal/example"
	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// exampleTimeout bounds how long an example is played. Most take some ten milliseconds.
const exampleTimeout = 20 * time.Second

// exampleSeed names the people in examples, so that each is the same every time.
const exampleSeed = 1

// scene is an example of a check, played twice.
type scene struct {
	none    string // why there is no example, a sentence; "" when there is one
	fault   string
	dialect string
	says    result.Finding // what the check found; no rule when it was blocked
	pair    example.Pair
}

// text is the example for a person.
func (s scene) text(style example.Style) string {
	if s.none != "" {
		return "Example\n  " + s.none + "\n"
	}
	with, on := "", "endpoint"
	if s.dialect == "" {
		on = "connector"
	} else if s.dialect != string(wire.Default) {
		with = " Entra's requests are those with the flag " + s.dialect + "."
	}
	found := ""
	if s.says.Rule != "" {
		found = fmt.Sprintf("\n  expected   %s\n  came       %s\n", briefly(s.says.Expected), briefly(s.says.Actual))
	}
	return fmt.Sprintf("Example\n  Played just now on the built-in %s with the fault %s, and once more without it.%s\n%s\n%s", on, s.fault, with, found, s.pair.Text(style))
}

// briefly is a text in one line that is not long.
func briefly(text string) string {
	const most = 300
	text = strings.Join(strings.Fields(exchange.Visible(text)), " ")
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + fmt.Sprintf("... (clipped: %d characters)", len(r))
	}
	return text
}

// exampleOfFault plays the check that catches a fault.
func exampleOfFault(ctx context.Context, fault knownFault) (scene, error) {
	for _, spec := range specsOf(fault.Of) {
		switch {
		case fault.Of == ofConnector && spec.ID == fault.CaughtBy:
			return twiceOf(spec, fault.Name, "", connectorPlay(ctx, spec.ID))
		case fault.Of == ofEndpoint && spec.ID == fault.CaughtBy:
			return twice(ctx, spec, fault.Name, cmp.Or(fault.Dialect, string(wire.Default)))
		}
	}
	return scene{none: "No check catches this fault, so there is none to play."}, nil
}

// exampleOfCheck plays a check with the first fault of the catalogue that it catches.
func exampleOfCheck(ctx context.Context, spec suites.Spec) (scene, error) {
	if fault := example.OfMicrosoft(string(spec.Stage), spec.Test); fault != "" {
		return twice(ctx, spec, fault, string(wire.Default))
	}
	for _, dialect := range bothDialects() {
		for _, fault := range serviceprovider.Faults() {
			if fault.Caught(dialect) == spec.ID {
				return twice(ctx, spec, fault.Name, dialect)
			}
		}
	}
	return scene{none: "The built-in endpoint has no fault that breaks this, since it is about the way to an endpoint and not about its answers."}, nil
}

// twice plays a check with a fault and without it.
func twice(ctx context.Context, spec suites.Spec, fault, dialect string) (scene, error) {
	if spec.Stage == suites.Performance {
		return scene{none: "This is measured over thousands of requests, and no single one shows it. Measure it: rehearse scim --pack load --only " + spec.ID + " --fault " + fault}, nil
	}
	return twiceOf(spec, fault, dialect, func(faults ...string) (played, error) { return play(ctx, spec.ID, dialect, faults...) })
}

// twiceOf compares what a check meets with a fault and without it.
func twiceOf(spec suites.Spec, fault, dialect string, play func(faults ...string) (played, error)) (scene, error) {
	faulty, err := play(fault)
	if err != nil {
		return scene{}, err
	}
	sound, err := play()
	if err != nil {
		return scene{}, err
	}
	s := scene{fault: fault, dialect: dialect}
	cited := faulty.outcome.Exchanges // when it was blocked
	if len(faulty.outcome.Findings) > 0 {
		s.says, cited = faulty.outcome.Findings[0], nil
		for _, f := range faulty.outcome.Findings {
			cited = append(cited, f.Exchanges...)
		}
	}
	var found bool
	if s.pair, found = example.Find(faulty.sent, sound.sent, cited); !found {
		s.none = "The fault " + fault + " shows in no single exchange. See the whole of it: rehearse " + commandOf(spec.ID) + " --only " + spec.ID + " --fault " + fault
	}
	return s, nil
}

// played is one run of one check.
type played struct {
	outcome suites.Outcome
	sent    []*exchange.Exchange
}

// play runs one check against an endpoint of its own.
func play(ctx context.Context, id, dialect string, faults ...string) (played, error) {
	recorder := exchange.NewRecorder()
	config := endpoint.Config{Pace: -1, Patience: -1, Seed: exampleSeed, Recorder: recorder, Timeout: exampleTimeout}
	n := 0
	ids := serviceprovider.WithIDs(func() string { n++; return fmt.Sprintf("%08x-5ca1-4ab1-8e1f-0123456789ab", n) })
	builtin, err := serveBuiltin(ctx, &config, faults, ids)
	if err != nil {
		return played{}, err
	}
	defer builtin.close()
	target, err := endpoint.Open(ctx, config)
	if err != nil {
		return played{}, fmt.Errorf("open the built-in endpoint: %w", err)
	}
	defer func() { target.Close(context.WithoutCancel(ctx)) }()
	all := target.Runnables(dialect)
	at := slices.IndexFunc(all, func(r suites.Runnable) bool { return r.ID == id })
	if at < 0 {
		return played{}, fmt.Errorf("find the check %s: it is not among those of this endpoint", id)
	}
	outcome := all[at].Run(ctx)
	return played{outcome, recorder.All()}, nil
}

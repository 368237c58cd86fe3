package endpoint

import (
	"context"
	"fmt"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// scene is what several checks judge together: it is played once in each dialect, by whichever of them comes first, so that a hundred of them
// need no more requests than one.
type scene struct {
	outcome  suites.Outcome // how playing it ended: passed, unless something kept it from the start or the end
	verdicts map[string]verdict
}

// verdict is what a scene has shown for one check.
type verdict struct {
	broken   []breach
	by       string // check that owns what kept it from being judged; "" when it was judged, or does not apply
	reason   string
	evidence []*exchange.Exchange
	skipped  bool // it does not apply, for the reason
}

// breach is a rule of a check that was broken.
type breach struct {
	rule, want, got string
	evidence        []*exchange.Exchange
}

// scenes keeps the scenes of a target.
type scenes struct {
	turn   chan struct{} // holds one token: whoever has it may play
	played map[wire.Dialect]*scene
}

func newScenes() *scenes {
	s := &scenes{turn: make(chan struct{}, 1), played: map[wire.Dialect]*scene{}}
	s.turn <- struct{}{}
	return s
}

// attributes returns the scene of the attributes in the rig's dialect. One that was cut off because its check ran out of time is played again.
func (r *Rig) attributes(ctx context.Context) *scene {
	s := r.target.scenes
	select {
	case <-s.turn:
		defer func() { s.turn <- struct{}{} }()
	case <-ctx.Done():
		return &scene{outcome: suites.Outcome{Status: result.NotRun}}
	}
	if known := s.played[r.dialect]; known != nil {
		return known
	}
	played := &scene{verdicts: map[string]verdict{}}
	stage := suites.NewT(suites.Spec{ID: "endpoint.sync.attributes", Title: "Attributes can be tried", Stage: suites.Sync, Level: result.Required, Why: valuesBack, Fix: r.Spec().Fix, Sources: r.Spec().Sources})
	var fault error
	played.outcome = suites.Execute(ctx, stage, func(ctx context.Context) {
		rig, err := newRig(ctx, stage, r.target, r.dialect)
		if err != nil {
			fault = fmt.Errorf("set up the rig: %w", err)
			return
		}
		rig.play(ctx, played.verdicts)
	})
	check(fault)
	if ctx.Err() == nil && played.outcome.Status != result.NotRun {
		s.played[r.dialect] = played
	}
	return played
}

// shown judges the check by what the scene of the attributes has shown for it.
func (r *Rig) shown(ctx context.Context) {
	s := r.attributes(ctx)
	if s.outcome.LostContact {
		r.LostContact()
	}
	v, judged := s.verdicts[r.Spec().ID]
	if !judged {
		r.unplayed(s.outcome)
	}
	switch {
	case v.skipped:
		r.Skip(v.reason)
	case v.by != "":
		r.Block(v.by, v.reason, v.evidence...)
	}
	for _, b := range v.broken {
		r.That(b.rule, b.got, worded[string]{Want: b.want, OK: func(string) bool { return false }}, b.evidence...)
	}
}

// unplayed ends a check whose scene did not come so far.
func (r *Rig) unplayed(o suites.Outcome) {
	switch o.Status {
	case result.Blocked:
		r.T.Block(o.BlockedBy, o.Reason)
	case result.Failed:
		for _, f := range o.Findings {
			r.Fail(f)
		}
		r.Skip("the attributes could not be tried")
	case result.Skipped, result.NotRun:
		if o.Panic == "" && o.Reason != "" { // the run may send no more, or nothing that writes
			r.Void(o.Status, o.Reason)
		}
	case result.Passed, result.KnownFailure, result.UnexpectedPass:
	}
	if o.Panic != "" {
		panic("play the scene of the attributes: " + o.Panic)
	}
	r.Skip("the target has no such attribute")
}

package connector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
)

// answers is the check that owns every answer that is none: whoever meets one is blocked by it, unless that check got a proper answer to the same
// operation.
const answers = "connector.setup.answers"

// Do tells the connector to do something. A connector that gives no proper answer ends the check; from then on the same operation is not tried again.
func (r *Rig) Do(ctx context.Context, request Request) Result {
	o := request.Operation
	before := r.witness.begin(Request{Operation: connecting})
	if refused := r.ready(ctx, o); refused != nil {
		return r.told(Result{Request: request, Err: refused, Calls: r.witness.since(before), errand: r.witness.errand()})
	}
	before = r.witness.begin(request)
	asking := r.asking(ctx)
	told, within := r.connector, r.target.config.Timeout // which a call that does not come back goes on using
	answer, err := bounded(asking, within, string(o), func(ctx context.Context) (Answer, error) { return told.Do(ctx, request) })
	done := Result{Request: request, Answer: answer, Calls: r.witness.since(before), errand: r.witness.errand()}
	if refusal, own := errors.AsType[*Error](err); own {
		done.Err, err = &Error{Code: refusal.Code, Message: r.overheard(done, refusal.Message)}, nil
	}
	if unsent, ok := errors.AsType[*UnsentError](err); ok {
		r.Skip(unsent.Reason)
	}
	if b, ok := errors.AsType[*BrokenError](err); ok {
		r.overheard(done, b.Detail, b.Output...)
	}
	if err != nil {
		r.broken(ctx, o, err)
	}
	r.target.answered(o)
	return r.told(done)
}

// told notes what became of an operation, and reads what the connector wrote into its log meanwhile.
func (r *Rig) told(o Result) Result {
	r.last = o
	r.noteRefusals(o)
	r.readLog()
	return o
}

// readLog looks for secrets in the lines that the connector has written into its log since the last time.
func (r *Rig) readLog() {
	logger, ok := r.connector.(Logger)
	if !ok {
		return
	}
	r.overheard(r.last, "", r.target.heard.unread(logger.Log())...)
}

// connecting is the configuration of a connector among the operations that may break.
const connecting Operation = "configure"

// ready connects the connector, unless it is, and ends the check when the operation is known to be broken. A connector that can be configured as a rule may
// refuse what it is told here, in its own words, such as a wrong secret.
func (r *Rig) ready(ctx context.Context, o Operation) (refused *Error) {
	r.unlessBroken(o)
	if r.connector != nil {
		return nil
	}
	r.unlessBroken(connecting)
	config := r.config // which a call that does not come back goes on using
	connected, err := bounded(ctx, r.target.config.Timeout, string(connecting), func(ctx context.Context) (Connector, error) { return r.target.config.Driver.Connect(ctx, config) })
	if own, ok := errors.AsType[*Error](err); ok {
		words := r.overheard(Result{Request: Request{Operation: connecting}}, own.Message)
		if r.target.isProper(connecting) {
			return &Error{Code: own.Code, Message: words}
		}
	}
	if err != nil {
		r.broken(ctx, connecting, err)
	}
	r.target.answered(connecting)
	r.connector = connected
	return nil
}

func (r *Rig) unlessBroken(o Operation) {
	r.target.mu.Lock()
	first, known := r.target.broken[o]
	r.target.mu.Unlock()
	switch {
	case !known:
	case r.Spec().ID == answers:
		r.unanswered(o, first.err) // it need not wait for it once more
	default:
		r.Block(first.check, string(o)+": "+first.err.Detail)
	}
}

// isBroken says whether an operation is known to get no proper answer.
func (t *Target) isBroken(o Operation) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, known := t.broken[o]
	return known
}

// isProper says whether an operation was answered properly once.
func (t *Target) isProper(o Operation) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.proper[o]
}

// answered notes that an operation was answered properly.
func (t *Target) answered(o Operation) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.proper[o] = true
}

// maxLapses is how often an operation that was answered properly before may get no answer until it is not tried again.
const maxLapses = 3

// broken notes the first time that an operation got no proper answer, and ends the check: with a finding when it owns the trouble.
func (r *Rig) broken(ctx context.Context, o Operation, err error) {
	if ctx.Err() != nil {
		r.Skip("the run ended")
	}
	r.connector = nil // what is left of it is ended by the driver
	b, owner := r.breakage(o, err), answers
	r.target.mu.Lock()
	first, known := r.target.broken[o]
	switch {
	case known:
		owner = first.check
	case r.target.proper[o]: // as a rule it answers, so that it is what this check asks for
		owner = r.Spec().ID
		r.target.lapses[o]++
	}
	if !known && (owner == answers || r.target.lapses[o] >= maxLapses) {
		r.target.broken[o] = breakdown{owner, b}
	}
	r.target.mu.Unlock()
	if owner != r.Spec().ID {
		r.Block(owner, string(o)+": "+b.Detail, r.witness.errand().shown()...)
	}
	r.unanswered(o, b)
}

// brokenAt makes a finding of what failed before there was a check.
func (r *Rig) brokenAt(o Operation, err error) { r.unanswered(o, r.breakage(o, err)) }

// breakage is what an error means, without secrets.
func (r *Rig) breakage(o Operation, err error) *BrokenError {
	b := &BrokenError{Kind: Garbage, Detail: fmt.Sprintf("%s: %v", o, err)}
	if known, ok := errors.AsType[*BrokenError](err); ok {
		b.Kind, b.Detail, b.Fix, b.Output = known.Kind, known.Detail, known.Fix, slices.Clone(known.Output)
	} else if refusal, own := errors.AsType[*Error](err); own {
		b.Detail = fmt.Sprintf("the connector answered %s with the error %s", o, refusal)
	}
	hide := r.target.config.Recorder.Redact
	b.Detail = hide(b.Detail)
	for i := range b.Output {
		b.Output[i] = hide(b.Output[i])
	}
	return b
}

func (r *Rig) unanswered(o Operation, b *BrokenError) {
	r.FailNow(result.Finding{
		Rule: "The connector answers every message in time and in form", Expected: "an answer to " + string(o), Actual: b.Detail, Log: b.Output, Told: r.toldTo(o),
		Why: breakWhy[b.Kind], Fix: cmp.Or(b.Fix, breakFix[b.Kind]), Exchanges: shownIDs(r.witness.errand(), r.witness.since(0)),
	})
}

// shownIDs are the ids of what was asked last, and of the last few calls.
func shownIDs(by *errand, calls []*Call) []string {
	var ids []string
	for _, e := range by.shown() {
		ids = append(ids, e.ID)
	}
	for _, c := range calls[max(len(calls)-maxShown, 0):] {
		ids = append(ids, c.ID)
	}
	return ids
}

// maxShown bounds the exchanges that a broken connector's finding cites.
const maxShown = 3

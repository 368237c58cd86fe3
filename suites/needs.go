package suites

import (
	"fmt"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
)

// Barred says whether r must not run because of what became of its needs, and with which outcome: a failed or blocked need
// blocks it by the check at the root, a need that was not run leaves it not run, a skipped need skips it. outcome returns what became of a
// need; false means that it is not part of the run and says nothing.
func (r Runnable) Barred(outcome func(id string) (Outcome, bool)) (Outcome, bool) {
	var barred Outcome
	for _, need := range r.Needs {
		o, ok := outcome(need)
		if !ok || rank(o.Status) <= rank(barred.Status) {
			continue
		}
		switch o.Status {
		case result.Failed:
			barred = Outcome{Status: result.Blocked, BlockedBy: need, Reason: fmt.Sprintf("needs %s, which failed", need)}
		case result.Blocked:
			barred = Outcome{Status: result.Blocked, BlockedBy: o.BlockedBy, Reason: fmt.Sprintf("needs %s, which is blocked by %s", need, o.BlockedBy)}
		case result.NotRun:
			barred = Outcome{Status: result.NotRun, Reason: fmt.Sprintf("needs %s, which was not run", need)}
		case result.Skipped:
			barred = Outcome{Status: result.Skipped, Reason: fmt.Sprintf("needs %s, which was skipped: %s", need, o.Reason)}
		default: // it passed, and bars nothing
		}
	}
	return barred, barred.Status != ""
}

// rank orders what a need can do to its dependants, the worst highest.
func rank(s result.Status) int {
	return slices.Index([]result.Status{result.Skipped, result.NotRun, result.Blocked, result.Failed}, s)
}

// Settle decides the outcome o of r, which says that the check o.BlockedBy is to blame, by what became of that check. Nothing stays blocked without a
// visible cause: only if the other one failed, or is blocked in turn, r is blocked, by the check at the root. If it passed or does not apply, the
// trouble r met is a finding of its own. If it was not run, r cannot be judged.
func (r Runnable) Settle(o, blocker Outcome) Outcome {
	by := o.BlockedBy
	switch blocker.Status {
	case result.Failed:
		return o
	case result.Blocked:
		o.BlockedBy = blocker.BlockedBy
		return o
	case result.NotRun:
		o.Status, o.BlockedBy, o.Exchanges = result.NotRun, "", nil
		o.Reason = fmt.Sprintf("cannot be judged without %s, which was not run: %s", by, o.Reason)
		return o
	default:
		return r.unblocked(o, fmt.Sprintf("%s, although %s %s", o.Reason, by, blocker.Status))
	}
}

// Suspected are the checks that may be to blame for the failure o of r, in the order in which they are asked: those that the run suspects, then the causes
// of the spec.
func (r Runnable) Suspected(o Outcome) []string { return slices.Concat(o.Suspects, r.Causes) }

// Attributed is the failure o of r, for which its cause by is to blame if that one failed or is blocked in turn: then r is blocked by the check at
// the root, and its findings become the reason. Unlike a need, a cause does not keep r from running: r says for itself whether it fails, and a
// cause that breaks something else is not blamed for it.
func (r Runnable) Attributed(o Outcome, by string, cause Outcome) (attributed Outcome, blamed bool) {
	switch cause.Status {
	case result.Failed:
	case result.Blocked:
		by = cause.BlockedBy
	default:
		return o, false
	}
	o.Status, o.BlockedBy = result.Blocked, by
	for _, f := range o.Findings {
		o.Exchanges = cite(o.Exchanges, f.Exchanges)
	}
	if len(o.Findings) > 0 {
		o.Reason = o.Findings[0].Rule + ": " + o.Findings[0].Actual
	}
	o.Findings = nil
	return o, true
}

// Uncaused is [Runnable.Settle] for an outcome whose cause waits for r in turn, so that neither can be the root.
func (r Runnable) Uncaused(o Outcome) Outcome {
	return r.unblocked(o, fmt.Sprintf("%s, and %s, which should tell why, depends on this check", o.Reason, o.BlockedBy))
}

func (r Runnable) unblocked(o Outcome, actual string) Outcome {
	o.Findings = []result.Finding{{
		Rule: r.Title, Expected: "a target on which this can be tried", Actual: actual,
		Why: r.Why, Fix: r.Fix, Sources: slices.Clone(r.Sources), Count: 1, Exchanges: o.Exchanges,
	}}
	o.Status, o.BlockedBy, o.Reason, o.Exchanges = result.Failed, "", "", nil
	return o
}

package suites

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// maxEvidence bounds the exchanges that one finding cites.
const maxEvidence = 10

// T collects what one run of one check finds. A rig embeds it. It may be used from several goroutines, but only the
// goroutine the check was started on may call [T.Must], [T.Block] and [T.Skip], because they end it. What is reported after
// the check has ended is dropped.
type T struct {
	spec   Spec
	gomega gomega.Gomega

	mu          sync.Mutex
	findings    []result.Finding
	cleanups    []func(ctx context.Context) error
	late        func(cleanup func(ctx context.Context) error) // runs clean-ups registered after the end
	ending      result.Status                                 // Blocked, Skipped or Failed when the check ended itself, else ""
	blockedBy   string
	shownBy     []string // ids of the exchanges that show why it is blocked
	reason      string
	suspects    []string // ids of checks that own what this run saw go wrong
	fault       string
	void        result.Status // Skipped or NotRun once the harness held a request back, else ""
	voidReason  string
	lostContact bool
	closed      bool
	completing  func(f *result.Finding)
}

// NewT returns an empty T for a run of the check with this spec.
func NewT(spec Spec) *T {
	t := &T{spec: spec}
	t.gomega = gomega.NewGomega(func(message string, _ ...int) {
		expected, actual := splitMessage(message)
		t.Fail(result.Finding{Expected: expected, Actual: actual})
	})
	return t
}

// Complete has every finding completed from now on, before it is added: with what only those know who play the check.
func (t *T) Complete(f func(f *result.Finding)) { t.completing = f }

// Spec returns the spec of the check.
func (t *T) Spec() Spec { return t.spec }

// Gomega returns the check's own Gomega, for what [T.That] does not cover, such as Eventually. Its failed expectations are
// collected as findings of the check and do not end it.
func (t *T) Gomega() gomega.Gomega { return t.gomega }

// That says that actual must satisfy m and returns whether it does. If not, it is a finding that the rule is broken, shown by
// the evidence (nil exchanges are left out); the check goes on. A value m cannot handle at all does not satisfy it.
func (t *T) That(rule string, actual any, m types.GomegaMatcher, evidence ...*exchange.Exchange) bool {
	ok, err := m.Match(actual)
	if ok && err == nil {
		return true
	}
	expected, got := describe(m, actual)
	f := result.Finding{Rule: rule, Expected: expected, Actual: got, Exchanges: idsOf(evidence)}
	for _, e := range evidence {
		if e != nil && e.Err != "" && e.Response.Status == 0 {
			t.LostContact()
		}
	}
	t.Fail(f)
	return false
}

// Must is [T.That], but a failure also ends the check.
func (t *T) Must(rule string, actual any, m types.GomegaMatcher, evidence ...*exchange.Exchange) {
	if !t.That(rule, actual, m, evidence...) {
		t.end(result.Failed, "", "")
	}
}

// Fail adds a finding. Rule, Why, Fix and Sources default to the title, why, fix and sources of the spec, Count to 1.
// Findings with the same rule become one: it keeps the words of the first, adds up the counts and cites the exchanges of all,
// up to a bound.
func (t *T) Fail(f result.Finding) {
	f.Rule = or(f.Rule, t.spec.Title)
	f.Why = or(f.Why, t.spec.Why)
	f.Fix = or(f.Fix, t.spec.Fix)
	f.Count = max(f.Count, 1)
	if f.Sources == nil {
		f.Sources = slices.Clone(t.spec.Sources)
	}
	if t.completing != nil {
		t.completing(&f)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed || t.void != "" {
		return
	}
	i := slices.IndexFunc(t.findings, func(known result.Finding) bool { return known.Rule == f.Rule })
	if i < 0 {
		f.Exchanges = cite(nil, f.Exchanges)
		t.findings = append(t.findings, f)
		return
	}
	t.findings[i].Count += f.Count
	t.findings[i].Exchanges = cite(t.findings[i].Exchanges, f.Exchanges)
}

// FailNow is [T.Fail], and ends the check.
func (t *T) FailNow(f result.Finding) {
	t.Fail(f)
	t.end(result.Failed, "", "")
}

// Block ends the check: it cannot be judged, because the target breaks the rule that the check named by owns. A check that
// already has findings has failed nevertheless. The evidence (nil exchanges are left out) is cited should the other check pass,
// which makes the reason a finding of this one.
func (t *T) Block(by, reason string, evidence ...*exchange.Exchange) {
	t.end(result.Blocked, by, reason, evidence...)
}

// Suspect notes that the run saw the target break what another check owns. The check goes on. Should it fail, and the other one too, the other one is to
// blame, as if it stood before all others in the Causes of the spec; unlike those it is asked only in runs that saw it.
func (t *T) Suspect(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed && id != t.spec.ID && !slices.Contains(t.suspects, id) {
		t.suspects = append(t.suspects, id)
	}
}

// Skip ends the check: it does not apply to this target. A check that already has findings has failed nevertheless.
func (t *T) Skip(reason string) { t.end(result.Skipped, "", reason) }

// Void takes the rest of the check out of the judgement: the harness itself held a request back, so that what the check finds from now on is no
// evidence. Unless it has findings already, its status is the one given ([result.Skipped] or [result.NotRun]), for this reason. The check
// goes on to its end; the first call counts.
func (t *T) Void(status result.Status, reason string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.closed && t.void == "" {
		t.void, t.voidReason = status, reason
	}
}

// Failed says whether the check has findings, or has ended in another way than by coming to its end.
func (t *T) Failed() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.findings) > 0 || t.ending != "" || t.fault != ""
}

// Cleanup has f called when the check has ended, however it ended: last registered, first called, with a fresh context of
// bounded time. An error becomes a leftover and never decides the check; a [LeftoverError] says what stays where.
func (t *T) Cleanup(f func(ctx context.Context) error) {
	t.mu.Lock()
	late := t.late
	if late == nil {
		t.cleanups = append(t.cleanups, f)
	}
	t.mu.Unlock()
	if late != nil { // the check ran out of time and its goroutine still goes on: leave nothing behind
		late(f)
	}
}

// LostContact notes that a request got no answer at all, so that somebody asks whether the target still lives. [T.Watch] notes
// it for every request of a line, [T.That] when the evidence shows it.
func (t *T) LostContact() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.lostContact = true
}

// end notes how the check ends and ends its goroutine.
func (t *T) end(status result.Status, by, reason string, evidence ...*exchange.Exchange) {
	t.mu.Lock()
	if !t.closed && t.ending == "" {
		t.ending, t.blockedBy, t.reason, t.shownBy = status, by, reason, cite(nil, idsOf(evidence))
	}
	t.mu.Unlock()
	runtime.Goexit()
}

// abort ends the check with a fault of the harness.
func (t *T) abort(fault string) {
	t.mu.Lock()
	if !t.closed && t.fault == "" {
		t.fault = fault
	}
	t.mu.Unlock()
	runtime.Goexit()
}

// LeftoverError is an error a clean-up returns to say what it could not remove. The message is the reason.
type LeftoverError struct {
	URL    string // of the resource that stays
	Err    error  // why
	Remove string // how to remove it by hand, "" when nobody knows
}

func (l *LeftoverError) Error() string { return fmt.Sprintf("remove %s: %v", l.URL, l.Err) }

// Unwrap returns the reason.
func (l *LeftoverError) Unwrap() error { return l.Err }

func idsOf(evidence []*exchange.Exchange) []string {
	var ids []string
	for _, e := range evidence {
		if e != nil {
			ids = append(ids, e.ID)
		}
	}
	return ids
}

func cite(known, more []string) []string {
	for _, id := range more {
		if len(known) < maxEvidence && !slices.Contains(known, id) {
			known = append(known, id)
		}
	}
	return known
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

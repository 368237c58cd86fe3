package provisioning

import (
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Remembered is a part of what a job knows between cycles, one of its members: a line of a file. See [Job.Remember].
type Remembered struct {
	Job    *RememberedJob    `json:"job,omitempty"`
	Link   *RememberedLink   `json:"link,omitempty"`
	Failed *RememberedEscrow `json:"escrow,omitempty"`
	Doubt  *RememberedDoubt  `json:"doubt,omitempty"`
	Mail   *RememberedMail   `json:"mail,omitempty"`
}

// RememberedJob is what a job knows as a whole: the watermark, the schedule but for what options say, what past cycles left for the status.
type RememberedJob struct {
	Watermark *RememberedMark             `json:"watermark,omitempty"` // nil: an initial cycle is due
	Next      time.Time                   `json:"next,omitzero"`       // of the schedule
	GivenUp   bool                        `json:"givenUp,omitempty"`   // after four weeks of quarantine
	Held      *synchronization.Quarantine `json:"quarantine,omitempty"`
	Unechoed  []string                    `json:"unechoed,omitempty"` // directory ids, as the rest
	Due       []string                    `json:"due,omitempty"`
	Staged    map[string]bool             `json:"staged,omitempty"`

	Last           *synchronization.Execution `json:"lastExecution,omitempty"`
	LastSuccessful *synchronization.Execution `json:"lastSuccessfulExecution,omitempty"`
	LastExports    *synchronization.Execution `json:"lastSuccessfulExecutionWithExports,omitempty"`
	Failures       int64                      `json:"countSuccessiveCompleteFailures,omitempty"`
	Pruned         bool                       `json:"escrowsPruned,omitempty"`
	FirstSteady    time.Time                  `json:"steadyStateFirstAchievedTime,omitzero"`
	LastSteady     time.Time                  `json:"steadyStateLastAchievedTime,omitzero"`
}

// RememberedMark is a place in the change log of a directory, and the change that stands there: in another log it means nothing.
type RememberedMark struct {
	Sequence uint64    `json:"sequence"`
	Time     time.Time `json:"time,omitzero"`
	Object   string    `json:"object,omitempty"`
}

// RememberedLink joins an object of the directory to its counterpart in the target.
type RememberedLink struct {
	Object     string            `json:"object"` // directory id
	Type       directory.Type    `json:"type"`
	Anchor     string            `json:"anchor"` // SCIM id
	Name       string            `json:"name,omitempty"`
	Managed    bool              `json:"managed,omitempty"`
	Inactive   bool              `json:"inactive,omitempty"`
	Removed    bool              `json:"removed,omitempty"` // a DELETE was sent whose answer was lost
	Manager    string            `json:"manager,omitempty"` // SCIM id
	Omitted    string            `json:"omitted,omitempty"` // directory id of a manager out of scope
	Members    map[string]string `json:"members,omitempty"` // directory id -> SCIM id
	Doubtful   map[string]string `json:"doubtful,omitempty"`
	Unresolved []string          `json:"unresolved,omitempty"` // directory ids
}

// RememberedEscrow is a failure that is tried again.
type RememberedEscrow struct {
	Object    string         `json:"object"`
	Type      directory.Type `json:"type"`
	Reference bool           `json:"reference,omitempty"`
	Failures  int            `json:"failures,omitempty"`
	Began     time.Time      `json:"began,omitzero"`
	Next      time.Time      `json:"next,omitzero"`
}

// RememberedDoubt is a create nobody knows the outcome of.
type RememberedDoubt struct {
	Object string            `json:"object"`
	Type   directory.Type    `json:"type"`
	Name   string            `json:"name,omitempty"`
	Values map[string]string `json:"values"` // matching attribute -> value
}

// RememberedMail is a mail of the outbox.
type RememberedMail struct {
	From    string    `json:"from"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	Time    time.Time `json:"time"`
	Error   string    `json:"error,omitempty"` // why it was not sent
}

// Remember returns what the job knows, from which [Job.Recall] makes another go on where this one is: in an order that depends on nothing but what
// it knows. Its log and its options are not in it. During a cycle it is what the cycle has found so far.
func (j *Job) Remember() []Remembered {
	j.mu.RLock()
	defer j.mu.RUnlock()
	m, s, h := &j.memory, &j.schedule, &j.history
	whole := &RememberedJob{
		Watermark: m.mark.remembered(j.dir.Snapshot()), Next: s.next.UTC(), GivenUp: s.disabled, Held: clone(s.quarantine),
		Unechoed: sortedKeys(m.unechoed), Due: sortedKeys(m.due), Staged: maps.Clone(m.staged),
		Last: clone(h.last), LastSuccessful: clone(h.lastSuccessful), LastExports: clone(h.lastExports), Failures: h.failures, Pruned: h.pruned,
		FirstSteady: h.firstSteady, LastSteady: h.lastSteady,
	}
	all := make([]Remembered, 0, 1+len(m.links)+len(m.escrows)+len(m.doubts))
	all = append(all, Remembered{Job: whole})
	for id, l := range sorted(m.links) {
		all = append(all, Remembered{Link: &RememberedLink{
			Object: id, Type: l.kind, Anchor: l.anchor, Name: l.name, Managed: l.managed, Inactive: l.inactive, Removed: l.removed,
			Manager: l.manager, Omitted: l.omitted, Members: maps.Clone(l.members), Doubtful: maps.Clone(l.doubtful), Unresolved: sortedKeys(l.unresolved),
		}})
	}
	for id, e := range sorted(m.escrows) {
		all = append(all, Remembered{Failed: &RememberedEscrow{id, e.kind, e.reference, e.failures, e.began.UTC(), e.next.UTC()}})
	}
	for id, d := range sorted(m.doubts) {
		all = append(all, Remembered{Doubt: &RememberedDoubt{id, d.kind, d.name, maps.Clone(d.values)}})
	}
	for _, mail := range j.outbox {
		r := &RememberedMail{mail.From, mail.To, mail.Subject, mail.Text, mail.Time.UTC(), ""}
		if mail.Error != nil {
			r.Error = mail.Error.Error()
		}
		all = append(all, Remembered{Mail: r})
	}
	return all
}

// sorted yields the entries of a map by their keys.
func sorted[V any](m map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, key := range slices.Sorted(maps.Keys(m)) {
			if !yield(key, m[key]) {
				return
			}
		}
	}
}

func sortedKeys(m map[string]struct{}) []string { return slices.Sorted(maps.Keys(m)) }

// Recall gives a job that has run no cycle yet one part of what another knew. A part that cannot be is an error and changes nothing. A watermark
// that the directory does not have makes the next cycle an initial one, which finds linked objects by their links.
func (j *Job) Recall(r Remembered) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	m := &j.memory
	switch {
	case r.Job != nil:
		j.recallWhole(*r.Job)
	case r.Link != nil:
		return m.recallLink(*r.Link)
	case r.Failed != nil:
		e := r.Failed
		if err := provisionable(e.Object, e.Type); err != nil {
			return fmt.Errorf("read failure: %w", err)
		}
		m.escrows[e.Object] = &escrow{kind: e.Type, reference: e.Reference, failures: max(0, e.Failures), began: e.Began, next: e.Next}
	case r.Doubt != nil:
		d := r.Doubt
		if err := provisionable(d.Object, d.Type); err != nil {
			return fmt.Errorf("read doubt: %w", err)
		}
		m.doubts[d.Object] = &doubt{d.Type, d.Name, d.Values}
	case r.Mail != nil:
		mail := Mail{From: r.Mail.From, To: r.Mail.To, Subject: r.Mail.Subject, Text: r.Mail.Text, Time: r.Mail.Time}
		if r.Mail.Error != "" {
			mail.Error = errors.New(r.Mail.Error)
		}
		j.keepMail(mail)
	}
	return nil
}

// recallWhole needs the lock.
func (j *Job) recallWhole(w RememberedJob) {
	m := &j.memory
	m.mark = recalledMark(w.Watermark, j.dir.Snapshot())
	for _, id := range w.Unechoed {
		m.unechoed[id] = struct{}{}
	}
	for _, id := range w.Due {
		m.due[id] = struct{}{}
	}
	maps.Copy(m.staged, w.Staged)
	j.schedule.disabled, j.schedule.quarantine = w.GivenUp, w.Held
	if !w.Next.IsZero() || w.GivenUp {
		j.schedule.next = w.Next
	}
	if q := w.Held; q != nil && q.SeriesCount < 1 {
		q.SeriesCount = 1 // the gap to the next attempt is counted with it
	}
	j.history = history{
		last: w.Last, lastSuccessful: w.LastSuccessful, lastExports: w.LastExports, failures: w.Failures, pruned: w.Pruned,
		firstSteady: w.FirstSteady, lastSteady: w.LastSteady,
	}
}

func (m *memory) recallLink(r RememberedLink) error {
	if err := provisionable(r.Object, r.Type); err != nil {
		return fmt.Errorf("read link: %w", err)
	}
	if r.Anchor == "" {
		return fmt.Errorf("read link of %.100q: it has no anchor", r.Object)
	}
	l := &link{object: r.Object, kind: r.Type, anchor: r.Anchor, name: r.Name, inactive: r.Inactive, removed: r.Removed, references: references{
		manager: r.Manager, omitted: r.Omitted, members: r.Members, doubtful: r.Doubtful,
	}}
	for _, id := range r.Unresolved {
		if l.unresolved == nil {
			l.unresolved = map[string]struct{}{}
		}
		l.unresolved[id] = struct{}{}
	}
	if old := m.links[r.Object]; old != nil || m.owner(r.Type, r.Anchor) != nil {
		return fmt.Errorf("read link of %.100q to %.100q: one of them is linked already", r.Object, r.Anchor)
	}
	m.links[r.Object] = l
	m.anchors[l.kind][l.anchor] = l
	if r.Managed {
		l.managed = true
		m.managed[l.kind]++
	}
	return nil
}

// provisionable refuses what no job is about.
func provisionable(object string, kind directory.Type) error {
	if object == "" {
		return errors.New("it names no object")
	}
	if kind != directory.User && kind != directory.Group {
		return fmt.Errorf("%.100q is a %.100q, which is not provisioned", object, kind)
	}
	return nil
}

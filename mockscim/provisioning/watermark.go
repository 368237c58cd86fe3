package provisioning

import "github.com/rehearse-id/rehearse/mockgraph/directory"

// watermark is the place in the change log up to which everything was looked at.
type watermark struct {
	sequence uint64
	// state is what the directory was there. It is nil where it is not known: of a job that was saved, when the directory has changed since.
	state *directory.Snapshot
}

func markAt(snap *directory.Snapshot) *watermark { return &watermark{snap.Sequence(), snap} }

// remembered is nil for none.
func (w *watermark) remembered(now *directory.Snapshot) *RememberedMark {
	if w == nil {
		return nil
	}
	last := lastChange(now, w.sequence)
	return &RememberedMark{w.sequence, last.Time, last.ObjectID}
}

// lastChange is the change with a sequence, the zero one when there is none.
func lastChange(snap *directory.Snapshot, sequence uint64) (last directory.Change) {
	if sequence > 0 && sequence <= snap.Sequence() {
		for c := range snap.Changes(sequence - 1) {
			return c
		}
	}
	return last
}

// recalledMark is the watermark that was saved, nil when the change log of the directory does not have it: it was saved earlier than the watermark, or
// is that of another tenant.
func recalledMark(saved *RememberedMark, now *directory.Snapshot) *watermark {
	if saved == nil || saved.Sequence > now.Sequence() {
		return nil
	}
	last := lastChange(now, saved.Sequence)
	if !last.Time.Equal(saved.Time) || last.ObjectID != saved.Object {
		return nil
	}
	if saved.Sequence == now.Sequence() {
		return markAt(now)
	}
	return &watermark{sequence: saved.Sequence}
}

package provisioning

import (
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// fate is what a cycle does with one object of the directory.
type fate int

const (
	ignored    fate = iota // gone, or in the recycle bin, and no business of this job
	unentitled             // out of scope, and not managed
	overlooked             // kept out by the input groups of the scoping filter
	kept                   // out of scope, and SkipOutOfScopeDeletions is set
	provisions             // in scope: match, create or update
	leaves                 // left scope: disable, after which it is no longer managed
	waits                  // in the recycle bin: disable, and keep it managed
	deletes                // gone for ever, or a group that left
)

// decision is a fate with the object it is about.
type decision struct {
	fate   fate
	object *directory.Object // live or in the recycle bin; nil when it is gone for ever
	soft   bool              // blocked from signing in
}

// decide says what is to be done with an object.
// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, Deprovisioning.
func (c *cycle) decide(k *kind, id string) decision {
	l := c.memory.links[id]
	managed := l != nil && l.managed
	live, isLive := c.now.snap.Object(id)
	if !isLive {
		binned, isBinned := c.now.snap.Deleted(id)
		switch {
		case !managed:
			return decision{object: binned}
		case k.hardDelete || !isBinned:
			return decision{fate: deletes, object: binned}
		default:
			return decision{fate: waits, object: binned, soft: true}
		}
	}
	d := decision{object: live, soft: live.Type() == directory.User && !live.Bool("accountEnabled")}
	switch {
	case c.inScope(k, live) && d.soft && managed && k.hardDelete:
		d.fate = deletes
	case c.inScope(k, live):
		d.fate = provisions
	case !managed:
		d.fate = unentitled
	case c.overlooked(k, live):
		d.fate = overlooked
	case c.keepOutOfScope:
		d.fate = kept
	case k.hardDelete:
		d.fate = deletes
	default:
		d.fate, d.soft = leaves, true
	}
	return d
}

// takesAway says whether a decision would delete an object of the target or disable one that is not disabled already: what the
// prevention of accidental deletions counts.
// Source: learn.microsoft.com/entra/identity/app-provisioning/accidental-deletions.
func (c *cycle) takesAway(k *kind, id string, d decision) bool {
	l := c.memory.links[id]
	switch {
	case l == nil || !l.managed:
		return false
	case d.fate == deletes:
		return k.may(synchronization.FlowDelete)
	case d.fate == leaves || d.fate == waits || d.fate == provisions && d.soft:
		return !l.inactive && len(k.softTargets) > 0 && k.may(synchronization.FlowUpdate)
	default:
		return false
	}
}

package provisioning

import (
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// link joins an object of the tenant to its counterpart in the target (the "connector data store" of a restart).
type link struct {
	references

	object string // id in the directory
	kind   directory.Type
	anchor string // SCIM id
	name   string // for the log, also when the object is gone

	// managed is false once the object left scope and was disabled: what happens to it later is no business of the service,
	// so a later deletion sends nothing.
	// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, Deprovisioning.
	managed bool
	// inactive: the target was told that the object is blocked, deleted or out of scope.
	inactive bool
	// removed: a DELETE was sent and nobody knows whether it was done, so the target may no longer have the object.
	removed bool
}

// references is what the service remembers of the references it wrote.
type references struct {
	manager    string              // anchor last written
	omitted    string              // directory id of a manager out of scope: not back-filled before a new initial cycle
	members    map[string]string   // directory id -> anchor, as written
	doubtful   map[string]string   // the same, of members whose write failed although it may have been done
	unresolved map[string]struct{} // members whose write failed, or who have no anchor yet although they are in scope
}

// memory is what a job knows between cycles. The goroutine that runs the cycle is the only writer; it writes under the lock
// of the job, so others may read under it.
type memory struct {
	links   map[string]*link                    // by directory id
	anchors map[directory.Type]map[string]*link // by SCIM id
	escrows map[string]*escrow
	mark    *watermark // nil: an initial cycle is due

	// unechoed are the users whose manager the target did not show after it was written: they are looked at in every cycle.
	unechoed map[string]struct{}
	// due are the groups whose whole list of members still has to be written once.
	due     map[string]struct{}
	managed map[directory.Type]int // number of managed links
	// staged are the objects whose deletion waits to be allowed, and true when it was: they are looked at in every cycle.
	staged map[string]bool
	doubts map[string]*doubt // creates nobody knows the outcome of
}

func newMemory() memory {
	return memory{
		links: map[string]*link{}, anchors: map[directory.Type]map[string]*link{directory.User: {}, directory.Group: {}}, escrows: map[string]*escrow{},
		unechoed: map[string]struct{}{}, due: map[string]struct{}{}, managed: map[directory.Type]int{},
		staged: map[string]bool{}, doubts: map[string]*doubt{},
	}
}

// join begins to manage an object.
func (m *memory) join(l *link) {
	m.drop(m.links[l.object])
	m.links[l.object] = l
	delete(m.doubts, l.object)
	m.anchors[l.kind][l.anchor] = l
	l.managed = true
	m.managed[l.kind]++
	if l.kind == directory.Group {
		m.due[l.object] = struct{}{}
	}
}

// release stops managing an object; its anchor stays known.
func (m *memory) release(l *link) {
	if l != nil && l.managed {
		l.managed = false
		m.managed[l.kind]--
	}
}

// drop forgets an object. A nil link is none.
func (m *memory) drop(l *link) {
	if l == nil {
		return
	}
	m.release(l)
	delete(m.links, l.object)
	delete(m.unechoed, l.object)
	delete(m.due, l.object)
	delete(m.staged, l.object)
	if m.anchors[l.kind][l.anchor] == l {
		delete(m.anchors[l.kind], l.anchor)
	}
}

// owner is the object joined to an anchor, nil when it is free.
func (m *memory) owner(kind directory.Type, anchor string) *link {
	return m.anchors[kind][anchor]
}

// forget drops what a restart asks for. Links cannot go without the watermark: an incremental cycle would not find the
// objects again.
func (m *memory) forget(scope synchronization.ResetScope) {
	if scope.Has(synchronization.ResetConnectorDataStore) {
		mark, escrows := m.mark, m.escrows
		*m = newMemory()
		m.mark, m.escrows = mark, escrows
		scope |= synchronization.ResetWatermark
	}
	if scope.Has(synchronization.ResetWatermark) {
		m.mark = nil
	}
	if scope.Has(synchronization.ResetForceDeletes) {
		for id := range m.staged {
			m.staged[id] = true
		}
	}
	switch {
	case !scope.Has(synchronization.ResetEscrows):
	case m.mark == nil: // everything is looked at anyhow
		m.escrows = map[string]*escrow{}
	default:
		for id, e := range m.escrows {
			m.escrows[id] = &escrow{kind: e.kind, reference: e.reference} // due at once, as if it had never failed
		}
	}
}

func (m *memory) tally() tally {
	t := tally{provisioned: m.managed[directory.User] + m.managed[directory.Group]}
	for id, e := range m.escrows {
		if e.reference {
			t.references++
			continue
		}
		t.failed++
		if l := m.links[id]; l != nil && l.managed {
			t.provisioned--
		}
	}
	return t
}

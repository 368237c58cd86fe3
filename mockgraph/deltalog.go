package mockgraph

import (
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// touch is what happened to one object in a round.
type touch struct {
	of         directory.Type
	appeared   bool            // created or restored
	left       bool            // deleted, and perhaps restored
	properties map[string]bool // that changed
	links      map[string]map[string]bool
}

// touched reads the change log of the round.
func (w *deltaWriter) touched() map[string]*touch {
	all := map[string]*touch{}
	for change := range w.c.t.dir.Snapshot().Changes(w.round.Since) {
		if change.Sequence > w.round.Until {
			break
		}
		if !slices.Contains(w.set.types, change.Type) || w.round.IDs != nil && !slices.Contains(w.round.IDs, change.ObjectID) || !w.tracked(change) {
			continue
		}
		at := all[change.ObjectID]
		if at == nil {
			at = &touch{of: change.Type, properties: map[string]bool{}, links: map[string]map[string]bool{}}
			all[change.ObjectID] = at
		}
		switch change.Operation {
		case directory.Created, directory.Restored:
			at.appeared = true
		case directory.Updated:
			for _, name := range change.Properties {
				at.properties[name] = true
			}
		case directory.LinkAdded, directory.LinkRemoved:
			at.link(linkage{change.Relation, change.TargetID})
		case directory.Deleted:
			at.left = true
		case directory.Purged: // what is left tells
		}
	}
	w.recall(all)
	return all
}

// linkage is a link of an object that is known.
type linkage struct {
	relation directory.Relation
	target   string
}

func (at *touch) link(l linkage) {
	relation := l.relation.String()
	if at.links[relation] == nil {
		at.links[relation] = map[string]bool{}
	}
	at.links[relation][l.target] = true
}

// recall counts every link a client knows of an object that was deleted as touched: the log tells the end of an object's links by its
// deletion alone, which a client does not get to see when the object is back already.
func (w *deltaWriter) recall(all map[string]*touch) {
	known := map[string]map[linkage]bool{}
	for id, at := range all {
		if _, back := w.c.view.Object(id); at.left && back && len(w.round.Relations) > 0 {
			known[id] = map[linkage]bool{}
		}
	}
	if len(known) == 0 {
		return
	}
	for change := range w.c.t.dir.Snapshot().Changes(0) {
		links, wanted := known[change.ObjectID]
		if change.Sequence > w.round.Since {
			break
		}
		if !wanted {
			continue
		}
		switch link := (linkage{change.Relation, change.TargetID}); change.Operation {
		case directory.LinkAdded:
			links[link] = w.tracked(change)
		case directory.LinkRemoved:
			delete(links, link)
		case directory.Deleted:
			clear(links)
		case directory.Created, directory.Updated, directory.Restored, directory.Purged: // change no link
		}
	}
	for id, links := range known {
		for link, asked := range links {
			if asked {
				all[id].link(link)
			}
		}
	}
}

// tracked says whether a change is one the round asks for.
func (w *deltaWriter) tracked(change directory.Change) bool {
	switch change.Operation {
	case directory.Updated:
		return slices.ContainsFunc(change.Properties, func(name string) bool { return w.shows(change.Type, name) })
	case directory.LinkAdded, directory.LinkRemoved:
		return slices.Contains(w.round.Relations, change.Relation.String())
	default:
		return true
	}
}

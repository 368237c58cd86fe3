package mockgraph

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// deltaWriter writes one page of a delta query.
type deltaWriter struct {
	c                *call
	set              deltaSet
	round            deltaRound
	body             []byte
	minimal          bool
	objects, members int // room left on the page; members for each object
	written          int
}

// write writes the page: items, and a link to the next page or to the next round.
func (w *deltaWriter) write() error {
	pages := w.everything
	if w.round.Changes {
		pages = w.changes
	}
	items, done := pages()
	name, next := "skiptoken", w.round
	if done {
		until := w.round.Until
		if !w.round.Changes {
			until = w.round.Since
		}
		name, next = "deltatoken", deltaRound{Set: w.round.Set, Select: w.round.Select, Relations: w.round.Relations, IDs: w.round.IDs, Since: until, Changes: true}
	}
	token, err := json.Marshal(next)
	if err != nil {
		return err
	}
	link := `,"@odata.nextLink":`
	if done {
		link = `,"@odata.deltaLink":`
	}
	body := slices.Concat(w.body, []byte(link))
	body = appendString(body, w.c.base+"/"+w.set.path+"/delta?$"+name+"="+url.QueryEscape(w.c.t.odata.Seal(deltaKind, token)))
	body = append(body, `,"value":[`...)
	body = append(body, items...)
	return w.c.respond(http.StatusOK, append(body, "]}"...))
}

// everything writes objects as they are; it begins where the last page ended.
func (w *deltaWriter) everything() (items []byte, done bool) {
	for ; w.round.Type < len(w.set.types); w.round.Type, w.round.After = w.round.Type+1, "" {
		t := w.set.types[w.round.Type]
		if w.round.Group != "" {
			if o, ok := w.c.view.Object(w.round.Group); ok {
				if items = w.whole(items, o); w.round.Group != "" {
					return items, false
				}
			}
			w.round.Group, w.round.Member, w.round.Relation = "", "", 0
		}
		for o := range w.c.view.ObjectsAfter(t, w.round.After) {
			if w.written >= w.objects {
				return items, false
			}
			w.round.After = o.ID()
			if w.round.IDs != nil && !slices.Contains(w.round.IDs, o.ID()) {
				continue
			}
			if items = w.whole(items, o); w.round.Group != "" {
				return items, false
			}
		}
	}
	return items, true
}

// whole writes an object with all that is selected. A group whose members do not fit is left in round.Group.
func (w *deltaWriter) whole(items []byte, o *directory.Object) []byte {
	items = w.begin(items, o.ID(), o.Type())
	if w.round.Group == "" {
		items = w.properties(items, o, nil)
	}
	for ; w.round.Relation < len(w.round.Relations); w.round.Relation, w.round.Member = w.round.Relation+1, "" {
		relation := w.round.Relations[w.round.Relation]
		if relation == "members" && w.c.hides(o) {
			continue
		}
		ids, full := w.some(relation, o.ID())
		items = w.relation(items, relation, ids, nil)
		if full {
			w.round.Group, w.round.Member = o.ID(), ids[len(ids)-1]
			return append(items, '}')
		}
	}
	w.round.Group, w.round.Member, w.round.Relation = "", "", 0
	return append(items, '}')
}

// some returns related objects behind round.Member, as many as an item may have, and whether there are more.
func (w *deltaWriter) some(relation, id string) (ids []string, full bool) {
	for target := range related(w.c.view, relation, id) {
		if target <= w.round.Member {
			continue
		}
		if len(ids) == w.members {
			return ids, true
		}
		ids = append(ids, target)
	}
	return ids, false
}

// changes writes the objects that changed in the round, by id.
func (w *deltaWriter) changes() (items []byte, done bool) {
	touched := w.touched()
	ids := make([]string, 0, len(touched))
	for id := range touched {
		if id > w.round.After {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		if w.written >= w.objects {
			return items, false
		}
		w.round.After = id
		items = w.changed(items, id, touched[id])
	}
	return items, true
}

// shows says whether a property is part of the round.
func (w *deltaWriter) shows(t directory.Type, name string) bool {
	if w.round.Select != nil {
		return slices.Contains(w.round.Select, name)
	}
	p, known := directory.PropertyOf(t, name)
	return known && p.Held == "" && (p.DefaultSelect || w.c.t.options.deltaWhole)
}

// changed writes one object of a round of changes.
func (w *deltaWriter) changed(items []byte, id string, at *touch) []byte {
	items = w.begin(items, id, at.of)
	o, live := w.c.view.Object(id)
	if !live {
		reason := "deleted"
		if _, recycled := w.c.view.Deleted(id); recycled {
			reason = "changed"
		}
		return append(items, `,"@removed":{"reason":"`+reason+`"}}`...)
	}
	if w.minimal && !at.appeared {
		items = w.only(items, o, at.properties)
	} else {
		items = w.properties(items, o, at.properties)
	}
	for _, relation := range w.round.Relations {
		if relation == "members" && w.c.hides(o) {
			continue
		}
		var here, gone []string
		for target := range at.links[relation] {
			if isRelated(w.c.view, relation, id, target) {
				here = append(here, target)
			} else {
				gone = append(gone, target)
			}
		}
		slices.Sort(here)
		slices.Sort(gone)
		items = w.relation(items, relation, here, gone)
	}
	return append(items, '}')
}

// begin opens an item.
func (w *deltaWriter) begin(items []byte, id string, t directory.Type) []byte {
	if w.written++; len(items) > 0 {
		items = append(items, ',')
	}
	items = append(items, '{')
	if len(w.set.types) > 1 {
		items = append(items, `"@odata.type":"#microsoft.graph.`+string(t)+`",`...)
	}
	items = append(items, `"id":`...)
	return appendString(items, id)
}

// properties writes what the round shows and the object has, and as null what it lost.
func (w *deltaWriter) properties(items []byte, o *directory.Object, lost map[string]bool) []byte {
	for _, p := range w.rows(o.Type()) {
		if p.Name == "id" || !w.shows(o.Type(), p.Name) {
			continue
		}
		v := o.Property(p.Name)
		if v == nil && !lost[p.Name] && !p.Collection {
			continue
		}
		items = appendMember(items, p, v)
	}
	return items
}

// rows are the properties of a type, with the directory extensions the round selects.
func (w *deltaWriter) rows(t directory.Type) []directory.Property {
	rows := directory.Table(t)
	for _, name := range w.round.Select {
		if p, known := w.c.view.ExtensionProperty(t, name); known {
			rows = append(rows, p)
		}
	}
	return rows
}

// only writes the properties that changed.
func (w *deltaWriter) only(items []byte, o *directory.Object, names map[string]bool) []byte {
	for _, p := range w.rows(o.Type()) {
		if names[p.Name] && w.shows(o.Type(), p.Name) {
			items = appendMember(items, p, o.Property(p.Name))
		}
	}
	return items
}

func appendMember(items []byte, p directory.Property, v any) []byte {
	items = append(items, ',')
	items = appendString(items, p.Name)
	items = append(items, ':')
	return odata.AppendValue(items, p, v)
}

// relation writes members@delta and the like; nothing when nothing happened.
func (w *deltaWriter) relation(items []byte, name string, here, gone []string) []byte {
	if len(here)+len(gone) == 0 {
		return items
	}
	items = append(items, `,"`+name+`@delta":[`...)
	for i, id := range slices.Concat(here, gone) {
		if i > 0 {
			items = append(items, ',')
		}
		items = append(items, `{"@odata.type":"#microsoft.graph.`+string(w.typeOf(id))+`","id":"`+id+`"`...)
		if i >= len(here) {
			items = append(items, `,"@removed":{"reason":"deleted"}`...)
		}
		items = append(items, '}')
	}
	return append(items, ']')
}

// typeOf is the type of a related object, which may be gone.
func (w *deltaWriter) typeOf(id string) directory.Type {
	if o, ok := w.c.view.Object(id); ok {
		return o.Type()
	}
	if o, ok := w.c.view.Deleted(id); ok {
		return o.Type()
	}
	return "directoryObject"
}

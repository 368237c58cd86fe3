package serviceprovider

import (
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// Timestamps are UTC with milliseconds (RFC 7643 §2.3.5).
const timestamp = "2006-01-02T15:04:05.000Z07:00"

// create answers POST (RFC 7644 §3.3).
func (e *Endpoint) create(q *request) *answer {
	document, err := e.document(q)
	if err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	if err := e.bendIncoming(q, document); err != nil {
		return refuse(asError(err, scim.InvalidValue))
	}
	resource, err := e.normalize(q.kind, document)
	if err != nil {
		return refuse(asError(err, scim.InvalidValue))
	}
	if _, said := resource["active"]; !said && q.kind == e.users() {
		resource["active"] = true
	}
	var a *answer
	e.store.update(func(t *tx) bool {
		id, err := e.newID(t, q.kind)
		if err != nil {
			a = refuse(asError(err, ""))
			return false
		}
		resource["id"] = id
		q.id = id
		now := e.settings.clock.Now().UTC().Truncate(time.Millisecond)
		fresh := &record{kind: q.kind, seq: t.sequence(), id: id, created: now, modified: now}
		if a = e.save(q, t, nil, fresh, resource); a != nil {
			return false
		}
		a = e.tagged(reply(http.StatusCreated, e.render(q, t.state, q.after)), q.after)
		a.header.Set("Location", q.location(q.kind, q.after.id))
		return true
	})
	return a
}

// replace answers PUT (RFC 7644 §3.5.1): what the document leaves out is cleared, what is read-only stays.
func (e *Endpoint) replace(q *request) *answer {
	document, err := e.document(q)
	if err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	resource, err := e.normalize(q.kind, document)
	if err != nil {
		return refuse(asError(err, scim.InvalidValue))
	}
	return e.change(q, func(current scim.Resource) (scim.Resource, error) {
		if err := scim.CheckImmutable(current, resource, q.kind.registry); err != nil {
			return nil, err
		}
		resource["id"] = current["id"]
		return resource, nil
	}, true)
}

// patch answers PATCH (RFC 7644 §3.5.2); all operations take effect or none.
func (e *Endpoint) patch(q *request) *answer {
	if err := q.readQuery(); err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	data, err := q.readBody()
	if err != nil {
		return refuse(asError(err, scim.InvalidSyntax))
	}
	body, err := scim.DecodePatch(data)
	if err != nil {
		e.bendMalformed(q, data)
		return refuse(asError(err, scim.InvalidSyntax))
	}
	return e.change(q, func(current scim.Resource) (scim.Resource, error) {
		ops, err := e.bendOperations(q, current, body.Operations)
		if err != nil {
			return nil, err
		}
		if len(e.hooks) > 0 {
			q.written, q.ops = body.Operations, expand(ops)
		}
		return q.kind.patcher.Apply(current, ops)
	}, q.kind.patchBody)
}

// change stores what modify makes of the addressed resource and answers with it, or with 204.
func (e *Endpoint) change(q *request, modify func(current scim.Resource) (scim.Resource, error), body bool) *answer {
	var a *answer
	e.store.update(func(t *tx) bool {
		r := e.bendFind(q, t.state, t.get(q.kind, q.id))
		if r == nil {
			a = q.notFound()
			return false
		}
		if a = e.stale(q, r); a != nil {
			return false
		}
		resource, err := modify(r.resource())
		if err != nil {
			a = refuse(asError(err, scim.InvalidValue))
			left := e.bendFailed(q, r.resource(), q.ops)
			return left != nil && e.save(q, t, r, r, left) == nil
		}
		if a = e.save(q, t, r, r, resource); a != nil {
			return false
		}
		a = reply(http.StatusNoContent, nil)
		if body {
			a = reply(http.StatusOK, e.render(q, t.state, q.after))
		}
		e.tagged(a, q.after)
		return true
	})
	return a
}

// delete answers DELETE (RFC 7644 §3.6). What referred to the resource as a member does so no more.
func (e *Endpoint) delete(q *request) *answer {
	a := reply(http.StatusNoContent, nil)
	e.store.update(func(t *tx) bool {
		r := e.bendFind(q, t.state, t.get(q.kind, q.id))
		if r == nil {
			a = q.notFound()
			return false
		}
		if refused := e.stale(q, r); refused != nil {
			a = refused
			return false
		}
		if !e.bendRemove(q, t, r) {
			e.leaveGroups(t, r.id)
			t.drop(q.kind, r)
			q.before = r
			e.bendStored(q, t)
		}
		return true
	})
	return a
}

// document is the resource in the body of a POST or PUT.
func (e *Endpoint) document(q *request) (scim.Resource, error) {
	if err := q.readQuery(); err != nil {
		return nil, err
	}
	body := e.bodies.take()
	defer e.bodies.give(body)
	data, err := q.readInto(body, e.settings.limits.MaxBody)
	if err != nil {
		return nil, err
	}
	document, err := scim.DecodeResource(data)
	q.garbled = err != nil
	return document, err
}

// normalize checks a document against the schemas. Attributes no schema has are left out, as Entra sends whatever its
// mapping says; in PATCH their paths are an error.
func (e *Endpoint) normalize(k *kind, document scim.Resource) (scim.Resource, error) {
	tolerance := k.patcher.Tolerance
	tolerance.IgnoreUnknown = !e.settings.strict
	if e.settings.strict {
		if err := strictSchemas(k, document); err != nil {
			return nil, err
		}
	}
	return scim.Normalize(document, k.registry, tolerance)
}

// newID is an id no resource of the kind has.
func (e *Endpoint) newID(t *tx, k *kind) (string, error) {
	for range 8 {
		if id := e.settings.ids(); id != "" && t.get(k, id) == nil {
			return id, nil
		}
	}
	return "", scim.Errorf(http.StatusInternalServerError, "", "no unused id to be had")
}

// save stores a resource in the place of before (nil: a new one) once it keeps the rules between resources; fresh gives
// identity and times. A non-nil answer says which rule it broke. A resource that did not change keeps its lastModified.
func (e *Endpoint) save(q *request, t *tx, before, fresh *record, resource scim.Resource) *answer {
	var old scim.Resource
	if before != nil {
		old = before.resource()
	}
	if err := e.check(q, t, old, resource); err != nil {
		return refuse(err)
	}
	resource, err := e.bendStoring(q, old, resource)
	if err != nil {
		return refuse(asError(err, scim.InvalidValue))
	}
	after, complete := e.settle(q.kind, before, fresh, resource)
	q.before, q.after, q.saved = before, after, complete
	if after != before {
		t.put(q.kind, after, complete)
	}
	e.bendStored(q, t)
	return nil
}

// settle makes the record of a changed resource, which it completes. Without a change it is the record before.
func (e *Endpoint) settle(k *kind, before, fresh *record, resource scim.Resource) (*record, scim.Resource) {
	r := *fresh
	complete := e.complete(k, &r, resource)
	text := r.write(e.writing, complete)
	if before != nil && r.text != before.text {
		r.modified = e.later(before.modified)
		complete = e.complete(k, &r, resource)
		text = r.write(text, complete)
	}
	if e.writing = text; cap(text) > maxScratch {
		e.writing = nil
	}
	if before != nil && r.text == before.text {
		return before, complete
	}
	return &r, complete
}

// complete gives a resource the attributes the endpoint keeps itself.
func (e *Endpoint) complete(k *kind, r *record, resource scim.Resource) scim.Resource {
	delete(resource, "password") // writeOnly: it is never returned and never filtered by, so it is not kept
	resource["id"] = r.id
	resource["schemas"] = k.schemasOf(resource)
	meta := map[string]any{
		"resourceType": k.name,
		"created":      r.created.Format(timestamp),
		"lastModified": r.modified.Format(timestamp),
	}
	if !e.settings.withoutETags {
		meta["version"] = versionOf(r.modified)
	}
	resource["meta"] = meta
	return resource
}

// later is now, and past the given time also when the clock stands still or is coarse, so that a change always shows.
func (e *Endpoint) later(than time.Time) time.Time {
	now := e.settings.clock.Now().UTC().Truncate(time.Millisecond)
	if now.After(than) {
		return now
	}
	return than.Add(time.Millisecond)
}

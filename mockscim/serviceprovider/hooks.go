package serviceprovider

import (
	"net/http"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// hooks are the places where a fault can bend the endpoint, in the order a request meets them. A nil hook does nothing; an
// endpoint without faults has none. Resources handed to a hook are its own to change unless they are records.
type hooks struct {
	// before sees the request first, even before the token; an answer ends it.
	before func(q *request) *answer
	// authorize has the last word on the token check; refusal is nil when the token is good, and so is the result to let in.
	authorize func(q *request, refusal *answer) *answer
	// find has the last word on what an id in the URL leads to; nil is a 404.
	find func(q *request, s *state, found *record) *record

	// filterText sees the text of a filter before it is parsed.
	filterText func(q *request, text string) (string, error)
	// filter sees the parsed filter; nil makes the list unfiltered.
	filter func(q *request, e scim.Expr) (scim.Expr, error)
	// match has the last word on each record of a filtered list. While one is there, no index is used.
	match func(q *request, e scim.Expr, r *record, matched bool) bool
	// selected has the last word on the records a list is about, in order.
	selected func(q *request, rs []*record) []*record
	// page has the last word on the window of a list. Both numbers are what the request asks for, in bounds.
	page func(q *request, startIndex, count int) (int, int)

	// bulk sees a bulk request before it is done.
	bulk func(q *request, body *scim.BulkRequest)

	// tags has the last word on whether the entity tags a request asks by name the version of the record.
	tags func(q *request, tags []string, r *record, named bool) bool

	// cursor sees the cursor of a list before it is read.
	cursor func(q *request, text string) string
	// reading sees what a cursor leads to; it must not be changed, but another may take its place.
	reading func(q *request, read *reading) *reading

	// body sees the bytes of a write before they are read.
	body func(q *request, data []byte) error
	// incoming sees the document of a POST as it was sent.
	incoming func(q *request, document scim.Resource) error
	// written sees the operations of a PATCH as they were sent, with and without paths.
	written operationsHook
	// operations sees those of a PATCH, one operation for each path, before they are applied.
	operations func(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error)
	// malformed sees the body of a PATCH that cannot be decoded, before the 400.
	malformed func(q *request, data []byte)
	// failed gives what a PATCH that cannot be applied leaves behind; nil for the resource as it was.
	failed func(q *request, current scim.Resource, ops []scim.Operation) scim.Resource
	// conflict has the last word on whose unique value the candidate claims; nil is nobody's.
	conflict func(q *request, s *state, candidate scim.Resource, owner *record) *record
	// storing sees what a POST, PUT or PATCH is about to store; before is nil for a POST.
	storing func(q *request, before, after scim.Resource) error
	// stored runs in the transaction, after q.after took the place of q.before; either is nil at the ends of a life.
	stored func(q *request, t *tx)
	// remove deletes the record in its own way and says whether it did.
	remove func(q *request, t *tx, r *record) bool

	// proved has the last word on whether a client gets a token; nil gives it one.
	proved func(r *http.Request, refusal *oauthError) *oauthError
	// granting sees the answer with a token.
	granting func(g *granted)

	// rendering sees each resource of an answer before attributes are left out.
	rendering func(q *request, r scim.Resource)
	// answering sees every answer last.
	answering func(q *request, a *answer)
}

// admit runs the hooks in front of the token check, the check and the hooks behind it.
func (e *Endpoint) admit(q *request) *answer {
	for _, h := range e.hooks {
		if h.before != nil {
			if a := h.before(q); a != nil {
				return a
			}
		}
	}
	refusal := e.authenticate(q)
	for _, h := range e.hooks {
		if h.authorize != nil {
			refusal = h.authorize(q, refusal)
		}
	}
	return refusal
}

func (e *Endpoint) bendFind(q *request, s *state, found *record) *record {
	for _, h := range e.hooks {
		if h.find != nil {
			found = h.find(q, s, found)
		}
	}
	return found
}

func (e *Endpoint) bendFilterText(q *request, filter string) (string, error) {
	for _, h := range e.hooks {
		if h.filterText != nil {
			var err error
			if filter, err = h.filterText(q, filter); err != nil {
				return "", err
			}
		}
	}
	return filter, nil
}

func (e *Endpoint) bendFilter(q *request, filter scim.Expr) (scim.Expr, error) {
	for _, h := range e.hooks {
		if h.filter != nil && filter != nil {
			var err error
			if filter, err = h.filter(q, filter); err != nil {
				return nil, err
			}
		}
	}
	return filter, nil
}

// bendMatch is nil when no fault has a say in matching.
func (e *Endpoint) bendMatch(q *request, filter scim.Expr) func(r *record, matched bool) bool {
	var matchers []func(*request, scim.Expr, *record, bool) bool
	for _, h := range e.hooks {
		if h.match != nil {
			matchers = append(matchers, h.match)
		}
	}
	if matchers == nil {
		return nil
	}
	return func(r *record, matched bool) bool {
		for _, m := range matchers {
			matched = m(q, filter, r, matched)
		}
		return matched
	}
}

func (e *Endpoint) bendSelected(q *request, rs []*record) []*record {
	for _, h := range e.hooks {
		if h.selected != nil {
			rs = h.selected(q, rs)
		}
	}
	return rs
}

func (e *Endpoint) bendPage(q *request, startIndex, count int) (int, int) {
	for _, h := range e.hooks {
		if h.page != nil {
			startIndex, count = h.page(q, startIndex, count)
		}
	}
	return startIndex, count
}

func (e *Endpoint) bendBulk(q *request, body *scim.BulkRequest) {
	for _, h := range e.hooks {
		if h.bulk != nil {
			h.bulk(q, body)
		}
	}
}

func (e *Endpoint) bendCursor(q *request, text string) string {
	for _, h := range e.hooks {
		if h.cursor != nil {
			text = h.cursor(q, text)
		}
	}
	return text
}

func (e *Endpoint) bendReading(q *request, read *reading) *reading {
	for _, h := range e.hooks {
		if h.reading != nil {
			read = h.reading(q, read)
		}
	}
	return read
}

func (e *Endpoint) bendTags(q *request, tags []string, r *record, named bool) bool {
	for _, h := range e.hooks {
		if h.tags != nil {
			named = h.tags(q, tags, r, named)
		}
	}
	return named
}

func (e *Endpoint) bendBody(q *request, data []byte) error {
	for _, h := range e.hooks {
		if h.body != nil {
			if err := h.body(q, data); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Endpoint) bendIncoming(q *request, document scim.Resource) error {
	for _, h := range e.hooks {
		if h.incoming != nil {
			if err := h.incoming(q, document); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Endpoint) bendOperations(q *request, current scim.Resource, ops []scim.Operation) ([]scim.Operation, error) {
	for _, h := range e.hooks {
		if h.written != nil {
			var err error
			if ops, err = h.written(q, current, ops); err != nil {
				return nil, err
			}
		}
	}
	expanded := false
	for _, h := range e.hooks {
		if h.operations != nil {
			if !expanded {
				ops, expanded = expand(ops), true
			}
			var err error
			if ops, err = h.operations(q, current, ops); err != nil {
				return nil, err
			}
		}
	}
	return ops, nil
}

func (e *Endpoint) bendMalformed(q *request, data []byte) {
	for _, h := range e.hooks {
		if h.malformed != nil {
			h.malformed(q, data)
		}
	}
}

func (e *Endpoint) bendFailed(q *request, current scim.Resource, ops []scim.Operation) scim.Resource {
	for _, h := range e.hooks {
		if h.failed != nil {
			if left := h.failed(q, current, ops); left != nil {
				return left
			}
		}
	}
	return nil
}

func (e *Endpoint) bendConflict(q *request, s *state, candidate scim.Resource, owner *record) *record {
	for _, h := range e.hooks {
		if h.conflict != nil {
			owner = h.conflict(q, s, candidate, owner)
		}
	}
	return owner
}

// bendStoring gives the resource to store: the one it got when no fault has a say, else a changed copy.
func (e *Endpoint) bendStoring(q *request, before, after scim.Resource) (scim.Resource, error) {
	copied := false
	for _, h := range e.hooks {
		if h.storing != nil {
			if !copied {
				after, copied = after.Clone(), true
			}
			if err := h.storing(q, before, after); err != nil {
				return nil, err
			}
		}
	}
	return after, nil
}

func (e *Endpoint) bendStored(q *request, t *tx) {
	for _, h := range e.hooks {
		if h.stored != nil {
			h.stored(q, t)
		}
	}
}

func (e *Endpoint) bendRemove(q *request, t *tx, r *record) bool {
	for _, h := range e.hooks {
		if h.remove != nil && h.remove(q, t, r) {
			return true
		}
	}
	return false
}

func (e *Endpoint) bendProved(r *http.Request, refusal *oauthError) *oauthError {
	for _, h := range e.hooks {
		if h.proved != nil {
			refusal = h.proved(r, refusal)
		}
	}
	return refusal
}

func (e *Endpoint) bendGranting(g *granted) {
	for _, h := range e.hooks {
		if h.granting != nil {
			h.granting(g)
		}
	}
}

func (e *Endpoint) bendRendering(q *request, r scim.Resource) scim.Resource {
	copied := false
	for _, h := range e.hooks {
		if h.rendering != nil {
			if !copied {
				r, copied = r.Clone(), true
			}
			h.rendering(q, r)
		}
	}
	return r
}

func (e *Endpoint) bendAnswer(q *request, a *answer) {
	for _, h := range e.hooks {
		if h.answering != nil {
			h.answering(q, a)
		}
	}
}

package refconnector

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
)

// What the faults are made of.

// around is a hook around operations of these names.
func around(names string, do func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error) hooks {
	all := strings.Fields(names)
	return hooks{operation: func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
		if !slices.Contains(all, o.name) {
			return next(ctx)
		}
		return do(ctx, c, o, next)
	}}
}

// ignored lets operations of these names do nothing.
func ignored(names string) hooks {
	return around(names, func(context.Context, *Connector, *operation, func(context.Context) error) error { return nil })
}

// ofClass limits hooks of operations, steps and calls to one class.
func ofClass(class Class, inner hooks) hooks {
	h := inner
	if inner.operation != nil {
		h.operation = func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
			if o.class != class {
				return next(ctx)
			}
			return inner.operation(ctx, c, o, next)
		}
	}
	if inner.steps != nil {
		h.steps = func(c *Connector, o *operation, steps []step) []step {
			if o.class != class {
				return steps
			}
			return inner.steps(c, o, steps)
		}
	}
	if inner.call != nil {
		h.call = func(ctx context.Context, c *Connector, k *call) {
			if k.o != nil && k.o.class == class {
				inner.call(ctx, c, k)
			}
		}
	}
	return h
}

// hides lets operations of these names take certain refusals for success.
func hides(names string, which func(e *Error) bool) hooks {
	return around(names, func(ctx context.Context, _ *Connector, _ *operation, next func(context.Context) error) error {
		err := next(ctx)
		if e, ok := errors.AsType[*Error](err); ok && which(e) {
			return nil
		}
		return err
	})
}

func withCode(code Code) func(*Error) bool { return func(e *Error) bool { return e.Code == code } }

func withReason(reason string) func(*Error) bool {
	return func(e *Error) bool { return e.Reason == reason }
}

// after does something more when operations of these names have succeeded.
func after(names string, do func(ctx context.Context, c *Connector, o *operation) error) hooks {
	return around(names, func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
		if err := next(ctx); err != nil {
			return err
		}
		return do(ctx, c, o)
	})
}

// before does something else before operations of these names.
func before(names string, do func(ctx context.Context, c *Connector, o *operation) error) hooks {
	return around(names, func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error {
		if err := do(ctx, c, o); err != nil {
			return err
		}
		return next(ctx)
	})
}

// writing bends the body of writes of one class in operations of these names.
func writing(names string, class Class, bend func(c *Connector, o *operation, body map[string]any)) hooks {
	all := strings.Fields(names)
	return hooks{written: func(c *Connector, o *operation, body map[string]any) {
		if o.class == class && slices.Contains(all, o.name) {
			bend(c, o, body)
		}
	}}
}

// planning bends the steps of operations of these names.
func planning(names string, bend func(c *Connector, o *operation, steps []step) []step) hooks {
	all := strings.Fields(names)
	return hooks{steps: func(c *Connector, o *operation, steps []step) []step {
		if !slices.Contains(all, o.name) {
			return steps
		}
		return bend(c, o, steps)
	}}
}

// less is the steps without those of a name.
func less(steps []step, name string) []step {
	return slices.DeleteFunc(steps, func(s step) bool { return s.name == name })
}

// asking bends the calls of operations of these names.
func asking(names string, bend func(k *call)) hooks {
	all := strings.Fields(names)
	return hooks{call: func(_ context.Context, _ *Connector, k *call) {
		if k.o != nil && slices.Contains(all, k.o.name) {
			bend(k)
		}
	}}
}

// judging bends the verdict on tries that ended in a certain way.
func judging(which func(t *try) bool, bend func(t *try, v verdict) verdict) hooks {
	return hooks{verdict: func(t *try, v verdict) verdict {
		if !which(t) {
			return v
		}
		return bend(t, v)
	}}
}

// answered is Graph's answer of a status.
func answered(status int) func(*try) bool {
	return func(t *try) bool { return !t.signing && t.answer != nil && t.answer.status == status }
}

// saying is Graph's refusal with these words.
func saying(words string) func(*try) bool {
	return func(t *try) bool {
		return !t.signing && t.answer != nil && t.answer.status >= 400 && strings.Contains(strings.ToLower(string(t.answer.body)), words)
	}
}

// givesUp ends a call that would be sent again.
func givesUp(_ *try, v verdict) verdict {
	v.again = false
	return v
}

// atOnce sends a call again without a wait.
func atOnce(_ *try, v verdict) verdict {
	v.wait = 0
	return v
}

// swallows takes a refusal for success.
func swallows(_ *try, _ verdict) verdict { return verdict{done: true} }

// misreads gives a refusal other words, so that nobody knows it any more.
func misreads(words string) func(*try, verdict) verdict {
	return func(t *try, _ verdict) verdict {
		return verdict{err: &Error{Code: Other, Status: http.StatusTeapot, Message: t.call.purpose + ": " + words}}
	}
}

// retryAfterOf is the header of a throttled answer.
func retryAfterOf(t *try) string {
	if t.signing || t.answer == nil || t.answer.status != http.StatusTooManyRequests {
		return ""
	}
	return t.answer.header.Get("Retry-After")
}

// listIDs reads the ids of a list.
func listIDs(ctx context.Context, c *Connector, o *operation, path string) ([]string, error) {
	var ids []string
	k := &call{o: &operation{name: "list", class: o.class}, purpose: "list", method: http.MethodGet, path: path, query: query{{"$select", "id"}}}
	err := c.pages(ctx, k, func(p *page) error {
		for _, item := range p.Value {
			if id, _ := item["id"].(string); id != "" {
				ids = append(ids, id)
			}
		}
		return nil
	})
	return ids, err
}

// sends asks Graph for something: one call without a body.
func sends(ctx context.Context, c *Connector, o *operation, method, path string) error {
	_, err := c.do(ctx, &call{o: o, purpose: strings.ToLower(method) + " " + o.class.set(), method: method, path: path})
	return err
}

// stripLicences takes all direct licences away.
func stripLicences(ctx context.Context, c *Connector, o *operation) error {
	has, err := c.licensed(ctx, o, o.id)
	if err != nil {
		return err
	}
	has.remove = has.direct
	return c.assignOne(ctx, o, has)
}

// given is an attribute of the operation as the caller named it, by either of its names.
func given(o *operation, names ...string) (any, bool) {
	for _, name := range names {
		if value, ok := o.attributes[name]; ok {
			return value, true
		}
	}
	return nil, false
}

// drop takes a property out of a body.
func (p property) drop(body map[string]any) {
	if p.member == "" {
		delete(body, p.name)
		return
	}
	whole, _ := body[p.name].(map[string]any)
	delete(whole, p.member)
	if len(whole) == 0 {
		delete(body, p.name)
	}
}

// in says whether a body has a property.
func (p property) in(body map[string]any) bool {
	if p.member == "" {
		_, ok := body[p.name]
		return ok
	}
	whole, _ := body[p.name].(map[string]any)
	_, ok := whole[p.member]
	return ok
}

// empty says whether a value is none.
func empty(value any) bool {
	switch v := value.(type) {
	case nil:
		return true
	case string:
		return v == ""
	case []string:
		return len(v) == 0
	case []any:
		return len(v) == 0
	default:
		return false
	}
}

// union is both, each once.
func union(a, b []string) []string { return append(slices.Clone(a), lacking(b, a)...) }

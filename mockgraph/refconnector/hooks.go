package refconnector

import (
	"context"
	"net/http"
)

// hooks are the places where a fault can bend the connector, from the outside in. A nil hook does nothing; a connector without faults has
// none. What is handed to a hook is its own to change.
type hooks struct {
	// permissions has the last word on what an administrator is asked to consent to.
	permissions func(asked []string) []string
	// operation goes around a whole operation; next carries it out.
	operation func(ctx context.Context, c *Connector, o *operation, next func(context.Context) error) error
	// steps has the last word on which steps an operation has, and in what order.
	steps func(c *Connector, o *operation, steps []step) []step
	// asked sees what attributes ask for, completed, before anything is compared or sent.
	asked func(c *Connector, o *operation, w *wanted)
	// same has the last word on whether a property has the value it shall have.
	same func(name string, current, wanted any, same bool) bool
	// written sees the body of POST or PATCH of an object; o.current is what was read before, nil for POST.
	written func(c *Connector, o *operation, body map[string]any)
	// assigned has the last word on the assignLicense calls that are made of one.
	assigned func(ctx context.Context, c *Connector, o *operation, a *assignment) ([]*assignment, error)
	// chunks has the last word on which members are written together.
	chunks func(o *operation, chunks [][]string) [][]string
	// call sees every call before it is sent the first time.
	call func(ctx context.Context, c *Connector, k *call)
	// sending sees every request, those to the login host too. It may change the request.
	sending func(c *Connector, r *http.Request)
	// reuse has the last word on whether a token is used again that is kept.
	reuse func(reuse bool) bool
	// verdict has the last word on what follows a try.
	verdict func(t *try, v verdict) verdict
	// following has the last word on the call for the next page; nil when there is none.
	following func(c *Connector, k *call, p *page, then *call) *call
	// trusted has the last word on whether a link of an answer may be followed.
	trusted func(host string, trusted bool) bool
	// pending has the last word on which items of a batch are sent (again): indexes into all items, refused in the round before.
	pending func(round int, all int, pending []int) []int
	// change has the last word on one change of a delta round; nil leaves it out.
	change func(g *Change) *Change
}

func (c *Connector) bendSteps(o *operation, steps []step) []step {
	for _, h := range c.hooks {
		if h.steps != nil {
			steps = h.steps(c, o, steps)
		}
	}
	return steps
}

func (c *Connector) bendAsked(o *operation, w *wanted) {
	for _, h := range c.hooks {
		if h.asked != nil {
			h.asked(c, o, w)
		}
	}
}

func (c *Connector) bendSame(name string, current, wanted any, same bool) bool {
	for _, h := range c.hooks {
		if h.same != nil {
			same = h.same(name, current, wanted, same)
		}
	}
	return same
}

func (c *Connector) bendWritten(o *operation, body map[string]any) {
	for _, h := range c.hooks {
		if h.written != nil {
			h.written(c, o, body)
		}
	}
}

func (c *Connector) bendAssigned(ctx context.Context, o *operation, a *assignment) ([]*assignment, error) {
	all := []*assignment{a}
	for _, h := range c.hooks {
		if h.assigned == nil {
			continue
		}
		var bent []*assignment
		for _, one := range all {
			more, err := h.assigned(ctx, c, o, one)
			if err != nil {
				return nil, err
			}
			bent = append(bent, more...)
		}
		all = bent
	}
	return all, nil
}

func (c *Connector) bendChunks(o *operation, chunks [][]string) [][]string {
	for _, h := range c.hooks {
		if h.chunks != nil {
			chunks = h.chunks(o, chunks)
		}
	}
	return chunks
}

func (c *Connector) bendCall(ctx context.Context, k *call) {
	for _, h := range c.hooks {
		if h.call != nil {
			h.call(ctx, c, k)
		}
	}
}

func (c *Connector) bendReuse(kept, reuse bool) bool {
	for _, h := range c.hooks {
		if h.reuse != nil && kept {
			reuse = h.reuse(reuse)
		}
	}
	return reuse
}

func (c *Connector) bendVerdict(t *try, v verdict) verdict {
	for _, h := range c.hooks {
		if h.verdict != nil {
			v = h.verdict(t, v)
		}
	}
	return v
}

func (c *Connector) bendFollowing(k *call, p *page, then *call) *call {
	for _, h := range c.hooks {
		if h.following != nil {
			then = h.following(c, k, p, then)
		}
	}
	return then
}

func (c *Connector) bendTrusted(host string, trusted bool) bool {
	for _, h := range c.hooks {
		if h.trusted != nil {
			trusted = h.trusted(host, trusted)
		}
	}
	return trusted
}

func (c *Connector) bendPending(round, all int, pending []int) []int {
	for _, h := range c.hooks {
		if h.pending != nil {
			pending = h.pending(round, all, pending)
		}
	}
	return pending
}

func (c *Connector) bendChange(g *Change) *Change {
	for _, h := range c.hooks {
		if h.change != nil && g != nil {
			g = h.change(g)
		}
	}
	return g
}

// sender sends requests, bent by the faults.
type sender struct {
	c    *Connector
	base http.RoundTripper
}

// RoundTrip sends one request.
func (s sender) RoundTrip(r *http.Request) (*http.Response, error) {
	cloned := false
	for _, h := range s.c.hooks {
		if h.sending != nil {
			if !cloned {
				r, cloned = r.Clone(r.Context()), true
			}
			h.sending(s.c, r)
		}
	}
	return s.base.RoundTrip(r)
}

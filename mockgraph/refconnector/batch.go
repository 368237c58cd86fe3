package refconnector

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"
)

// batched is one answer in the answer to a batch. Source: learn.microsoft.com/graph/json-batching.
type batched struct {
	ID      string            `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    json.RawMessage   `json:"body"`
}

// batch sends up to 20 calls in one request and returns an error for each, nil where it was carried out. A batch answers 200 whatever
// became of its items: each has a status of its own, and only those that may pass later are sent again, after the longest wait one of them
// asks for. The calls must be harmless to repeat.
func (c *Connector) batch(ctx context.Context, o *operation, items []*call) []error {
	errs := make([]error, len(items))
	pending := make([]int, len(items))
	tried := make([]*try, len(items))
	for i, k := range items {
		pending[i], tried[i] = i, &try{c: c, call: k, batched: true}
		c.bendCall(ctx, k)
	}
	for round := 1; len(pending) > 0; round++ {
		pending = c.bendPending(round, len(items), pending)
		answers, err := c.sendBatch(ctx, o, items, pending)
		if err != nil {
			for _, i := range pending {
				errs[i] = err
			}
			return errs
		}
		var again []int
		var wait time.Duration
		for _, i := range pending {
			t := tried[i]
			t.number, t.answer, t.err = round, answers[i], errUnanswered
			v := c.bendVerdict(t, c.judge(ctx, t))
			errs[i] = v.err
			if v.done {
				errs[i] = nil
			} else if v.again && !v.signIn {
				again, wait = append(again, i), max(wait, v.wait)
			}
		}
		if pending = again; len(pending) > 0 {
			if err := c.wait(ctx, items[pending[0]], wait); err != nil {
				for _, i := range pending {
					errs[i] = err
				}
				return errs
			}
		}
	}
	return errs
}

var errUnanswered = errors.New("the answer to the batch leaves it out")

// sendBatch sends the pending calls and returns their answers by index; nil where there is none.
func (c *Connector) sendBatch(ctx context.Context, o *operation, items []*call, pending []int) (map[int]*answer, error) {
	var requests []any
	for _, i := range pending {
		k := items[i]
		request := map[string]any{"id": strconv.Itoa(i + 1), "method": k.method, "url": k.path}
		if k.body != nil {
			request["body"], request["headers"] = k.body, map[string]any{"Content-Type": "application/json"}
		}
		requests = append(requests, request)
	}
	a, err := c.do(ctx, &call{o: o, purpose: "send batch", method: http.MethodPost, path: "/$batch", body: map[string]any{"requests": requests}, safe: true})
	if err != nil {
		return nil, err
	}
	var all struct {
		Responses []batched `json:"responses"`
	}
	if err := a.decode(&all); err != nil {
		return nil, err
	}
	answers := map[int]*answer{}
	for _, r := range all.Responses {
		n, err := strconv.Atoi(r.ID)
		if err != nil || n < 1 || n > len(items) {
			continue
		}
		one := &answer{status: r.Status, header: http.Header{}, body: r.Body}
		for name, value := range r.Headers {
			one.header.Set(name, value)
		}
		answers[n-1] = one
	}
	return answers, nil
}

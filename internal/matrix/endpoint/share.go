package endpoint

import (
	"context"
	"net/http"
	"sync/atomic"

	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// line is the way to the endpoint and counts the PATCH requests that take it.
type line struct {
	next    http.RoundTripper
	patches atomic.Int64
}

func (l *line) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method == http.MethodPatch {
		l.patches.Add(1)
	}
	return l.next.RoundTrip(req)
}

// shared lets a check that sent no PATCH in the default dialect keep its outcome in the others: the dialects differ in the bodies
// of PATCH requests only, so it would ask the same and be answered the same. The runnables are run one after another, those of
// the default dialect first.
func shared(rs []suites.Runnable, l *line) []suites.Runnable {
	same := map[string]suites.Outcome{}
	for i := range rs {
		r := rs[i]
		rs[i].Run = func(ctx context.Context) suites.Outcome {
			if o, ok := same[r.ID]; ok && r.Dialect != string(wire.Default) {
				return o
			}
			before := l.patches.Load()
			o := r.Run(ctx)
			if l.patches.Load() == before && !r.Shares {
				same[r.ID] = o
			}
			return o
		}
	}
	return rs
}

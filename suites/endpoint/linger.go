package endpoint

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// lastAnswers is how long an answer to a POST is waited for when the run is interrupted meanwhile. It is less than [suites.DefaultGrace].
const lastAnswers = 3 * time.Second

// lingering is a transport that does not break off a POST at once when the run is interrupted: a target may go on with it, and what it makes after
// the clean-up has looked for it would stay. A request whose own time is over is broken off.
type lingering struct{ next http.RoundTripper }

func (l lingering) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.Method != http.MethodPost {
		return l.next.RoundTrip(req)
	}
	asked := req.Context()
	if err := asked.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", errHeldBack, err)
	}
	ctx, end := context.WithCancel(context.WithoutCancel(asked))
	stop := context.AfterFunc(asked, func() {
		wait := lastAnswers
		if over, ok := asked.Deadline(); ok {
			wait = min(wait, time.Until(over))
		}
		time.AfterFunc(wait, end)
	})
	done := func() { stop(); end() }
	resp, err := l.next.RoundTrip(req.WithContext(ctx))
	if err != nil {
		done()
		return resp, err
	}
	resp.Body = ending{resp.Body, done}
	return resp, nil
}

// ending is a body that says when it is closed.
type ending struct {
	io.ReadCloser

	closed func()
}

func (e ending) Close() error {
	defer e.closed()
	return e.ReadCloser.Close()
}

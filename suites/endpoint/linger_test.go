package endpoint_test

import (
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// heedless goes on with a request whose sender has gone, as a server does behind a gateway.
type heedless struct {
	inProcess

	posts *atomic.Int64
	heard func(n int64) // a POST has come
}

func (h heedless) RoundTrip(req *http.Request) (*http.Response, error) {
	done := make(chan struct{})
	var resp *http.Response
	var err error
	ctx := req.Context()
	if req.Method == http.MethodPost {
		h.heard(h.posts.Add(1))
	}
	go func() {
		defer close(done)
		if req.Method == http.MethodPost {
			time.Sleep(200 * time.Millisecond)
		}
		resp, err = h.inProcess.RoundTrip(req.WithContext(context.WithoutCancel(ctx)))
	}()
	select {
	case <-done:
		return resp, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// TestWhatIsMadeAfterAnInterruptIsRemoved holds: what a target makes a moment after the run has been interrupted is removed.
func TestWhatIsMadeAfterAnInterruptIsRemoved(t *testing.T) {
	still(t, func(t *testing.T) {
		ref := reference(t)
		ctx, interrupt := context.WithCancel(t.Context())
		line := heedless{inProcess{ref}, new(atomic.Int64), func(n int64) {
			if n == 5 {
				interrupt()
			}
		}}
		target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Token: token, Transport: line, Seed: 7, Pace: -1})
		if err != nil {
			t.Fatal(err)
		}
		rehearse(ctx, target)
		if ctx.Err() == nil {
			t.Fatal("the run was not interrupted")
		}
		if left := target.Close(t.Context()); len(left) > 0 {
			t.Errorf("left: %+v", left)
		}
		time.Sleep(time.Minute)
		if n := users(t, ref); n != 0 {
			t.Errorf("%d users are left on the target", n)
		}
	})
}

// TestAnInterruptedRequestIsNotWaitedForForLong holds: an answer that does not come is waited for a few seconds, and not longer than without interrupt.
func TestAnInterruptedRequestIsNotWaitedForForLong(t *testing.T) {
	for timeout, want := range map[time.Duration]time.Duration{time.Second: time.Second, 20 * time.Second: 3500 * time.Millisecond} {
		t.Run(timeout.String(), func(t *testing.T) {
			still(t, func(t *testing.T) {
				ref := reference(t)
				hanging := roundTripper(func(req *http.Request) (*http.Response, error) {
					if req.Method == http.MethodPost {
						<-req.Context().Done()
						return nil, req.Context().Err()
					}
					return inProcess{ref}.RoundTrip(req)
				})
				target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Token: token, Transport: hanging, Seed: 7, Pace: -1, Timeout: timeout})
				if err != nil {
					t.Fatal(err)
				}
				defer target.Close(t.Context())
				ctx, interrupt := context.WithCancel(t.Context())
				time.AfterFunc(500*time.Millisecond, interrupt)
				began := time.Now()
				for _, r := range target.Runnables() {
					if r.ID == "endpoint.create.user" {
						r.Run(ctx)
					}
				}
				if took := time.Since(began); took != want {
					t.Errorf("it was waited for %v, want %v", took, want)
				}
			})
		})
	}
}

// TestWhatIsNotFoundAtFirstIsLookedForAgainAtTheEnd holds: a creation whose answer was lost, and which the target's search shows only later, is removed.
func TestWhatIsNotFoundAtFirstIsLookedForAgainAtTheEnd(t *testing.T) {
	t.Parallel()
	ref := reference(t)
	var hidden atomic.Bool
	line := roundTripper(func(req *http.Request) (*http.Response, error) {
		if hidden.Load() && req.Method == http.MethodGet && req.URL.Path == "/Users" {
			return inProcess{page(http.StatusOK, nil, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0,"Resources":[]}`)}.RoundTrip(req)
		}
		resp, err := inProcess{ref}.RoundTrip(req)
		if req.Method == http.MethodPost && err == nil {
			return nil, io.ErrUnexpectedEOF
		}
		return resp, err
	})
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: "http://127.0.0.1", Token: token, Transport: line, Seed: 7, Pace: -1})
	if err != nil {
		t.Fatal(err)
	}
	hidden.Store(true)
	outcome(t, target, "endpoint.create.user")
	hidden.Store(false)
	if n := users(t, ref); n == 0 {
		t.Fatal("the test proves nothing: nobody was created")
	}
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
	if n := users(t, ref); n != 0 {
		t.Errorf("%d users are left on the target", n)
	}
}

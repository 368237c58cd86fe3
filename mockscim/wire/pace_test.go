package wire

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

func TestRequestsBeginAtThePace(t *testing.T) {
	clock := clockwork.NewFakeClock()
	began := clock.Now()
	at := make(chan time.Duration, 10)
	c := client(t, Config{TenantURL: "https://scim.example", PerSecond: 4, PaceClock: clock, Transport: roundTrip(func(*http.Request) (*http.Response, error) {
		at <- clock.Now().Sub(began)
		w := httptest.NewRecorder()
		w.WriteHeader(http.StatusNoContent)
		return w.Result(), nil
	})})
	done := make(chan error)
	go func() {
		for range 3 {
			_ = exchange(c)
		}
		done <- nil
	}()
	for i := range 3 {
		if i > 0 {
			if err := clock.BlockUntilContext(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			clock.Advance(250 * time.Millisecond)
		}
		if got, want := <-at, time.Duration(i)*250*time.Millisecond; got != want {
			t.Fatalf("request %d began after %s, want %s", i, got, want)
		}
	}
	<-done
	clock.Advance(time.Hour) // what was not used is not saved up
	_ = exchange(c)
	<-at
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		_ = clock.BlockUntilContext(t.Context(), 1)
		cancel()
	}()
	if _, err := c.Do(ctx, Request{Method: http.MethodGet, Target: "/Users/1"}); !errors.Is(err, context.Canceled) {
		t.Fatalf("waiting ended with %v", err)
	}
}

func TestAPaceThatIsNone(t *testing.T) {
	for _, pace := range []float64{-1, 1e7, 1e-9} {
		if _, err := NewClient(Config{TenantURL: "https://scim.example", PerSecond: pace}); err == nil {
			t.Errorf("a pace of %g was taken", pace)
		}
	}
}

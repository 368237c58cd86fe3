package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockscim"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

type statusOnly int

func (a statusOnly) RoundTrip(*http.Request) (*http.Response, error) {
	if a == 0 {
		return nil, errors.New("nobody there")
	}
	return &http.Response{StatusCode: int(a), Body: http.NoBody, Header: http.Header{}}, nil
}

func TestVerboseTellsOfEachRequestOfAJobWithoutItsCredentials(t *testing.T) {
	t.Parallel()
	r := &raised{Tenant: mockgraph.New()}
	of := func() mockscim.Application { return mockscim.Application{Name: "Acme"} }
	for status, want := range map[statusOnly]string{201: "POST /scim/Users 201, ", 0: "POST /scim/Users no answer, "} {
		var out bytes.Buffer
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://h.example/scim/Users?token=hush", nil)
		if err != nil {
			t.Fatal(err)
		}
		if response, err := r.overhear(true, &out)(of, nil, status).RoundTrip(request); err == nil {
			_ = response.Body.Close()
		}
		if got := out.String(); !strings.HasPrefix(got, "rehearse: Acme: "+want) || strings.Contains(got, "hush") || strings.Count(got, "\n") != 1 {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestQuarantineIsToldWithItsCauseAndOnce(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	l := &cycleLines{out: &out, clock: clock.NewSteered(), quarantines: map[string]string{}}
	acme := mockscim.Application{Name: "Acme", Job: "j"}
	fails := func(e *wire.Error) { l.cycle(acme, provisioning.Report{Error: e}, nil) }
	down := func(guid string) *wire.Error {
		return &wire.Error{Code: "Unavailable", Message: `An unexpected answer came while the credentials were validated. GET http://h.example/scim/Users?filter=userName+eq+"` + guid + `": nothing listens at h.example, the connection was refused`}
	}
	fails(down("1"))
	fails(down("2"))
	fails(&wire.Error{Code: "Credentials", Status: 401, Message: "Received response from Web resource. Resource: " + strings.Repeat("x", 400)})
	l.cycle(acme, provisioning.Report{Updates: 1}, nil)
	l.cycle(acme, provisioning.Report{}, provisioning.ErrStopped)
	l.cycle(acme, provisioning.Report{}, context.Canceled)
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for i, want := range []string{
		"Acme: in quarantine: nothing listens at h.example, the connection was refused (Unavailable)", "Acme: in quarantine: the endpoint answered 401 Unauthorized (Credentials)",
		"Acme: cycle: 1 updated", "the cycle was interrupted", "the cycle was interrupted",
	} {
		if i >= len(lines) || !strings.Contains(lines[i], want) {
			t.Fatalf("line %d is not %q:\n%s", i, want, out.String())
		}
	}
	if len(lines) != 5 {
		t.Errorf("%d lines:\n%s", len(lines), out.String())
	}
}

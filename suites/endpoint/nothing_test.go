package endpoint_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// A check does not pass for want of anything to judge.
func TestWhatShowsNothingToJudgeIsSkippedWithTheReason(t *testing.T) {
	t.Parallel()
	for id, tt := range map[string]struct {
		bend   func(r *http.Request, status int, h http.Header, body []byte) (int, []byte)
		reason string
	}{
		"endpoint.security.password-in-errors": {refusesNothing, "was refused"},
		"endpoint.security.error-internals":    {refusesNothing, "no request that cannot be done was refused"},
		"endpoint.rfc.config-limits": {func(r *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
			if !strings.HasSuffix(r.URL.Path, "/ServiceProviderConfig") {
				return status, body
			}
			return status, edit(body, func(o map[string]any) {
				o["filter"], o["bulk"] = map[string]any{"supported": false}, map[string]any{"supported": false}
			})
		}, "neither filters nor bulk"},
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			target, err := endpoint.Open(t.Context(), endpoint.Config{
				URL: "http://127.0.0.1", Token: token, Transport: inProcess{answers(tt.bend)(t, reference(t))}, Seed: 7,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer target.Close(t.Context())
			if o := outcome(t, target, id); o.Status != result.Skipped || !strings.Contains(o.Reason, tt.reason) {
				t.Errorf("%s %s %+v", o.Status, o.Reason, o.Findings)
			}
		})
	}
}

// refusesNothing says that all is well, whatever it did.
func refusesNothing(_ *http.Request, status int, _ http.Header, body []byte) (int, []byte) {
	if status >= http.StatusBadRequest && status != http.StatusUnauthorized {
		return http.StatusOK, []byte(`{"id":"1"}`)
	}
	return status, body
}

// A connection that is broken off in the place of a refusal shows nothing either.
func TestABrokenConnectionIsNoRefusal(t *testing.T) {
	t.Parallel()
	next := reference(t)
	h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		if next.ServeHTTP(answer, r); answer.Code >= http.StatusBadRequest {
			panic(http.ErrAbortHandler)
		}
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	for _, id := range []string{"endpoint.security.password-in-errors", "endpoint.security.error-internals"} {
		target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7})
		if err != nil {
			t.Fatal(err)
		}
		if o := outcome(t, target, id); o.Status == result.Passed {
			t.Errorf("%s %s", id, o.Status)
		}
		target.Close(t.Context())
	}
}

package endpoint

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"golang.org/x/time/rate"
)

// A target that says when to come back is asked again then, with the same body, and not before.
func TestARefusalForNowIsWaitedOut(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC))
	for name, given := range map[string]struct {
		status int
		after  string
		wait   time.Duration
	}{
		"429 with seconds":    {http.StatusTooManyRequests, "7", 7 * time.Second},
		"429 with a date":     {http.StatusTooManyRequests, clock.Now().Add(5 * time.Second).Format(http.TimeFormat), 5 * time.Second},
		"429 without a word":  {http.StatusTooManyRequests, "", time.Second},
		"429 with nonsense":   {http.StatusTooManyRequests, "soon", time.Second},
		"503 with seconds":    {http.StatusServiceUnavailable, "2", 2 * time.Second},
		"a date that is past": {http.StatusTooManyRequests, "Mon, 02 Jan 2006 15:04:05 GMT", 0},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clockwork.NewFakeClockAt(clock.Now())
			var bodies []string
			line := (&breath{clock: clock, pace: rate.Inf}).line(tripper(func(req *http.Request) *http.Response {
				body, _ := io.ReadAll(req.Body)
				bodies = append(bodies, string(body))
				if len(bodies) == 1 {
					return answer(given.status, given.after)
				}
				return answer(http.StatusCreated, "")
			}))
			done := make(chan int)
			go func() {
				resp, err := line.RoundTrip(request(t, "ada"))
				if err != nil {
					t.Error(err)
					done <- 0
					return
				}
				_ = resp.Body.Close()
				done <- resp.StatusCode
			}()
			if given.wait > 0 {
				if err := clock.BlockUntilContext(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
				clock.Advance(given.wait - time.Millisecond)
				if len(bodies) != 1 {
					t.Error("the target was asked again too early")
				}
				clock.Advance(time.Millisecond)
			}
			if status := <-done; status != http.StatusCreated {
				t.Errorf("answered %d", status)
			}
			if len(bodies) != 2 || bodies[0] != "ada" || bodies[1] != "ada" {
				t.Errorf("sent %q", bodies)
			}
		})
	}
}

// What is refused for good, and a 503 that asks for nothing, are answers like any other. Nobody is asked for ever.
func TestOnlyARefusalForNowIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, given := range []struct {
		status int
		after  string
		sent   int
	}{
		{http.StatusServiceUnavailable, "", 1}, {http.StatusInternalServerError, "0", 1}, {http.StatusForbidden, "0", 1}, {http.StatusTooManyRequests, "0", maxTries},
	} {
		sent := 0
		line := (&breath{clock: clockwork.NewRealClock(), pace: rate.Inf}).line(tripper(func(*http.Request) *http.Response {
			sent++
			return answer(given.status, given.after)
		}))
		resp, err := line.RoundTrip(request(t, ""))
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if sent != given.sent || resp.StatusCode != given.status {
			t.Errorf("%d was sent %d times and ended as %d, want %d times", given.status, sent, resp.StatusCode, given.sent)
		}
	}
}

type tripper func(*http.Request) *http.Response

func (f tripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req), nil }

func answer(status int, after string) *http.Response {
	h := http.Header{}
	if after != "" {
		h.Set("Retry-After", after)
	}
	return &http.Response{StatusCode: status, Header: h, Body: http.NoBody}
}

func request(t *testing.T, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/Users", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

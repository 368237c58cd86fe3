package driver_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

const hookSecret = "shared-word-4711"

// hooked is a server that answers messages with a function, after it has checked their signature.
func hooked(t *testing.T, answer func(w http.ResponseWriter, m map[string]any)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		signed := "sha256=" + driver.Signature(hookSecret, r.Header.Get(driver.TimestampHeader), body)
		if r.Method != http.MethodPost || r.Header.Get(driver.SignatureHeader) != signed {
			http.Error(w, "who are you?", http.StatusUnauthorized)
			return
		}
		var m map[string]any
		if err := json.Unmarshal(body, &m); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		answer(waiting{w, r.Context()}, m)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// waiting is where an answer is written, and knows when nobody waits for it any more.
type waiting struct {
	http.ResponseWriter

	asked context.Context
}

func (w waiting) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// leaves is closed when who asked has gone.
func leaves(w http.ResponseWriter) <-chan struct{} { return w.(waiting).asked.Done() }

// TestTheSignature holds to a value worked out with: printf '1773392400.{}' | openssl dgst -sha256 -hmac shared-word-4711.
func TestTheSignature(t *testing.T) {
	t.Parallel()
	if got := driver.Signature(hookSecret, "1773392400", []byte("{}")); got != "b357e0e658b5ceb03084b9ca2b496c9cac3eeb0f29f21c486c866595e648553a" {
		t.Errorf("got %s", got)
	}
}

// TestAWebhook holds: sessions tell configurations apart; a reusable server keeps its own.
func TestAWebhook(t *testing.T) {
	t.Parallel()
	for _, reusable := range []bool{true, false} {
		var mu sync.Mutex
		sessions := map[string]int{}
		address := hooked(t, func(w http.ResponseWriter, m map[string]any) {
			session, _ := m["session"].(string)
			mu.Lock()
			sessions[session]++
			mu.Unlock()
			switch m["op"] {
			case "describe":
				fmt.Fprintf(w, `{"id":%v,"ok":true,"result":{"name":"Hooked","operations":["create"],"reusable":%v}}`, m["id"], reusable)
			case "create":
				fmt.Fprintf(w, `{"id":%v,"ok":true,"result":{"id":%q}}`, m["id"], session)
			case "delete":
				fmt.Fprintf(w, `{"id":%v,"ok":false,"error":{"code":"unknownObject","message":"gone"}}`, m["id"])
			default:
				fmt.Fprintf(w, `{"id":%v,"ok":true}`, m["id"])
			}
		})
		d, err := driver.NewWebhook(address, hookSecret)
		if err != nil {
			t.Fatal(err)
		}
		if said, err := d.Describe(t.Context()); err != nil || said.Name != "Hooked" || said.Reusable != reusable {
			t.Fatalf("got %+v, %v", said, err)
		}
		for range 3 {
			c, err := d.Connect(t.Context(), connector.Configuration{Proxy: "http://127.0.0.1:1"})
			if err != nil {
				t.Fatal(err)
			}
			a, err := c.Do(t.Context(), connector.Request{Operation: connector.Create})
			if err != nil || len(a.ID) != 36 {
				t.Errorf("got %+v, %v", a, err)
			}
			_, err = c.Do(t.Context(), connector.Request{Operation: connector.Delete})
			if refusal, ok := errors.AsType[*connector.Error](err); !ok || refusal.Code != connector.UnknownObject {
				t.Errorf("got %v", err)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}
		if err := d.Close(); err != nil {
			t.Error(err)
		}
		delete(sessions, "")
		if want := map[bool]int{true: 1, false: 3}[reusable]; len(sessions) != want {
			t.Errorf("reusable %v: %d sessions, want %d", reusable, len(sessions), want)
		}
	}
}

// TestImproperAnswersOfAWebhook holds: whatever a server does in the place of an answer is told in one sentence, in bounded time.
func TestImproperAnswersOfAWebhook(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter, m map[string]any)
		kind   connector.Breakage
		words  string
		output string
	}{
		"late":   {func(w http.ResponseWriter, _ map[string]any) { <-leaves(w) }, connector.Hung, "did not answer describe in time", ""},
		"status": {func(w http.ResponseWriter, _ map[string]any) { http.Error(w, "line 1\nline 2", 500) }, connector.Garbage, "the status 500 Internal Server Error, want 200 OK", "line 1\nline 2"},
		"redirect": {func(w http.ResponseWriter, _ map[string]any) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(307)
		}, connector.Garbage, "it redirects to /elsewhere, and signed messages do not follow", ""},
		"page":     {func(w http.ResponseWriter, _ map[string]any) { fmt.Fprint(w, "<html>") }, connector.Garbage, "no JSON object: <html>", "<html>"},
		"wrong id": {func(w http.ResponseWriter, _ map[string]any) { fmt.Fprint(w, `{"id":99,"ok":true}`) }, connector.Garbage, "the id 99 in the place of 1", ""},
		"cut": {func(w http.ResponseWriter, _ map[string]any) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, `{"id":1,`)
			http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		}, connector.Garbage, `ended early (unexpected EOF) after {"id":1,`, ""},
		"hang up": {func(http.ResponseWriter, map[string]any) { panic(http.ErrAbortHandler) }, connector.NoStart, "cannot be reached at http://127.0.0.1", ""},
		"flood":   {func(w http.ResponseWriter, _ map[string]any) { fmt.Fprint(w, strings.Repeat("x", 5<<20)) }, connector.Flooded, "more than 4194304 bytes, which begin xxx", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := driver.NewWebhook(hooked(t, c.answer), hookSecret)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			limit := 20 * time.Second
			if c.kind == connector.Hung {
				limit = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err = d.Describe(ctx)
			broken, ok := errors.AsType[*connector.BrokenError](err)
			if !ok || broken.Kind != c.kind || !strings.Contains(broken.Detail, c.words) || strings.Join(broken.Output, "\n") != c.output && c.output != "" {
				t.Errorf("got %v %+v, want %s with %q", err, broken, c.kind, c.words)
			}
		})
	}
}

// TestAWebhookThatIsNone holds: mistakes in what the user says are told before anything is sent, a server that is not there as one that did not start.
func TestAWebhookThatIsNone(t *testing.T) {
	t.Parallel()
	for address, secret := range map[string]string{"localhost:8443": "x", "ftp://localhost": "x", "https://": "x", "http://localhost": ""} {
		if _, err := driver.NewWebhook(address, secret); err == nil {
			t.Errorf("%q with the secret %q was taken", address, secret)
		}
	}
	gone := httptest.NewServer(nil) // on a port that nobody listens on once it is closed
	gone.Close()
	d, err := driver.NewWebhook(gone.URL+"/rehearse?token=hidden", "x")
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	_, err = d.Describe(t.Context())
	absent, ok := errors.AsType[*connector.UnreachableError](err)
	if !ok || absent.Kind != "unreachable" || strings.Contains(absent.Message, "hidden") || !strings.Contains(absent.Message, "refused. Start the server of the webhook") {
		t.Errorf("got %v", err)
	}
}

// TestAWebhookThatDoesNotLetMessagesIn holds: a status by which the first message does not get to the connector is about how the run is set up.
func TestAWebhookThatDoesNotLetMessagesIn(t *testing.T) {
	t.Parallel()
	for status, want := range map[int][2]string{
		401: {"unauthorised", "401 Unauthorized. Its secret is another one"}, 403: {"unauthorised", "403 Forbidden. Its secret"},
		404: {"unreachable", "no webhook at this path"}, 405: {"unreachable", "takes no POST"},
	} {
		d, err := driver.NewWebhook(hooked(t, func(w http.ResponseWriter, _ map[string]any) { w.WriteHeader(status) }), hookSecret)
		if err != nil {
			t.Fatal(err)
		}
		_, err = d.Describe(t.Context())
		absent, ok := errors.AsType[*connector.UnreachableError](err)
		if !ok || absent.Kind != want[0] || !strings.Contains(absent.Message, want[1]) {
			t.Errorf("%d: got %v, want %s with %q", status, err, want[0], want[1])
		}
		_, err = d.Connect(t.Context(), connector.Configuration{})
		if _, broken := errors.AsType[*connector.BrokenError](err); !broken {
			t.Errorf("%d to configure: got %v, want a BrokenError", status, err)
		}
		_ = d.Close()
	}
}

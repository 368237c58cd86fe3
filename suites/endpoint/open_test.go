package endpoint_test

import (
	"context"
	"errors"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/suites/endpoint"
)

func TestMain(m *testing.M) {
	// Every run of Ginkgo leaves one goroutine behind that waits for signals.
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"))
}

func page(status int, header http.Header, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), header)
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestOpenSaysInOneSentenceWhyATargetCannotBeJudged(t *testing.T) {
	t.Parallel()
	const html = "<!DOCTYPE html><html><body>Welcome</body></html>"
	for _, given := range []struct {
		name    string
		handler http.Handler
		token   string
		kind    endpoint.Kind
		says    []string
	}{
		{"a wrong token", reference(t), "wrong", endpoint.Unauthorised, []string{"401", "does not take the token of 5 characters"}},
		{"no token", reference(t), "", endpoint.Unauthorised, []string{"wants a token", "--token"}},
		{"403", page(403, nil, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"403"}`), token, endpoint.Unauthorised, []string{"403", "may not manage users"}},
		{"a web page", page(200, nil, html), token, endpoint.NotSCIM, []string{"web page", "/scim/v2"}},
		{"a web page that is not found", page(404, nil, html), token, endpoint.NotSCIM, []string{"404", "web page"}},
		{"a body that is no JSON", page(200, nil, `{"totalResults":`), token, endpoint.NotSCIM, []string{"no valid JSON"}},
		{"JSON that is not SCIM", page(200, nil, `{"hello":"world"}`), token, endpoint.NotSCIM, []string{"no SCIM answer"}},
		{"an empty 500", page(500, nil, ""), token, endpoint.NotSCIM, []string{"500", "no SCIM answer"}},
		{"a redirect", page(302, http.Header{"Location": {"https://login.example/?next=secret"}}, ""), token, endpoint.Redirected, []string{"302", "follows no redirect", "https://login.example/?…"}},
		{"a redirect to itself", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String(), http.StatusMovedPermanently)
		}), token, endpoint.Redirected, []string{"301"}},
		{"an endless answer", endless, token, endpoint.Unreachable, []string{"no complete answer came within 200ms", "--timeout"}},
		{"a silent server", silent, token, endpoint.Unreachable, []string{"no complete answer"}},
		{"a huge answer", huge, token, endpoint.NotSCIM, []string{"larger than"}},
		{"a broken connection", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), token, endpoint.Unreachable, []string{"the connection broke"}},
	} {
		t.Run(given.name, func(t *testing.T) {
			server := httptest.NewServer(given.handler)
			defer server.Close()
			timeout := 10 * time.Second
			if given.kind == endpoint.Unreachable {
				timeout = 200 * time.Millisecond
			}
			_, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: given.token, Timeout: timeout})
			unusable(t, err, given.kind, given.says)
		})
	}
}

var endless = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
	for r.Context().Err() == nil {
		if _, err := w.Write([]byte(" ")); err != nil {
			return
		}
		w.(http.Flusher).Flush()
	}
})

var silent = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })

var huge = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	block := []byte(strings.Repeat(" ", 1<<20))
	for range 50 {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
})

func unusable(t *testing.T, err error, kind endpoint.Kind, says []string) {
	t.Helper()
	var u *endpoint.UnusableError
	if !errors.As(err, &u) {
		t.Fatalf("got error %v, want an UnusableError", err)
	}
	if u.Kind != kind {
		t.Errorf("kind %q, want %q: %v", u.Kind, kind, err)
	}
	for _, words := range says {
		if !strings.Contains(err.Error(), words) {
			t.Errorf("%q does not say %q", err, words)
		}
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("%q is more than one line", err)
	}
}

func TestOpenTellsWhatIsWrongWithTheWay(t *testing.T) {
	t.Parallel()
	tls := httptest.NewUnstartedServer(reference(t))
	tls.Config.ErrorLog = log.New(io.Discard, "", 0)
	tls.StartTLS()
	defer tls.Close()
	plain := httptest.NewServer(reference(t))
	defer plain.Close()
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, given := range []struct {
		name   string
		config endpoint.Config
		kind   endpoint.Kind
		says   []string
	}{
		{"an unknown authority", endpoint.Config{URL: tls.URL}, endpoint.Untrusted, []string{"--ca-cert"}},
		{"TLS to a plain port", endpoint.Config{URL: strings.Replace(plain.URL, "http:", "https:", 1)}, endpoint.Untrusted, []string{"plain HTTP", "http://"}},
		{"a closed port", endpoint.Config{URL: "http://" + closed.Addr().String()}, endpoint.Unreachable, []string{"nothing listens", "connection refused"}},
		{"an unknown name", endpoint.Config{URL: "http://nowhere.invalid", Transport: failing{&net.DNSError{Err: "no such host", Name: "nowhere.invalid", IsNotFound: true}}}, endpoint.Unreachable, []string{"nowhere.invalid", "DNS"}},
	} {
		t.Run(given.name, func(t *testing.T) {
			_, err := endpoint.Open(t.Context(), given.config)
			unusable(t, err, given.kind, given.says)
		})
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestOpenRefusesAURLNobodyCanMean(t *testing.T) {
	t.Parallel()
	for raw, says := range map[string]string{
		"":                                "there is no URL",
		"scim.example/v2":                 "has no scheme",
		"localhost:8080/scim":             "http",
		"ftp://scim.example":              "only http and https",
		"https://":                        "has no scheme",
		"https://me:hunter2@scim.example": "user name or password",
		"https://scim.example/#top":       "fragment",
		"https://scim.example/?tenant=7":  "carries a query",
		"https://scim.example/?tenant=7&aadOptscim062020":             "carries a query",
		"https://scim.example/?AzureAdScimPatch2017&aadOptscim062020": "contradict each other",
		"https://scim.example/scim/v2/Users":                          "ends in /Users",
		"https://scim.example/%zz":                                    "cannot be read",
	} {
		_, err := endpoint.Open(t.Context(), endpoint.Config{URL: raw})
		unusable(t, err, endpoint.Misconfigured, []string{says})
		if strings.Contains(err.Error(), "hunter2") || strings.Contains(err.Error(), "tenant=7") {
			t.Errorf("%q tells a secret", err)
		}
	}
}

func TestOpenKeepsThePathAndUnderstandsTheFlag(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("/tenant/7/", http.StripPrefix("/tenant/7", reference(t)))
	for raw, flagged := range map[string]bool{
		"http://127.0.0.1/tenant/7": false, "\tHTTP://127.0.0.1/tenant/7//\n": false,
		"http://127.0.0.1/tenant/7?aadOptscim062020": true, "http://127.0.0.1/tenant/7/?AADOPTSCIM062020=": true,
		"http://127.0.0.1/tenant/7/aadOptscim062020": true, "http://127.0.0.1/tenant/7&aadOptscim062020": true, "http://127.0.0.1/tenant/7?AzureAdScimPatch2017": false,
	} {
		target, err := endpoint.Open(t.Context(), endpoint.Config{URL: raw, Token: token, Transport: inProcess{mux}})
		if err != nil {
			t.Errorf("open %q: %v", raw, err)
			continue
		}
		if got := target.Describe().URL; got != "http://127.0.0.1/tenant/7" || target.Flagged() != flagged {
			t.Errorf("open %q: URL %s, flagged %v", raw, got, target.Flagged())
		}
		for _, e := range target.Recorder().All() {
			if !strings.HasPrefix(e.Request.URL, "http://127.0.0.1/tenant/7/") || strings.Contains(strings.ToLower(e.Request.URL), "aadopt") {
				t.Errorf("open %q asked %s", raw, e.Request.URL)
			}
		}
		target.Close(t.Context())
	}
}

func TestATargetThatSpeaksSCIMWronglyCanBeJudged(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"filter-no-match-404", "list-schemas-missing", "accept-required", "content-type-text"} {
		open(t, reference(t, fault)).Close(t.Context())
	}
	noContent := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("filter") {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		reference(t).ServeHTTP(w, r)
	})
	open(t, noContent).Close(t.Context())
}

func TestOpenEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	stop := errors.New("interrupted")
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { cancel(stop); <-r.Context().Done() })
	server := httptest.NewServer(h)
	defer server.Close()
	_, err := endpoint.Open(ctx, endpoint.Config{URL: server.URL})
	var u *endpoint.UnusableError
	if !errors.Is(err, stop) || errors.As(err, &u) {
		t.Errorf("got %v, want the cause of the context", err)
	}
}

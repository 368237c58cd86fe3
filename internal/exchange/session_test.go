package exchange

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func session(t *testing.T, r *Recorder, owner string) *Session {
	t.Helper()
	s := r.Session(owner, nil)
	t.Cleanup(s.CloseIdleConnections)
	return s
}

func request(t *testing.T, method, target, body string) *http.Request {
	t.Helper()
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, target, reader)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func TestSessionRecordsARequestAndItsAnswerAndReplaysTheBody(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/scim+json")
		w.WriteHeader(http.StatusCreated)
		fmt.Fprintf(w, `{"echo":%q,"query":%q}`, sent, r.URL.RawQuery)
	})
	r := NewRecorder()
	s := session(t, r, "endpoint.create.user")
	if s.Last() != nil {
		t.Fatal("Last of a fresh session is not nil")
	}
	resp, err := s.RoundTrip(request(t, "POST", base+"/scim/Users?filter=a%20eq+%22b%22#x", "hello"))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"echo":"hello","query":"filter=a%20eq+%22b%22"}`
	if string(body) != want {
		t.Errorf("replayed body %s, want %s", body, want)
	}
	e := s.Last()
	if e == nil {
		t.Fatal("no exchange recorded")
	}
	for _, c := range []struct{ what, got, want string }{
		{"id", e.ID, "x-00001"},
		{"owner", e.Owner, "endpoint.create.user"},
		{"method", e.Request.Method, "POST"},
		{"url", e.Request.URL, base + "/scim/Users?filter=a%20eq+%22b%22"},
		{"request body", string(e.Request.Body.Bytes), "hello"},
		{"status", fmt.Sprint(e.Response.Status), "201"},
		{"proto", e.Response.Proto, "HTTP/1.1"},
		{"response body", string(e.Response.Body.Bytes), want},
		{"content type", e.Response.Header.Get("Content-Type"), "application/scim+json"},
		{"error", e.Err, ""},
	} {
		if c.got != c.want {
			t.Errorf("%s is %q, want %q", c.what, c.got, c.want)
		}
	}
	if e.Duration <= 0 || e.Wait <= 0 || e.Wait > e.Duration {
		t.Errorf("wait %v and duration %v do not fit", e.Wait, e.Duration)
	}
}

func TestAHostThatIsNotTheURLsIsRecorded(t *testing.T) {
	for host, want := range map[string]string{"": "", "target.example": "", "tenant.example": "tenant.example"} {
		req := request(t, "GET", "http://target.example/", "")
		req.Host = host
		if got := record(t, NewRecorder(), req, nil, nil).Request.Header.Get("Host"); got != want {
			t.Errorf("host %q is recorded as %q, want %q", host, got, want)
		}
	}
}

func TestSessionLeavesTheCallersRequestAlone(t *testing.T) {
	base := serve(t, func(http.ResponseWriter, *http.Request) {})
	req := request(t, "POST", base, "x")
	before := req.Body
	if _, err := session(t, NewRecorder(), "o").RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	if req.Body != before || len(req.Header) != 0 {
		t.Error("the request was changed")
	}
}

func TestSessionTellsATransportErrorAndStillCounts(t *testing.T) {
	r := NewRecorder()
	boom := errors.New("dial tcp: connection refused")
	s := r.Session("o", roundTripper(func(*http.Request) (*http.Response, error) { return nil, boom }))
	resp, err := s.RoundTrip(request(t, "GET", "http://target.example/Users", ""))
	if resp != nil || !errors.Is(err, boom) {
		t.Fatalf("got %v, %v", resp, err)
	}
	if e := s.Last(); e.Err != boom.Error() || e.Response.Status != 0 || e.Request.URL != "http://target.example/Users" {
		t.Errorf("recorded %+v", e)
	}
	if r.Count() != 1 {
		t.Errorf("count %d, want 1", r.Count())
	}
}

func TestSessionTellsABodyThatCannotBeRead(t *testing.T) {
	s := NewRecorder().Session("o", roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("the request was sent")
		return nil, errors.ErrUnsupported
	}))
	req := request(t, "POST", "http://target.example/", "x")
	req.Body = io.NopCloser(io.MultiReader(strings.NewReader("beg"), failing{}))
	if _, err := s.RoundTrip(req); err == nil || !strings.Contains(err.Error(), "read request body") {
		t.Errorf("error %v", err)
	}
}

func TestAnAnswerThatNeverEndsIsBoundedByTheContext(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"Resources":[`)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // for the beginning to come
	defer cancel()
	s := session(t, NewRecorder(), "o")
	resp, err := s.RoundTrip(request(t, "GET", base, "").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(resp.Body)
	if string(got) != `{"Resources":[` || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("read %q, %v; want the beginning and the deadline", got, err)
	}
	if e := s.Last(); !strings.Contains(e.Err, "deadline") || e.Response.Status != 200 {
		t.Errorf("recorded error %q, status %d", e.Err, e.Response.Status)
	}
}

func TestABodyThatIgnoresTheContextIsClosedWhenItEnds(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	pr, pw := io.Pipe()
	defer pw.Close()
	s := NewRecorder().Session("o", roundTripper(func(*http.Request) (*http.Response, error) {
		cancel()
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: pr}, nil
	}))
	resp, err := s.RoundTrip(request(t, "GET", "http://target.example/", "").WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadAll(resp.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want the cancellation", err)
	}
}

func TestAHugeAnswerIsCutAtTheLimit(t *testing.T) {
	const huge = 50 << 20
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		chunk := bytes.Repeat([]byte("a"), 1<<20)
		for range huge / len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
	s := session(t, NewRecorder(WithMaxResponse(1<<20), WithBodyLimit(10)), "o")
	resp, err := s.RoundTrip(request(t, "GET", base, ""))
	if err != nil {
		t.Fatal(err)
	}
	var sink bytes.Buffer
	if _, err := io.Copy(&sink, resp.Body); !errors.Is(err, ErrResponseTooLarge) {
		t.Errorf("error %v, want ErrResponseTooLarge", err)
	}
	if sink.Len() != 1<<20 {
		t.Errorf("read %d bytes, want the limit", sink.Len())
	}
	e := s.Last()
	if b := e.Response.Body; string(b.Bytes) != "aaaaaaaaaa" || !b.Truncated || b.Size != 1<<20 {
		t.Errorf("kept %d of %d bytes, truncated %v", len(b.Bytes), b.Size, b.Truncated)
	}
	if !strings.Contains(e.Err, "larger than the limit") {
		t.Errorf("recorded error %q", e.Err)
	}
}

func TestAnAnswerOfExactlyTheLimitIsWhole(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "12345") })
	resp, err := session(t, NewRecorder(WithMaxResponse(5)), "o").RoundTrip(request(t, "GET", base, ""))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(resp.Body); string(got) != "12345" || err != nil {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestABodyIsCutBetweenCharacters(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "aé€😀") })
	for limit, want := range map[int]string{1: "a", 2: "a", 3: "aé", 5: "aé", 6: "aé€", 9: "aé€", 10: "aé€😀", 0: ""} {
		s := session(t, NewRecorder(WithBodyLimit(limit)), "o")
		if _, err := s.RoundTrip(request(t, "GET", base, "")); err != nil {
			t.Fatal(err)
		}
		if got := string(s.Last().Response.Body.Bytes); got != want {
			t.Errorf("limit %d keeps %q, want %q", limit, got, want)
		}
	}
}

func TestRecorderServesManySessionsAtOnce(t *testing.T) {
	r := NewRecorder()
	base := roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("ok"))}, nil
	})
	var wg sync.WaitGroup
	for i := range 8 {
		s := r.Session(fmt.Sprintf("owner-%d", i), base)
		wg.Go(func() {
			for range 25 {
				resp, err := s.RoundTrip(&http.Request{URL: &url.URL{Scheme: "http", Host: "t"}})
				if err != nil || resp.StatusCode != 200 {
					t.Error(resp, err)
				}
				r.AddSecret(fmt.Sprintf("secret-%d", i))
			}
			if n := len(s.Exchanges()); n != 25 {
				t.Errorf("session holds %d exchanges, want its own 25", n)
			}
		})
	}
	wg.Wait()
	all := r.All()
	if r.Count() != 200 || len(all) != 200 {
		t.Fatalf("counted %d, kept %d, want 200", r.Count(), len(all))
	}
	for i, e := range all {
		if want := fmt.Sprintf("x-%05d", i+1); e.ID != want {
			t.Fatalf("exchange %d has id %s, want %s", i, e.ID, want)
		}
	}
}

func TestRecorderGetsByIDInTheOrderAskedFor(t *testing.T) {
	r := NewRecorder(WithKeep(3), WithClock(clockwork.NewFakeClock()))
	s := r.Session("o", roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.ErrUnsupported }))
	for range 5 {
		_, _ = s.RoundTrip(request(t, "GET", "http://t/", ""))
	}
	var ids []string
	for _, e := range r.Get("x-00005", "x-00001", "nobody", "x-00003") {
		ids = append(ids, e.ID)
	}
	if got := strings.Join(ids, " "); got != "x-00005 x-00003" {
		t.Errorf("got %q; the first two exchanges are dropped, unknown ids left out", got)
	}
	if len(r.All()) != 3 || len(s.Exchanges()) != 3 || r.Count() != 5 {
		t.Errorf("kept %d and %d, counted %d", len(r.All()), len(s.Exchanges()), r.Count())
	}
}

func TestASpentBudgetKeepsOnlyTheBeginningOfBodies(t *testing.T) {
	base := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("b", 5000)) })
	r := NewRecorder()
	r.budget = 5000
	s := session(t, r, "o")
	for range 2 {
		if _, err := s.RoundTrip(request(t, "GET", base, "")); err != nil {
			t.Fatal(err)
		}
	}
	es := r.All()
	if a, b := len(es[0].Response.Body.Bytes), len(es[1].Response.Body.Bytes); a != 5000 || b != frugalBodyLimit {
		t.Errorf("kept %d and %d bytes", a, b)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type failing struct{}

func (failing) Read([]byte) (int, error) { return 0, errors.New("disk gone") }

package replay_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/replay"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// store is a small endpoint whose ids begin with its name. It notes what it is asked.
type store struct {
	name  string
	users map[string]map[string]any
	asked []string
	n     int
	bend  func(method string, status int, answer map[string]any) int // makes it answer otherwise; nil for not
}

func newStore(name string) *store { return &store{name: name, users: map[string]map[string]any{}} }

func (s *store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var body map[string]any
	data := new(bytes.Buffer)
	_, _ = data.ReadFrom(r.Body)
	_ = json.Unmarshal(data.Bytes(), &body)
	s.asked = append(s.asked, strings.TrimSpace(r.Method+" "+r.URL.RequestURI()+" "+data.String()))
	status, answer := s.answer(r, body)
	if s.bend != nil {
		status = s.bend(r.Method, status, answer)
	}
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(status)
	if answer != nil {
		_ = json.NewEncoder(w).Encode(answer)
	}
}

func (s *store) answer(r *http.Request, body map[string]any) (int, map[string]any) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	id := ""
	if len(parts) > 2 {
		id = parts[2]
	}
	user, known := s.users[id]
	switch {
	case r.Header.Get("Authorization") != "Bearer t":
		return http.StatusUnauthorized, map[string]any{"status": "401"}
	case r.Method == http.MethodPost:
		s.n++
		id = fmt.Sprintf("%s-%d-0123456789", s.name, s.n)
		user = map[string]any{}
		maps.Copy(user, body)
		user["id"], user["meta"] = id, map[string]any{"created": fmt.Sprintf("2026-01-0%dT00:00:00Z", s.n), "location": "http://" + r.Host + "/scim/Users/" + id}
		s.users[id] = user
		return http.StatusCreated, user
	case id == "":
		found := []any{}
		for _, u := range s.users {
			if f := r.URL.Query().Get("filter"); f == "" || strings.Contains(f, fmt.Sprintf("%q", u["userName"])) || strings.Contains(f, fmt.Sprintf("%q", u["id"])) {
				found = append(found, u)
			}
		}
		return http.StatusOK, map[string]any{"totalResults": len(found), "Resources": found}
	case !known:
		return http.StatusNotFound, map[string]any{"status": "404", "detail": "no " + id + " in " + s.name}
	case r.Method == http.MethodDelete:
		delete(s.users, id)
		return http.StatusNoContent, nil
	case r.Method == http.MethodPatch:
		maps.Copy(user, body)
		return http.StatusOK, user
	default:
		return http.StatusOK, user
	}
}

func serve(t *testing.T, s http.Handler) string {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server.URL + "/scim"
}

// record plays a little life at a store and gives it as a HAR file would.
func record(t *testing.T, url string, more ...[3]string) []*exchange.Exchange {
	t.Helper()
	recorder := exchange.NewRecorder(exchange.WithSecrets("t0ken"))
	base := &http.Transport{}
	defer base.CloseIdleConnections()
	client := &http.Client{Transport: recorder.Session("test", base)}
	do := func(method, path, body string) map[string]any {
		req, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer t")
		req.Header.Set("Content-Type", "application/scim+json")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		var answer map[string]any
		_ = json.NewDecoder(resp.Body).Decode(&answer)
		return answer
	}
	do("GET", `/Users?filter=userName+eq+%22nobody%22`, "")
	boss, _ := do("POST", "/Users", `{"userName":"grace","active":true}`)["id"].(string)
	ada, _ := do("POST", "/Users", `{"userName":"ada","manager":{"value":"`+boss+`"}}`)["id"].(string)
	do("PATCH", "/Users/"+ada, `{"title":"Countess","manager":{"value":"`+boss+`","$ref":"`+url+`/Users/`+boss+`"}}`)
	do("GET", `/Users?filter=manager%20eq%20%22`+boss+`%22%20or%20id%20eq%20%22`+ada+`%22`, "")
	do("GET", "/Users/"+ada, "")
	do("DELETE", "/Users/"+ada, "")
	do("GET", "/Users/"+ada, "")
	for _, m := range more {
		do(m[0], m[1], m[2])
	}
	var file bytes.Buffer
	if err := exchange.WriteHAR(&file, "test", "1", recorder.All()); err != nil {
		t.Fatal(err)
	}
	es, err := exchange.ReadHAR(&file)
	if err != nil {
		t.Fatal(err)
	}
	return es
}

func script(t *testing.T, es []*exchange.Exchange) replay.Script {
	t.Helper()
	s, err := replay.Write(es)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func play(t *testing.T, s replay.Script, url string, change func(*replay.Config)) (replay.Result, error) {
	t.Helper()
	base := &http.Transport{}
	defer base.CloseIdleConnections()
	c := replay.Config{URL: url, Token: "t", Session: exchange.NewRecorder().Session("replay", base)}
	if change != nil {
		change(&c)
	}
	return replay.Run(t.Context(), s, c)
}

func TestTheSameEndpointAnswersTheSame(t *testing.T) {
	es := record(t, serve(t, newStore("old")))
	again := newStore("new")
	url := serve(t, again)
	r, err := play(t, script(t, es), url, nil)
	if err != nil || r.Differing != 0 || len(r.Steps) != 8 || r.Unsent != 0 {
		t.Errorf("%v, %+v", err, r)
	}
	want := []string{
		`GET /scim/Users?filter=userName+eq+%22nobody%22`,
		`POST /scim/Users {"userName":"grace","active":true}`,
		`POST /scim/Users {"manager":{"value":"new-1-0123456789"},"userName":"ada"}`,
		`PATCH /scim/Users/new-2-0123456789 {"manager":{"$ref":"` + url + `/Users/new-1-0123456789","value":"new-1-0123456789"},"title":"Countess"}`,
		`GET /scim/Users?filter=manager%20eq%20%22new-1-0123456789%22%20or%20id%20eq%20%22new-2-0123456789%22`,
		`GET /scim/Users/new-2-0123456789`,
		`DELETE /scim/Users/new-2-0123456789`,
		`GET /scim/Users/new-2-0123456789`,
		`DELETE /scim/Users/new-1-0123456789`, // the clean-up
	}
	if diff := cmp.Diff(want, again.asked); diff != "" {
		t.Errorf("asked (-want +got)\n%s", diff)
	}
	if len(again.users) != 0 || r.Removed != 1 || len(r.Left) != 0 {
		t.Errorf("%d users left, result %+v", len(again.users), r)
	}
}

func TestWhatAnEndpointDoesOtherwiseIsToldByPlace(t *testing.T) {
	es := record(t, serve(t, newStore("old")))
	for _, tc := range []struct {
		name string
		bend func(method string, status int, answer map[string]any) int
		want map[int][]replay.Difference // by step
	}{
		{"another status", func(method string, status int, _ map[string]any) int {
			if method == http.MethodPost {
				return http.StatusOK
			}
			return status
		}, map[int][]replay.Difference{2: {{"status", "201", "200"}}, 3: {{"status", "201", "200"}}}},
		{"another value", func(method string, status int, answer map[string]any) int {
			if method == http.MethodPost && answer["userName"] == "grace" {
				answer["active"] = "True"
			}
			return status
		}, map[int][]replay.Difference{2: {{"active", "true", `"True"`}}}},
		{"an attribute is gone and one is new", func(method string, status int, answer map[string]any) int {
			if method == http.MethodPatch {
				delete(answer, "title")
				answer["nickName"] = "Ada"
			}
			return status
		}, map[int][]replay.Difference{4: {{"title", `"Countess"`, ""}, {"nickName", "", `"Ada"`}}}},
		{"an error", func(method string, status int, _ map[string]any) int {
			if method == http.MethodDelete {
				return http.StatusInternalServerError
			}
			return status
		}, map[int][]replay.Difference{7: {{"status", "204", "500"}}}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			other := newStore("new")
			other.bend = tc.bend
			if tc.name == "an attribute is gone and one is new" {
				other.bend = func(method string, status int, answer map[string]any) int {
					if method != http.MethodPatch {
						return status
					}
					return tc.bend(method, status, answer)
				}
			}
			r, err := play(t, script(t, es), serve(t, other), nil)
			if err != nil {
				t.Fatal(err)
			}
			got := map[int][]replay.Difference{}
			for _, step := range r.Steps {
				if _, told := tc.want[step.Step]; told {
					got[step.Step] = step.Differences
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if r.Differing == 0 {
				t.Error("nothing differs")
			}
		})
	}
}

func TestWhatTheReplayHasNotMadeIsNotChanged(t *testing.T) {
	old := newStore("old")
	old.users["there"] = map[string]any{"id": "there", "userName": "hedy"}
	es := record(t, serve(t, old), [3]string{"GET", `/Users?filter=userName%20eq%20%22hedy%22`, ""}, [3]string{"PATCH", "/Users/there", `{"title":"x"}`}, [3]string{"DELETE", "/Users/there", ""})
	again := newStore("new")
	again.users["here"] = map[string]any{"id": "here", "userName": "hedy"}
	url := serve(t, again)
	r, err := play(t, script(t, es), url, nil)
	if err != nil || r.Unsent != 2 || again.users["here"] == nil || again.users["here"]["title"] != nil {
		t.Errorf("%v, %d not sent, users %v", err, r.Unsent, again.users)
	}
	r, err = play(t, script(t, es), url, func(c *replay.Config) { c.Existing = true })
	if err != nil || r.Unsent != 0 || again.users["here"] != nil {
		t.Errorf("%v, %d not sent, users %v", err, r.Unsent, again.users)
	}
}

func TestAnEndpointThatRefusesOrIsGoneIsUnreachable(t *testing.T) {
	s := script(t, record(t, serve(t, newStore("old"))))
	again := newStore("new")
	if _, err := play(t, s, serve(t, again), func(c *replay.Config) { c.Token = "wrong" }); !errors.Is(err, replay.ErrUnreachable) || len(again.asked) != 1 {
		t.Errorf("%v after %q", err, again.asked)
	}
	if _, err := play(t, s, "http://127.0.0.1:1/scim", nil); !errors.Is(err, replay.ErrUnreachable) {
		t.Errorf("%v", err)
	}
}

func TestAnEndpointThatDiesEndsTheReplay(t *testing.T) {
	s := script(t, record(t, serve(t, newStore("old"))))
	var asked atomic.Int32 // by several connections: each that is broken is followed by another
	url := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) > 1 {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprint(w, "{}")
	}))
	r, err := play(t, s, url, nil)
	if err != nil || !r.Died || len(r.Steps) != 5 || r.Unsent != 1 {
		t.Errorf("%v, died %v after %d steps", err, r.Died, len(r.Steps))
	}
}

func TestAnInterruptedReplayCleansUp(t *testing.T) {
	s := script(t, record(t, serve(t, newStore("old"))))
	again := newStore("new")
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	base := &http.Transport{}
	defer base.CloseIdleConnections()
	_, err := replay.Run(ctx, s, replay.Config{URL: serve(t, again), Token: "t", Session: exchange.NewRecorder().Session("replay", base), Progress: func(one replay.Replayed) {
		if one.Step == 3 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) || len(again.users) != 0 {
		t.Errorf("%v, left %v", err, again.users)
	}
}

func TestWriteFindsTheTrafficWithOneEndpoint(t *testing.T) {
	at := func(method, url string) *exchange.Exchange {
		return &exchange.Exchange{Request: exchange.Request{Method: method, URL: url}}
	}
	s, err := replay.Write([]*exchange.Exchange{
		at("POST", "https://login.example/oauth2/token"), at("GET", "https://other.example/Users"), at("GET", "https://app.example/users/scim/v2/Users?count=1"),
		at("GET", "https://app.example/users/scim/v2/Groups/1"), at("GET", "https://app.example/users/scim/v2/Users/a%2Fb"), at("POST", "https://app.example/users/scim/v2/Users/.search"),
		at("GET", "https://app.example/index.html"), at("GET", "::"), at("POST", "https://app.example/users/scim/v2/.search"),
	})
	if err != nil || s.Base != "https://app.example/users/scim/v2" || len(s.Steps) != 5 || s.Skipped != 4 {
		t.Fatalf("%v, base %s, %d steps, %d skipped", err, s.Base, len(s.Steps), s.Skipped)
	}
	if got := s.Steps[2].Path; len(got) != 2 || got[1] != "a/b" {
		t.Errorf("path %q", got)
	}
	if _, err := replay.Write([]*exchange.Exchange{at("GET", "https://app.example/index.html")}); err == nil {
		t.Error("no SCIM traffic is no error")
	}
}

// Whatever a recording holds, sending it again ends, asks the endpoint only, and cleans up only what it made.
func FuzzReplay(f *testing.F) {
	f.Add(`/Users/1?filter=a+eq+"1"`, `{"id":"1","Resources":[{"id":1,"userName":"a"},null]}`, `{"Operations":[{"path":"/Users/1","value":[1,"x"]}]}`)
	f.Add(`/Bulk`, `{"Operations":[{"method":"POST","location":"https://evil.example/Users/1"}]}`, `[]`)
	f.Add(`/Groups/%2e%2e/x`, `[[[]]]`, ``)
	f.Fuzz(func(t *testing.T, path, answer, body string) {
		e := &exchange.Exchange{
			Request:  exchange.Request{Method: "POST", URL: "https://app.example/scim" + path, Body: exchange.Body{Bytes: []byte(body)}},
			Response: exchange.Response{Status: 201, Body: exchange.Body{Bytes: []byte(answer)}},
		}
		s, err := replay.Write([]*exchange.Exchange{e, e})
		if err != nil {
			return
		}
		recorder := exchange.NewRecorder()
		_, _ = replay.Run(t.Context(), s, replay.Config{URL: "https://here.example/scim", Session: recorder.Session("f", answering(answer))})
		for _, sent := range recorder.All() {
			if !strings.HasPrefix(sent.Request.URL, "https://here.example/scim/") {
				t.Errorf("sent to %s", sent.Request.URL)
			}
		}
	})
}

// answering answers everything alike.
type answering string

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	w.WriteHeader(http.StatusCreated)
	_, _ = w.WriteString(string(a))
	resp := w.Result()
	resp.Request = r
	return resp, nil
}

func TestWhatWasRefusedForItsCredentialsIsNotSent(t *testing.T) {
	es := record(t, serve(t, newStore("old")))
	es[0].Response.Status, es[3].Response.Status = http.StatusUnauthorized, http.StatusUnauthorized
	again := newStore("new")
	r, err := play(t, script(t, es), serve(t, again), nil)
	if err != nil || r.Unsent != 2 || len(r.Steps) != len(es) {
		t.Errorf("%v, %d not sent", err, r.Unsent)
	}
}

func TestOfEqualRequestsSideBySideTheOneThatWasDoneGoesFirst(t *testing.T) {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	post := func(after time.Duration, status int) *exchange.Exchange {
		return &exchange.Exchange{Started: at.Add(after), Duration: time.Second, Request: exchange.Request{Method: "POST", URL: "https://t/Users"}, Response: exchange.Response{Status: status}}
	}
	var got []int
	for _, step := range script(t, []*exchange.Exchange{post(0, 409), post(time.Millisecond, 409), post(2*time.Millisecond, 201), post(5*time.Second, 200)}).Steps {
		got = append(got, step.Status)
	}
	if diff := cmp.Diff([]int{201, 409, 409, 200}, got); diff != "" {
		t.Error(diff)
	}
}

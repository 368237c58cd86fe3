package endpoint_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// hugeNumber is how the reference endpoint writes the number that a server of this kind has stored as infinity.
var hugeNumber = regexp.MustCompile(`1[eE]\+?999999999`)

// infinite is the reference endpoint as a server that keeps whatever it is sent and writes a number it cannot hold as Infinity, which is no JSON: in
// the answer to the POST, and in every list that shows the user. Without a name it does not show where she is.
func infinite(t *testing.T) (http.Handler, func() (made int)) {
	t.Helper()
	ref := reference(t)
	var mu sync.Mutex
	marked := map[string]bool{} // names of users with such a number
	made := 0
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		var body bytes.Buffer
		if r.Body != nil {
			_, _ = body.ReadFrom(r.Body)
		}
		sent := body.Bytes()
		huge := hugeNumber.Match(sent)
		answer := httptest.NewRecorder()
		again := r.Clone(r.Context())
		again.Body = http.NoBody
		if len(sent) > 0 {
			again = httptest.NewRequest(r.Method, r.URL.String(), bytes.NewReader(hugeNumber.ReplaceAll(sent, []byte("0")))).WithContext(r.Context())
			again.Header, again.Host = r.Header.Clone(), r.Host
			again.ContentLength = -1
		}
		ref.ServeHTTP(answer, again)
		if huge && answer.Code == http.StatusCreated {
			var user struct {
				UserName string `json:"userName"`
			}
			_ = json.Unmarshal(answer.Body.Bytes(), &user)
			marked[user.UserName] = true
			made++
		}
		text := answer.Body.String()
		for name := range marked {
			text = strings.ReplaceAll(text, `"userName":"`+name+`"`, `"userName":"`+name+`","rehearseValue":Infinity`)
		}
		for name, values := range answer.Header() {
			if name != "Content-Length" && name != "Location" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write([]byte(text))
	}), func() int { return made }
}

// What the check sends must not last: a server that stores it has lists that nobody can read from then on.
func TestAHugeNumberLeavesNothingOnAServerThatStoresItAsInfinity(t *testing.T) {
	t.Parallel()
	handler, made := infinite(t)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	if got := outcome(t, target, "endpoint.security.huge-number"); got.Status != result.Passed {
		t.Errorf("%s: %s %+v", got.Status, got.Reason, got.Findings)
	}
	if made() > 0 {
		t.Errorf("%d users with such a number were stored", made())
	}
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
}

// Whoever is made with an answer that is no JSON is removed all the same.
func TestWhoIsMadeWithAnAnswerThatIsNoJSONIsRemoved(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		spoil func(body string) string
		where bool // the header Location stays
	}{
		{"the id is in the body", func(body string) string { return strings.Replace(body, "{", `{"rehearseValue":Infinity,`, 1) }, false},
		{"the id is in Location", func(body string) string { return strings.ToUpper(body[:len(body)/2]) }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			ref := reference(t)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := httptest.NewRecorder()
				ref.ServeHTTP(answer, r)
				text := answer.Body.String()
				if answer.Code/100 == 2 && strings.HasPrefix(text, "{") && strings.HasPrefix(r.URL.Path, "/Users") && r.URL.Query().Get("filter") != "" || r.Method == http.MethodPost {
					text = c.spoil(text)
				}
				for name, values := range answer.Header() {
					if name != "Content-Length" && (c.where || name != "Location") {
						w.Header()[name] = values
					}
				}
				w.WriteHeader(answer.Code)
				_, _ = w.Write([]byte(text))
			}))
			t.Cleanup(server.Close)
			target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			outcome(t, target, "endpoint.security.large-body")
			if left := target.Close(t.Context()); len(left) > 0 {
				t.Errorf("left: %+v", left)
			}
			shown := httptest.NewRecorder()
			question := httptest.NewRequest(http.MethodGet, "/Users", nil)
			question.Header.Set("Authorization", "Bearer "+token)
			if ref.ServeHTTP(shown, question); !strings.Contains(shown.Body.String(), `"totalResults":0`) {
				t.Errorf("still there: %.300s", shown.Body)
			}
		})
	}
}

// One unreadable list is one cause, which says where it breaks, not two pieces of advice about paging.
func TestAListThatIsNoJSONIsOneCauseThatSaysWhere(t *testing.T) {
	t.Parallel()
	ref := reference(t)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := httptest.NewRecorder()
		ref.ServeHTTP(answer, r)
		text := answer.Body.String()
		if r.URL.Path == "/Users" && r.URL.Query().Get("startIndex") != "" {
			text = strings.Replace(text, `"userName":`, `"rehearseValue":Infinity,"userName":`, 1)
		}
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				w.Header()[name] = values
			}
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write([]byte(text))
	}))
	t.Cleanup(server.Close)
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.Close(context.Background()) })
	var told []result.Finding
	for _, id := range []string{"endpoint.connect.count", "endpoint.connect.start-index"} {
		got := outcome(t, target, id)
		if got.Status != result.Failed || len(got.Findings) != 1 || !strings.Contains(got.Findings[0].Actual, "it is not valid JSON") || !strings.Contains(got.Findings[0].Actual, `"rehearseValue":Infinity`) {
			t.Fatalf("%s: %s %s %+v", id, got.Status, got.Reason, got.Findings)
		}
		told = append(told, got.Findings...)
	}
	if told[0].Rule != told[1].Rule || told[0].Fix != told[1].Fix {
		t.Errorf("two causes: %+v", told)
	}
}

// A server that words every 404 as SCIM answers so below a wrong path, too.
func TestASCIMErrorToEveryQuestionIsAWrongPath(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/scim+json")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"no such resource"}`))
	}))
	t.Cleanup(server.Close)
	_, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7})
	var unusable *endpoint.UnusableError
	if !errors.As(err, &unusable) || unusable.Kind != endpoint.NotSCIM || !strings.Contains(unusable.Message, "check the path of the URL") {
		t.Errorf("%v", err)
	}
}

// That two users bear one name is what the answer has said already.
func TestARenameToATakenNameThatSucceedsIsOneFinding(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(reference(t, "rename-to-taken-name-accepted"))
	t.Cleanup(server.Close)
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL, Token: token, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { target.Close(context.Background()) })
	if got := outcome(t, target, "endpoint.sync.rename-taken"); got.Status != result.Failed || len(got.Findings) != 1 {
		t.Errorf("%s: %+v", got.Status, got.Findings)
	}
}

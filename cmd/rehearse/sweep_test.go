package main_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// What a killed run has left goes, and nothing else, however much its name looks like it.
func TestSweepRemovesWhatAKilledRunLeftAndNothingElse(t *testing.T) {
	good, err := serviceprovider.New(serviceprovider.WithToken("t"))
	if err != nil {
		t.Fatalf("make the endpoint: %v", err)
	}
	server := httptest.NewServer(good)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	post := func(path, body string) {
		request := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
		request.Header.Set("Authorization", "Bearer t")
		request.Header.Set("Content-Type", "application/scim+json")
		answer := httptest.NewRecorder()
		if good.ServeHTTP(answer, request); answer.Code != http.StatusCreated {
			t.Fatalf("POST %s %s: %d %s", path, body, answer.Code, answer.Body)
		}
	}
	user := func(name string) {
		post("/Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"`+name+`"}`)
	}
	group := func(name string) {
		post("/Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"`+name+`"}`)
	}
	for _, name := range []string{"rehearse-hhdf-kqzwnm5-barbara@rehearsal.example", "Rehearse-hhdf-2of3-kqzwnm12-ada@app.example", "rehearse-a2b3c4-kqzwnm1-alan@rehearsal.example"} {
		user(name)
	}
	group("rehearse-hhdf kqzwnm stage hands")
	mine := []string{"ada@app.example", "rehearse-team@app.example", "rehearse-hhdf@app.example", "not-rehearse-hhdf-kqzwnm5-barbara@app.example"}
	for _, name := range mine {
		user(name)
	}
	group("rehearse-team")
	cmd := rehearseAgainst(t, server.URL, filepath.Join(t.TempDir(), "out"))
	cmd.Args = append(cmd.Args, "--sweep", "--only", "endpoint.connect.*")
	output, err := cmd.CombinedOutput()
	if exitOf(t, err) != 0 || !strings.Contains(string(output), "4 users and groups that earlier runs left were removed") {
		t.Errorf("%v\n%s", err, output)
	}
	if n := remaining(t, good); n != len(mine)+1 {
		t.Errorf("%d users and groups are there, want %d", n, len(mine)+1)
	}
}

// A list that cannot be read is told as such, and never as one with nothing in it.
func TestSweepTellsAListThatItCannotRead(t *testing.T) {
	for _, c := range []struct {
		name, users string
		status      int
		want        []string
		exit        int
	}{
		{"no JSON", `{"totalResults":1,"Resources":[{"id":"4" "userName":"x"}]}`, 200, []string{"GET /Users?startIndex=1&count=100", "not valid JSON", "at byte 41", "Mend the list"}, 3},
		{"no list", `{"id":"4"}`, 200, []string{"GET /Users?startIndex=1&count=100", "no ListResponse"}, 3},
		{"a failure", `{}`, 500, []string{"was answered 500 Internal Server Error"}, 3},
		{"a number that is no JSON spoils nothing", `{"totalResults":1,"Resources":[{"id":"4","n":Infinity,"userName":"rehearse-hhdf-kqzwnm5-barbara@rehearsal.example"}]}`, 200, []string{"1 users and groups that earlier runs left were removed"}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			good, err := serviceprovider.New(serviceprovider.WithToken("t"))
			if err != nil {
				t.Fatalf("make the endpoint: %v", err)
			}
			removed := false
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == "/Users" && r.URL.RawQuery == "startIndex=1&count=100" && !removed:
					w.Header().Set("Content-Type", "application/scim+json")
					w.WriteHeader(c.status)
					_, _ = io.WriteString(w, c.users)
				case r.Method == http.MethodDelete && r.URL.Path == "/Users/4":
					removed = true
					w.WriteHeader(http.StatusNoContent)
				default:
					good.ServeHTTP(w, r)
				}
			}))
			t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
			cmd := rehearseAgainst(t, server.URL, filepath.Join(t.TempDir(), "out"))
			cmd.Args = append(cmd.Args, "--sweep", "--only", "endpoint.connect.probe")
			output, err := cmd.CombinedOutput()
			if got := exitOf(t, err); got != c.exit {
				t.Errorf("exit %d, want %d\n%s", got, c.exit, output)
			}
			for _, want := range c.want {
				if !strings.Contains(string(output), want) {
					t.Errorf("no %q in\n%s", want, output)
				}
			}
		})
	}
}

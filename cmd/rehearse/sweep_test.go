package main_test

import (
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

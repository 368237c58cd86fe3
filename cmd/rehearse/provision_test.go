package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// askGraph asks the Graph of the tenant whose ready file is in the working directory, as its client: graph METHOD PATH [BODY].
func askGraph(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: graph METHOD PATH [BODY]")
	}
	_, err := ts.Stdout().Write(graph(ts, args[0], args[1], strings.Join(args[2:], "")))
	ts.Check(err)
}

func graph(ts *testscript.TestScript, method, path, body string) []byte {
	r, client, err := readReady(ts.MkAbs("ready.json"))
	ts.Check(err)
	response, err := client.PostForm(r.Authority+"/oauth2/v2.0/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {r.ClientID}, "client_secret": {r.ClientSecret}, "scope": {"https://graph.microsoft.com/.default"},
	})
	ts.Check(err)
	defer response.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	ts.Check(json.NewDecoder(response.Body).Decode(&token))
	return send(ts, client, method, r.URL+path, token.AccessToken, body)
}

// askEndpoint asks a SCIM endpoint, which may be about to start: scim TOKEN URL.
func askEndpoint(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: scim TOKEN URL")
	}
	for deadline := time.Now().Add(patience); ; {
		response, err := http.Get(args[1])
		if err == nil {
			_ = response.Body.Close()
			break
		}
		if time.Now().After(deadline) {
			ts.Fatalf("ask %s: %v", args[1], err)
		}
		time.Sleep(20 * time.Millisecond) // for another process to listen
	}
	_, err := ts.Stdout().Write(send(ts, http.DefaultClient, http.MethodGet, args[1], args[0], ""))
	ts.Check(err)
}

// awaitGraph asks the tenant's Graph until a text is in its answer: graph-until PATH TEXT.
func awaitGraph(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: graph-until PATH TEXT")
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) { // for another process to provision
		switch answer := string(graph(ts, http.MethodGet, args[0], "")); {
		case strings.Contains(answer, args[1]):
			return
		case time.Now().After(deadline):
			ts.Fatalf("there is no %s in %s", args[1], answer)
		}
	}
}

func send(ts *testscript.TestScript, client *http.Client, method, address, token, body string) []byte {
	request, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	ts.Check(err)
	request.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := client.Do(request)
	ts.Check(err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	ts.Check(err)
	if response.StatusCode >= http.StatusBadRequest {
		ts.Fatalf("%s %s: %s\n%s", method, address, response.Status, answer)
	}
	return answer
}

// take keeps a member of the JSON that was answered last in a variable: take NAME PATH.
func take(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: take NAME PATH, such as take JOB value.0.id")
	}
	var at any
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &at))
	for name := range strings.SplitSeq(args[1], ".") {
		switch in := at.(type) {
		case map[string]any:
			at = in[name]
		case []any:
			i, err := strconv.Atoi(name)
			ts.Check(err)
			if i >= len(in) {
				ts.Fatalf("take %s: there are %d", args[1], len(in))
			}
			at = in[i]
		}
	}
	if at == nil {
		ts.Fatalf("take %s: it is not there", args[1])
	}
	ts.Setenv(args[0], fmt.Sprint(at))
}

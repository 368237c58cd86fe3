package exchange

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// signIn is the request for a token as a recorder gives it.
func signIn(to string) *Exchange {
	const body = "client_id=app%201&client_secret=" + Redacted + "&grant_type=client_credentials&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default"
	return &Exchange{Request: Request{
		Method: "POST", URL: to, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded; charset=utf-8"}, "Accept": {"*/*"}},
		Body: Body{Bytes: []byte(body), Size: int64(len(body))},
	}}
}

// TestCurlOfASignInNamesTheSecret holds: each secret of a form has a variable of its own name, which curl encodes.
func TestCurlOfASignInNamesTheSecret(t *testing.T) {
	t.Parallel()
	line := signIn("https://login.microsoftonline.com/t/oauth2/v2.0/token").Curl()
	const want = ` --data-raw client_id=app%201 --data-urlencode "client_secret=$CLIENT_SECRET" --data-raw 'grant_type=client_credentials&scope=`
	if !strings.Contains(line, want) || strings.Contains(line, "$TOKEN") {
		t.Errorf("the line is %s\nwant in it %s", line, want)
	}
}

// TestCurlSendsTheSignInAgain holds: curl itself, run by sh, sends the form with the secret of the variable, whatever signs it has.
func TestCurlSendsTheSignInAgain(t *testing.T) {
	t.Parallel()
	for _, program := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(err)
		}
	}
	const secret = `s3~ c'r"e$t&x=+%41`
	got := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- string(body)
	}))
	defer server.Close()
	command := exec.CommandContext(t.Context(), "sh", "-c", signIn(server.URL+"/token").Curl())
	command.Env = []string{"CLIENT_SECRET=" + secret, "NO_PROXY=*", "PATH=" + os.Getenv("PATH")}
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	form, err := url.ParseQuery(<-got)
	if err != nil || form.Get("client_secret") != secret || form.Get("client_id") != "app 1" || form.Get("grant_type") != "client_credentials" || len(form) != 4 {
		t.Errorf("the server got %v, %v", form, err)
	}
}

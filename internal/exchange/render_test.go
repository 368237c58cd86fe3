package exchange

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs (go test -update writes it anew), got\n%s", path, got)
	}
}

// patch is an exchange as a recorder gives it.
func patch() *Exchange {
	const body = `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}`
	const answer = `{"id":"u-1","userName":"ada@contoso.test","displayName":"Ada Ó'Lovelace 👩‍💻","active":true}`
	return &Exchange{
		ID: "x-00007", Owner: "endpoint.disable.string-false",
		Started: time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC), Wait: 12 * time.Millisecond, Duration: 12345 * time.Microsecond,
		Request: Request{
			Method: "PATCH", URL: "https://target.example/scim/Users/u-1?a=b%20c&d=%22e%22",
			Header: http.Header{
				"Authorization": {"Bearer " + Redacted}, "Content-Type": {"application/scim+json; charset=utf-8"}, "X-Empty": {""},
			},
			Body: Body{Bytes: []byte(body), Size: int64(len(body))},
		},
		Response: Response{
			Status: 200, Proto: "HTTP/1.1", Header: http.Header{"Content-Type": {"application/scim+json"}},
			Body: Body{Bytes: []byte(answer), Size: int64(len(answer))},
		},
	}
}

func TestTextShowsBothMessagesWithJSONLaidOut(t *testing.T) {
	golden(t, "patch.txt", []byte(patch().Text()))
}

func TestCurlIsOneLineThatSendsTheRequestAgain(t *testing.T) {
	golden(t, "patch.curl", []byte(patch().Curl()+"\n"))
}

func TestHARHoldsEveryExchange(t *testing.T) {
	broken := &Exchange{
		ID: "x-00008", Started: patch().Started, Duration: 3 * time.Second,
		Request: Request{Method: "GET", URL: "https://target.example/scim/Users"}, Err: "dial tcp: connection refused",
	}
	cut := patch()
	cut.Response.Body = Body{Bytes: []byte{0xff, 0xfe}, Size: 1 << 20, Truncated: true}
	var out bytes.Buffer
	if err := WriteHAR(&out, "rehearse", "1.2.3", []*Exchange{patch(), broken, cut}); err != nil {
		t.Fatal(err)
	}
	golden(t, "three.har", out.Bytes())
	if !json.Valid(out.Bytes()) {
		t.Error("the file is not JSON")
	}
}

func TestHAROfNothingIsStillAnArchive(t *testing.T) {
	var out bytes.Buffer
	if err := WriteHAR(&out, "rehearse", "1.2.3", nil); err != nil || !strings.Contains(out.String(), `"entries": []`) {
		t.Errorf("got %v\n%s", err, out.String())
	}
}

func TestHARTellsAWriterThatFails(t *testing.T) {
	if err := WriteHAR(refusing{}, "rehearse", "1", nil); err == nil || !strings.HasPrefix(err.Error(), "write HAR: ") {
		t.Errorf("error %v", err)
	}
}

type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTextIsSafeForATerminal(t *testing.T) {
	e := patch()
	e.Request.URL = "https://t/\x1b[2J"
	e.Response.Header.Set("X-Evil", "a\r\nb\x1b]0;owned\x07")
	e.Response.Body = Body{Bytes: []byte("plain \x1b[31m \u202egnp.exe \r\n"), Size: 20}
	e.Err = "boom\x1b"
	for _, c := range e.Text() {
		if c != '\n' && c != '\t' && steering(c) {
			t.Fatalf("%q stands in\n%q", c, e.Text())
		}
	}
	if !strings.Contains(e.Text(), `plain \u001b[31m \u202egnp.exe`) {
		t.Errorf("the characters are not shown:\n%s", e.Text())
	}
}

func TestTextOfMessagesWithoutBodyEndsWithTheHeader(t *testing.T) {
	e := Exchange{Request: Request{Method: "DELETE", URL: "http://t/Users/1", Header: http.Header{"Accept": {"*/*"}}}, Response: Response{Status: 204, Proto: "HTTP/1.1"}}
	if want := "DELETE /Users/1 HTTP/1.1\nHost: t\nAccept: */*\n\nHTTP/1.1 204 No Content\n"; e.Text() != want {
		t.Errorf("got %q, want %q", e.Text(), want)
	}
}

func TestTextOfOddBodies(t *testing.T) {
	deep := strings.Repeat("[", 40_000) + strings.Repeat("]", 40_000)
	long := strings.Repeat("é", maxText)
	for name, c := range map[string]struct {
		body Body
		want string
	}{
		"none":         {Body{}, ""},
		"binary":       {Body{Bytes: []byte{0, 1, 2}, Size: 3}, "(3 bytes that are not text)"},
		"not UTF-8":    {Body{Bytes: []byte("abcd\xff\xffefgh"), Size: 10}, "(10 bytes that are not text)"},
		"deep":         {Body{Bytes: []byte(deep), Size: 80_000}, deep},
		"cut":          {Body{Bytes: []byte(`{"a":`), Size: 99, Truncated: true}, "{\"a\":\n… (cut, 99 bytes in all)"},
		"not kept":     {Body{Size: 99, Truncated: true}, "\n… (cut, 99 bytes in all)"},
		"very long":    {Body{Bytes: []byte(long), Size: int64(len(long))}, long[:maxText] + "\n…"},
		"laid out":     {Body{Bytes: []byte(`{"a":[1,{}]}`), Size: 12}, "{\n  \"a\": [\n    1,\n    {}\n  ]\n}"},
		"numbers kept": {Body{Bytes: []byte(`1.50e3`), Size: 6}, "1.50e3"},
	} {
		if got := c.body.Text(); got != c.want {
			t.Errorf("%s: got %.80q, want %.80q", name, got, c.want)
		}
	}
}

// shellWords lets a shell take the line apart.
func shellWords(t testing.TB, line string) []string {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash here")
	}
	cmd := exec.Command(bash, "-c", `curl() { printf '%s\0' "$@"; }; `+line)
	cmd.Env, cmd.Dir = []string{"TOKEN=t0ken", "CLIENT_SECRET=s3~ cret&+", "PASSWORD=pa55", "VALUE=v4lue", "LC_ALL=C"}, t.TempDir()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, line)
	}
	return strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00")
}

func TestCurlWordsAreWhatWasSent(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*Exchange)
		words  []string
		not    []string
	}{
		"secret":           {func(*Exchange) {}, []string{"Authorization: Bearer t0ken"}, nil},
		"empty header":     {func(*Exchange) {}, []string{"X-Empty;"}, []string{"X-Empty: "}},
		"no accept":        {func(*Exchange) {}, []string{"Accept:"}, nil},
		"accept":           {func(e *Exchange) { e.Request.Header.Set("Accept", "*/*") }, []string{"Accept: */*"}, []string{"Accept:"}},
		"no body":          {func(e *Exchange) { e.Request.Body = Body{} }, []string{"PATCH"}, []string{"-d", "--data-raw", "--data-binary", "@body"}},
		"head":             {func(e *Exchange) { e.Request.Method = "HEAD" }, []string{"--head"}, []string{"-X", "HEAD"}},
		"brackets":         {func(e *Exchange) { e.Request.URL = `https://t/?f=a[b eq "c"]` }, []string{"--globoff", `https://t/?f=a[b eq "c"]`}, nil},
		"dots":             {func(e *Exchange) { e.Request.URL = `https://t/a/../b` }, []string{"--path-as-is"}, nil},
		"file header":      {func(e *Exchange) { e.Request.Header = http.Header{"@etc": {"x"}} }, []string{"Accept:"}, []string{"@etc: x"}},
		"secret in a body": {func(e *Exchange) { e.Request.Body = Body{Bytes: []byte(`{"p":"[redacted]'"}`), Size: 9} }, []string{`{"p":"t0ken'"}`}, nil},
		"secret and name":  {func(e *Exchange) { e.Request.URL = "https://t/[redacted]x?a=$b" }, []string{"https://t/t0kenx?a=$b"}, nil},
		"secret, glued":    {func(e *Exchange) { e.Request.URL = "https://t/[redacted]x" }, []string{"https://t/t0kenx"}, nil},
		"password":         {func(e *Exchange) { e.Request.Body = Body{Bytes: []byte(`{"password": "[redacted]", "a":1}`), Size: 9} }, []string{`{"password": "pa55", "a":1}`}, nil},
		"patched": {func(e *Exchange) {
			e.Request.Body = Body{Bytes: []byte(`{"path":"password","value":"[redacted]"}`), Size: 9}
		}, []string{`{"path":"password","value":"v4lue"}`}, nil},
		"secret in a URL": {func(e *Exchange) { e.Request.URL = "https://t/?client_secret=[redacted]" }, []string{"https://t/?client_secret=s3~ cret&+"}, nil},
		"cut":             {func(e *Exchange) { e.Request.Body.Truncated = true }, []string{"--data-binary", "@body"}, []string{"--data-raw"}},
		"at sign":         {func(e *Exchange) { e.Request.Body = Body{Bytes: []byte("@/etc/passwd"), Size: 9} }, []string{"--data-raw", "@/etc/passwd"}, nil},
		"shell":           {func(e *Exchange) { e.Request.Body = Body{Bytes: []byte("'; rm -rf / #$(id)`id`\\"), Size: 9} }, []string{"'; rm -rf / #$(id)`id`\\"}, nil},
		"lines":           {func(e *Exchange) { e.Request.Body = Body{Bytes: []byte("a\n'b\\\tc\x1b1\r\x7f"), Size: 9} }, []string{"a\n'b\\\tc\x1b1\r\x7f"}, nil},
		"not UTF-8":       {func(e *Exchange) { e.Request.Body = Body{Bytes: []byte("\xff9\n\xfe"), Size: 4} }, []string{"\xff9\n\xfe"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			e := patch()
			c.change(e)
			line := e.Curl()
			if strings.ContainsAny(line, "\n\r\x1b") {
				t.Errorf("more than one line, or it steers the terminal: %q", line)
			}
			words := "\x00" + strings.Join(shellWords(t, line), "\x00") + "\x00"
			for _, w := range c.words {
				if !strings.Contains(words, "\x00"+w+"\x00") {
					t.Errorf("no word %q in %q", w, line)
				}
			}
			for _, w := range c.not {
				if strings.Contains(words, "\x00"+w+"\x00") {
					t.Errorf("word %q in %q", w, line)
				}
			}
		})
	}
}

func FuzzCurlKeepsTheBody(f *testing.F) {
	f.Add("a'b\"c$d`e\\f\n")
	f.Add("\x1b[0m\u202e\xff\t!")
	f.Fuzz(func(t *testing.T, body string) {
		if body == "" || strings.Contains(body, "\x00") || strings.Contains(body, Redacted) || len(body) > 10_000 {
			t.Skip()
		}
		e := &Exchange{Request: Request{Method: "POST", URL: "https://t/", Body: Body{Bytes: []byte(body), Size: int64(len(body))}}}
		words := shellWords(t, e.Curl())
		if got := words[len(words)-1]; got != body {
			t.Errorf("body %q reaches curl as %q", body, got)
		}
	})
}

func FuzzTextIsBoundedAndVisible(f *testing.F) {
	f.Add([]byte(`{"a":[[[{"b":"\u001b"}]]]}`), "https://t/?x=\x1b")
	f.Fuzz(func(t *testing.T, body []byte, target string) {
		e := &Exchange{Request: Request{Method: "GET", URL: target, Body: Body{Bytes: body, Size: int64(len(body))}}}
		text := e.Text()
		if !utf8.ValidString(text) || strings.ContainsFunc(text, steering) {
			t.Errorf("not fit for a terminal: %q", text)
		}
		if len(text) > maxText+12*len(target)+100 {
			t.Errorf("%d bytes of text", len(text))
		}
	})
}

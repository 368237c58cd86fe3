package exchange_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

const hidden = "S3cr3t-Value"

// answers is a handler that reads what it is sent and answers with a body of a type.
func answers(contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, body)
	}
}

// passes sends one request through a recorder's handler and returns what was recorded.
func passes(t *testing.T, r *exchange.Recorder, next http.Handler, req *http.Request) *exchange.Exchange {
	t.Helper()
	func() {
		defer func() { _ = recover() }()
		r.Handler(next, func(r *http.Request) string { return r.Host }).ServeHTTP(httptest.NewRecorder(), req)
	}()
	all := r.All()
	if len(all) == 0 {
		t.Fatal("nothing was recorded")
	}
	return all[len(all)-1]
}

func TestAServerRecordsWhatItWasAskedAndWhatItAnswered(t *testing.T) {
	t.Parallel()
	req := httptest.NewRequest("POST", "https://graph.microsoft.com/v1.0/users?$select=id", strings.NewReader(`{"displayName":"Ada"}`))
	req.Header.Set("Content-Type", "application/json")
	e := passes(t, exchange.NewRecorder(), answers("application/json", `{"id":"1"}`), req)
	if e.ID != "x-00001" || e.Owner != "graph.microsoft.com" || e.Request.Method != "POST" || e.Request.URL != "https://graph.microsoft.com/v1.0/users?$select=id" {
		t.Errorf("recorded %s of %s: %s %s", e.ID, e.Owner, e.Request.Method, e.Request.URL)
	}
	if string(e.Request.Body.Bytes) != `{"displayName":"Ada"}` || e.Request.Body.Size != 21 || e.Request.Body.Truncated {
		t.Errorf("request body %q of %d bytes", e.Request.Body.Bytes, e.Request.Body.Size)
	}
	if e.Response.Status != 201 || string(e.Response.Body.Bytes) != `{"id":"1"}` || e.Response.Header.Get("Content-Type") != "application/json" || e.Err != "" {
		t.Errorf("answer %d %q %v, %q", e.Response.Status, e.Response.Body.Bytes, e.Response.Header, e.Err)
	}
}

func TestCredentialsInBodiesAreHiddenWhenCaptured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, contentType, body, want string }{
		{"a password of a user", "application/json", `{"passwordProfile":{"password":"§","forceChangePasswordNextSignIn":true}}`, `{"passwordProfile":{"password":"#","forceChangePasswordNextSignIn":true}}`},
		{"a change of password", "application/json;odata.metadata=minimal", `{"currentPassword":"§","newPassword":"§"}`, `{"currentPassword":"#","newPassword":"#"}`},
		{"a new secret", "application/json", `{"hint":"S3c","secretText":"§"}`, `{"hint":"S3c","secretText":"#"}`},
		{"tokens", "application/json; charset=utf-8", `{"token_type":"Bearer","access_token":"§","refresh_token" : "§","id_token":"§"}`, `{"token_type":"Bearer","access_token":"#","refresh_token" : "#","id_token":"#"}`},
		{"a device code", "application/json", `{"device_code":"§","user_code":"ABCD"}`, `{"device_code":"#","user_code":"ABCD"}`},
		{"secrets of synchronization", "application/json", `{"value":[{"key":"BaseAddress","value":"https://x"},{"key":"SecretToken","value":"§"}]}`, `{"value":[{"key":"BaseAddress","value":"https://x"},{"key":"SecretToken","value":"#"}]}`},
		{"a value before its key", "application/json", `[{"value":"§","key":"Password"},{"value":"x","key":"Domain"}]`, `[{"value":"#","key":"Password"},{"value":"x","key":"Domain"}]`},
		{"an error's code stays", "application/json", `{"error":{"code":"Request_BadRequest","message":"m"}}`, `{"error":{"code":"Request_BadRequest","message":"m"}}`},
		{"an item of a batch", "application/json", `{"requests":[{"headers":{"Authorization":"Bearer §"},"body":{"password":"§"}}]}`, `{"requests":[{"headers":{"Authorization":"#"},"body":{"password":"#"}}]}`},
		{"an escaped name", "application/json", `{"passw\u006frd":"§"}`, `{"passw\u006frd":"#"}`},
		{"an escaped quote", "application/json", `{"password":"x\"§","a":1}`, `{"password":"#","a":1}`},
		{"a number and null", "application/json", `{"password":12345,"secretText":null,"x":5}`, `{"password":#,"secretText":null,"x":5}`},
		{"elements of a list", "application/json", `{"password":["§",["§"]],"x":["y"]}`, `{"password":["#",["#"]],"x":["y"]}`},
		{"JSON without a type", "", ` {"client_secret":"§"}`, ` {"client_secret":"#"}`},
		{"JSON in a JSON string", "application/json", `{"body":"{\"password\":\"§\"}"}`, `{"body":"{\"password\":\"#\"}"}`},
		{"broken JSON", "application/json", `{"password":"§`, `{"password":"#`},
		{"a client's form", "application/x-www-form-urlencoded", "grant_type=client_credentials&client_secret=§&client_id=c", "grant_type=client_credentials&client_secret=#&client_id=c"},
		{"a form with odd characters", "application/x-www-form-urlencoded", "password=§?x#y&a=b", "password=#&a=b"},
		{"a code and its verifier", "application/x-www-form-urlencoded", "code=§&code%5Fverifier=§&redirect_uri=x", "code=#&code%5Fverifier=#&redirect_uri=x"},
		{"the sign-in form", "application/x-www-form-urlencoded", "loginfmt=ada&passwd=§", "loginfmt=ada&passwd=#"},
		{"an assertion", "application/x-www-form-urlencoded", "client_assertion_type=t&client_assertion=§&assertion=§", "client_assertion_type=t&client_assertion=#&assertion=#"},
		{"a page that posts itself", "text/html; charset=utf-8", `<input type="hidden" name="code" value="§"><input name="state" value="x">`, `<input type="hidden" name="code" value="#"><input name="state" value="x">`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			body := strings.ReplaceAll(c.body, "§", hidden)
			want := strings.ReplaceAll(c.want, "#", exchange.Redacted)
			req := httptest.NewRequest("POST", "https://graph.microsoft.com/v1.0/x", strings.NewReader(body))
			req.Header.Set("Content-Type", c.contentType)
			e := passes(t, exchange.NewRecorder(), answers(c.contentType, body), req)
			for side, got := range map[string][]byte{"request": e.Request.Body.Bytes, "answer": e.Response.Body.Bytes} {
				if string(got) != want {
					t.Errorf("%s is kept as\n%s, want\n%s", side, got, want)
				}
			}
		})
	}
}

func TestCredentialsInHeadersAndAddressesAreHiddenWhenCaptured(t *testing.T) {
	t.Parallel()
	req := httptest.NewRequest("GET", "https://login.microsoftonline.com/authorize?state=x&code="+hidden+"&id_token_hint="+hidden, nil)
	req.Header.Set("Authorization", "Bearer "+hidden)
	req.Header.Set("Cookie", "session="+hidden)
	req.Header.Set("Referer", "https://x/?access_token="+hidden)
	e := passes(t, exchange.NewRecorder(exchange.WithSecrets("registered-secret")), http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "http://localhost/?code="+hidden+"&state=x#id_token="+hidden)
		w.Header().Set("Set-Cookie", "session="+hidden)
		w.Header().Set("X-Note", "registered-secret")
		w.WriteHeader(http.StatusFound)
	}), req)
	text, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, []byte(hidden)) || bytes.Contains(text, []byte("registered-secret")) {
		t.Errorf("a secret is kept: %s", text)
	}
	if got, want := e.Response.Header.Get("Location"), "http://localhost/?code="+exchange.Redacted+"&state=x#id_token="+exchange.Redacted; got != want {
		t.Errorf("Location is %q, want %q", got, want)
	}
	if got := e.Request.Header.Get("Authorization"); got != "Bearer "+exchange.Redacted {
		t.Errorf("Authorization is %q", got)
	}
}

func TestBodiesAreKeptUpToTheLimitAndCutSecretsStayHidden(t *testing.T) {
	t.Parallel()
	body := `{"a":"` + strings.Repeat("x", 40) + `","password":"` + strings.Repeat("s", 1000) + `"}`
	req := httptest.NewRequest("POST", "https://x/", strings.NewReader(body))
	e := passes(t, exchange.NewRecorder(exchange.WithBodyLimit(80)), answers("application/json", body), req)
	for side, got := range map[string]exchange.Body{"request": e.Request.Body, "answer": e.Response.Body} {
		if !got.Truncated || got.Size != int64(len(body)) || len(got.Bytes) > 80 || bytes.Contains(got.Bytes, []byte("sss")) {
			t.Errorf("%s: %d bytes kept of %d: %s", side, len(got.Bytes), got.Size, got.Bytes)
		}
	}
	value := `[{"value":"` + strings.Repeat("s", 100) + `","key":"SecretToken"}]` // cut before its key
	e = passes(t, exchange.NewRecorder(exchange.WithBodyLimit(80)), answers("application/json", value), httptest.NewRequest("GET", "https://x/", nil))
	if bytes.Contains(e.Response.Body.Bytes, []byte("sss")) {
		t.Errorf("a value whose key was cut off is kept: %s", e.Response.Body.Bytes)
	}
}

func TestAPackedBodyIsUnpackedBeforeItIsRedacted(t *testing.T) {
	t.Parallel()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, `{"password":"`+hidden+`","a":1}`)
	_ = z.Close()
	req := httptest.NewRequest("POST", "https://x/", &packed)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Content-Encoding", "gzip")
	e := passes(t, exchange.NewRecorder(), answers("text/plain", ""), req)
	if got := string(e.Request.Body.Bytes); got != `{"password":"`+exchange.Redacted+`","a":1}` {
		t.Errorf("kept as %q", got)
	}
	req = httptest.NewRequest("POST", "https://x/", strings.NewReader("????"))
	req.Header.Set("Content-Encoding", "br")
	if e = passes(t, exchange.NewRecorder(), answers("text/plain", ""), req); len(e.Request.Body.Bytes) > 0 || e.Request.Body.Size != 4 {
		t.Errorf("what cannot be read is kept: %q", e.Request.Body.Bytes)
	}
}

func TestABrokenConnectionIsRecordedAndStillBreaks(t *testing.T) {
	t.Parallel()
	r := exchange.NewRecorder()
	func() {
		defer func() {
			if got := recover(); got != http.ErrAbortHandler { //nolint:errorlint // a panic's value
				t.Errorf("panics with %v, want what the handler panicked with", got)
			}
		}()
		r.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), nil).
			ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "https://x/", nil))
	}()
	if e := r.All()[0]; e.Err == "" || e.Response.Status != 0 {
		t.Errorf("recorded as %+v, want an error and no answer", e)
	}
}

func TestStreamingStaysStreaming(t *testing.T) {
	t.Parallel()
	r := exchange.NewRecorder()
	w := httptest.NewRecorder()
	r.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Errorf("flush: %v", err)
		}
	}), nil).ServeHTTP(w, httptest.NewRequest("GET", "https://x/", nil))
	if !w.Flushed {
		t.Error("the answer was not flushed")
	}
}

func TestAClearedRecorderForgetsAndGoesOnCounting(t *testing.T) {
	t.Parallel()
	r := exchange.NewRecorder()
	passes(t, r, answers("text/plain", "x"), httptest.NewRequest("GET", "https://x/", nil))
	r.Clear()
	if len(r.All()) != 0 || len(r.Get("x-00001")) != 0 {
		t.Error("it still knows the exchange")
	}
	if e := passes(t, r, answers("text/plain", "x"), httptest.NewRequest("GET", "https://x/", nil)); e.ID != "x-00002" {
		t.Errorf("the next exchange is %s, want x-00002", e.ID)
	}
}

// However a body is made, what stands under a secret name is not kept.
func FuzzHandlerRedaction(f *testing.F) {
	for _, seed := range []string{`{"a":[1,{"b":"c"}]}`, `[]`, `{"x":"y\"z"}`, `{"k":null`, `"`, `{"a":{"b":{"c":`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !json.Valid(body) || bytes.Contains(body, []byte(hidden)) {
			body = []byte(`{}`)
		}
		whole := fmt.Sprintf(`{"x":%s,"password":%q,"y":[{"value":%q,"z":%s,"key":"SecretToken"}]}`, body, hidden, hidden, body)
		e := passes(t, exchange.NewRecorder(), answers("application/json", whole), httptest.NewRequest("GET", "https://x/", nil))
		if bytes.Contains(e.Response.Body.Bytes, []byte(hidden)) {
			t.Errorf("a secret is kept: %s", e.Response.Body.Bytes)
		}
	})
}

func FuzzHandlerTakesAnyBody(f *testing.F) {
	for _, seed := range []string{"", "{", `{"password":"`, "]", `{"a":1}}`, `name="code" value="x`, "a=b&code=", `{"\u00`} {
		f.Add("application/json", seed)
		f.Add("text/html", seed)
		f.Add("application/x-www-form-urlencoded", seed)
	}
	f.Fuzz(func(t *testing.T, contentType, body string) {
		req := httptest.NewRequest("POST", "https://x/", strings.NewReader(body))
		req.Header.Set("Content-Type", contentType)
		e := passes(t, exchange.NewRecorder(), answers(contentType, body), req)
		if e.Response.Body.Size != int64(len(body)) {
			t.Errorf("%d bytes passed, %d counted", len(body), e.Response.Body.Size)
		}
	})
}

func BenchmarkHandler(b *testing.B) {
	item := `{"id":"4782e723-f4f4-4af3-a76e-25e3bab0d896","displayName":"Ada Byron","mail":"ada@contoso.com","userPrincipalName":"ada@contoso.com","businessPhones":[]}`
	for name, body := range map[string]string{"one": item, "list": `{"value":[` + strings.TrimSuffix(strings.Repeat(item+",", 100), ",") + `]}`} {
		next := answers("application/json", body)
		for kind, handler := range map[string]http.Handler{"off": next, "on": exchange.NewRecorder(exchange.WithKeep(1000)).Handler(next, nil)} {
			b.Run(name+"/"+kind, func(b *testing.B) {
				b.ReportAllocs()
				req := httptest.NewRequest("GET", "https://graph.microsoft.com/v1.0/users/4782e723-f4f4-4af3-a76e-25e3bab0d896", nil)
				for name, value := range map[string]string{"Authorization": "Bearer " + strings.Repeat("x", 1500), "Accept": "application/json", "User-Agent": "kiota", "Sdk-Version": "x", "Client-Request-Id": "4782e723"} {
					req.Header.Set(name, value)
				}
				for b.Loop() {
					handler.ServeHTTP(discard{http.Header{}}, req)
				}
			})
		}
	}
}

type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) WriteHeader(int)             {}
func (d discard) Write(p []byte) (int, error) { return len(p), nil }

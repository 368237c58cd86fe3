package exchange

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf16"
)

// record sends one request past a transport that answers with body, and gives what was recorded.
func record(t testing.TB, r *Recorder, req *http.Request, header http.Header, body []byte) *Exchange {
	t.Helper()
	s := r.Session("o", roundTripper(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", Header: header, Body: io.NopCloser(bytes.NewReader(body))}, nil
	}))
	if _, err := s.RoundTrip(req); err != nil {
		t.Fatal(err)
	}
	return s.Last()
}

func TestCredentialHeadersAreHiddenAndTheirSchemeStays(t *testing.T) {
	for _, c := range []struct{ name, value, want string }{
		{"Authorization", "Bearer abc.def", "Bearer [redacted]"},
		{"Authorization", "bearer abc.def", "bearer [redacted]"},
		{"Authorization", "Basic YTpi", "Basic [redacted]"},
		{"Authorization", "abc.def", "[redacted]"},
		{"Authorization", "abc def", "[redacted]"},
		{"Authorization", "Bearer", "Bearer"},
		{"Authorization", "", ""},
		{"Proxy-Authorization", "Basic YTpi", "Basic [redacted]"},
		{"X-Api-Key", "k", "[redacted]"},
		{"x-api-key", "k", "[redacted]"},
		{"Cookie", "sid=1; theme=dark", "[redacted]"},
		{"Set-Cookie", "sid=1; Path=/", "[redacted]"},
		{"Www-Authenticate", `Bearer realm="scim"`, `Bearer realm="scim"`},
		{"Accept", "application/scim+json", "application/scim+json"},
	} {
		req := request(t, "GET", "http://t/", "")
		req.Header = http.Header{c.name: {c.value}}
		e := record(t, NewRecorder(), req, http.Header{c.name: {c.value}}, nil)
		for side, h := range map[string]http.Header{"request": e.Request.Header, "response": e.Response.Header} {
			if got := strings.Join(h[c.name], "|"); got != c.want {
				t.Errorf("%s %s: %q is kept as %q, want %q", side, c.name, c.value, got, c.want)
			}
		}
	}
}

func TestCredentialMembersAreHiddenBeforeTheyAreRegistered(t *testing.T) {
	for body, want := range map[string]string{
		`grant_type=client_credentials&client_secret=abc~1&scope=s`:    `grant_type=client_credentials&client_secret=[redacted]&scope=s`,
		`{"access_token" : "a\"b", "token_type":"Bearer"}`:             `{"access_token" : "[redacted]", "token_type":"Bearer"}`,
		`{"password":"hunter2"}`:                                       `{"password":"[redacted]"}`,
		`{"name":"password","type":"string"}`:                          `{"name":"password","type":"string"}`,
		`{"userName":"ada","note":"?password reset for access_token"}`: `{"userName":"ada","note":"?password reset for access_token"}`,
		`{"accessToken":"abc", "clientSecret": "def", "apiKey":"g"}`:   `{"accessToken":"[redacted]", "clientSecret": "[redacted]", "apiKey":"[redacted]"}`,
		`{"detail":"sent {\"access_token\":\"a\nb\",\"x\":1}"}`:        `{"detail":"sent {\"access_token\":\"[redacted]\",\"x\":1}"}`,
		`{"Authorization":"Bearer abc", "cookie":"sid=1; a=b"}`:        `{"Authorization":"[redacted]", "cookie":"[redacted]"}`,
		`{"headers":{"authorization":["Bearer abc1.def"]}}`:            `{"headers":{"authorization":["Bearer [redacted]"]}}`,
		`Authorization: Basic bWU6YjEyMw== is not known`:               `Authorization: Basic [redacted] is not known`,
		`Bearer authentication is required, as in RFC 6750`:            `Bearer authentication is required, as in RFC 6750`,
		`Location: https://t/cb#access_token=abc&state=1`:              `Location: https://t/cb#access_token=[redacted]&state=1`,
		`https://t/api?code=abc==&x=1 or ?sig=a%2Bb and ?token=q`:      `https://t/api?code=[redacted]&x=1 or ?sig=[redacted] and ?token=[redacted]`,
		`{"code":"Request_BadRequest","key":"displayName"}`:            `{"code":"Request_BadRequest","key":"displayName"}`,
	} {
		e := record(t, NewRecorder(), request(t, "POST", "http://t/?access_token=zzz&a=b", body), nil, []byte(body))
		if got := string(e.Request.Body.Bytes); got != want {
			t.Errorf("request body\n%s is kept as\n%s, want\n%s", body, got, want)
		}
		if got := string(e.Response.Body.Bytes); got != want {
			t.Errorf("response body\n%s is kept as\n%s, want\n%s", body, got, want)
		}
		if e.Request.URL != "http://t/?access_token=[redacted]&a=b" {
			t.Errorf("url is kept as %s", e.Request.URL)
		}
	}
}

// encodings are the forms a secret takes on its way through URLs, forms, documents and Basic authentication.
var encodings = map[string]func(string) string{
	"raw":               func(s string) string { return s },
	"query":             url.QueryEscape,
	"path":              url.PathEscape,
	"path twice":        func(s string) string { return url.PathEscape(url.PathEscape(s)) },
	"every byte":        everyByte,
	"json":              quoteJSON,
	"json in json":      func(s string) string { return quoteJSON(quoteJSON(s)) },
	"json thrice":       func(s string) string { return quoteJSON(quoteJSON(quoteJSON(s))) },
	"unicode escapes":   unicodeEscapes,
	"escapes in json":   func(s string) string { return quoteJSON(unicodeEscapes(s)) },
	"html":              html.EscapeString,
	"base64":            func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64 url":        func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
	"basic":             func(s string) string { return base64.StdEncoding.EncodeToString([]byte("me:" + s)) },
	"basic, longer":     func(s string) string { return base64.StdEncoding.EncodeToString([]byte("user:" + s + "xyz")) },
	"basic, percent":    func(s string) string { return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("a:" + s))) },
	"base64 of the url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("1" + s + "22")) },
}

func quoteJSON(s string) string { b, _ := json.Marshal(s); return string(b[1 : len(b)-1]) }

// unicodeEscapes writes everything as \uXXXX, as some encoders write what could be markup.
func unicodeEscapes(s string) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, `\u%04X`, unit)
	}
	return b.String()
}

func everyByte(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		fmt.Fprintf(&b, "%%%02x", c)
	}
	return b.String()
}

func TestARegisteredSecretIsHiddenInEveryEncoding(t *testing.T) {
	const secret = `s3cr3t/+ "&é<😀'%`
	for name, encode := range encodings {
		t.Run(name, func(t *testing.T) {
			in := encode(secret)
			e := record(t, NewRecorder(WithSecrets(secret)), request(t, "POST", "http://t/", "a "+in+" z"), nil, nil)
			got := string(e.Request.Body.Bytes)
			if strings.Contains(got, in) || !strings.Contains(got, Redacted) {
				t.Errorf("%s is kept as %s", in, got)
			}
			if !strings.HasPrefix(got, "a ") || !strings.HasSuffix(got, " z") {
				t.Errorf("what stands around the secret is lost: %s", got)
			}
		})
	}
}

func TestASecretAcrossTheCutLeavesNoRest(t *testing.T) {
	const secret = "abcdefghijklmnop"
	for limit := range 40 {
		body := "12345" + everyByte(secret) + secret + "tail"
		e := record(t, NewRecorder(WithSecrets(secret), WithBodyLimit(limit)), request(t, "POST", "http://t/", body), nil, nil)
		got := string(e.Request.Body.Bytes)
		if whole := "12345" + Redacted + Redacted + "tail"; !strings.HasPrefix(whole, got) && got != "12345"+Redacted {
			t.Errorf("limit %d keeps %q", limit, got)
		}
	}
}

func TestSecretsAreTakenWithSense(t *testing.T) {
	r := NewRecorder(WithSecrets("abc", ""))
	e := record(t, r, request(t, "POST", "http://t/", "abc later"), nil, nil)
	if got := string(e.Request.Body.Bytes); got != "abc later" {
		t.Errorf("three bytes are no secret, kept %q", got)
	}
	r.AddSecret("later")
	r.AddSecret("later")
	if e = record(t, r, request(t, "POST", "http://t/", "abc later"), nil, nil); string(e.Request.Body.Bytes) != "abc [redacted]" {
		t.Errorf("a secret added later is kept: %q", e.Request.Body.Bytes)
	}
}

func TestUserInformationOfAURLIsNotKept(t *testing.T) {
	e := record(t, NewRecorder(), request(t, "GET", "http://me:pass@t/Users", ""), nil, nil)
	if e.Request.URL != "http://t/Users" {
		t.Errorf("kept %s", e.Request.URL)
	}
}

func TestAnErrorHidesSecrets(t *testing.T) {
	r := NewRecorder(WithSecrets("hunter22"))
	s := r.Session("o", roundTripper(func(q *http.Request) (*http.Response, error) {
		return nil, fmt.Errorf("get %s: refused", q.URL)
	}))
	_, _ = s.RoundTrip(request(t, "GET", "http://t/?q=hunter22", ""))
	if got := s.Last().Err; strings.Contains(got, "hunter22") {
		t.Errorf("error keeps the secret: %s", got)
	}
}

func FuzzNoCredentialIsMissedForWantOfAHint(f *testing.F) {
	for _, text := range []string{
		"?SIG=1", "#Code=2", `"Api_Key":"a"`, `"apikey" : "b"`, `\"x-api-KEY\" : \"b\"`, `\"token\\": \\"b\"`, "basic a1", "BEARER\t9", "auth=1", `"proxy-authorization":"c"`, `"Set-Cookie":"c"`,
		"?pa\u017f\u017fword=1", "?api\u212aey=1", "?client_assertion=1", "?refreshtoken=1", "client_secret=2",
	} {
		if len(credentials([]byte(text), len(text))) == 0 {
			f.Errorf("%q holds no credential", text)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := len(credentials([]byte(text), len(text)))
		for _, c := range credentialMembers {
			found -= len(c.pattern.FindAllStringIndex(text, -1))
		}
		if found != 0 {
			t.Errorf("of what the expressions find in %q, %d are missed", text, -found)
		}
	})
}

func FuzzARegisteredSecretNeverShows(f *testing.F) {
	f.Add("correct horse", "before", "after", 7)
	f.Add(`"&é<😀'%\`, "{\"a\":\"", "\"}", 64)
	f.Add("%2525+/=", "%", "%", 3)
	f.Add("\xff\x00\n", "\\", "&#x27;", 1000)
	f.Fuzz(func(t *testing.T, tail, before, after string, limit int) {
		secret := "tok3n" + tail
		if strings.ContainsAny(secret, "[]") || len(secret)+len(before)+len(after) > 4000 {
			t.Skip("the marker itself, or too long")
		}
		for name, encode := range encodings {
			in := before + encode(secret) + after
			header := http.Header{"X-Echo": {in}, "Location": {in}}
			req := request(t, "POST", "http://t/", in)
			req.URL.RawQuery = "filter=" + encode(secret)
			req.Header.Set("X-Sent", in)
			e := record(t, NewRecorder(WithSecrets(secret), WithBodyLimit(limit)), req, header, []byte(in))
			var har bytes.Buffer
			if err := WriteHAR(&har, "rehearse", "test", []*Exchange{e}); err != nil {
				t.Fatal(err)
			}
			for form, text := range map[string]string{"text": e.Text(), "curl": e.Curl(), "har": har.String()} {
				if strings.Contains(text, secret) || strings.Contains(text, encode(secret)) {
					t.Errorf("%s secret %q shows in the %s:\n%s", name, secret, form, text)
				}
			}
		}
	})
}

func TestSecretsAreHiddenInTheErrorGivenBack(t *testing.T) {
	cause := errors.New("dial: the proxy says s3cr3t is wrong")
	s := NewRecorder(WithSecrets(" s3cr3t\n")).Session("o", roundTripper(func(*http.Request) (*http.Response, error) { return nil, cause }))
	resp, err := s.RoundTrip(request(t, "GET", "http://t/", ""))
	if resp != nil {
		t.Fatalf("got a response: %v", resp)
	}
	if want := "dial: the proxy says [redacted] is wrong"; err.Error() != want || !errors.Is(err, cause) || s.Last().Err != want {
		t.Errorf("gives %q, keeps %q", err, s.Last().Err)
	}
}

func TestRedactHidesInAnyText(t *testing.T) {
	r := NewRecorder(WithSecrets("s3cr3t"))
	if got := r.Redact("the answer was 400: token s3cr3t is bad"); got != "the answer was 400: token [redacted] is bad" {
		t.Error(got)
	}
	if got := r.Redact(""); got != "" {
		t.Errorf("nothing became %q", got)
	}
}

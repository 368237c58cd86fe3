package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"testing"
)

var silent = log.New(io.Discard, "", 0)

func TestEveryStatusHasItsCode(t *testing.T) {
	for _, tt := range []struct {
		method, url string
		codes       map[int]string // "" is done
	}{
		{"GET", "/Users?filter=a", map[int]string{200: "", 204: CodeServiceIncompatible, 206: CodeUnprocessableEntity, 400: CodeServiceIncompatible, 401: CodeUnauthorized,
			403: CodeInsufficientRights, 404: CodeServiceIncompatible, 405: CodeMethodNotAllowed, 406: CodeServiceIncompatible, 408: CodeTimeout, 422: CodeUnprocessableEntity,
			429: CodeTooManyRequests, 500: CodeInternalServerError, 501: CodeNotImplemented, 503: CodeInternalServerError, 307: CodeWebExceptionProtocolError}},
		{"GET", "/Groups?excludedAttributes=members&filter=a", map[int]string{404: CodeServiceIncompatible}},
		{"GET", "/Groups/1?excludedAttributes=members", map[int]string{200: "", 404: CodeInvalidAnchor, 410: CodeInvalidAnchor}},
		{"GET", "/Users/1", map[int]string{200: "", 204: CodeServiceIncompatible, 404: CodeInvalidAnchor, 410: CodeInvalidAnchor}},
		{"POST", "/Users", map[int]string{200: "", 201: "", 202: CodeUnprocessableEntity, 204: CodeUnprocessableEntity, 404: CodeServiceIncompatible, 409: CodeConflict, 415: CodeServiceIncompatible}},
		{"PATCH", "/Users/1", map[int]string{200: "", 204: "", 202: CodeUnprocessableEntity, 404: CodeInvalidAnchor, 409: CodeEntryConflict, 504: CodeInternalServerError}},
		{"DELETE", "/Users/1", map[int]string{200: "", 204: "", 404: "", 202: CodeUnprocessableEntity, 405: CodeMethodNotAllowed, 409: CodeEntryConflict}},
	} {
		for status, want := range tt.codes {
			err := Check(Response{Status: status, Method: tt.method, URL: "https://scim.example" + tt.url})
			var e *Error
			switch {
			case want == "" && err != nil:
				t.Errorf("%s %s %d: got %v", tt.method, tt.url, status, err)
			case want != "" && (!errors.As(err, &e) || e.Code != want || e.Status != status):
				t.Errorf("%s %s %d: got %v, want %s", tt.method, tt.url, status, err, want)
			}
		}
	}
}

func TestAFailedAnswerIsDumpedAsEntraShowsIt(t *testing.T) {
	err := Check(Response{Status: 500, Method: "GET", URL: `https://scim.example/Users?filter=userName+eq+%22ada%40contoso.example%22`,
		Header: http.Header{"Date": {"Mon"}, "Content-Type": {"application/scim+json"}, "Set-Cookie": {"session=abcdef"}}, Body: []byte("{\n\"status\":\"500\"}\x00")})
	want := `InternalServerError: Received response from Web resource. Resource: https://scim.example/Users?filter=userName+eq+"ada%40contoso.example" Operation: GET Response Status Code: InternalServerError Response Headers: Content-Type: application/scim+json
Date: Mon
Set-Cookie: [redacted]
Response Content: { "status":"500"}`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

func TestABadRequestEndsInTheTargetsOwnError(t *testing.T) {
	err := Check(Response{Status: 400, Method: "PATCH", URL: "https://scim.example/Users/1", Body: []byte(`{"status":"400","scimType":"noTarget"}`)})
	if err == nil || !strings.HasPrefix(err.Error(), CodeServiceIncompatible+": StatusCode: BadRequest Message: Processing of the HTTP request resulted in an exception.") ||
		!strings.HasSuffix(err.Error(), `Web Response: {"status":"400","scimType":"noTarget"}`) {
		t.Errorf("got %v", err)
	}
}

func TestAQueryAnsweredWith404SaysWhatIsExpected(t *testing.T) {
	err := Check(Response{Status: 404, Method: "GET", URL: "https://scim.example/Users?filter=a"})
	if err == nil || !strings.Contains(err.Error(), "HTTP/200 with an empty list (RFC 7644 section 3.4.2)") || !strings.Contains(err.Error(), "Response Status Code: NotFound") {
		t.Errorf("got %v", err)
	}
}

func TestTheDumpIsBounded(t *testing.T) {
	h := http.Header{}
	for i := range 1000 {
		h.Set(fmt.Sprintf("X-%04d", i)+strings.Repeat("n", 10_000), strings.Repeat("v", 10_000))
	}
	err := Check(Response{Status: 500, Method: "GET", Header: h, Body: []byte(strings.Repeat("b", 1<<20))})
	if n := len(err.Error()); n > 32<<10 || !strings.HasSuffix(err.Error(), "bb…") {
		t.Errorf("%d bytes", n)
	}
}

func TestSecretsAreNeverInAMessage(t *testing.T) {
	for _, status := range []int{200, 302, 400, 401, 404, 500} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Echo", r.Header.Get("Authorization"))
			w.Header().Set("Location", "https://other.example/?t="+r.URL.RawQuery+r.Header.Get("X-Gateway-Key"))
			w.WriteHeader(status)
			_, _ = io.WriteString(w, "<p>"+r.Header.Get("Authorization")+" "+r.Header.Get("X-Gateway-Key")+" "+r.URL.RawQuery)
		})
		c := client(t, Config{TenantURL: s.URL + "/scim?access_token=query-s3cret%2F", Header: http.Header{"X-Gateway-Key": {"gateway-s3cret"}}})
		response, err := c.Do(context.Background(), get("/Users?filter=a"))
		if err == nil {
			_, err = ReadList(response)
		}
		if err == nil {
			t.Fatalf("%d: no error", status)
		}
		if strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), redacted) {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// What is cut off must not leave half a secret, and what is taken out must not join one.
func TestASecretAtTheLimitIsRedactedWhole(t *testing.T) {
	const secret = "s3cret-of-the-gateway"
	r := Response{Status: 500, Method: "GET", URL: "https://scim.example/Users?access_token=s3cret-%2fof%22&filter=a",
		Header: http.Header{"X-Long": {strings.Repeat("x", maxShownHeader-5) + secret}}, secrets: []string{secret, "s3cret-%2fof%22"}}
	for _, body := range []string{strings.Repeat("x", maxShownBody-7) + secret, "s3\x00cret-of-the-gateway"} {
		r.Body = []byte(body)
		for _, status := range []int{400, 500} {
			r.Status = status
			if err := Check(r); err == nil || strings.Contains(err.Error(), "s3") {
				t.Errorf("%d: %v", status, err)
			}
		}
	}
	if err := r.errorf(CodeTimeout, "%s%s", strings.Repeat("x", maxShownReason-3), secret); strings.Contains(err.Error(), "s3") {
		t.Error(err)
	}
}

func TestASecretOfTheTenantURLIsRedactedAsItIsWritten(t *testing.T) {
	c := client(t, Config{TenantURL: "https://scim.example/?sig=ab%2fcd%22ef&x=1", Transport: roundTrip(func(*http.Request) (*http.Response, error) { return nil, io.EOF })})
	_, err := c.Do(context.Background(), get("/Users/1"))
	if err == nil || strings.Contains(err.Error(), "ab") || !strings.Contains(err.Error(), "sig=[redacted]&x=1") {
		t.Errorf("got %v", err)
	}
}

func TestProbeErrorsHaveTheirOwnCodes(t *testing.T) {
	plain := errors.New("plain")
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&Error{Code: CodeUnauthorized, Status: 401}, CodeCredentialValidationFailure},
		{&Error{Code: CodeInsufficientRights, Status: 403}, CodeCredentialValidationFailure},
		{&Error{Code: CodeInternalServerError, Status: 500}, CodeCredentialValidationUnavailable},
		{&Error{Code: CodeWebExceptionProtocolError}, CodeCredentialValidationUnavailable},
		{&Error{Code: CodeTimeout, Status: 200}, CodeCredentialValidationUnavailable},
		{&Error{Code: CodeTooManyRequests, Status: 429}, CodeCredentialValidationUnavailable},
		{&Error{Code: CodeServiceIncompatible, Status: 200}, CodeServiceIncompatible},
		{fmt.Errorf("wrapped: %w", &Error{Code: CodeServiceIncompatible, Status: 404}), CodeServiceIncompatible},
	} {
		var e *Error
		if got := AsProbe(tt.err); !errors.As(got, &e) || e.Code != tt.want {
			t.Errorf("%v: got %v, want %s", tt.err, got, tt.want)
		}
	}
	if got := AsProbe(plain); !errors.Is(got, plain) {
		t.Errorf("got %v", got)
	}
	if AsProbe(nil) != nil {
		t.Error("nil became an error")
	}
}

func TestReadableURLs(t *testing.T) {
	for in, want := range map[string]string{
		"/U?f=%22a%40b%22": `/U?f="a%40b"`, "/%5b%5d%2b%20": "/%5b%5d%2b%20", "/Zo%C3%AB+%41%7e": "/Zoë+A~",
		"/%zz%": "/%zz%", "/%C3%22": `/%C3"`, "/%00%0a%7f": "/%00%0a%7f", "/%E2%80": "/%E2%80",
	} {
		if got := readable(in); got != want {
			t.Errorf("%s: got %s, want %s", in, got, want)
		}
	}
}

func TestStatusNamesAreNETs(t *testing.T) {
	for status, want := range map[int]string{200: "OK", 401: "Unauthorized", 404: "NotFound", 414: "RequestUriTooLong", 429: "TooManyRequests", 505: "HttpVersionNotSupported", 599: "599"} {
		if got := statusName(status); got != want {
			t.Errorf("%d: got %s, want %s", status, got, want)
		}
	}
}

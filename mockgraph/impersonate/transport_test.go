package impersonate_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/impersonate"
)

func inProcess(handler http.HandlerFunc, more ...impersonate.Host) *http.Client {
	return &http.Client{Transport: impersonate.Transport(handler, more...)}
}

func TestTransportShowsTheHandlerWhatAServerWould(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address, want string
	}{
		{"https://graph.microsoft.com//v1.0/users/a%40b%2Fc?$filter=a%20b;c#part", "POST HTTP/1.1 tls=true host=graph.microsoft.com uri=//v1.0/users/a%40b%2Fc?$filter=a%20b;c path=//v1.0/users/a%40b%2Fc query=$filter=a%20b;c abs=false body=hello"},
		{"https://LOGIN.MicrosoftOnline.com.:8443", "host=LOGIN.MicrosoftOnline.com.:8443 uri=/ path=/"},
		{"http://westeurope.login.microsoft.com/x", "POST HTTP/1.1 tls=false host=westeurope.login.microsoft.com uri=/x"},
		{"https://tenant.example/x", "host=tenant.example"},
	} {
		response, err := inProcess(echo, impersonate.Host{Name: "Tenant.example"}).Post(c.address, "text/plain", strings.NewReader("hello"))
		if err != nil {
			t.Errorf("%s: %v", c.address, err)
		} else if got := text(t, response); !strings.Contains(got, c.want) {
			t.Errorf("%s: the handler saw %s, want %s", c.address, got, c.want)
		}
	}
}

func TestTransportRefusesUnknownHosts(t *testing.T) {
	t.Parallel()
	client := inProcess(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") })
	for _, address := range []string{"https://example.com/", "https://graph.microsoft.com.evil.example/", "https://127.0.0.1/", "https://microsoft.com/", "https://a.b.login.microsoft.com/"} {
		_, err := client.Get(address)
		host := strings.TrimSuffix(strings.TrimPrefix(address, "https://"), "/")
		if !errors.Is(err, impersonate.ErrUnknownHost) || !strings.Contains(err.Error(), `"`+host+`"`) {
			t.Errorf("%s: %v, want an error that names the host", address, err)
		}
	}
	if _, err := client.Get("ftp://graph.microsoft.com/"); err == nil || !strings.Contains(err.Error(), "neither http nor https") {
		t.Errorf("ftp: %v", err)
	}
}

func TestTransportLeavesTheRequestAlone(t *testing.T) {
	t.Parallel()
	type private struct{}
	ctx := context.WithValue(t.Context(), private{}, "the caller's")
	request, _ := http.NewRequestWithContext(ctx, http.MethodGet, "https://user:pass@graph.microsoft.com/v1.0/me", nil)
	request.Header.Set("X", "1")
	response, err := impersonate.Transport(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Context().Value(private{}) != nil {
			t.Error("the caller's context values reach the handler")
		}
		if name, password, ok := r.BasicAuth(); !ok || name != "user" || password != "pass" {
			t.Error("the credentials of the URL do not")
		}
		r.Header.Set("X", "2")
		r.URL.Path = "/else"
	})).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	if response.Request != request || request.Header.Get("X") != "1" || len(request.Header) != 1 || request.URL.Path != "/v1.0/me" || request.URL.Host != "graph.microsoft.com" || request.RequestURI != "" {
		t.Errorf("the request became %+v", request)
	}
}

func TestTransportAnswers(t *testing.T) {
	t.Parallel()
	big := strings.Repeat("0123456789abcdef", 20_000)
	for _, c := range []struct {
		name, method string
		handler      http.HandlerFunc
		status       string
		length       int64
		header       string // Content-Length
		kind         string
		body         string
	}{
		{"nothing", "GET", func(http.ResponseWriter, *http.Request) {}, "200 OK", 0, "", "", ""},
		{"created", "POST", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(201)
			w.WriteHeader(500) // ignored as net/http does
			w.Header().Set("Content-Type", "too/late")
			_, _ = io.WriteString(w, "{}")
		}, "201 Created", 2, "2", "application/json", "{}"},
		{"no content", "DELETE", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(204)
			if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrBodyNotAllowed) {
				t.Errorf("body of 204: %v", err)
			}
		}, "204 No Content", 0, "", "", ""},
		{"early hints are not sent", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(103)
			w.WriteHeader(404)
		}, "404 Not Found", 0, "", "", ""},
		{"type found out", "GET", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "<html>") }, "200 OK", 6, "6", "text/html; charset=utf-8", "<html>"},
		{"head", "HEAD", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "12345") }, "200 OK", 5, "5", "", ""},
		{"larger than the window", "GET", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, big) }, "200 OK", -1, "", "text/plain; charset=utf-8", big},
		{"large and declared", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "320000")
			_, _ = w.Write([]byte(big))
		}, "200 OK", 320000, "320000", "text/plain; charset=utf-8", big},
		{"unknown status", "GET", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(599) }, "599 ", 0, "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			request, _ := http.NewRequest(c.method, "https://graph.microsoft.com/", nil)
			response, err := inProcess(c.handler).Do(request)
			if err != nil {
				t.Fatal(err)
			}
			if response.Status != c.status || response.ContentLength != c.length || response.Header.Get("Content-Length") != c.header || response.Header.Get("Content-Type") != c.kind || response.Proto != "HTTP/1.1" || response.Header == nil {
				t.Errorf("%s %s, length %d, header %v", response.Proto, response.Status, response.ContentLength, response.Header)
			}
			if got := text(t, response); got != c.body {
				t.Errorf("body of %d bytes, want %d", len(got), len(c.body))
			}
		})
	}
}

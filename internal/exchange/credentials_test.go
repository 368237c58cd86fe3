package exchange_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// A HAR file says which requests had other credentials than the rest, when they were sent, to a millionth of a second, and that a body is whole out
// of which a secret was taken.
func TestWhatAHARFileTellsOfRequests(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer server.Close()
	recorder := exchange.NewRecorder()
	session := recorder.Session("test", server.Client().Transport)
	for _, transport := range []http.RoundTripper{session, exchange.WithOtherCredentials(session)} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(`{"password":"a-long-and-secret-password"}`))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := transport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	var file bytes.Buffer
	if err := exchange.WriteHAR(&file, "test", "1", recorder.All()); err != nil {
		t.Fatal(err)
	}
	es, err := exchange.ReadHAR(&file)
	if err != nil || len(es) != 2 {
		t.Fatal(err, len(es))
	}
	for i, e := range es {
		if e.Request.OtherCredentials != (i == 1) || e.Request.Body.Truncated || !bytes.Contains(e.Request.Body.Bytes, []byte(exchange.Redacted)) {
			t.Errorf("%d: %+v", i, e.Request)
		}
		if sent := recorder.All()[i].Started; e.Started.Sub(sent).Abs() > 1000 {
			t.Errorf("%d: sent at %s, read as %s", i, sent, e.Started)
		}
	}
}

package exchange

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestASharedSessionNotesForWhomAndOnWhichSide holds: owner, side and follower of the context go with what a session records, a session without them keeps its own
// owner, and a HAR file keeps the side but none that nobody knows.
func TestASharedSessionNotesForWhomAndOnWhichSide(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	recorder := NewRecorder()
	session := recorder.Session("connector", nil)
	defer session.CloseIdleConnections()
	var followed []*Exchange
	ctx := Follow(On(For(t.Context(), "connector.create.user"), ToConnector), func(e *Exchange) { followed = append(followed, e) })
	plain, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/plain", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range []*http.Request{plain, plain.WithContext(ctx)} {
		response, err := session.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
	all := recorder.All()
	if len(all) != 2 || all[0].Owner != "connector" || all[0].Side != "" || all[1].Owner != "connector.create.user" || all[1].Side != ToConnector {
		t.Fatalf("recorded are %+v", all)
	}
	if len(followed) != 1 || followed[0] != all[1] {
		t.Errorf("followed are %+v, want the second", followed)
	}
	var har bytes.Buffer
	if err := WriteHAR(&har, "rehearse", "1", all); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]Side{har.String(): ToConnector, strings.ReplaceAll(har.String(), "to-connector", "sideways"): ""} {
		read, err := ReadHAR(strings.NewReader(text))
		if err != nil || len(read) != 2 || read[0].Side != "" || read[1].Side != want {
			t.Errorf("read back are %+v, %v, want the side %q", read, err, want)
		}
	}
}

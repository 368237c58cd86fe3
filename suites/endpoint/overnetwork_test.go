package endpoint_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// Over a real network: another base path, a slash at the end, chunked answers and a connection for each request.
func TestACorrectServerIsNotAccusedOverTheNetwork(t *testing.T) {
	t.Parallel()
	h, err := serviceprovider.New(serviceprovider.WithToken(token), serviceprovider.WithExpiredToken(expired), serviceprovider.WithOtherTenant(foreign), serviceprovider.WithPrefix("/tenants/7/scim"))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Connection", "close")
		h.ServeHTTP(flushing{w}, r)
	}))
	defer server.Close()
	target, err := endpoint.Open(t.Context(), endpoint.Config{URL: server.URL + "/tenants/7/scim/?aadOptscim062020", Token: token, ExpiredToken: expired, OtherToken: foreign, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	for id, o := range rehearse(t.Context(), target) {
		if o.Status != result.Passed && !unasked(o) {
			t.Errorf("%s is %s: %s %s %s", id, o.Status, o.Reason, told(o), o.Panic)
		}
	}
	if left := target.Close(t.Context()); len(left) > 0 {
		t.Errorf("left: %+v", left)
	}
}

// flushing sends each piece of an answer as a chunk of its own.
type flushing struct{ http.ResponseWriter }

func (f flushing) Write(p []byte) (int, error) {
	n, err := f.ResponseWriter.Write(p)
	f.ResponseWriter.(http.Flusher).Flush()
	return n, err
}

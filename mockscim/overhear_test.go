package mockscim_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/clock"
	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockscim"
)

// What a job sends, and what it is answered, stands among the tenant's exchanges.
func TestTheRequestsOfAJobAreRecordedWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	c := clock.NewSteered()
	c.Freeze()
	c.Set(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	tenant := mockgraph.New(mockgraph.WithClock(c), mockgraph.WithExchanges(200))
	s := newSiteOf(t, tenant, mockscim.WithClock(c), mockscim.WithOverhear(func(of func() mockscim.Application, secrets []string, base http.RoundTripper) http.RoundTripper {
		return tenant.RecordSCIM(func() string { return of().Job }, secrets, base)
	}))
	s.hire("Ada")
	s.graph("POST", s.job+"/validateCredentials", `{"useSavedCredentials":true}`).want(204)
	s.graph("POST", s.job+"/start", "").want(204)
	s.pass("PT1M")
	id := s.job[strings.LastIndexByte(s.job, '/')+1:]
	sent := s.send("GET", "/_rehearse/exchanges?service=scim&method=POST&job="+id, "", "").want(200)
	sent.is("exchanges.0.service", "scim").is("exchanges.0.job", id).is("exchanges.0.response.status", 201.0).is("exchanges.1", nil)
	if body := sent.str("exchanges.0.request.body.text"); !strings.Contains(body, `"userName":"ada@`) {
		t.Errorf("the creation is %s", body)
	}
	if answer := sent.str("exchanges.0.response.body.text"); !strings.Contains(answer, `"id"`) {
		t.Errorf("the answer is %s", answer)
	}
	all := s.send("GET", "/_rehearse/exchanges?limit=200", "", "").want(200)
	if strings.Contains(string(all.body), "first-secret") || !strings.Contains(string(all.body), "Bearer [redacted]") {
		t.Errorf("a secret is shown: %s", all.body)
	}
	if n := len(s.send("GET", "/_rehearse/exchanges?service=scim", "", "").want(200).at("exchanges").([]any)); n < 5 { // two tests of the connection, the match, the creation
		t.Errorf("%d requests", n)
	}
	s.send("GET", "/_rehearse/exchanges?job=other", "", "").want(200).is("exchanges.0", nil)
	s.send("GET", "/_rehearse/exchanges?service=mail", "", "").want(400)
}

package connector

import (
	"net/url"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// TestNamesInAnyCase holds: Graph takes names of properties in any case, and numbers for the ids of a batch, and so the checks do.
func TestNamesInAnyCase(t *testing.T) {
	t.Parallel()
	a := ask{body: []byte(`{"mailNickName":"ada","surName":"Byron","addlicenses":[]}`)}
	if o := a.object(); o["mailNickname"] != "ada" || o["surname"] != "Byron" || len(o) != 3 {
		t.Errorf("got %v", o)
	}
	if a.member("addLicenses") == nil {
		t.Error("a member in another case is not seen")
	}
	call := &Call{Exchange: &exchange.Exchange{}, Path: "/v1.0/$batch", Query: url.Values{}}
	call.Request.Method = "POST"
	call.Request.Body.Bytes = []byte(`{"requests":[{"id":1,"method":"PATCH","url":"/groups/g"},{"id":21,"method":"PATCH","url":"/groups/g"}]}`)
	call.Response.Body.Bytes = []byte(`{"responses":[{"id":"21","status":400},{"id":"1","status":204}]}`)
	all := asksOf([]*Call{call})
	if len(all) != 2 || all[0].status != 204 || all[1].status != 400 {
		t.Errorf("got %+v", all)
	}
}

package serviceprovider_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// FuzzRequest: no request makes the endpoint panic or answer 5xx (501 apart), and every refusal is a SCIM error, with all faults too.
func FuzzRequest(f *testing.F) {
	patch := `{"schemas":["` + scim.PatchOpURN + `"],"Operations":[{"op":"Add","path":"emails[type eq \"home\"].value","value":"x"}]}`
	f.Add("GET", "Users", `filter=userName+eq+%22ada%22&startIndex=2&count=1`, "")
	f.Add("GET", "Users/u1", "attributes=name.givenName&excludedAttributes=groups", "")
	f.Add("GET", "Groups", `filter=members[value+eq+%22u1%22]`, "")
	f.Add("POST", "Users", "", document(scim.UserURN, ada))
	f.Add("PUT", "Users/u1", "", document(scim.UserURN, bob))
	f.Add("PATCH", "Users/u1", "", patch)
	f.Add("PATCH", "Groups/u2", "", strings.Replace(patch, "emails", "members", 1))
	f.Add("PATCH", "Users/u1", "", `{"schemas":["`+scim.PatchOpURN+`"],"Operations":[{"op":"replace","value":{"manager":[],"roles":[1,null],"active":"maybe"}}]}`)
	f.Add("DELETE", "Groups/u2", "", "")
	f.Add("GET", "Schemas/"+scim.UserURN, "", "")
	f.Add("POST", "Users/.search", "", `{"schemas":["`+scim.SearchRequestURN+`"],"filter":"userName pr","sortBy":"emails","count":1}`)
	f.Add("POST", ".search", "", `{"schemas":["`+scim.SearchRequestURN+`"],"sortBy":"meta.location","sortOrder":"descending","attributes":["id"]}`)
	f.Add("POST", "Bulk", "", `{"schemas":["`+scim.BulkRequestURN+`"],"Operations":[`+bulkUser("a", "a")+`]}`)
	f.Add("GET", "Users", "cursor=&count=1&sortBy=userName", "")
	var names []string
	for _, fault := range serviceprovider.Faults() {
		names = append(names, fault.Name)
	}
	f.Fuzz(func(t *testing.T, method, path, query, body string) {
		request := func() *http.Request {
			r, err := http.NewRequest(method, "http://scim.example/", strings.NewReader(body))
			if err != nil {
				t.Skip("not a method")
			}
			r.URL.Path, r.URL.RawQuery = "/"+path, query
			r.Header.Set("Authorization", "Bearer "+token)
			return r
		}
		for _, faults := range [][]string{nil, names} {
			c := newClient(t)
			if faults != nil {
				c = newClient(t, serviceprovider.WithFaults(names...))
			}
			c.with("Content-Type", "application/json").do("POST", "/Users", document(scim.UserURN, ada))
			c.do("POST", "/Groups", document(scim.GroupURN, `"displayName":"Team","members":[{"value":"u1"}]`))
			w := httptest.NewRecorder()
			c.handler.ServeHTTP(w, request())
			if faults != nil {
				continue
			}
			if w.Code >= 500 && w.Code != http.StatusNotImplemented {
				t.Errorf("%s %s?%s: %d %s", method, path, query, w.Code, w.Body)
			}
			if w.Code >= 400 && method != http.MethodHead && !strings.Contains(w.Body.String(), scim.ErrorURN) {
				t.Errorf("%s %s?%s: %d is not a SCIM error: %s", method, path, query, w.Code, w.Body)
			}
		}
	})
}

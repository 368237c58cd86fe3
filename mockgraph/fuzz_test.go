package mockgraph_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
)

// FuzzBatch sends batches of any form: whatever comes back has a status and is Graph's.
func FuzzBatch(f *testing.F) {
	for _, seed := range []string{
		`{"requests":[{"id":"1","method":"GET","url":"/users"}]}`, `{"requests":[{"id":"1","method":"POST","url":"users","body":{},"headers":{"content-type":"application/json"},"dependsOn":["1"]}]}`,
		`{"requests":null}`, `[]`, `{"requests":[{"id":"1","method":"G T","url":"//x/../%zz"}]}`, `{"requests":[{"id":"1","method":"PUT","url":"/users/a/photo/$value","body":"AAAA","headers":{"Content-Type":"image/jpeg"}}]}`,
	} {
		f.Add(seed)
	}
	tenant := mockgraph.New()
	token := mint(f, tenant)
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequestWithContext(t.Context(), "POST", "https://graph.microsoft.com/v1.0/$batch", strings.NewReader(body))
		r.Header.Set("Authorization", token)
		w := httptest.NewRecorder()
		tenant.ServeHTTP(w, r)
		if w.Code != 200 && w.Code != 400 && w.Code != 413 {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
	})
}

// FuzzPath sends paths of any form.
func FuzzPath(f *testing.F) {
	for _, seed := range []string{
		"/v1.0/users", "/v1.0//Users('a''b')/", "/beta/groups(uniqueName='x')/members/microsoft.graph.user/$count", "/v1.0/%zz", "/v1.0/users/%2F%00", "/v1.0/applications(appId='')",
		"/v1.0/" + strings.Repeat("a/", 40), "/v1.0/me", "/v1.0/users/delta()", "/v1.0/(", "/v1.0/users()", "/v9/x", "/",
	} {
		f.Add(seed)
	}
	tenant := mockgraph.New()
	token := mint(f, tenant)
	f.Fuzz(func(t *testing.T, path string) {
		r := httptest.NewRequestWithContext(t.Context(), "GET", "https://graph.microsoft.com/", nil)
		r.URL.Path, r.URL.RawPath = path, ""
		r.Header.Set("Authorization", token)
		w := httptest.NewRecorder()
		tenant.ServeHTTP(w, r)
		if w.Code < 200 || w.Code >= 500 && w.Code != 501 {
			t.Errorf("%q: status %d: %s", path, w.Code, w.Body)
		}
	})
}

// FuzzUser sends bodies of any form to a create and an update.
func FuzzUser(f *testing.F) {
	for _, seed := range []string{
		`{"accountEnabled":true,"displayName":"A","mailNickname":"a","userPrincipalName":"a@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`,
		`{"onPremisesExtensionAttributes":{"extensionAttribute1":"x"},"employeeHireDate":"2026-01-01T00:00:00Z"}`, `{"passwordProfile":null,"identities":[{}]}`, `{"a@odata.bind":[]}`, `{"businessPhones":[null]}`,
		`{"customSecurityAttributes":{"a":{"b":[[[[[]]]]]}}}`, `{"id":1,"@odata.type":2}`,
	} {
		f.Add(seed)
	}
	tenant := mockgraph.New()
	token := mint(f, tenant)
	f.Fuzz(func(t *testing.T, body string) {
		for _, request := range []struct{ method, path string }{{"POST", "/v1.0/users"}, {"PATCH", "/v1.0/users/admin@contoso.onmicrosoft.com"}} {
			r := httptest.NewRequestWithContext(t.Context(), request.method, "https://graph.microsoft.com"+request.path, strings.NewReader(body))
			r.Header.Set("Authorization", token)
			w := httptest.NewRecorder()
			tenant.ServeHTTP(w, r)
			if w.Code >= 500 {
				t.Errorf("%s %s: status %d: %s", request.method, body, w.Code, w.Body)
			}
		}
		if err := tenant.Directory().Snapshot().Check(); err != nil {
			t.Error(err)
		}
	})
}

func mint(f *testing.F, tenant *mockgraph.Tenant) string {
	f.Helper()
	token, err := mintFor(tenant)
	if err != nil {
		f.Fatal(err)
	}
	return token
}

// FuzzQuery sends query options of any form to lists, relations and delta: they are answered with JSON or refused, never with 500.
func FuzzQuery(f *testing.F) {
	for _, seed := range []struct{ filter, search, choice, order, token string }{
		{"displayName eq 'ada' and not(endsWith(mail,'x'))", "", "id,displayName", "displayName desc", ""}, {"", `"displayName:ada" OR "mail:x"`, "manager", "", ""},
		{"proxyAddresses/any(p:startsWith(p,'smtp:')) or assignedLicenses/$count eq 0", "", "", "", "x"}, {"id in ('a','b')", "", "onPremisesExtensionAttributes/extensionAttribute1", "", ""},
		{"((((id eq null))))", `"`, "manager($levels=max;$select=id)", "id,", "AAAA"}, {"createdDateTime ge 2026-01-01T00:00:00Z", `"a":"b"`, "*", " ", "%"}, {"\x00", "\xff", "(", "'", "="},
	} {
		f.Add(seed.filter, seed.search, seed.choice, seed.order, seed.token)
	}
	tenant := mockgraph.New()
	token := mint(f, tenant)
	f.Fuzz(func(t *testing.T, filter, search, choice, order, skip string) {
		options := url.Values{"$count": {"true"}}
		for name, value := range map[string]string{"$filter": filter, "$search": search, "$select": choice, "$expand": choice, "$orderby": order, "$skiptoken": skip} {
			if value != "" && (name != "$expand" || strings.HasPrefix(choice, "m")) {
				options.Set(name, value)
			}
		}
		for _, path := range []string{"/v1.0/users", "/beta/groups", "/v1.0/users/admin@contoso.onmicrosoft.com/transitiveMemberOf", "/v1.0/users/delta", "/v1.0/servicePrincipals/$count"} {
			for _, level := range []string{"", "eventual"} {
				r := httptest.NewRequestWithContext(t.Context(), "GET", "https://graph.microsoft.com"+path+"?"+options.Encode(), nil)
				r.Header.Set("Authorization", token)
				r.Header.Set("Consistencylevel", level)
				w := httptest.NewRecorder()
				tenant.ServeHTTP(w, r)
				if w.Code != 200 && w.Code != 400 && w.Code != 501 || !json.Valid(w.Body.Bytes()) {
					t.Errorf("%s?%s: status %d: %s", path, options.Encode(), w.Code, w.Body)
				}
			}
		}
	})
}

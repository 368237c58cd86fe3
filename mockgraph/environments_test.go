package mockgraph_test

import (
	"encoding/xml"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// get asks any host of the tenant; token "" for none.
func (s *stage) get(url, token string) *answer {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), http.MethodGet, url, http.NoBody)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	s.tenant.ServeHTTP(w, r)
	a := &answer{T: s.T, request: "GET " + url, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	a.parse()
	return a
}

func TestEnvironmentMetadataNamesWhereTheClientIs(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, c := range []struct{ url, login, graph, manager string }{
		{"https://management.azure.com/metadata/endpoints?api-version=2022-09-01", "https://login.microsoftonline.com", "https://graph.microsoft.com/", "https://management.azure.com/"},
		{"https://127.0.0.1:8443/metadata/endpoints?api-version=2022-09-01", "https://127.0.0.1:8443", "https://127.0.0.1:8443/", "https://127.0.0.1:8443/"},
		{"https://fake.example//Metadata/endpoints?api-version=2022-09-01", "https://fake.example", "https://fake.example/", "https://fake.example/"},
	} {
		a := s.get(c.url, "").want(http.StatusOK)
		for path, want := range map[string]string{
			"authentication.loginEndpoint": c.login, "microsoftGraphResourceId": c.graph, "resourceManager": c.manager,
			"authentication.tenant": "common", "authentication.identityProvider": "AAD", "name": "AzureCloud",
		} {
			if got := a.str(path); got != want {
				t.Errorf("%s: %s is %q, want %q", c.url, path, got, want)
			}
		}
	}
}

func TestOwnOriginMetadataLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	s := newStage(t, mockgraph.WithBase("https://tenant.example:8443"))
	for text := range strings.SplitSeq(string(s.get("https://127.0.0.1:1/metadata/endpoints?api-version=2022-09-01", "").want(http.StatusOK).body), `"`) {
		if strings.HasPrefix(text, "https://") && !strings.HasPrefix(text, "https://tenant.example:8443") {
			t.Errorf("the document names %s", text)
		}
	}
}

func TestResourceManagerHasNoSubscriptions(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	token := s.as(login.Grant{Resource: "https://management.azure.com/"})
	for _, host := range []string{"https://management.azure.com", "https://127.0.0.1:8443"} {
		a := s.get(host+"/subscriptions?api-version=2022-12-01", token).want(http.StatusOK)
		if values, ok := a.at("value").([]any); !ok || len(values) != 0 {
			t.Errorf("%s: %s", host, a.body)
		}
	}
	for _, c := range []struct {
		query, token, code string
		status             int
	}{
		{"?api-version=2022-12-01", "", "AuthenticationFailed", http.StatusUnauthorized},
		{"?api-version=2022-12-01", "x.y.z", "InvalidAuthenticationToken", http.StatusUnauthorized},
		{"?api-version=2022-12-01", s.token, "InvalidAuthenticationTokenAudience", http.StatusUnauthorized},
		{"", token, "MissingApiVersionParameter", http.StatusBadRequest},
		{"/x/resourceGroups?api-version=2022-12-01", token, "NotImplemented", http.StatusNotImplemented},
	} {
		s.get("https://management.azure.com/subscriptions"+c.query, c.token).refused(c.status, c.code, "")
	}
	s.get("https://management.azure.com/metadata/endpoints?api-version=2015-01-01", "").refused(http.StatusNotImplemented, "NotImplemented", "2022-09-01")
	s.get("https://management.azure.com/v1.0/users", s.token).refused(http.StatusNotImplemented, "NotImplemented", "/v1.0/users")
}

// metadataDocument is what a reader of a metadata document looks at.
type metadataDocument struct {
	Schemas []struct {
		Namespace string `xml:"Namespace,attr"`
		Types     []struct {
			Name       string `xml:"Name,attr"`
			Base       string `xml:"BaseType,attr"`
			Properties []struct {
				Name string `xml:"Name,attr"`
				Type string `xml:"Type,attr"`
			} `xml:"Property"`
		} `xml:",any"`
	} `xml:"DataServices>Schema"`
}

func (s *stage) metadata(url string) metadataDocument {
	s.Helper()
	a := s.get(url, "").want(http.StatusOK)
	var d metadataDocument
	if err := xml.Unmarshal(a.body, &d); err != nil || !strings.HasPrefix(a.header.Get("Content-Type"), "application/xml") {
		s.Fatalf("%s: %v, %s\n%.300s", url, err, a.header.Get("Content-Type"), a.body)
	}
	return d
}

// The way n8n's Entra node looks for the names of properties: in an array of schemas, along the base types.
func TestMetadataNamesThePropertiesOfTheDirectory(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, url := range []string{"https://graph.microsoft.com/v1.0/$metadata", "https://graph.microsoft.com/beta/$metadata", "https://127.0.0.1/v1.0/$metadata"} {
		d := s.metadata(url)
		if len(d.Schemas) < 2 || d.Schemas[0].Namespace != "microsoft.graph" {
			t.Fatalf("%s has %d schemas", url, len(d.Schemas))
		}
		for _, of := range directory.Types() {
			var names []string
			for _, e := range d.Schemas[0].Types {
				if slices.Contains([]string{"entity", "directoryObject", string(of)}, e.Name) {
					for _, p := range e.Properties {
						names = append(names, p.Name)
					}
				}
			}
			for _, p := range directory.Table(of) {
				if !slices.Contains(names, p.Name) {
					t.Errorf("%s: %s is not a property of %s", url, p.Name, of)
				}
			}
		}
	}
}

func TestEveryTypeTheMetadataNamesIsThere(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for url, namespaces := range map[string][]string{
		"https://graph.microsoft.com/v1.0/$metadata": {"graph.", "microsoft.graph."},
		"https://graph.windows.net/$metadata":        {"Microsoft.DirectoryServices."},
	} {
		d := s.metadata(url)
		var defined, named []string
		for _, e := range d.Schemas[0].Types {
			for _, namespace := range namespaces {
				defined = append(defined, namespace+e.Name)
			}
			if e.Base != "" {
				named = append(named, e.Base)
			}
			for _, p := range e.Properties {
				named = append(named, strings.TrimSuffix(strings.TrimPrefix(p.Type, "Collection("), ")"))
			}
		}
		for _, name := range named {
			if !strings.HasPrefix(name, "Edm.") && !slices.Contains(defined, name) {
				t.Errorf("%s names %s and does not define it", url, name)
			}
		}
	}
}

func TestMetadataKnowsKinds(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	types := map[string]string{}
	for _, e := range s.metadata("https://graph.microsoft.com/v1.0/$metadata").Schemas[0].Types {
		for _, p := range e.Properties {
			types[e.Name+"."+p.Name] = p.Type
		}
	}
	for name, want := range map[string]string{
		"user.accountEnabled": "Edm.Boolean", "user.createdDateTime": "Edm.DateTimeOffset", "user.businessPhones": "Collection(Edm.String)",
		"user.passwordProfile": "graph.passwordProfile", "user.assignedLicenses": "Collection(graph.assignedLicense)", "assignedLicense.skuId": "Edm.Guid",
		"user.mailboxSettings": "Edm.Untyped", "application.api": "graph.apiApplication", "apiApplication.oauth2PermissionScopes": "Collection(graph.permissionScope)",
		"subscribedSku.consumedUnits": "Edm.Int32", "entity.id": "Edm.String",
	} {
		if types[name] != want {
			t.Errorf("%s is %q, want %q", name, types[name], want)
		}
	}
}

// What ConnIdAzureBundle reads for its schema, without a token.
func TestRetiredGraphKeepsItsMetadataAlone(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, path := range []string{"/$metadata", "/contoso.onmicrosoft.com/$metadata?api-version=1.6", "/myorganization/$metadata"} {
		names := map[string]int{}
		for _, e := range s.metadata("https://graph.windows.net" + path).Schemas[0].Types {
			names[e.Name] = len(e.Properties)
		}
		if names["User"] == 0 || names["Group"] == 0 {
			t.Errorf("%s: %v", path, names)
		}
	}
	a := s.get("https://graph.windows.net/contoso.onmicrosoft.com/users?api-version=1.6", s.token).want(http.StatusNotImplemented)
	if a.str("odata·error.code") != "NotImplemented" {
		t.Errorf("answered %s", a.body)
	}
}

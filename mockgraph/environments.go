package mockgraph

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// Besides the login host and Graph, sign-in tools ask two more hosts a question or two: Azure Resource Manager for the addresses
// of its cloud and for subscriptions, of which this tenant has none, and the retired Azure AD Graph for its metadata.
// Sources: learn.microsoft.com/azure/azure-resource-manager; learn.microsoft.com/rest/api/resources/subscriptions/list;
// github.com/hashicorp/go-azure-sdk, sdk/internal/metadata.

// Their names, and the versions of the questions answered here.
const (
	resourceManagerHost = "management.azure.com"
	azureADGraphHost    = "graph.windows.net"
	metadataVersion     = "2022-09-01"
)

// azure returns what answers a request to one of those hosts, or to one of their paths on the tenant's own origin; nil when it
// is for somebody else.
func (t *Tenant) azure(r *http.Request) http.HandlerFunc {
	host, _, _ := strings.Cut(r.Host, ":")
	switch host = strings.ToLower(host); {
	case host == resourceManagerHost:
		return t.resourceManager
	case host == azureADGraphHost:
		return t.azureADGraph
	case microsoftName(host):
		return nil
	}
	switch plainPath(r) {
	case "metadata/endpoints", "subscriptions":
		return t.resourceManager
	case "$metadata":
		return t.azureADGraph
	}
	return nil
}

// microsoftName says whether a host is one of Microsoft's: what is not asked there is no business of the own origin.
func microsoftName(host string) bool {
	for _, domain := range []string{".microsoft.com", ".microsoftonline.com", ".windows.net", ".azure.com"} {
		if strings.HasSuffix(host, domain) {
			return true
		}
	}
	return false
}

// plainPath is the path in lower case, without the slashes around it and those that are doubled.
func plainPath(r *http.Request) string {
	if len(r.URL.Path) > maxPath {
		return ""
	}
	return strings.ToLower(strings.Join(strings.FieldsFunc(r.URL.Path, func(c rune) bool { return c == '/' }), "/"))
}

// resourceManager answers as Azure Resource Manager.
func (t *Tenant) resourceManager(w http.ResponseWriter, r *http.Request) {
	path := plainPath(r)
	switch {
	case r.Method != http.MethodGet || path != "metadata/endpoints" && path != "subscriptions":
		t.fromResourceManager(w, http.StatusNotImplemented, codeNotImplemented, r.Method+" /"+path+" is not part of this fake tenant; Azure Resource Manager may have it.")
	case r.URL.Query().Get("api-version") == "":
		t.fromResourceManager(w, http.StatusBadRequest, "MissingApiVersionParameter", "The api-version query parameter (?api-version=) is required for all requests.")
	case path == "subscriptions":
		t.subscriptionsOfAzure(w, r)
	case r.URL.Query().Get("api-version") != metadataVersion:
		t.fromResourceManager(w, http.StatusNotImplemented, codeNotImplemented, "Only version "+metadataVersion+" of the metadata is part of this fake tenant.")
	default:
		writeJSON(w, http.StatusOK, t.environment(r))
	}
}

// environment is the metadata of a cloud: where its services are and what tokens for them are asked for. On the own origin it
// names what is there and nothing else, so that no client is led away from the fake.
func (t *Tenant) environment(r *http.Request) map[string]any {
	base := t.options.base
	if base == "" {
		base = originOf(r)
	}
	host, _, _ := strings.Cut(r.Host, ":")
	if !strings.EqualFold(host, resourceManagerHost) {
		return map[string]any{
			"name": "AzureCloud", "resourceManager": base + "/", "microsoftGraphResourceId": base + "/", "graph": base + "/", "graphAudience": base + "/",
			"authentication": authenticationAt(base, base+"/"), "suffixes": map[string]string{},
		}
	}
	return map[string]any{
		"name": "AzureCloud", "portal": "https://portal.azure.com",
		"resourceManager": "https://management.azure.com/", "microsoftGraphResourceId": "https://graph.microsoft.com/",
		"graph": "https://graph.windows.net/", "graphAudience": "https://graph.windows.net/",
		"authentication": authenticationAt("https://login.microsoftonline.com", resourceManagerAudiences...),
		"suffixes":       map[string]string{},
	}
}

// authenticationAt says where a cloud signs in. Clients take any other identity provider or tenant for Azure Stack.
func authenticationAt(login string, audiences ...string) map[string]any {
	return map[string]any{"loginEndpoint": login, "audiences": audiences, "tenant": "common", "identityProvider": "AAD"}
}

// resourceManagerAudiences are the names a token for Azure Resource Manager may carry. They are never written.
var resourceManagerAudiences = []string{"https://management.core.windows.net/", "https://management.azure.com/"}

// subscriptionsOfAzure lists the Azure subscriptions of who asks: none.
func (t *Tenant) subscriptionsOfAzure(w http.ResponseWriter, r *http.Request) {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	claims, err := t.login.Verify(token)
	switch {
	case !bearer:
		w.Header().Set("WWW-Authenticate", fmt.Sprintf(`Bearer authorization_uri="https://login.windows.net/%s", error="invalid_token", error_description="The authentication failed because of missing 'Authorization' header."`, t.ID()))
		t.fromResourceManager(w, http.StatusUnauthorized, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.")
	case err != nil:
		t.fromResourceManager(w, http.StatusUnauthorized, "InvalidAuthenticationToken", "The access token is invalid.")
	case !t.forResourceManager(claims, r):
		t.fromResourceManager(w, http.StatusUnauthorized, "InvalidAuthenticationTokenAudience", fmt.Sprintf(
			"The access token has been obtained for wrong audience or resource '%s'. It should exactly match with one of the allowed audiences '%s'.",
			claims.Audience, strings.Join(resourceManagerAudiences, "','")))
	default:
		writeJSON(w, http.StatusOK, map[string]any{"value": []any{}, "count": map[string]any{"type": "Total", "value": 0}})
	}
}

// forResourceManager says whether a token is for Azure Resource Manager: by its names or, on the own origin, by that.
func (t *Tenant) forResourceManager(claims *login.Claims, r *http.Request) bool {
	audience := strings.TrimSuffix(claims.Audience, "/")
	for _, name := range append([]string{originOf(r), t.options.base}, resourceManagerAudiences...) {
		if name != "" && strings.EqualFold(audience, strings.TrimSuffix(name, "/")) {
			return true
		}
	}
	return strings.EqualFold(claims.ResourceID, "797f4846-ba00-4fd7-ba43-dac1f8f63013") // Windows Azure Service Management API
}

// azureADGraph answers as the retired Azure AD Graph: its metadata, with or without the tenant before it.
func (t *Tenant) azureADGraph(w http.ResponseWriter, r *http.Request) {
	path := plainPath(r)
	if first, rest, behind := strings.Cut(path, "/"); behind && (t.isTenant(first) || first == "myorganization") {
		path = rest
	}
	if r.Method != http.MethodGet || path != "$metadata" {
		writeJSON(w, http.StatusNotImplemented, map[string]any{"odata.error": map[string]any{
			"code":    codeNotImplemented,
			"message": map[string]string{"lang": "en", "value": r.Method + " /" + path + " is not part of this fake tenant; Azure AD Graph is retired, ask Microsoft Graph."},
		}})
		return
	}
	body, err := azureADGraphMetadata().bytes()
	if err != nil {
		writeJSON(w, http.StatusInternalServerError, map[string]any{"odata.error": map[string]any{"code": "Service_InternalServerError"}})
		return
	}
	w.Header().Set("Content-Type", contentXML)
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

// fromResourceManager answers with an error of Azure Resource Manager.
func (t *Tenant) fromResourceManager(w http.ResponseWriter, status int, code, message string) {
	writeJSON(w, status, map[string]any{"error": map[string]string{"code": code, "message": message}})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	body, err := marshal(v)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte("{}")
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-cache")
	w.WriteHeader(status)
	_, _ = w.Write(body) // a client that has gone needs no answer
}

package driver_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/refdriver"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

// gateway is a SCIM face before the reference connector, configured once: all that it knows is in Graph.
type gateway struct{ connector connector.Connector }

// newGateway reaches the tenant through the proxy, as a process elsewhere would.
func newGateway(ctx context.Context, c connector.Configuration) (*gateway, error) {
	authority, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	proxy, err := url.Parse(c.Proxy)
	if err != nil {
		return nil, err
	}
	c.Transport = &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}, DisableKeepAlives: true}
	reference, err := refdriver.New()
	if err != nil {
		return nil, err
	}
	connected, err := reference.Connect(ctx, c)
	return &gateway{connected}, err
}

// graphNames are Graph's properties for what arrives.
var graphNames = map[string]string{
	"userName": "userPrincipalName", "externalId": "mailNickname", "displayName": "displayName", "title": "jobTitle", "password": "password", "active": "accountEnabled",
	"name.givenName": "givenName", "name.familyName": "surname", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "department",
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	t := connector.Type(strings.ToLower(strings.TrimSuffix(kind, "s")))
	if t != connector.User && t != connector.Group {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	var body map[string]any
	_ = json.NewDecoder(r.Body).Decode(&body)
	switch r.Method {
	case http.MethodPost:
		a, err := g.connector.Do(r.Context(), connector.Request{Operation: connector.Create, Type: t, Attributes: taken(t, flat(body))})
		body["id"] = a.ID
		respond(w, http.StatusCreated, body, err)
	case http.MethodGet:
		a, err := g.connector.Do(r.Context(), connector.Request{Operation: connector.Search, Type: t, Filter: &connector.Filter{Attribute: "id", Value: id}})
		if err == nil && len(a.Objects) == 0 {
			err = &connector.Error{Code: connector.UnknownObject}
		}
		respond(w, http.StatusOK, map[string]any{"schemas": []string{"urn:ietf:params:scim:schemas:core:2.0:User"}, "id": id}, err)
	case http.MethodPatch:
		respond(w, http.StatusNoContent, nil, g.patch(r.Context(), t, id, body))
	case http.MethodDelete:
		_, err := g.connector.Do(r.Context(), connector.Request{Operation: connector.Delete, Type: t, ID: id})
		respond(w, http.StatusNoContent, nil, err)
	}
}

func (g *gateway) patch(ctx context.Context, t connector.Type, id string, body map[string]any) error {
	changes := map[string]any{}
	operations, _ := body["Operations"].([]any)
	for _, o := range operations {
		o := o.(map[string]any)
		path, _ := o["path"].(string)
		if path == "members" {
			does := map[string]connector.Operation{"Add": connector.AddMember, "Remove": connector.RemoveMember}[o["op"].(string)]
			var ids []string
			for _, m := range o["value"].([]any) {
				ids = append(ids, m.(map[string]any)["value"].(string))
			}
			if _, err := g.connector.Do(ctx, connector.Request{Operation: does, Type: t, ID: id, Members: ids}); err != nil {
				return err
			}
			continue
		}
		changes[path] = o["value"]
	}
	changes = taken(t, changes)
	if enabled, ok := changes["accountEnabled"].(string); ok {
		changes["accountEnabled"] = enabled == "True"
	}
	if len(changes) == 0 {
		return nil
	}
	_, err := g.connector.Do(ctx, connector.Request{Operation: connector.Update, Type: t, ID: id, Attributes: changes})
	return err
}

// flat are the attributes of a resource by their paths.
func flat(body map[string]any) map[string]any {
	all := map[string]any{}
	for name, v := range body {
		inner, several := v.(map[string]any)
		if !several {
			all[name] = v
			continue
		}
		for sub, v := range inner {
			all[name+map[bool]string{true: ":", false: "."}[strings.HasPrefix(name, "urn:")]+sub] = v
		}
	}
	return all
}

// taken are those that Graph has a property for.
func taken(t connector.Type, attributes map[string]any) map[string]any {
	all := map[string]any{}
	for name, v := range attributes {
		if graph, known := graphNames[name]; known {
			all[graph] = v
		}
	}
	if t == connector.Group && attributes["schemas"] != nil {
		all["mailEnabled"], all["securityEnabled"] = false, true
	}
	return all
}

func respond(w http.ResponseWriter, status int, body any, err error) {
	if refusal, ok := errors.AsType[*connector.Error](err); ok {
		status = map[connector.Code]int{connector.UnknownObject: 404, connector.AlreadyExists: 409, connector.Forbidden: 403, connector.Unauthorized: 401, connector.Throttled: 429, connector.Unavailable: 503}[refusal.Code]
		body = map[string]any{"schemas": []string{"urn:ietf:params:scim:api:messages:2.0:Error"}, "detail": refusal.Message}
		if status == 0 {
			status = http.StatusBadRequest
		}
	} else if err != nil {
		status, body = http.StatusInternalServerError, map[string]any{"detail": err.Error()}
	}
	w.Header().Set("Content-Type", "application/scim+json")
	w.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(w).Encode(body)
	}
}

// TestAGatewayThatIsConfiguredOnce holds: a gateway that is told its tenant before the run passes one check after another behind the same addresses, with
// one token, although each check has a tenant of its own.
func TestAGatewayThatIsConfiguredOnce(t *testing.T) {
	t.Parallel()
	var face *gateway
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { face.ServeHTTP(w, r) }))
	defer server.Close()
	d, err := driver.NewSCIM(server.URL, faceToken, driver.WithDescription(connector.Description{
		Name: "gateway", Operations: []connector.Operation{connector.Create, connector.Update, connector.Disable, connector.Enable, connector.Delete, connector.AddMember, connector.RemoveMember},
		Attributes: map[connector.Type][]string{connector.User: {"userPrincipalName", "displayName", "mailNickname", "password", "jobTitle", "department", "givenName", "surname"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	var told connector.Configuration
	target, err := connector.Open(t.Context(), connector.Config{Driver: d, Folder: t.TempDir(), Seed: 3, Timeout: 20 * time.Second, Fixed: &connector.Fixed{Tell: func(ctx context.Context, c connector.Configuration) error {
		told = c
		face, err = newGateway(ctx, c)
		return err
	}}})
	if err != nil {
		t.Fatal(err)
	}
	passes := []string{
		"connector.create.user", "connector.disable.account-disabled", "connector.reactivate.account-enabled", "connector.delete.account-deleted", "connector.group.all-members", "connector.group.remove-keeps-user",
	}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Only: append([]string{"connector.setup.wrong-secret"}, passes...), WithoutGinkgo: true})
	if err != nil {
		t.Fatal(err)
	}
	requests := target.Requests()
	if err := target.Close(); err != nil {
		t.Error(err)
	}
	status := map[string]result.Check{}
	for _, c := range ran.Checks {
		status[c.ID] = c
	}
	for _, id := range passes {
		if c := status[id]; c.Status != result.Passed {
			t.Errorf("%s: %s by %s %s %+v", id, c.Status, c.BlockedBy, c.Reason, c.Findings)
		}
	}
	if c := status["connector.setup.wrong-secret"]; c.Status != result.Skipped {
		t.Errorf("a wrong secret, which cannot be configured: %s", c.Status)
	}
	for _, r := range requests {
		if strings.Contains(r.Path, "/oauth2/") && r.Count != 1 {
			t.Errorf("%d requests for a token of tenant %s, want 1: tokens outlive a check", r.Count, told.TenantID)
		}
	}
}

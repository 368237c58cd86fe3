package connector_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// plain is another honest connector, as a small product has one: it signs in with HTTP Basic and anew for every operation, after instance discovery as Microsoft's libraries do; it
// neither retries nor selects; it disables with what it knows of the account in the same PATCH; it puts an option of its own behind links. It breaks
// no rule that is required.
type plain struct {
	http  *http.Client
	is    connector.Configuration
	token string
	names map[string]string // display names of those it made
}

type plainDriver struct{}

func (plainDriver) Describe(context.Context) (connector.Description, error) {
	return connector.Description{Name: "plain", Instances: 4, Operations: []connector.Operation{
		connector.Test, connector.Create, connector.Update, connector.Disable, connector.Enable, connector.Delete, connector.Search,
	}}, nil
}

func (plainDriver) Connect(_ context.Context, c connector.Configuration) (connector.Connector, error) {
	return &plain{http: &http.Client{Transport: c.Transport}, is: c, names: map[string]string{}}, nil
}

func (plainDriver) Close() error { return nil }
func (*plain) Close() error      { return nil }

func (p *plain) Do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	p.token = ""
	switch r.Operation {
	case connector.Test:
		_, err := p.send(ctx, http.MethodGet, "/organization", nil)
		return connector.Answer{}, err
	case connector.Create:
		body := map[string]any{"accountEnabled": true}
		for name, value := range r.Attributes {
			body[name] = value
		}
		body["passwordProfile"] = map[string]any{"password": r.Attributes["password"]}
		delete(body, "password")
		made, err := p.send(ctx, http.MethodPost, "/users", body)
		id, _ := made["id"].(string)
		p.names[id], _ = body["displayName"].(string)
		return connector.Answer{ID: id}, err
	case connector.Update:
		_, err := p.send(ctx, http.MethodPatch, "/users/"+r.ID, r.Attributes)
		return connector.Answer{}, err
	case connector.Disable, connector.Enable:
		body := map[string]any{"accountEnabled": r.Operation == connector.Enable}
		if name := p.names[r.ID]; name != "" {
			body["displayName"] = name
		}
		_, err := p.send(ctx, http.MethodPatch, "/users/"+r.ID, body)
		return connector.Answer{}, err
	case connector.Delete:
		_, err := p.send(ctx, http.MethodDelete, "/users/"+r.ID, nil)
		return connector.Answer{}, err
	default:
		return p.search(ctx, r)
	}
}

func (p *plain) search(ctx context.Context, r connector.Request) (connector.Answer, error) {
	next := "/users"
	if f := r.Filter; f != nil {
		if !slices.Contains([]string{"userPrincipalName", "displayName"}, f.Attribute) {
			return connector.Answer{}, &connector.Error{Code: connector.NotSupported, Message: "no search by " + f.Attribute}
		}
		next += "?$filter=" + url.QueryEscape(f.Attribute+" eq '"+strings.ReplaceAll(f.Value, "'", "''")+"'")
	}
	var a connector.Answer
	for next != "" {
		page, err := p.send(ctx, http.MethodGet, next, nil)
		if err != nil {
			return a, err
		}
		all, _ := page["value"].([]any)
		for _, one := range all {
			o, _ := one.(map[string]any)
			id, _ := o["id"].(string)
			a.Objects = append(a.Objects, connector.Object{ID: id, Attributes: o})
		}
		if next, _ = page["@odata.nextLink"].(string); next != "" {
			next += "&client=plain"
		}
	}
	return a, nil
}

// send asks Graph.
func (p *plain) send(ctx context.Context, method, path string, body any) (map[string]any, error) {
	if err := p.signIn(ctx); err != nil {
		return nil, err
	}
	address := path
	if strings.HasPrefix(path, "/") {
		address = p.is.ResourceURI + "/v1.0" + path
	}
	var content io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, fmt.Errorf("write body: %w", err)
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return nil, fmt.Errorf("make request: %w", err)
	}
	r.Header.Set("Content-Type", "application/json")
	if u, err := url.Parse(address); err == nil && u.Host == "graph.microsoft.com" {
		r.Header.Set("Authorization", "Bearer "+p.token)
	}
	return p.answer(r)
}

func (p *plain) signIn(ctx context.Context) error {
	if p.token != "" {
		return nil
	}
	login := strings.TrimSuffix(p.is.Authority, "/oauth2/authorize")
	discovery, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1&authorization_endpoint="+url.QueryEscape(login+"/oauth2/v2.0/authorize"), nil)
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	if _, err := p.answer(discovery); err != nil {
		return err
	}
	form := url.Values{"grant_type": {"client_credentials"}, "scope": {p.is.ResourceURI + "/.default"}}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, login+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("make request: %w", err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(p.is.ClientID, p.is.ClientSecret)
	found, err := p.answer(r)
	p.token, _ = found["access_token"].(string)
	return err
}

// codes are what the connector makes of Graph's statuses.
var codes = map[int]connector.Code{
	http.StatusUnauthorized: connector.Unauthorized, http.StatusForbidden: connector.Forbidden, http.StatusNotFound: connector.UnknownObject,
	http.StatusTooManyRequests: connector.Throttled, http.StatusServiceUnavailable: connector.Unavailable, http.StatusGatewayTimeout: connector.Unavailable,
	http.StatusBadRequest: connector.InvalidAttribute,
}

func (p *plain) answer(r *http.Request) (map[string]any, error) {
	resp, err := p.http.Do(r)
	if err != nil {
		return nil, &connector.Error{Code: connector.Unavailable, Message: "no answer"}
	}
	defer resp.Body.Close() //nolint:errcheck // it was read
	var found map[string]any
	_ = json.NewDecoder(resp.Body).Decode(&found) // 204 has none
	if resp.StatusCode < http.StatusMultipleChoices {
		return found, nil
	}
	code, known := codes[resp.StatusCode]
	if !known {
		code = connector.OtherError
	}
	text, _ := json.Marshal(found) //nolint:errchkjson // it was read from JSON
	return found, &connector.Error{Code: code, Message: fmt.Sprintf("%d %s", resp.StatusCode, text)}
}

func TestAnotherHonestConnectorFailsNothingThatIsRequired(t *testing.T) {
	t.Parallel()
	target, err := connector.Open(t.Context(), connector.Config{Driver: plainDriver{}, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	chosen := []string{"connector.disable.*", "connector.reactivate.*", "connector.delete.*", "connector.quarantine.*", "connector.requests.*"}
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Only: chosen, WithoutGinkgo: true, Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	judged := map[suites.Stage]int{}
	for _, c := range ran.Checks {
		switch {
		case c.Status == result.Passed:
			judged[suites.Stage(c.Stage)]++
		case c.Status == result.Failed && c.Level == result.Required, c.Status == result.Blocked:
			t.Errorf("%s is %s: %s %v", c.ID, c.Status, c.BlockedBy, c.Findings)
		default:
		}
	}
	if len(ran.Faults) > 0 {
		t.Error(ran.Faults)
	}
	if err := target.Close(); err != nil {
		t.Error(err)
	}
	for stage, least := range map[suites.Stage]int{suites.Disable: 5, suites.Reactivate: 5, suites.Delete: 3, suites.Quarantine: 8, suites.Conduct: 12} {
		if judged[stage] < least {
			t.Errorf("%d checks of the stage %s passed, want at least %d", judged[stage], stage, least)
		}
	}
}

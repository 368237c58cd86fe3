package connector_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/suites/connector"
)

// terse is a connector of another style than the reference connector: it keeps no memory, reads nothing before it writes, writes each property by a
// request of its own and adds members one by one. All that is allowed.
type terse struct {
	delegated bool // signs in the user of the configuration
	upserts   bool // takes over the account whose name is taken
	batches   bool // writes by way of /$batch
	early     bool // signs in when it is configured, and refuses a configuration with which it cannot
	narrow    bool // knows a name and a password of users and a name of groups, and nothing else
	byName    bool // looks up the user principal name of whom it writes, and names her so
	verifies  bool // reads what it has written
	qualified bool // calls actions with their namespace
	hammers   bool // repeats at once what is refused for a while
}

func (p terse) Describe(context.Context) (connector.Description, error) {
	d := connector.Description{Name: "terse", Instances: 2, Operations: []connector.Operation{
		connector.Test, connector.Create, connector.Update, connector.AddMember, connector.RemoveMember, connector.Search, connector.Sync,
		connector.Disable, connector.Enable, connector.Delete, connector.Restore, connector.AssignLicense, connector.RemoveLicense,
	}, Permissions: []string{"User.ReadWrite.All", "User.DeleteRestore.All", "User.EnableDisableAccount.All", "User-PasswordProfile.ReadWrite.All", "Group.ReadWrite.All", "LicenseAssignment.ReadWrite.All"}}
	if p.narrow {
		d.Attributes = map[connector.Type][]string{connector.User: {"userPrincipalName", "password"}, connector.Group: {"displayName"}}
	}
	if p.delegated {
		d.Features = []connector.Feature{connector.Delegated}
	}
	if p.hammers {
		d.Features = append(d.Features, connector.Retries)
	}
	return d, nil
}

func (p terse) Connect(ctx context.Context, c connector.Configuration) (connector.Connector, error) {
	made := &terseConnector{terse: p, config: c}
	if p.early {
		if err := made.signIn(ctx); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (terse) Close() error { return nil }

type terseConnector struct {
	terse

	config connector.Configuration
	token  string
	ends   time.Time // of the token
}

func (*terseConnector) Close() error { return nil }

// signIn asks for a token at the endpoint of the tenant.
func (c *terseConnector) signIn(ctx context.Context) error {
	form := url.Values{"client_id": {c.config.ClientID}, "scope": {c.config.ResourceURI + "/.default"}, "grant_type": {"client_credentials"}, "client_secret": {c.config.ClientSecret}}
	if c.delegated {
		form = url.Values{"client_id": {c.config.ClientID}, "scope": {c.config.ResourceURI + "/.default"}, "grant_type": {"password"}, "username": {c.config.UserName}, "password": {c.config.Password}}
	}
	address := strings.TrimSuffix(c.config.Authority, "/authorize") + "/v2.0/token"
	status, answer, err := c.send(ctx, http.MethodPost, address, "application/x-www-form-urlencoded", []byte(form.Encode()))
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return &connector.Error{Code: connector.Unauthorized, Message: fmt.Sprint(answer["error_description"])}
	}
	seconds, _ := answer["expires_in"].(float64)
	c.token, c.ends = fmt.Sprint(answer["access_token"]), c.config.Now().Add(time.Duration(seconds)*time.Second)
	return nil
}

func (c *terseConnector) send(ctx context.Context, method, address, kind string, body []byte) (int, map[string]any, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if len(body) > 0 {
		request.Header.Set("Content-Type", kind)
	}
	if c.token != "" && kind == "application/json" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if strings.Contains(address, "filter=") {
		request.Header.Set("Consistencylevel", "eventual")
	}
	resp, err := (&http.Client{Transport: c.config.Transport}).Do(request)
	if err != nil {
		return 0, nil, &connector.Error{Code: connector.OtherError, Message: err.Error()}
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, nil, err
	}
	var answer map[string]any
	_ = json.Unmarshal(data, &answer) // 204 has none
	return resp.StatusCode, answer, nil
}

// graph sends one request to Graph, as often as it takes.
func (c *terseConnector) graph(ctx context.Context, method, path string, body any) (map[string]any, error) {
	for tries := 1; ; tries++ {
		answer, err := c.once(ctx, method, path, body)
		refused, _ := err.(*connector.Error) //nolint:errorlint // never wrapped
		if !c.hammers || tries == 50 || refused == nil || refused.Code != connector.Throttled && refused.Code != connector.Unavailable {
			return answer, err
		}
	}
}

// once sends one request to Graph, alone or in a batch.
func (c *terseConnector) once(ctx context.Context, method, path string, body any) (map[string]any, error) {
	if c.token == "" || !c.config.Now().Before(c.ends) {
		c.token = ""
		if err := c.signIn(ctx); err != nil {
			return nil, err
		}
	}
	var data []byte
	if body != nil {
		data, _ = json.Marshal(body)
	}
	address := path
	if !strings.HasPrefix(path, "https://") {
		address = c.config.ResourceURI + "/v1.0" + path
	}
	var status int
	var answer map[string]any
	var err error
	if c.batches && method != http.MethodGet {
		item := map[string]any{"id": "1", "method": method, "url": path}
		if body != nil {
			item["body"], item["headers"] = body, map[string]string{"Content-Type": "application/json"}
		}
		data, _ = json.Marshal(map[string]any{"requests": []any{item}})
		var whole map[string]any
		if status, whole, err = c.send(ctx, http.MethodPost, c.config.ResourceURI+"/v1.0/$batch", "application/json", data); err == nil {
			answer = whole
			if all, _ := whole["responses"].([]any); len(all) > 0 {
				one, _ := all[0].(map[string]any)
				number, _ := one["status"].(float64)
				status = int(number)
				answer, _ = one["body"].(map[string]any)
			}
		}
	} else {
		status, answer, err = c.send(ctx, method, address, "application/json", data)
	}
	if err != nil {
		return nil, err
	}
	if status < 300 {
		return answer, nil
	}
	refusal, _ := answer["error"].(map[string]any)
	text := fmt.Sprint(refusal["message"])
	code := map[int]connector.Code{
		401: connector.Unauthorized, 403: connector.Forbidden, 404: connector.UnknownObject, 410: connector.TokenExpired, 429: connector.Throttled, 503: connector.Unavailable, 504: connector.Unavailable,
	}[status]
	switch {
	case strings.Contains(text, "already exist") || strings.Contains(text, "same value"):
		code = connector.AlreadyExists
	case code == "":
		code = connector.InvalidAttribute
	}
	return nil, &connector.Error{Code: code, Message: text}
}

func (c *terseConnector) Do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	set := "/users"
	if r.Type == connector.Group {
		set = "/groups"
	}
	var answer connector.Answer
	switch r.Operation {
	case connector.Test:
		if !c.early {
			c.token = ""
		}
		_, err := c.graph(ctx, http.MethodGet, "/users/"+c.config.BaseUserName+"?$select=id", nil)
		return answer, err
	case connector.Create:
		id, err := c.create(ctx, set, r)
		return connector.Answer{ID: id}, err
	case connector.Update:
		if err := c.update(ctx, set, r.ID, r.Attributes); err != nil || len(r.Licenses) == 0 {
			return answer, err
		}
		return answer, c.license(ctx, r.ID, r.Licenses, nil)
	case connector.Disable, connector.Enable:
		return answer, c.update(ctx, set, r.ID, map[string]any{"accountEnabled": r.Operation == connector.Enable})
	case connector.Delete:
		_, err := c.graph(ctx, http.MethodDelete, set+"/"+r.ID, nil)
		return answer, err
	case connector.Restore:
		_, err := c.graph(ctx, http.MethodPost, "/directory/deletedItems/"+r.ID+"/restore", map[string]any{})
		return answer, err
	case connector.AssignLicense:
		return answer, c.license(ctx, r.ID, r.Licenses, r.Instead)
	case connector.RemoveLicense:
		return answer, c.license(ctx, r.ID, nil, r.Licenses)
	case connector.AddMember:
		for _, id := range r.Members {
			if _, err := c.graph(ctx, http.MethodPost, "/groups/"+r.ID+"/members/$ref", c.reference(id)); err != nil {
				return answer, err
			}
		}
	case connector.RemoveMember:
		for _, id := range r.Members {
			if _, err := c.graph(ctx, http.MethodDelete, "/groups/"+r.ID+"/members/"+id+"/$ref", nil); err != nil {
				return answer, err
			}
		}
	case connector.Search:
		query := url.Values{"$select": {selected[set]}}
		if f := r.Filter; f != nil {
			query.Set("$count", "true")
			query.Set("$filter", f.Attribute+" eq '"+strings.ReplaceAll(f.Value, "'", "''")+"'")
		}
		return c.list(ctx, set+"?"+query.Encode())
	case connector.Sync:
		if r.Token == "" {
			r.Token = set + "/delta?$select=" + selected[set]
		}
		return c.list(ctx, r.Token)
	default:
		return answer, &connector.Error{Code: connector.NotSupported, Message: string(r.Operation)}
	}
	return answer, nil
}

var selected = map[string]string{"/users": "id,userPrincipalName,displayName,accountEnabled,jobTitle,department,usageLocation,city", "/groups": "id,displayName"}

// license gives and takes licences, without having looked.
func (c *terseConnector) license(ctx context.Context, id string, add, remove []string) error {
	action := "assignLicense"
	if c.qualified {
		action = "microsoft.graph." + action
	}
	body := map[string]any{"addLicenses": []any{}, "removeLicenses": append([]string{}, remove...)}
	for _, sku := range add {
		body["addLicenses"] = append(body["addLicenses"].([]any), map[string]any{"skuId": sku})
	}
	_, err := c.graph(ctx, http.MethodPost, "/users/"+id+"/"+action, body)
	return err
}

func (c *terseConnector) reference(id string) map[string]any {
	return map[string]any{"@odata.id": c.config.ResourceURI + "/v1.0/directoryObjects/" + id}
}

// create makes what Graph requires, and updates the rest.
func (c *terseConnector) create(ctx context.Context, set string, r connector.Request) (string, error) {
	rest := maps.Clone(r.Attributes)
	if c.narrow {
		maps.DeleteFunc(rest, func(name string, _ any) bool {
			return name != "password" && name != map[string]string{"/users": "userPrincipalName", "/groups": "displayName"}[set]
		})
	}
	body := map[string]any{"accountEnabled": true}
	if set == "/groups" {
		body = map[string]any{"mailEnabled": false, "securityEnabled": true}
	}
	for _, name := range []string{"userPrincipalName", "displayName", "mailNickname", "accountEnabled", "mailEnabled", "securityEnabled"} {
		if value, given := rest[name]; given {
			body[name] = value
			delete(rest, name)
		} else if c.narrow && (name == "displayName" || name == "mailNickname") {
			body[name] = "made-up"
		} else if name == "displayName" || name == "mailNickname" || name == "userPrincipalName" && set == "/users" {
			return "", &connector.Error{Code: connector.InvalidAttribute, Message: name + " is missing"}
		}
	}
	if name, isUser := body["userPrincipalName"].(string); isUser && !strings.Contains(name, "@") {
		return "", &connector.Error{Code: connector.InvalidAttribute, Message: "the name has no domain"}
	}
	if set == "/users" {
		if rest["password"] == nil {
			rest["password"] = c.config.BasePassword
		}
		body["passwordProfile"] = map[string]any{"password": rest["password"]}
		delete(rest, "password")
	}
	made, err := c.graph(ctx, http.MethodPost, set, body)
	if refused, ok := err.(*connector.Error); ok && refused.Code == connector.AlreadyExists && c.upserts && set == "/users" { //nolint:errorlint // never wrapped
		found, err := c.graph(ctx, http.MethodGet, "/users/"+fmt.Sprint(body["userPrincipalName"])+"?$select=id", nil)
		if err != nil {
			return "", err
		}
		return fmt.Sprint(found["id"]), c.update(ctx, set, fmt.Sprint(found["id"]), r.Attributes)
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprint(made["id"]), c.update(ctx, set, fmt.Sprint(made["id"]), rest)
}

// update writes each property by a request of its own, without having looked.
func (c *terseConnector) update(ctx context.Context, set, id string, attributes map[string]any) error {
	if c.byName && set == "/users" {
		found, err := c.graph(ctx, http.MethodGet, "/users/"+id+"?$select=userPrincipalName", nil)
		if err != nil {
			return err
		}
		id = fmt.Sprint(found["userPrincipalName"])
		if other, renamed := attributes["userPrincipalName"]; renamed {
			defer func() { id = fmt.Sprint(other) }()
		}
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		value := attributes[name]
		method, path, body := http.MethodPatch, set+"/"+id, any(map[string]any{name: value})
		switch {
		case name == "manager" && value == nil:
			method, path, body = http.MethodDelete, path+"/manager/$ref", nil
		case name == "manager":
			method, path, body = http.MethodPut, path+"/manager/$ref", c.reference(fmt.Sprint(value))
		case name == "password":
			body = map[string]any{"passwordProfile": map[string]any{"password": value, "forceChangePasswordNextSignIn": false}}
		case strings.HasPrefix(name, "extensionAttribute"):
			body = map[string]any{"onPremisesExtensionAttributes": map[string]any{name: value}}
		case value == nil && (name == "otherMails" || name == "businessPhones"):
			body = map[string]any{name: []string{}}
		}
		if _, err := c.graph(ctx, method, path, body); err != nil {
			return err
		}
		if c.verifies && name != "userPrincipalName" {
			if _, err := c.graph(ctx, http.MethodGet, set+"/"+id+"?$select=id", nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// list reads all pages.
func (c *terseConnector) list(ctx context.Context, path string) (connector.Answer, error) {
	var answer connector.Answer
	for path != "" {
		page, err := c.graph(ctx, http.MethodGet, path, nil)
		if err != nil {
			return answer, err
		}
		items, _ := page["value"].([]any)
		for _, item := range items {
			one, _ := item.(map[string]any)
			_, removed := one["@removed"]
			answer.Objects = append(answer.Objects, connector.Object{ID: fmt.Sprint(one["id"]), Deleted: removed, Attributes: one})
		}
		path, _ = page["@odata.nextLink"].(string)
		answer.Token, _ = page["@odata.deltaLink"].(string)
	}
	return answer, nil
}

package driver_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

const faceToken = "a-good-token-7f3e"

// face is a SCIM endpoint and the requests that it got: method and path.
type face struct {
	mu       sync.Mutex
	requests []string
	bodies   []string
}

func (f *face) seen() (requests, bodies []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	defer func() { f.requests, f.bodies = nil, nil }()
	return f.requests, f.bodies
}

// faced opens a driver of the reference endpoint.
func faced(t *testing.T, flag string, opts ...driver.Option) (connector.Connector, *face) {
	t.Helper()
	h, err := serviceprovider.New(serviceprovider.WithToken(faceToken))
	if err != nil {
		t.Fatal(err)
	}
	f := &face{}
	server := httptest.NewServer(http.StripPrefix("/scim", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		f.mu.Lock()
		f.requests, f.bodies = append(f.requests, r.Method+" "+strings.SplitN(r.URL.Path, "/", 3)[1]), append(f.bodies, string(body))
		f.mu.Unlock()
		h.ServeHTTP(w, r)
	})))
	t.Cleanup(server.Close)
	d, err := driver.NewSCIM(server.URL+"/scim"+flag, faceToken, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.seen()
	c, err := d.Connect(t.Context(), connector.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	return c, f
}

// TestAGateway holds: each operation is the requests that Entra sends, in both dialects, and what was written can be searched.
func TestAGateway(t *testing.T) {
	t.Parallel()
	for flag, words := range map[string][2]string{"": {`"op":"Replace","path":"active","value":"False"`, `"Add"`}, "?aadOptscim062020": {`"op":"replace","path":"active","value":false`, `"add"`}} {
		c, f := faced(t, flag)
		do := func(r connector.Request, want ...string) (connector.Answer, string) {
			t.Helper()
			a, err := c.Do(t.Context(), r)
			if err != nil {
				t.Fatalf("%s: %v", r.Operation, err)
			}
			requests, bodies := f.seen()
			if !slices.Equal(requests, want) {
				t.Errorf("%s sent %q, want %q", r.Operation, requests, want)
			}
			return a, strings.Join(bodies, "\n")
		}
		ada, body := do(connector.Request{Operation: connector.Create, Type: connector.User, Attributes: map[string]any{
			"userPrincipalName": "ada@example.com", "displayName": "Ada", "mailNickname": "ada", "department": "Engines", "businessPhones": []any{"+49 30 1"}, "password": "Engine-1843!",
		}}, "POST Users")
		for _, part := range []string{`"userName":"ada@example.com"`, `"externalId":"ada"`, `"active":true`, `"department":"Engines"`, `"+49 30 1"`, `"password":"Engine-1843!"`} {
			if !strings.Contains(body, part) {
				t.Errorf("POST %s lacks %s", body, part)
			}
		}
		_, body = do(connector.Request{Operation: connector.Update, Type: connector.User, ID: ada.ID, Attributes: map[string]any{"jobTitle": "Countess", "displayName": "Ada", "department": nil}}, "GET Users", "PATCH Users")
		if strings.Contains(body, "displayName") || !strings.Contains(body, "Countess") || !strings.Contains(strings.ToLower(body), `"remove"`) {
			t.Errorf("PATCH %s", body)
		}
		do(connector.Request{Operation: connector.Update, Type: connector.User, ID: ada.ID, Attributes: map[string]any{"jobTitle": "Countess"}}, "GET Users")
		if _, body = do(connector.Request{Operation: connector.Disable, ID: ada.ID}, "GET Users", "PATCH Users"); !strings.Contains(body, words[0]) {
			t.Errorf("PATCH %s, want %s", body, words[0])
		}
		found, _ := do(connector.Request{Operation: connector.Search, Type: connector.User, Filter: &connector.Filter{Attribute: "userPrincipalName", Value: "ada@example.com"}}, "GET Users")
		if len(found.Objects) != 1 || found.Objects[0].ID != ada.ID || found.Objects[0].Attributes["jobTitle"] != "Countess" || found.Objects[0].Attributes["accountEnabled"] != false || found.Objects[0].Attributes["department"] != nil {
			t.Errorf("found %+v", found)
		}
		do(connector.Request{Operation: connector.Enable, ID: ada.ID}, "GET Users", "PATCH Users")
		crew, _ := do(connector.Request{Operation: connector.Create, Type: connector.Group, Attributes: map[string]any{"displayName": "Crew", "mailEnabled": false, "securityEnabled": true}}, "POST Groups")
		if _, body = do(connector.Request{Operation: connector.AddMember, ID: crew.ID, Members: []string{ada.ID}}, "PATCH Groups"); !strings.Contains(body, ada.ID) || !strings.Contains(body, words[1]) {
			t.Errorf("PATCH %s", body)
		}
		do(connector.Request{Operation: connector.RemoveMember, ID: crew.ID, Members: []string{ada.ID}}, "PATCH Groups")
		if all, _ := do(connector.Request{Operation: connector.Search, Type: connector.Group}, "GET Groups"); len(all.Objects) != 1 {
			t.Errorf("found %+v", all)
		}
		do(connector.Request{Operation: connector.Delete, Type: connector.Group, ID: crew.ID}, "DELETE Groups")
		do(connector.Request{Operation: connector.Delete, Type: connector.User, ID: ada.ID}, "DELETE Users")
		for _, r := range []connector.Request{{Operation: connector.Delete, Type: connector.User, ID: ada.ID}, {Operation: connector.Disable, ID: ada.ID}} {
			if _, err := c.Do(t.Context(), r); !is(err, connector.UnknownObject) {
				t.Errorf("%s of somebody who is gone: %v", r.Operation, err)
			}
		}
		for _, o := range []connector.Operation{connector.Restore, connector.Sync, connector.AssignLicense} {
			if _, err := c.Do(t.Context(), connector.Request{Operation: o}); !is(err, connector.NotSupported) {
				t.Errorf("%s: %v", o, err)
			}
		}
	}
}

func is(err error, code connector.Code) bool {
	refusal, ok := errors.AsType[*connector.Error](err)
	return ok && refusal.Code == code
}

// TestWhatAGatewayDoesNotShowIsNotCleared holds: Entra compares before it writes, so that who does not show a value is never told to clear it.
func TestWhatAGatewayDoesNotShowIsNotCleared(t *testing.T) {
	t.Parallel()
	c, f := faced(t, "")
	ada, err := c.Do(t.Context(), connector.Request{Operation: connector.Create, Type: connector.User, Attributes: map[string]any{"userPrincipalName": "ada@example.com", "displayName": "Ada"}})
	if err != nil {
		t.Fatal(err)
	}
	f.seen()
	_, err = c.Do(t.Context(), connector.Request{Operation: connector.Update, Type: connector.User, ID: ada.ID, Attributes: map[string]any{"manager": nil}})
	unsent, ok := errors.AsType[*connector.UnsentError](err)
	if requests, _ := f.seen(); !ok || !strings.Contains(unsent.Reason, "manager") || !slices.Equal(requests, []string{"GET Users"}) {
		t.Errorf("got %v after %q, want an UnsentError after GET", err, requests)
	}
	if _, err := c.Do(t.Context(), connector.Request{Operation: connector.Update, Type: connector.User, ID: ada.ID, Attributes: map[string]any{"displayName": "Ada"}}); err != nil {
		t.Errorf("what is there already: %v", err)
	}
}

// TestLicencesOfAGateway holds: the values of the named attribute are the SKUs that the user has afterwards.
func TestLicencesOfAGateway(t *testing.T) {
	t.Parallel()
	c, f := faced(t, "", driver.WithLicenses("roles"))
	ada, err := c.Do(t.Context(), connector.Request{Operation: connector.Create, Type: connector.User, Attributes: map[string]any{"userPrincipalName": "ada@example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		r    connector.Request
		want string
	}{
		{connector.Request{Operation: connector.AssignLicense, Licenses: []string{"a", "b"}}, `"op":"Replace","path":"roles","value":[{"value":"a"},{"value":"b"}]`},
		{connector.Request{Operation: connector.AssignLicense, Licenses: []string{"c"}, Instead: []string{"a"}}, `"value":[{"value":"b"},{"value":"c"}]`},
		{connector.Request{Operation: connector.RemoveLicense, Licenses: []string{"b", "c"}}, `"op":"Remove","path":"roles"`},
	} {
		step.r.ID = ada.ID
		f.seen()
		if _, err := c.Do(t.Context(), step.r); err != nil {
			t.Fatal(err)
		}
		if _, bodies := f.seen(); !strings.Contains(strings.Join(bodies, "\n"), step.want) {
			t.Errorf("sent %q, want %s", bodies, step.want)
		}
	}
}

// TestImproperAnswersOfAGateway holds: what is no SCIM answer is told in one sentence; a status is the connector's own answer.
func TestImproperAnswersOfAGateway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer func(w http.ResponseWriter)
		kind   connector.Breakage
		code   connector.Code
	}{
		"page":        {func(w http.ResponseWriter) { fmt.Fprint(w, "<html>sign in</html>") }, connector.Garbage, ""},
		"no id":       {func(w http.ResponseWriter) { w.WriteHeader(201); fmt.Fprint(w, `{"schemas":[]}`) }, connector.Garbage, ""},
		"redirect":    {func(w http.ResponseWriter) { w.Header().Set("Location", "/x"); w.WriteHeader(302) }, connector.Garbage, ""},
		"hang":        {func(w http.ResponseWriter) { <-leaves(w) }, connector.Hung, ""},
		"hang up":     {func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, connector.Crashed, ""},
		"conflict":    {func(w http.ResponseWriter) { w.WriteHeader(409) }, "", connector.AlreadyExists},
		"throttled":   {func(w http.ResponseWriter) { w.WriteHeader(429) }, "", connector.Throttled},
		"unavailable": {func(w http.ResponseWriter) { w.WriteHeader(503) }, "", connector.Unavailable},
		"broken":      {func(w http.ResponseWriter) { w.WriteHeader(500) }, "", connector.OtherError},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.Copy(io.Discard, r.Body)
				c.answer(waiting{w, r.Context()})
			}))
			defer server.Close()
			d, err := driver.NewSCIM(server.URL, faceToken)
			if err != nil {
				t.Fatal(err)
			}
			defer d.Close()
			gateway, _ := d.Connect(t.Context(), connector.Configuration{})
			limit := 20 * time.Second
			if c.kind == connector.Hung {
				limit = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err = gateway.Do(ctx, connector.Request{Operation: connector.Create, Type: connector.User, Attributes: map[string]any{"userPrincipalName": "ada@example.com"}})
			broken, isBroken := errors.AsType[*connector.BrokenError](err)
			if c.code != "" && !is(err, c.code) || c.kind != "" && (!isBroken || broken.Kind != c.kind || strings.Contains(broken.Detail, "\n") || strings.Contains(broken.Detail, faceToken)) {
				t.Errorf("got %T %v, want %s%s", err, err, c.kind, c.code)
			}
		})
	}
}

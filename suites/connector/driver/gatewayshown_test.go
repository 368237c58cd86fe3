package driver_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/rehearsal"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/connector/driver"
)

// deaf is a gateway that answers PATCH of a user with success and does nothing, or that breaks the connection off.
type deaf struct {
	*gateway

	breaks bool
}

func (d *deaf) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method != http.MethodPatch:
		d.gateway.ServeHTTP(w, r)
	case d.breaks:
		panic(http.ErrAbortHandler)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

// shownBy plays a check with such a gateway and returns the exchanges that its first finding cites.
func shownBy(t *testing.T, breaks bool, check string) (result.Finding, []*exchange.Exchange) {
	t.Helper()
	face := &deaf{breaks: breaks}
	server := httptest.NewServer(http.StripPrefix("/scim", face))
	t.Cleanup(server.Close)
	d, err := driver.NewSCIM(server.URL+"/scim", faceToken, driver.WithDescription(connector.Description{
		Name: "gateway", Operations: []connector.Operation{connector.Create, connector.Update, connector.Disable, connector.Enable, connector.Delete},
		Attributes: map[connector.Type][]string{connector.User: {"userPrincipalName", "displayName", "mailNickname", "password", "jobTitle", "department"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	recorder := exchange.NewRecorder()
	target, err := connector.Open(t.Context(), connector.Config{Driver: d, Folder: t.TempDir(), Seed: 3, Timeout: 20 * time.Second, Recorder: recorder, Fixed: &connector.Fixed{Tell: func(ctx context.Context, c connector.Configuration) error {
		face.gateway, err = newGateway(ctx, c)
		return err
	}}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := target.Close(); err != nil {
			t.Error(err)
		}
	}()
	ran, err := rehearsal.Run(t.Context(), rehearsal.Plan{Runnables: target.Runnables(), Only: []string{check}, WithoutGinkgo: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range ran.Checks {
		if c.Status == result.Failed && len(c.Findings) > 0 {
			return c.Findings[0], recorder.Get(c.Findings[0].Exchanges...)
		}
	}
	t.Fatalf("no check failed: %+v", ran.Checks)
	return result.Finding{}, nil
}

// TestAFindingOfAGatewayShowsWhatItWasAsked holds: first the SCIM request that was answered as if all was done, which curl can send again with the token in a
// variable, and each exchange says who asked whom and in which check.
func TestAFindingOfAGatewayShowsWhatItWasAsked(t *testing.T) {
	t.Parallel()
	const check = "connector.disable.account-disabled"
	finding, shown := shownBy(t, false, check)
	if len(shown) < 2 {
		t.Fatalf("%s cites %d exchanges: %+v", finding.Rule, len(shown), finding)
	}
	for i, e := range shown {
		if want := (map[bool]exchange.Side{true: exchange.ToConnector, false: exchange.FromConnector})[i < 2]; e.Side != want || e.Owner != check {
			t.Errorf("%d: %s %s is %s of %s, want %s of %s", i, e.Request.Method, e.Request.URL, e.Side, e.Owner, want, check)
		}
	}
	if e := shown[0]; e.Request.Method != http.MethodPatch || !strings.Contains(e.Request.URL, "/scim/Users/") || e.Response.Status != http.StatusNoContent {
		t.Errorf("first stands %s %s: %d, want the PATCH that was answered 204", e.Request.Method, e.Request.URL, e.Response.Status)
	}
	if curl := shown[0].Curl(); !strings.Contains(curl, `"Authorization: Bearer $TOKEN"`) || strings.Contains(curl, faceToken) {
		t.Errorf("the line is %s", curl)
	}
	var har bytes.Buffer
	if err := exchange.WriteHAR(&har, "rehearse", "1", shown); err != nil || !strings.Contains(har.String(), `"_side": "to-connector"`) {
		t.Errorf("the archive does not say who asked whom: %v", err)
	}
}

// TestWhatAGatewayDidNotAnswerIsShown holds: of a gateway that breaks the connection off the request is shown that got no answer.
func TestWhatAGatewayDidNotAnswerIsShown(t *testing.T) {
	t.Parallel()
	_, shown := shownBy(t, true, "connector.setup.answers")
	if len(shown) == 0 || shown[0].Side != exchange.ToConnector || shown[0].Request.Method != http.MethodPatch || shown[0].Err == "" {
		t.Fatalf("shown are %+v, want PATCH without an answer first", shown)
	}
}

// TestPasswordsOfAGatewayAreHidden holds: also where one stands in a PATCH as the value of a path.
func TestPasswordsOfAGatewayAreHidden(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/scim+json")
		if r.Method == http.MethodPatch {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		_, _ = w.Write([]byte(`{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"u-1"}`))
	}))
	defer server.Close()
	d, err := driver.NewSCIM(server.URL, faceToken)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	recorder := exchange.NewRecorder()
	d.Record(recorder)
	c, err := d.Connect(t.Context(), connector.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	const password = "Engine-1843!"
	if _, err := c.Do(t.Context(), connector.Request{Operation: connector.Update, Type: connector.User, ID: "u-1", Attributes: map[string]any{"password": password}}); err != nil {
		t.Fatal(err)
	}
	all := recorder.All()
	if len(all) != 2 {
		t.Fatalf("%d exchanges, want GET and PATCH", len(all))
	}
	for _, e := range all {
		if text := e.Text(); strings.Contains(text, password) || strings.Contains(text, faceToken) {
			t.Errorf("a secret stands in\n%s", text)
		}
	}
}

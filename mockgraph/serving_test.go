package mockgraph_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// fetch asks with a client and returns status and body.
func fetch(t *testing.T, client *http.Client, method, address, body string, headers ...string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := client.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, address, err)
	}
	return response.StatusCode, string(text)
}

// signIn is the client credentials grant, as a library does it.
func signIn(t *testing.T, client *http.Client, authority string, c mockgraph.Client) string {
	t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {c.ID}, "client_secret": {c.Secret}, "scope": {"https://graph.microsoft.com/.default"}}
	status, body := fetch(t, client, "POST", authority+"/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(body), &answer); err != nil || status != 200 || answer.Token == "" {
		t.Fatalf("sign in: %d %s", status, body)
	}
	return "Bearer " + answer.Token
}

func TestARegisteredClientSignsInAndMayWhatItWasGranted(t *testing.T) {
	t.Parallel()
	tenant := mockgraph.New()
	c, err := tenant.Register("Connector", "User.Read.All", "openid")
	if err != nil {
		t.Fatal(err)
	}
	client := tenant.Client()
	token := signIn(t, client, "https://login.microsoftonline.com/"+tenant.ID(), c)
	if status, body := fetch(t, client, "GET", "https://graph.microsoft.com/v1.0/users", "", "Authorization", token); status != 200 {
		t.Errorf("list users: %d %s", status, body)
	}
	if status, body := fetch(t, client, "GET", "https://graph.microsoft.com/v1.0/groups", "", "Authorization", token); status != 403 {
		t.Errorf("list groups without a permission: %d %s", status, body)
	}
	if _, err := tenant.Register("Connector", "User.Read.Everything"); err == nil || !strings.Contains(err.Error(), "User.Read.Everything") {
		t.Errorf("an unknown permission gives %v", err)
	}
}

func TestEveryPermissionIsGranted(t *testing.T) {
	t.Parallel()
	tenant := mockgraph.New()
	c, err := tenant.Register("Everything", mockgraph.EveryPermission()...)
	if err != nil {
		t.Fatal(err)
	}
	token, err := tenant.Login().Mint(login.Grant{ClientID: c.ID})
	if err != nil {
		t.Fatal(err)
	}
	claims, err := tenant.Login().Verify(token)
	if err != nil || len(claims.Roles) < 20 {
		t.Errorf("the token has roles %v, %v", claims.Roles, err)
	}
}

func TestTheClientInProcessReachesNothingElse(t *testing.T) {
	t.Parallel()
	response, err := mockgraph.New().Client().Get("https://example.com/")
	if err == nil {
		response.Body.Close()
		t.Error("another host was reached")
	}
}

func TestAClientWithATokenGetsANewOneWhenItHasExpired(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClock()
	tenant := mockgraph.New(mockgraph.WithClock(clock))
	app, err := register(tenant, "Stage hand")
	if err != nil {
		t.Fatal(err)
	}
	client, err := tenant.ClientAs(login.Grant{ClientID: app, Roles: []string{"User.Read.All"}})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if status, body := fetch(t, client, "GET", "https://graph.microsoft.com/v1.0/users", ""); status != 200 {
			t.Errorf("%d %s", status, body)
		}
		clock.Advance(2 * time.Hour)
	}
	if status, _ := fetch(t, client, "GET", "https://graph.microsoft.com/v1.0/users", "", "Authorization", "Bearer nonsense"); status != 401 {
		t.Errorf("a token of the request's own is replaced: %d", status)
	}
	if _, err := tenant.ClientAs(login.Grant{ClientID: "nobody"}); err == nil {
		t.Error("an unknown client gets a token")
	}
}

func TestAStartedTenantIsReachedUnderItsOwnAndUnderMicrosoftsNames(t *testing.T) {
	t.Parallel()
	tenant := mockgraph.New()
	c, err := tenant.Register("Connector", "User.Read.All")
	if err != nil {
		t.Fatal(err)
	}
	server := tenant.Start(t)
	client := server.Client()
	for authority, graph := range map[string]string{
		server.URL + "/" + tenant.ID():                     server.URL + "/v1.0",
		"https://login.microsoftonline.com/" + tenant.ID(): "https://graph.microsoft.com/v1.0",
	} {
		token := signIn(t, client, authority, c)
		status, body := fetch(t, client, "GET", graph+"/users", "", "Authorization", token)
		if status != 200 || !strings.Contains(body, `"@odata.context":"`+graph) {
			t.Errorf("%s: %d %.200s", graph, status, body)
		}
	}
	if status, body := fetch(t, client, "GET", server.URL+"/_rehearse/health", ""); status != 200 {
		t.Errorf("health: %d %s", status, body)
	}
	if status, body := fetch(t, client, "GET", "https://graph.microsoft.com/_rehearse/health", ""); status < 400 {
		t.Errorf("health under Graph's name: %d %s", status, body)
	}
}

func TestAStartedTenantTellsOtherProcessesWhatToSet(t *testing.T) {
	t.Parallel()
	server := mockgraph.New().Start(t)
	folder := t.TempDir()
	variables, err := server.Environment(folder)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, v := range variables {
		values[v.Name] = v.Value
	}
	if values["HTTPS_PROXY"] != server.ProxyURL || !strings.HasPrefix(values["NODE_EXTRA_CA_CERTS"], folder) {
		t.Errorf("the variables are %v", values)
	}
	if file, err := os.ReadFile(values["NODE_EXTRA_CA_CERTS"]); err != nil || string(file) != string(server.CA) {
		t.Errorf("the certificate's file: %v", err)
	}
}

func TestAClosedTenantLeavesItsPortsFree(t *testing.T) {
	t.Parallel()
	tenant := mockgraph.New()
	first, err := tenant.Listen(t.Context(), mockgraph.Listening{Plain: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	address := func(u string) string { _, host, _ := strings.Cut(u, "://"); return host }
	if _, err := tenant.Listen(t.Context(), mockgraph.Listening{Address: address(first.URL)}); err == nil {
		t.Error("two listen on one port")
	}
	if status, _ := fetch(t, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}, "GET", first.PlainURL+"/_rehearse/health", ""); status != 200 {
		t.Errorf("without TLS: %d", status)
	}
	first.Close()
	first.Close()
	second, err := tenant.Listen(t.Context(), mockgraph.Listening{Address: address(first.URL), Proxy: address(first.ProxyURL), Plain: address(first.PlainURL)})
	if err != nil {
		t.Fatalf("listen where the first did: %v", err)
	}
	second.Close()
}

func TestASampleTenantHasItsAdministrator(t *testing.T) {
	t.Parallel()
	tenant := mockgraph.New(mockgraph.WithSample(sample.Small, 7))
	name, password := tenant.Administrator()
	if name != "admin@contoso.onmicrosoft.com" {
		t.Errorf("the administrator is %q", name)
	}
	c, err := tenant.Register("Connector", "User.Read", "openid")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"grant_type": {"password"}, "client_id": {c.ID}, "scope": {"https://graph.microsoft.com/.default"}, "username": {name}, "password": {password}}
	status, body := fetch(t, tenant.Client(), "POST", "https://login.microsoftonline.com/"+tenant.ID()+"/oauth2/v2.0/token", form.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	if status != 200 {
		t.Errorf("the administrator signs in: %d %s", status, body)
	}
}

func ExampleTenant_Client() {
	tenant := mockgraph.New()
	app, err := tenant.Register("Connector", "User.ReadWrite.All")
	if err != nil {
		fmt.Println(err)
		return
	}
	// A library under test takes tenant.Client() as its HTTP client, signs in with app.ID and app.Secret, and finds Graph where it
	// always is.
	client, err := tenant.ClientAs(login.Grant{ClientID: app.ID})
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://graph.microsoft.com/v1.0/users?$select=userPrincipalName", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	response, err := client.Do(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer response.Body.Close()
	var users struct {
		Value []struct{ UserPrincipalName string }
	}
	err = json.NewDecoder(response.Body).Decode(&users)
	fmt.Println(response.StatusCode, users.Value, err)
	// Output: 200 [{admin@contoso.onmicrosoft.com}] <nil>
}

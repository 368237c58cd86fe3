package login_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

const (
	tenantID = "8d6f2b0e-6a0c-4b0f-9d5e-3c1a7f2e9b10"
	domain   = "contoso.example"
	graphID  = "00000003-0000-0000-c000-000000000000"
	graphURL = "https://graph.microsoft.com"
	password = "Correct-Horse-7"
	origin   = "https://127.0.0.1:8443"
	realHost = "https://login.microsoftonline.com"

	globalAdmin = "62e90394-69f5-4237-9190-012177145e10"
)

var start = time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)

// rig is a tenant with an administrator, a user, Graph and one registered application that has a secret and may read users.
type rig struct {
	t      *testing.T
	clock  *clockwork.FakeClock
	dir    *directory.Directory
	host   *login.Server
	base   string
	app    *directory.Object // registration
	sp     *directory.Object
	graph  *directory.Object
	ada    *directory.Object
	admin  *directory.Object
	secret string
	cookie map[string]string
}

func must[T any](t *testing.T) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newRig(t *testing.T, opts ...login.Option) *rig {
	t.Helper()
	r := &rig{t: t, clock: clockwork.NewFakeClockAt(start), base: origin, cookie: map[string]string{}}
	r.dir = directory.New(directory.WithClock(r.clock), directory.WithTenant(tenantID, "Contoso", domain))
	object := must[*directory.Object](t)
	r.graph = object(r.dir.Create(directory.ServicePrincipal, directory.Properties{
		"appId": graphID, "displayName": "Microsoft Graph", "servicePrincipalNames": []string{graphID, graphURL},
		"appRoles": []directory.AppRole{
			{ID: role("1"), Value: "User.Read.All", DisplayName: "Read users", Enabled: true, AllowedMemberTypes: []string{"Application"}},
			{ID: role("2"), Value: "Directory.ReadWrite.All", DisplayName: "Write all", Enabled: true, AllowedMemberTypes: []string{"Application"}},
		},
		"oauth2PermissionScopes": []directory.PermissionScope{
			{ID: role("a"), Value: "User.Read", Type: "User", Enabled: true, UserConsentDisplayName: "Sign you in"},
			{ID: role("b"), Value: "Mail.Read", Type: "User", Enabled: true},
			{ID: role("c"), Value: "Directory.ReadWrite.All", Type: "Admin", Enabled: true},
			{ID: role("d"), Value: "openid", Type: "User", Enabled: true},
			{ID: role("e"), Value: "offline_access", Type: "User", Enabled: true},
		},
	}))
	r.ada, r.admin = r.user("ada"), r.user("grace")
	if err := r.dir.AssignRole(r.admin.ID(), globalAdmin); err != nil {
		t.Fatal(err)
	}
	r.app, r.sp = r.register("Connector", directory.Properties{
		"isFallbackPublicClient": true,
		"web":                    directory.WebApplication{RedirectURIs: []string{"https://app.contoso.example/auth"}},
		"publicClient":           directory.PublicClient{RedirectURIs: []string{"http://localhost", "myapp://auth"}},
		"spa":                    directory.SPA{RedirectURIs: []string{"https://spa.contoso.example/"}},
		"requiredResourceAccess": []directory.RequiredResourceAccess{{ResourceAppID: graphID, ResourceAccess: []directory.ResourceAccess{
			{ID: role("1"), Type: "Role"}, {ID: role("a"), Type: "Scope"},
		}}},
	})
	var err error
	if _, r.secret, err = r.dir.AddPassword(r.app.ID(), "test", start.Add(-time.Hour), start.Add(180*24*time.Hour)); err != nil {
		t.Fatal(err)
	}
	all := append([]login.Option{login.WithClock(r.clock)}, opts...)
	r.host = login.New(r.dir, all...)
	return r
}

func role(last string) string { return "11111111-1111-1111-1111-11111111111" + last }

func (r *rig) user(name string) *directory.Object {
	r.t.Helper()
	return must[*directory.Object](r.t)(r.dir.Create(directory.User, directory.Properties{
		"userPrincipalName": name + "@" + domain, "mailNickname": name, "displayName": strings.ToUpper(name[:1]) + name[1:], "accountEnabled": true,
		"givenName": name, "surname": "Lovelace", "mail": name + "@" + domain, "passwordProfile": directory.PasswordProfile{Password: password},
	}))
}

// register makes an application and its service principal.
func (r *rig) register(name string, p directory.Properties) (app, sp *directory.Object) {
	r.t.Helper()
	p["displayName"] = name
	object := must[*directory.Object](r.t)
	app = object(r.dir.Create(directory.Application, p))
	return app, object(r.dir.CreateServicePrincipal(app.String("appId"), nil))
}

func (r *rig) appID() string { return r.app.String("appId") }

func (r *rig) consent() {
	r.t.Helper()
	if err := r.host.Consent(r.appID()); err != nil {
		r.t.Fatal(err)
	}
}

// reply is an answer, read.
type reply struct {
	t      *testing.T
	status int
	header http.Header
	body   string
}

func (a reply) json() map[string]any {
	a.t.Helper()
	var all map[string]any
	if err := json.Unmarshal([]byte(a.body), &all); err != nil {
		a.t.Fatalf("status %d, no JSON: %v in %.200s", a.status, err, a.body)
	}
	return all
}

// code is the AADSTS number of a refusal, 0 when there is none.
func (a reply) code() int {
	var refused struct {
		Codes []int `json:"error_codes"`
	}
	if json.Unmarshal([]byte(a.body), &refused) == nil && len(refused.Codes) == 1 {
		return refused.Codes[0]
	}
	return 0
}

func (a reply) text(name string) string {
	a.t.Helper()
	s, _ := a.json()[name].(string)
	return s
}

// claims are those of a token in the answer.
func (a reply) claims(name string) map[string]any {
	a.t.Helper()
	return decode(a.t, a.text(name), 1)
}

func decode(t *testing.T, token string, part int) map[string]any {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("token has %d parts", len(parts))
	}
	text, err := base64.RawURLEncoding.DecodeString(parts[part])
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(text, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func (r *rig) do(method, target string, body url.Values, edit ...func(*http.Request)) reply {
	r.t.Helper()
	if !strings.HasPrefix(target, "https://") {
		target = r.base + target
	}
	var reader io.Reader
	if body != nil {
		reader = strings.NewReader(body.Encode())
	}
	request := httptest.NewRequest(method, target, reader)
	if body != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range r.cookie {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, each := range edit {
		each(request)
	}
	recorder := httptest.NewRecorder()
	r.host.ServeHTTP(recorder, request)
	response := recorder.Result()
	for _, c := range response.Cookies() {
		if c.MaxAge < 0 {
			delete(r.cookie, c.Name)
		} else {
			r.cookie[c.Name] = c.Value
		}
	}
	return reply{r.t, response.StatusCode, response.Header, recorder.Body.String()}
}

func (r *rig) get(target string) reply { return r.do(http.MethodGet, target, nil) }

// token posts to the v2 token endpoint.
func (r *rig) token(pairs ...string) reply {
	return r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token", form(pairs...))
}

// app asks for an application's own token with further parameters.
func (r *rig) appToken(pairs ...string) reply {
	all := form("grant_type", "client_credentials", "client_id", r.appID(), "client_secret", r.secret, "scope", graphURL+"/.default")
	for name, values := range form(pairs...) {
		all[name] = values
		if values[0] == "" {
			delete(all, name)
		}
	}
	return r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token", all)
}

// ropc asks for a user's token by password.
func (r *rig) ropc(scope string, pairs ...string) reply {
	all := form("grant_type", "password", "client_id", r.appID(), "username", "ada@"+domain, "password", password, "scope", scope, "client_info", "1")
	maps.Copy(all, form(pairs...))
	return r.do(http.MethodPost, "/"+tenantID+"/oauth2/v2.0/token", all)
}

func form(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
	}
	return v
}

func origins(o string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Origin", o) }
}

var (
	hiddenInput = regexp.MustCompile(`<input type="hidden" name="([^"]+)" (?:autocomplete="username" )?value="([^"]*)"`)
	formAction  = regexp.MustCompile(`<form method="post" action="([^"]+)"`)
)

// submit fills in the form of a page and sends it.
func (r *rig) submit(page reply, pairs ...string) reply {
	r.t.Helper()
	action := formAction.FindStringSubmatch(page.body)
	if action == nil {
		r.t.Fatalf("status %d: no form in %.600s", page.status, page.body)
	}
	fields := form(pairs...)
	for _, each := range hiddenInput.FindAllStringSubmatch(page.body, -1) {
		if fields.Get(each[1]) == "" {
			fields.Set(each[1], html.UnescapeString(each[2]))
		}
	}
	return r.do(http.MethodPost, html.UnescapeString(action[1]), fields)
}

// authorize opens the authorize endpoint.
func (r *rig) authorize(pairs ...string) reply {
	all := form("client_id", r.appID(), "response_type", "code", "redirect_uri", "http://localhost:4711", "scope", "User.Read openid profile offline_access", "state", "xyz")
	maps.Copy(all, form(pairs...))
	return r.get("/" + tenantID + "/oauth2/v2.0/authorize?" + all.Encode())
}

// signIn fills in the sign-in page.
func (r *rig) signIn(page reply, name string) reply {
	r.t.Helper()
	return r.submit(page, "loginfmt", name+"@"+domain, "passwd", password)
}

// location is the query of the redirect an answer makes.
func (a reply) location() (*url.URL, url.Values) {
	a.t.Helper()
	u, err := url.Parse(a.header.Get("Location"))
	if err != nil || a.status != http.StatusFound {
		a.t.Fatalf("status %d is no redirect: %.600s", a.status, a.body)
	}
	return u, u.Query()
}

// certificate is a key pair with a self-signed certificate.
type certificate struct {
	key *rsa.PrivateKey
	der []byte
}

func newCertificate(t *testing.T) certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "client"}, NotBefore: start.Add(-time.Hour), NotAfter: start.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return certificate{key, der}
}

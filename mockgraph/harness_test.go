package mockgraph_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/login"
)

// stage is a tenant and an application that may do everything, for tests that ask Graph.
type stage struct {
	*testing.T

	tenant *mockgraph.Tenant
	app    string // application id of the client
	token  string
}

// every is each application permission a test of behaviour may need; permissions have tests of their own.
var every = []string{
	"User.ReadWrite.All", "User-PasswordProfile.ReadWrite.All", "User.DeleteRestore.All", "User.RevokeSessions.All", "User.Invite.All",
	"Group.ReadWrite.All", "GroupMember.ReadWrite.All", "Directory.ReadWrite.All", "Directory.Read.All", "Member.Read.Hidden",
	"Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "DelegatedPermissionGrant.ReadWrite.All", "Synchronization.ReadWrite.All",
	"LicenseAssignment.ReadWrite.All", "Organization.ReadWrite.All", "Domain.ReadWrite.All", "RoleManagement.ReadWrite.Directory",
	"AuditLog.Read.All", "AdministrativeUnit.ReadWrite.All", "ProfilePhoto.ReadWrite.All",
	"User.Read.All", "Group.Read.All", // to subscribe
}

// newStage opens a tenant.
func newStage(t *testing.T, opts ...mockgraph.Option) *stage {
	t.Helper()
	s := &stage{T: t, tenant: mockgraph.New(opts...)}
	notes.watch(t, s.tenant, opts...)
	app, err := register(s.tenant, "Stage hand")
	if err != nil {
		t.Fatalf("register application: %v", err)
	}
	s.app = app
	s.token = s.as(login.Grant{Roles: every})
	return s
}

// as mints a token; the client is the stage's application unless the grant names one.
func (s *stage) as(g login.Grant) string {
	s.Helper()
	if g.ClientID == "" {
		g.ClientID = s.app
	}
	token, err := s.tenant.Login().Mint(g)
	if err != nil {
		s.Fatalf("mint token: %v", err)
	}
	return token
}

// answer is what came back.
type answer struct {
	*testing.T

	request string
	status  int
	header  http.Header
	body    []byte
	json    map[string]any // nil when the body is none
}

// ask sends a request: body "" for none; headers in pairs. Paths begin behind the host and may have blanks.
func (s *stage) ask(method, path, body string, headers ...string) *answer {
	s.Helper()
	r := httptest.NewRequestWithContext(s.Context(), method, "https://graph.microsoft.com"+strings.ReplaceAll(path, " ", "%20"), strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+s.token)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.tenant.ServeHTTP(w, r)
	a := &answer{T: s.T, request: method + " " + path, status: w.Code, header: w.Header(), body: w.Body.Bytes()}
	a.parse()
	return a
}

// parse reads the body when it is an object.
func (a *answer) parse() {
	a.Helper()
	if bytes.HasPrefix(a.body, []byte("{")) {
		if err := json.Unmarshal(a.body, &a.json); err != nil {
			a.Fatalf("%s: answer is no JSON: %v\n%s", a.request, err, a.body)
		}
	}
}

// want checks the status and returns the answer.
func (a *answer) want(status int) *answer {
	a.Helper()
	if a.status != status {
		a.Fatalf("%s: status %d, want %d\n%s", a.request, a.status, status, a.body)
	}
	if status == http.StatusNoContent && (len(a.body) > 0 || a.header.Get("Content-Type") != "") {
		a.Errorf("%s: 204 with a body or a type", a.request)
	}
	return a
}

// refused checks status, code and that the message contains a text.
func (a *answer) refused(status int, code, message string) *answer {
	a.Helper()
	a.want(status)
	if a.str("error.code") != code || !strings.Contains(a.str("error.message"), message) {
		a.Errorf("%s: %s %q, want %s with %q", a.request, a.str("error.code"), a.str("error.message"), code, message)
	}
	return a
}

// at returns a member by dotted path, with numbers for elements; nil when it is not there.
func (a *answer) at(path string) any {
	var v any = a.json
	for name := range strings.SplitSeq(path, ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[strings.ReplaceAll(name, "·", ".")]
		case []any:
			i := 0
			for _, digit := range name {
				i = i*10 + int(digit-'0')
			}
			if i >= len(at) {
				return nil
			}
			v = at[i]
		default:
			return nil
		}
	}
	return v
}

func (a *answer) str(path string) string {
	text, _ := a.at(path).(string)
	return text
}

// values returns a member of each item of a list.
func (a *answer) values(member string) []string {
	a.Helper()
	items, ok := a.json["value"].([]any)
	if !ok {
		a.Fatalf("%s: no list\n%s", a.request, a.body)
	}
	all := make([]string, 0, len(items))
	for _, item := range items {
		object, _ := item.(map[string]any)
		text, _ := object[member].(string)
		all = append(all, text)
	}
	return all
}

// user makes a user and returns her id. more is further members of the body, each followed by a comma.
func (s *stage) user(name string, more string) string {
	s.Helper()
	return s.ask("POST", "/v1.0/users", `{`+more+`"accountEnabled":true,"displayName":"`+name+`","mailNickname":"`+strings.ReplaceAll(name, "'", "")+`","userPrincipalName":"`+name+
		`@contoso.onmicrosoft.com","passwordProfile":{"password":"Curtain-Up-2026"}}`).want(http.StatusCreated).str("id")
}

// loginGrant is what the stage's own token is made of.
func loginGrant() login.Grant { return login.Grant{Roles: every} }

// register makes an application with its service principal and returns the application id.
func register(tenant *mockgraph.Tenant, name string) (string, error) {
	app, err := tenant.Directory().Create(directory.Application, directory.Properties{"displayName": name})
	if err != nil {
		return "", err
	}
	_, err = tenant.Directory().CreateServicePrincipal(app.String("appId"), nil)
	return app.String("appId"), err
}

// mintFor returns a token that may do everything.
func mintFor(tenant *mockgraph.Tenant) (string, error) {
	app, err := register(tenant, "Stage hand")
	if err != nil {
		return "", err
	}
	return tenant.Login().Mint(login.Grant{ClientID: app, Roles: every})
}

package endpoint

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockgraph"
	"github.com/rehearse-id/rehearse/mockgraph/login"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// portal is a fake tenant with Microsoft Graph in front and the provisioning service behind: all that Microsoft's validation workflow has. It asks
// Graph for everything, by HTTP without a network.
type portal struct {
	rig     *Rig // of the check that has it
	dialect wire.Dialect
	groups  bool // the mapping of groups is on
	clock   *clockwork.FakeClock
	tenant  *mockgraph.Tenant
	service *mockscim.Service
	token   string

	principal, role string // of the application
	home            string // path of its synchronization
	jobID           string
	rules           map[string]string // id of the synchronization rule, by source object
	started         bool
	seen            map[string]bool // entries of the provisioning log that were looked at, by id
}

// What the workflow's managed identity is granted. Source: AssignRolesTOManagedIdentity-LogicApps.ps1 beside the workflow.
var portalPermissions = []string{
	"User.ReadWrite.All", "Group.ReadWrite.All", "Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All", "Synchronization.ReadWrite.All",
	"AuditLog.Read.All", "Directory.ReadWrite.All", "User.DeleteRestore.All",
}

// nonGallery is the template of an application of one's own. Source: learn.microsoft.com/graph/application-saml-sso-configure-api.
const nonGallery = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621"

// portals are the tenants of a run that no check has at the moment. Making one takes longer than most tests.
type portals struct {
	mu   sync.Mutex
	free []*portal
}

// take returns one that fits, nil when there is none.
func (s *portals) take(dialect wire.Dialect, groups bool) *portal {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, p := range s.free {
		if p.dialect == dialect && p.groups == groups {
			s.free = slices.Delete(s.free, i, i+1)
			return p
		}
	}
	return nil
}

func (s *portals) give(p *portal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = append(s.free, p)
}

// newPortal is a tenant with an application and its job. It is given on to the next check when this one has passed: whatever went wrong on it, such as a
// quarantine, stays with the check. The check fails when the target ignores filters: the service would change accounts that are not its own.
func newPortal(ctx context.Context, r *Rig) *portal {
	r.separate()
	p := r.target.portals.take(r.dialect, r.groups)
	if p == nil {
		p = foundPortal(ctx, r)
	}
	p.rig = r
	r.Cleanup(func(context.Context) error {
		if !r.Failed() {
			r.target.portals.give(p)
		}
		return nil
	})
	return p
}

// foundPortal makes the tenant, an application in it and its job, and configures the job as an administrator would.
func foundPortal(ctx context.Context, r *Rig) *portal {
	p := &portal{
		rig: r, dialect: r.dialect, groups: r.groups, clock: clockwork.NewFakeClockAt(r.clock.Now()), rules: map[string]string{}, seen: map[string]bool{},
	}
	ids := func() string { return p.rig.names.uuid() }
	const longer = 1000 * time.Hour // than any test, so that it signs in once
	p.tenant = mockgraph.New(mockgraph.WithClock(p.clock), mockgraph.WithIDs(ids),
		mockgraph.WithTenant(mockgraph.DefaultTenantID, "Rehearsal", r.target.config.UserDomain),
		mockgraph.WithLogin(login.WithLifetimes(login.Lifetimes{AccessToken: longer})))
	p.service = mockscim.New(p.tenant.Directory(), mockscim.WithClock(p.clock), mockscim.WithIDs(ids),
		mockscim.WithJobs(provisioning.WithManagerRemoval()),
		mockscim.WithClients(func(c wire.Config) wire.Config {
			c.Transport, c.Header, c.Timeout, c.Limiter = throughRig{p}, r.target.config.Header, r.target.config.Timeout, r.target.limiter
			return c
		}))
	p.tenant.Synchronize(p.service)
	p.signIn(ctx)
	made := p.graph(ctx, "POST", "/applicationTemplates/"+nonGallery+"/instantiate", map[string]any{"displayName": "Rehearsal"})
	p.principal = made.text("servicePrincipal.id")
	for _, role := range made.list("application.appRoles") {
		if p.role == "" || role.text("displayName") == "User" {
			p.role = role.text("id")
		}
	}
	p.home = "/servicePrincipals/" + p.principal + "/synchronization"
	p.configure(ctx)
	return p
}

// configure saves the credentials, makes the job, and adapts its mappings to the target.
func (p *portal) configure(ctx context.Context) {
	address := p.rig.target.address.base
	if p.rig.dialect == wire.AADOptSCIM {
		address += "?" + optFlag
	}
	saved := []map[string]string{{"key": "BaseAddress", "value": address}}
	if token := p.rig.target.config.Token; token != "" {
		saved = append(saved, map[string]string{"key": "SecretToken", "value": token})
	}
	p.jobID = p.graph(ctx, "POST", p.home+"/jobs", map[string]any{"templateId": "scim"}).text("id")
	p.graph(ctx, "PUT", p.home+"/secrets", map[string]any{"value": saved})
	p.adapt(ctx)
}

// adapt gives the job the mapping of people that is adapted to the target, and switches the mapping of groups off where a test is about none. Only the rules are
// read and saved: what the directories are like does not change.
func (p *portal) adapt(ctx context.Context) {
	var schema struct {
		Rules []synchronization.Rule `json:"synchronizationRules"`
	}
	check(json.Unmarshal(p.ask(ctx, "GET", p.job()+"/schema", nil), &schema))
	changed := false
	for i := range schema.Rules {
		rule := &schema.Rules[i]
		for j := range rule.ObjectMappings {
			m := &rule.ObjectMappings[j]
			p.rules[m.SourceObjectName] = rule.ID
			if m.SourceObjectName == "Group" {
				changed = changed || m.Enabled != p.rig.groups
				m.Enabled = p.rig.groups
				continue
			}
			if shape := p.rig.target.shape; len(shape.changes) > 0 {
				m.AttributeMappings, changed = shape.people.AttributeMappings, true
			}
		}
	}
	if changed {
		p.graph(ctx, "PUT", p.job()+"/schema", schema)
	}
}

// throughRig sends what the job sends over the line of the check that has the portal.
type throughRig struct{ portal *portal }

func (t throughRig) RoundTrip(req *http.Request) (*http.Response, error) {
	return t.portal.rig.network.RoundTrip(req)
}

func (p *portal) job() string { return p.home + "/jobs/" + p.jobID }

func (p *portal) signIn(ctx context.Context) {
	client := must(p.tenant.Register("Validation workflow", portalPermissions...))
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {client.ID}, "client_secret": {client.Secret}, "scope": {"https://graph.microsoft.com/.default"}}
	body := p.send(ctx, "POST", "/"+p.tenant.ID()+"/oauth2/v2.0/token", []byte(form.Encode()), "application/x-www-form-urlencoded")
	p.token = read(body).text("access_token")
}

// graph asks Graph v1.0 and reads the answer. The tenant is the harness's own, so a refusal is the harness's fault.
func (p *portal) graph(ctx context.Context, method, path string, body any) graphObject {
	return read(p.ask(ctx, method, path, body))
}

func (p *portal) ask(ctx context.Context, method, path string, body any) []byte {
	var data []byte
	if body != nil {
		data = must(json.Marshal(body))
	}
	return p.send(ctx, method, "/v1.0"+path, data, "application/json")
}

func (p *portal) send(ctx context.Context, method, path string, body []byte, kind string) []byte {
	req := must(http.NewRequestWithContext(ctx, method, "http://localhost"+path, bytes.NewReader(body)))
	req.RequestURI, req.RemoteAddr = path, "127.0.0.1:1"
	if len(body) > 0 {
		req.Header.Set("Content-Type", kind)
	}
	if p.token != "" {
		req.Header.Set("Authorization", "Bearer "+p.token)
	}
	w := &captured{header: http.Header{}, status: http.StatusOK}
	p.tenant.ServeHTTP(w, req)
	if w.status/100 != 2 && ctx.Err() == nil {
		check(fmt.Errorf("%s %s: %d %s", method, path, w.status, w.body.String()))
	}
	return w.body.Bytes()
}

// captured is an answer of a handler that is not sent anywhere.
type captured struct {
	header http.Header
	status int
	body   bytes.Buffer
}

// Header is that of the answer.
func (c *captured) Header() http.Header { return c.header }

// WriteHeader keeps the status.
func (c *captured) WriteHeader(status int) { c.status = status }

// Write keeps a part of the body.
func (c *captured) Write(data []byte) (int, error) { return c.body.Write(data) }

// graphObject is a JSON object of Graph's.
type graphObject map[string]any

func read(body []byte) graphObject {
	var o graphObject
	if len(body) > 0 {
		check(json.Unmarshal(body, &o))
	}
	return o
}

func (o graphObject) at(path string) any {
	var v any = map[string]any(o)
	for name := range strings.SplitSeq(path, ".") {
		in, _ := v.(map[string]any)
		v = in[name]
	}
	return v
}

func (o graphObject) text(path string) string {
	text, _ := o.at(path).(string)
	return text
}

func (o graphObject) list(path string) []graphObject {
	items, _ := o.at(path).([]any)
	list := make([]graphObject, 0, len(items))
	for _, item := range items {
		if one, ok := item.(map[string]any); ok {
			list = append(list, one)
		}
	}
	return list
}

// separate fails the check when the target finds somebody by a filter that matches nobody.
func (r *Rig) separate() {
	for _, kind := range []string{users, groups} {
		if f, asked := r.target.first[kind]; asked && (kind == users || r.groups) {
			r.Must("[Initialization Phase] a filter that matches nothing finds nothing, or the service would change accounts that are not its own", f,
				worded[Found]{Want: "0 found", OK: func(f Found) bool { return f.Total <= 0 }, Got: Found.String}, f.Shown)
		}
	}
}

// hire makes a user with the properties of the workflow's defaultUserProperties, and more.
func (p *portal) hire(ctx context.Context, more map[string]any) *Account {
	who := p.rig.names.person()
	body := map[string]any{
		"userPrincipalName": who.upn, "displayName": who.display(), "givenName": who.given, "surname": who.family, "mailNickname": who.nick, "accountEnabled": true,
		"jobTitle": "Analyst", "department": "Engines", "employeeId": p.rig.names.number(), "officeLocation": "Office 12", "streetAddress": "1 Analytical Street", "city": "London",
		"state": "LND", "postalCode": "W1 1AA", "country": "GB", "usageLocation": "GB", "preferredLanguage": "en-GB", "mobilePhone": "+44 7700 900002",
		"businessPhones": []string{"+44 20 7946 0001"}, "faxNumber": "+44 20 7946 0003", "mail": who.upn,
		"passwordProfile": map[string]any{"password": "Rehearsal-2026!", "forceChangePasswordNextSignIn": false},
	}
	for name, value := range more {
		if body[name] = value; value == nil {
			delete(body, name)
		}
	}
	id := p.graph(ctx, "POST", "/users", body).text("id")
	return &Account{Kind: users, Object: id, Name: who.upn, Display: word(body["displayName"]), Nick: who.nick}
}

// found makes a group.
func (p *portal) found(ctx context.Context, words string) *Account {
	name := p.rig.names.group(words)
	id := p.graph(ctx, "POST", "/groups", map[string]any{
		"displayName": name, "mailEnabled": false, "mailNickname": p.rig.names.uuid(), "securityEnabled": true,
	}).text("id")
	return &Account{Kind: groups, Object: id, Name: name, Display: name}
}

// assign assigns users and groups to the application.
func (p *portal) assign(ctx context.Context, accounts ...*Account) {
	for _, a := range accounts {
		p.graph(ctx, "POST", "/servicePrincipals/"+p.principal+"/appRoleAssignedTo", map[string]any{
			"principalId": a.Object, "resourceId": p.principal, "appRoleId": p.role,
		})
	}
}

// unassign takes the assignments of an account away.
func (p *portal) unassign(ctx context.Context, a *Account) {
	of := "/" + strings.ToLower(a.Kind) + "/" + a.Object + "/appRoleAssignments"
	for _, one := range p.graph(ctx, "GET", of, nil).list("value") {
		p.graph(ctx, "DELETE", of+"/"+one.text("id"), nil)
	}
}

// cycle starts the job, lets the time to its next cycle pass and runs it. The check fails when the job is in quarantine.
func (p *portal) cycle(ctx context.Context) {
	if !p.started {
		p.graph(ctx, "POST", p.job()+"/start", nil)
		p.started = true
	}
	r := p.rig
	before := len(r.session.Exchanges())
	if err := p.service.Step(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, mockscim.ErrNothingScheduled) {
		r.LostContact()
	}
	p.passed(ctx, withoutRefusals(r.session.Exchanges()[before:]))
}

// passed judges what every run of the service must come through.
func (p *portal) passed(ctx context.Context, sent Traffic) {
	r := p.rig
	r.spoilt(sent...)
	if what := r.guard.lastRefused(); what != "" {
		r.Must("[Initialization Phase] the target leads the service to the account it asked for", what,
			worded[string]{Want: "the account that was asked for", OK: func(string) bool { return false }, Got: func(what string) string {
				return "another one (" + what + " was held back)"
			}}, sent[max(0, len(sent)-1):]...)
	}
	status := p.graph(ctx, "GET", p.job(), nil)
	var last Traffic
	if len(sent) > 0 {
		last = sent[len(sent)-1:]
	}
	r.Must("the job is healthy: it is not in quarantine", status, worded[graphObject]{
		Want: "no quarantine",
		OK:   func(o graphObject) bool { return o.at("status.quarantine") == nil },
		Got: func(o graphObject) string {
			return o.text("status.quarantine.reason") + " " + clip(o.text("status.quarantine.error.message"), 300)
		},
	}, last...)
}

// entries are those of the provisioning log about an object, the newest first.
func (p *portal) entries(ctx context.Context, a *Account) []graphObject {
	filter := fmt.Sprintf("jobId eq '%s' and servicePrincipal/id eq '%s' and sourceIdentity/id eq '%s'", p.jobID, p.principal, a.Object)
	return p.graph(ctx, "GET", "/auditLogs/provisioning?$filter="+url.PathEscape(filter), nil).list("value")
}

// logged is what the provisioning log tells of an object since it was last asked; the check fails unless that is one of the actions, with success.
func (p *portal) logged(ctx context.Context, phase string, a *Account, actions ...string) graphObject {
	r := p.rig
	var fresh []graphObject
	for _, e := range p.entries(ctx, a) {
		if id := e.text("id"); !p.seen[id] {
			p.seen[id], fresh = true, append(fresh, e)
		}
	}
	of := func(e graphObject) bool {
		return slices.ContainsFunc(actions, func(action string) bool { return strings.EqualFold(e.text("provisioningAction"), action) })
	}
	good := func(e graphObject) bool {
		return of(e) && strings.EqualFold(e.text("provisioningStatusInfo.status"), "success")
	}
	said := strings.Join(actions, " or ")
	r.Must(fmt.Sprintf("[%s Phase] the provisioning log tells of %s with success", phase, said), fresh, worded[[]graphObject]{
		Want: "an entry " + said + " with status success",
		OK:   func(all []graphObject) bool { return slices.ContainsFunc(all, good) },
		Got:  entriesInWords,
	}, r.lastAbout(a))
	entry := fresh[slices.IndexFunc(fresh, good)]
	if id := entry.text("targetIdentity.id"); a.ID == "" && id != "" {
		a.ID = id
	}
	return entry
}

func entriesInWords(all []graphObject) string {
	if len(all) == 0 {
		return "no entry about it"
	}
	var words []string
	for _, e := range all {
		line := e.text("provisioningAction") + " with status " + e.text("provisioningStatusInfo.status")
		if reason := e.text("provisioningStatusInfo.errorInformation.reason"); reason != "" {
			line += " (" + e.text("provisioningStatusInfo.errorInformation.errorCode") + ": " + clip(strings.Join(strings.Fields(reason), " "), 400) + ")"
		}
		words = append(words, line)
	}
	return strings.Join(words[:min(len(words), 3)], ", ")
}

// on demand provisions one object at once; the check fails unless the answer says success.
func (p *portal) onDemand(ctx context.Context, a *Account, members ...*Account) {
	r := p.rig
	kind := map[string]string{users: "User", groups: "Group"}[a.Kind]
	subject := map[string]any{"objectId": a.Object, "objectTypeName": kind}
	if len(members) > 0 {
		var links []map[string]string
		for _, m := range members {
			links = append(links, map[string]string{"objectId": m.Object, "objectTypeName": "User"})
		}
		subject["links"] = map[string]any{"members": links}
	}
	before := len(r.session.Exchanges())
	pair := p.graph(ctx, "POST", p.job()+"/provisionOnDemand", map[string]any{
		"parameters": []map[string]any{{"ruleId": p.rules[kind], "subjects": []any{subject}}},
	})
	p.passed(ctx, withoutRefusals(r.session.Exchanges()[before:]))
	r.Must("[Provision On Demand Phase] provisionOnDemand answers with the result Success", read([]byte(pair.text("key"))), worded[graphObject]{
		Want: "Success",
		OK:   func(o graphObject) bool { return o.text("result") == "Success" },
		Got: func(o graphObject) string {
			return strings.TrimSpace(o.text("result") + " " + o.text("details.errorCode") + " " + clip(o.text("details.errorMessage"), 300))
		},
	}, r.lastAbout(a))
}

// change changes properties of an object.
func (p *portal) change(ctx context.Context, a *Account, properties map[string]any) {
	p.graph(ctx, "PATCH", "/"+strings.ToLower(a.Kind)+"/"+a.Object, properties)
	if name, ok := properties["displayName"].(string); ok {
		a.Display = name
		if a.Kind == groups {
			a.Name = name
		}
	}
}

// refer is the body of a reference to a directory object.
func refer(a *Account) map[string]any {
	return map[string]any{"@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/" + a.Object}
}

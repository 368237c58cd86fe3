package mockgraph

import (
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// audited serves a call and, when it is a write the audit log knows, writes down who did what to whom. Refusals of the directory are
// written down as failures; calls that never reached an object are not.
// Source: learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities.
func (t *Tenant) audited(c *call, serve handler) error {
	if c.r.Method == http.MethodGet {
		return serve(c)
	}
	defer t.notifier.nudge()
	act, known := activities[c.r.Method+" "+unnamed(c.template)]
	if !known {
		return serve(c)
	}
	a := &auditing{call: c, before: t.dir.Snapshot()}
	a.subject = a.find(a.before)
	err := serve(c)
	var refused *directory.Error
	if err != nil && (!errors.As(err, &refused) || refused.Code == directory.CodeNotFound) {
		return err
	}
	a.after = t.dir.Snapshot()
	for _, entry := range a.entries(act, refused) {
		t.dir.Audit(entry)
	}
	return err
}

// unnamed is a template without the names of its variables.
func unnamed(template string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString("{}")
		_, template, _ = strings.Cut(rest, "}")
	}
}

// auditing is what is known of a call that is written down.
type auditing struct {
	call          *call
	before, after *directory.Snapshot
	subject       *directory.Object // the object of the path as it was, nil for none
	named         *directory.Object // what the activity is named after, when that is not the subject
}

// pathTypes are the types of the objects paths begin with; others may be of any type. It is never written.
var pathTypes = map[string]directory.Type{
	"users": directory.User, "groups": directory.Group, "applications": directory.Application, "servicePrincipals": directory.ServicePrincipal,
	"directoryRoles": directory.DirectoryRole, "domains": directory.Domain, "organization": directory.Organization,
}

// find returns the object of the path, also from the recycle bin.
func (a *auditing) find(s *directory.Snapshot) *directory.Object {
	c := a.call
	key := c.vars["id"]
	if key == "" {
		if c.address.segments[0] == "organization" {
			key = c.t.ID()
		} else {
			return nil
		}
	}
	if o, found := c.t.resolve(s, pathTypes[c.address.segments[0]], key); found {
		return o
	}
	if o, found := s.Deleted(strings.ToLower(key)); found {
		return o
	}
	return nil
}

// made returns the object the call answered with.
func (a *auditing) made() *directory.Object {
	o, _ := a.after.Object(strings.ToLower(a.answeredID()))
	return o
}

// answeredID is the id in the answer.
func (a *auditing) answeredID() string {
	var body struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(a.call.reply.body, &body) != nil {
		return ""
	}
	return body.ID
}

// entries are the log entries of one call.
func (a *auditing) entries(act activity, refused *directory.Error) []directory.DirectoryAudit {
	e := directory.DirectoryAudit{
		ActivityDisplayName: act.name, Category: act.category, OperationType: act.operation, LoggedByService: "Core Directory", Result: "success",
		CorrelationID: a.call.clientRequestID, InitiatedBy: a.initiator(), ActivityDateTime: a.call.now.UTC(),
	}
	if refused != nil {
		e.Result, e.ResultReason = "failure", refused.Message
		if a.subject != nil {
			e.TargetResources = []directory.TargetResource{resourceOf(a.subject)}
		}
	} else {
		e.TargetResources = act.targets(a)
	}
	kind := a.kind()
	if act.names != nil {
		e.ActivityDisplayName = act.names[kind]
	}
	if e.ActivityDisplayName == "" {
		return nil
	}
	if e.Category == "" {
		e.Category = categories[kind]
	}
	all := []directory.DirectoryAudit{e}
	if refused == nil && act.name == "Update user" {
		all = append(all, a.besides(e)...)
	}
	return all
}

// kind is the type the activity is named after.
func (a *auditing) kind() directory.Type {
	switch {
	case a.named != nil:
		return a.named.Type()
	case a.subject != nil:
		return a.subject.Type()
	}
	return pathTypes[a.call.address.segments[0]]
}

// besides are the further entries of an update of a user.
func (a *auditing) besides(e directory.DirectoryAudit) []directory.DirectoryAudit {
	var all []directory.DirectoryAudit
	add := func(name string) {
		next := e
		next.ActivityDisplayName = name
		next.TargetResources = []directory.TargetResource{resourceOf(a.subject)}
		all = append(all, next)
	}
	if a.subject == nil {
		return nil
	}
	if after, ok := a.after.Object(a.subject.ID()); ok && after.Bool("accountEnabled") != a.subject.Bool("accountEnabled") {
		add(map[bool]string{true: "Enable account", false: "Disable account"}[after.Bool("accountEnabled")])
	}
	if profile, given := a.call.sent["passwordProfile"].(directory.PasswordProfile); given && profile.Password != "" {
		add("Reset user password")
	}
	return all
}

// initiator is who calls: an application, or a user through one.
func (a *auditing) initiator() directory.AuditInitiator {
	claims := a.call.claims
	if claims == nil {
		return directory.AuditInitiator{}
	}
	if !claims.AppOnly {
		user := &directory.UserIdentity{ID: claims.ObjectID, UserPrincipalName: claims.UPN, IPAddress: addressOf(a.call.r)}
		return directory.AuditInitiator{User: user}
	}
	app := &directory.AppIdentity{AppID: claims.ClientID}
	if principal, found := a.before.Lookup(directory.ServicePrincipal, "appId", claims.ClientID); found {
		app.DisplayName, app.ServicePrincipalID = principal.String("displayName"), principal.ID()
	}
	return directory.AuditInitiator{App: app}
}

func addressOf(r *http.Request) string {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
		return host
	}
	return r.RemoteAddr
}

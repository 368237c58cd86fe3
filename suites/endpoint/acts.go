package endpoint

import (
	"context"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Account is a user or a group, in the tenant, on the target, or on both.
type Account struct {
	Kind    string // users or groups
	Object  string // id in the tenant, "" when it is not there
	ID      string // SCIM id, "" while it is not known
	Name    string // userName or displayName, which is how Entra finds it
	Display string
	Nick    string // externalId
	Mail    string // work address of a user, "" when she has none
}

// path is that of the account below the tenant URL, as Entra writes it: an id can be any text, such as a mail address (RFC 7643 §3.1), and stays one
// segment (RFC 3986 §3.3).
func (a *Account) path() string {
	return "/" + a.Kind + "/" + strings.ReplaceAll(url.QueryEscape(a.ID), "+", "%20")
}

// key is by which attribute and value Entra finds an account.
func (r *Rig) key(a *Account) (path, value string) {
	switch {
	case a.Kind == groups:
		return "displayName", a.Name
	case r.target.shape.match == "externalId":
		return "externalId", a.Nick
	case r.target.shape.match == workMail && a.Mail != "":
		return workMail, a.Mail
	default:
		return "userName", a.Name
	}
}

// Nobody asks for a user who cannot exist, as Entra does first.
func (r *Rig) Nobody() wire.Request { return r.Compose.MatchUser(r.target.shape.match, r.names.uuid()) }

// MatchedBy skips the check when people are found by another attribute than the one whose filter it judges.
func (r *Rig) MatchedBy(path string) {
	if match := r.target.shape.match; match != path {
		r.Skip("people are matched by " + match)
	}
}

// licences are the roles of the application that a check gives people: the last ones have names that are easily spoilt.
var licences = [...]string{"Author", "Editor", "Auditor", "PowerBI.Pro+(Plan_2)", "E5_Suite"}

// NewUser makes a user in the tenant with a name nobody else has, and nothing else a person need not have but a first and a
// last name, a mail address and a nickname. Properties are Graph's; nil takes one away.
func (r *Rig) NewUser(more directory.Properties) *Account {
	p := r.names.person()
	properties := directory.Properties{
		"userPrincipalName": p.upn, "displayName": p.display(), "givenName": p.given, "surname": p.family,
		"mail": p.upn, "mailNickname": p.nick, "accountEnabled": true,
	}
	maps.Copy(properties, more)
	maps.DeleteFunc(properties, func(_ string, v any) bool { return v == nil })
	o := must(r.Tenant().Create(directory.User, properties))
	return &Account{Kind: users, Object: o.ID(), Name: o.String("userPrincipalName"), Display: o.String("displayName"), Nick: o.String("mailNickname"), Mail: o.String("mail")}
}

// NewGroup makes a security group in the tenant. Its name begins with the run's prefix.
func (r *Rig) NewGroup(words string, members ...*Account) *Account {
	r.WithGroups()
	name := r.names.group(words)
	o := must(r.Tenant().Create(directory.Group, directory.Properties{
		"displayName": name, "mailNickname": r.names.uuid(), "mailEnabled": false, "securityEnabled": true,
	}))
	g := &Account{Kind: groups, Object: o.ID(), Name: name, Display: name}
	r.Join(g, members...)
	return g
}

// Join makes users members of a group.
func (r *Rig) Join(group *Account, members ...*Account) {
	for _, m := range members {
		check(r.Tenant().AddMember(group.Object, m.Object))
	}
}

// Leave ends a membership.
func (r *Rig) Leave(group, member *Account) {
	check(r.Tenant().RemoveMember(group.Object, member.Object))
}

// Change changes properties in the tenant.
func (r *Rig) Change(a *Account, p directory.Properties) {
	o := must(r.Tenant().Update(a.Object, p))
	if a.Kind == users {
		a.Name = o.String("userPrincipalName")
	} else {
		a.Name = o.String("displayName")
	}
	a.Display, a.Nick, a.Mail = o.String("displayName"), o.String("mailNickname"), o.String("mail")
}

// BlockSignIn is what an administrator does with an account first.
func (r *Rig) BlockSignIn(a *Account) { r.Change(a, directory.Properties{"accountEnabled": false}) }

// AllowSignIn takes it back.
func (r *Rig) AllowSignIn(a *Account) { r.Change(a, directory.Properties{"accountEnabled": true}) }

// Assign assigns users and groups to the application.
func (r *Rig) Assign(accounts ...*Account) {
	for _, a := range accounts {
		must(r.Tenant().Assign(a.Object, r.app, directory.DefaultAccessRole))
	}
}

// Unassign takes every assignment to the application away.
func (r *Rig) Unassign(a *Account) {
	for one := range r.Tenant().Snapshot().Assignments(a.Object) {
		check(r.Tenant().Unassign(one.ID))
	}
}

// Grant gives a user a licence.
func (r *Rig) Grant(a *Account, licence string) {
	must(r.Tenant().Assign(a.Object, r.app, r.role(licence)))
}

// Revoke takes a licence away.
func (r *Rig) Revoke(a *Account, licence string) {
	role := r.role(licence)
	for one := range r.Tenant().Snapshot().Assignments(a.Object) {
		if one.AppRoleID == role {
			check(r.Tenant().Unassign(one.ID))
		}
	}
}

func (r *Rig) role(licence string) string {
	app, _ := r.Tenant().Snapshot().Object(r.app)
	roles, _ := app.Property("appRoles").([]directory.AppRole)
	for _, role := range roles {
		if role.Value == licence {
			return role.ID
		}
	}
	panic("set the scene: no licence " + licence)
}

// Purge deletes a user for ever: from the directory, then from the recycle bin.
func (r *Rig) Purge(a *Account) { check(r.Tenant().Purge(a.Object)) }

// Cycle lets the time to the next cycle pass, runs one, and returns what was sent. It blocks the check when the target
// cannot be provisioned at all.
func (r *Rig) Cycle(ctx context.Context) Traffic {
	r.selective()
	report, sent := r.TryCycle(ctx, r.provisioning())
	r.spoilt(sent...) // whichever request it was, what is missing afterwards is missing for that
	if report.Error != nil {
		r.quarantined(ctx, sent, report.Error)
	}
	if what := r.guard.lastRefused(); what != "" {
		r.Block(r.finder(), "the target led the provisioning service to an account it had not asked for ("+what+" was held back)")
	}
	return sent
}

// TryCycle is Cycle of any job, and leaves it to the check to judge.
func (r *Rig) TryCycle(ctx context.Context, job *provisioning.Job) (provisioning.Report, Traffic) {
	r.clock.Advance(provisioning.DefaultInterval)
	before := len(r.session.Exchanges())
	report, err := job.Cycle(ctx)
	if err != nil && report.Error == nil {
		report.Error = err
	}
	return report, withoutRefusals(r.session.Exchanges()[before:])
}

// selective blocks the check when the target ignores filters: the service would join people to accounts that are not theirs.
func (r *Rig) selective() {
	for kind, by := range map[string]string{users: "endpoint.connect.probe", groups: "endpoint.connect.probe-groups"} {
		if f, asked := r.target.first[kind]; asked && f.Total > 0 && (kind == users || r.groups) {
			r.Block(by, "a filter that matches nothing found something: the service would change accounts that are not its own", f.Shown)
		}
	}
}

// finder is the check that owns a filter which finds what it should not.
func (r *Rig) finder() string {
	if r.groups {
		return "endpoint.group.filter"
	}
	return "endpoint.create.filter-exact"
}

// quarantined blocks the check: the service has given up before it did anything.
func (r *Rig) quarantined(ctx context.Context, sent Traffic, cause error) {
	by := "endpoint.connect.probe"
	if len(sent) > 0 {
		last := answerOf(sent[len(sent)-1])
		r.lockedOut(ctx, last)
		switch {
		case last.Status == http.StatusNotAcceptable:
			by = "endpoint.connect.accept-absent"
		case last.Status == http.StatusOK && !listShape(last):
			by = "endpoint.connect.list-response"
		case lastParts(pathOf(last.Shown.Request.URL)) == "/"+groups:
			by = "endpoint.connect.probe-groups"
		}
	} else {
		r.LostContact()
	}
	r.Block(by, "the provisioning job is in quarantine: "+clip(cause.Error(), 200))
}

// Restart makes the job forget its links, so that it looks for everybody again.
func (r *Rig) Restart() { r.provisioning().Restart(synchronization.ResetFull) }

// Post makes a user on the target by a request of its own, with a name nobody else has. Attributes replace those of the same
// path. It returns the account, with an id if the answer names one, and the answer.
func (r *Rig) Post(ctx context.Context, more ...wire.Attribute) (*Account, Answer) {
	a, request := r.draft(more...)
	answer := r.Send(ctx, request)
	if made, err := answer.JSON(); err == nil && answer.OK() {
		a.ID = made.ID()
	}
	return a, answer
}

// draft is the request of [Rig.Post], to be sent later.
func (r *Rig) draft(more ...wire.Attribute) (*Account, wire.Request) {
	p := r.names.person()
	attributes := []wire.Attribute{
		{Path: "userName", Value: p.upn}, {Path: "active", Value: true}, {Path: "displayName", Value: p.display()},
		{Path: "name.givenName", Value: p.given}, {Path: "name.familyName", Value: p.family}, {Path: "externalId", Value: p.nick},
	}
	if r.target.shape.match == workMail {
		attributes = append(attributes, wire.Attribute{Path: workMail, Value: p.upn})
	}
	attributes = slices.DeleteFunc(attributes, func(a wire.Attribute) bool {
		_, lacking := r.target.shape.lacking(a.Path)
		return lacking
	})
next:
	for _, m := range more {
		for i := range attributes {
			if attributes[i].Path == m.Path {
				attributes[i] = m
				continue next
			}
		}
		attributes = append(attributes, m)
	}
	a := &Account{Kind: users, Name: p.upn, Display: p.display(), Nick: p.nick}
	for _, one := range attributes {
		if text, ok := one.Value.(string); ok {
			switch one.Path {
			case "userName":
				a.Name = text
			case "displayName":
				a.Display = text
			case "externalId":
				a.Nick = text
			case workMail:
				a.Mail = text
			}
		}
	}
	return a, r.Compose.CreateUser(attributes)
}

// PostGroup makes a group on the target by a request of its own.
func (r *Rig) PostGroup(ctx context.Context, words string) (*Account, Answer) {
	r.WithGroups()
	a := &Account{Kind: groups, Name: r.names.group(words)}
	a.Display, a.Nick = a.Name, r.names.uuid()
	answer := r.Send(ctx, r.Compose.CreateGroup([]wire.Attribute{{Path: "externalId", Value: a.Nick}, {Path: "displayName", Value: a.Name}}))
	if made, err := answer.JSON(); err == nil && answer.OK() {
		a.ID = made.ID()
	}
	return a, answer
}

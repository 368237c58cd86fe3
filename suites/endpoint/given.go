package endpoint

import (
	"context"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// Hire makes a user in the tenant, assigns her and provisions her. She is given: without her the check is blocked.
func (r *Rig) Hire(ctx context.Context, more directory.Properties) *Account {
	a := r.NewUser(more)
	r.Assign(a)
	r.Provisioned(ctx, r.Cycle(ctx), a)
	return a
}

// HireAll hires n users in one cycle.
func (r *Rig) HireAll(ctx context.Context, n int) []*Account {
	all := make([]*Account, n)
	for i := range all {
		all[i] = r.NewUser(nil)
	}
	r.Assign(all...)
	r.Provisioned(ctx, r.Cycle(ctx), all...)
	return all
}

// Team makes a group with n members in the tenant and provisions it and them; each member is assigned for herself too, so that
// leaving the group does not disable anybody.
func (r *Rig) Team(ctx context.Context, n int) (team *Account, members []*Account) {
	r.WithGroups()
	members = make([]*Account, n)
	for i := range members {
		members[i] = r.NewUser(nil)
	}
	team = r.NewGroup("Team Red", members...)
	everybody := append(slices.Clone(members), team)
	r.Assign(everybody...)
	r.Provisioned(ctx, r.Cycle(ctx), everybody...)
	return team, members
}

// Provisioned blocks the check unless the service holds the SCIM id of each account.
func (r *Rig) Provisioned(ctx context.Context, sent Traffic, accounts ...*Account) {
	for _, a := range accounts {
		id, ok := r.provisioning().Anchor(a.Object)
		if ok {
			a.ID = id
			continue
		}
		post := answerOf(sent.Last(http.MethodPost, "/"+a.Kind))
		r.Block(r.creator(ctx, a.Kind, post), a.Display+" is not on the target: "+r.whyNot(a, post))
	}
}

// creator is the check that owns a POST that made nothing.
func (r *Rig) creator(ctx context.Context, kind string, post Answer) string {
	r.lockedOut(ctx, post)
	switch {
	case post.Status == http.StatusUnsupportedMediaType:
		return "endpoint.create.content-type"
	case kind == groups:
		return "endpoint.group.create"
	default:
		return "endpoint.create.user"
	}
}

// whyNot says what the target or the provisioning log has to say about an account.
func (r *Rig) whyNot(a *Account, post Answer) string {
	if post.Status != 0 {
		return "POST /" + a.Kind + " was answered " + post.String()
	}
	log := r.provisioning().Log()
	for _, entry := range slices.Backward(log) {
		if entry.SourceIdentity.ID == a.Object && entry.ProvisioningStatusInfo.Status == synchronization.StatusFailure && entry.ProvisioningStatusInfo.ErrorInformation != nil {
			return entry.ProvisioningStatusInfo.ErrorInformation.ErrorCode + ": " + clip(entry.ProvisioningStatusInfo.ErrorInformation.Reason, 300)
		}
	}
	return "the service sent nothing for it"
}

// Made is [Rig.Post] as a given: it blocks the check when there is no user.
func (r *Rig) Made(ctx context.Context, more ...wire.Attribute) *Account {
	a, post := r.Post(ctx, more...)
	if a.ID == "" {
		r.Block(r.creator(ctx, users, post), "the user is not on the target: POST /Users was answered "+post.String())
	}
	return a
}

// MadeGroup is [Rig.PostGroup] as a given, with members.
func (r *Rig) MadeGroup(ctx context.Context, words string, members ...*Account) *Account {
	g, post := r.PostGroup(ctx, words)
	if g.ID == "" {
		r.Block(r.creator(ctx, groups, post), "the group is not on the target: POST /Groups was answered "+post.String())
	}
	for _, m := range members {
		for _, request := range r.Compose.AddMembers(g.ID, []string{m.ID}) {
			r.Send(ctx, request)
		}
	}
	return g
}

// Get asks for an account by id.
func (r *Rig) Get(ctx context.Context, a *Account) Answer {
	return r.Send(ctx, wire.Request{Method: http.MethodGet, Target: a.path()})
}

// Read is Get as a given. It blocks the check when the target does not show the account.
func (r *Rig) Read(ctx context.Context, a *Account) View {
	by := "endpoint.create.user"
	if a.Kind == groups {
		by = "endpoint.group.create"
	}
	return r.ReadBy(ctx, by, a)
}

// ReadBy is Read with the check that owns a failure.
func (r *Rig) ReadBy(ctx context.Context, by string, a *Account) View {
	answer := r.Get(ctx, a)
	resource, err := answer.JSON()
	if !answer.OK() || err != nil || len(resource) == 0 {
		r.lockedOut(ctx, answer)
		r.Block(by, "GET "+a.path()+" was answered "+answer.String())
	}
	return View{resource, answer.Shown}
}

// Find asks for an account by its name as Entra does.
func (r *Rig) Find(ctx context.Context, a *Account) Found {
	path, value := r.key(a)
	return r.FindBy(ctx, a.Kind, path, value)
}

// FindBy asks for accounts by any attribute.
func (r *Rig) FindBy(ctx context.Context, kind, path, value string) Found {
	request := r.Compose.MatchUser(path, value)
	if kind == groups {
		request = r.Compose.MatchGroup(path, value)
	}
	return foundIn(r.Send(ctx, request))
}

// Listed blocks the check when the target does not find by its exact name what it has just made.
func (r *Rig) Listed(ctx context.Context, a *Account) Found {
	f := r.FindSoon(ctx, a, findsSome())
	if f.Total < 1 {
		by := "endpoint.create.visible-at-once"
		if a.Kind == groups {
			by = "endpoint.group.visible-at-once"
		}
		r.Block(by, "a filter for "+a.Name+" was answered with "+f.String())
	}
	return f
}

// Joinable is Listed, and blocks the check when the target finds the account without saying its id.
func (r *Rig) Joinable(ctx context.Context, a *Account) {
	if f := r.Listed(ctx, a); len(f.Resources) > 0 && f.Resources[0].ID() == "" {
		r.Block("endpoint.create.match-existing", "a filter for "+a.Name+" was answered without an id: "+f.Answer.String())
	}
}

// Written is the change the service sent to an account. The check is blocked when it sent none, and failed when the target
// refused it.
func (r *Rig) Written(ctx context.Context, sent Traffic, a *Account) *exchange.Exchange {
	e := r.Sent(ctx, sent, a)
	r.Must(change(e)+", as Entra sends it, is accepted", answerOf(e), accepted(), e)
	return e
}

// Sent is Written without a judgement on the answer.
func (r *Rig) Sent(ctx context.Context, sent Traffic, a *Account) *exchange.Exchange {
	e := sent.Last(http.MethodPatch, a.path())
	if e == nil {
		e = sent.Last(http.MethodDelete, a.path())
	}
	if e == nil {
		by := "endpoint.create.user"
		if a.Kind == groups {
			by = "endpoint.group.create"
		}
		r.Block(by, "the service had nothing to send for "+a.Name+": "+r.whyNot(a, Answer{}))
	}
	r.lockedOut(ctx, answerOf(e))
	return e
}

// Disabled blocks an account's sign-in, runs a cycle and is given that the target shows it as disabled.
func (r *Rig) Disabled(ctx context.Context, a *Account) View {
	before := r.Read(ctx, a)
	r.BlockSignIn(a)
	r.Cycle(ctx)
	after := r.ReadBy(ctx, "endpoint.disable.readable", a)
	if !inactive(after.Resource, active(before.Resource)) {
		r.Block("endpoint.disable.string-false", a.Name+" is still active on the target: "+after.words("active"))
	}
	return after
}

// Members is given that the target lists exactly these members.
func (r *Rig) Members(ctx context.Context, by string, group *Account, members ...*Account) View {
	v := r.Read(ctx, group)
	if !lists(members...).OK(v) {
		r.Block(by, "the group does not list the members it was given: "+v.words("members"))
	}
	return v
}

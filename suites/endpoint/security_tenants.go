package endpoint

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// tenantChecks are about tokens that are good somewhere or were good once. The run has to be given them.
func tenantChecks() []Check {
	return []Check{
		{
			Spec: caused(guarded(defenceSpec("expired-token", result.Required, "An expired token is refused, and changes nothing",
				"Tokens that never end are good for whoever has left the company, or has read an old log. And Entra puts the job into quarantine, for the administrator to renew the token, only when it is told 401.",
				"Look at the end of each token's life with every request, and answer 401 after it.", rfc6750, learnQuarantine, rfc7644("7.4")), wrongToken),
				"endpoint.quarantine.no-write"),
			Run: func(ctx context.Context, r *Rig) {
				if r.target.config.ExpiredToken == "" {
					r.Skip("the run was given no expired token (--expired-token-file)")
				}
				expired := r.As(r.target.config.ExpiredToken, nil)
				ada := r.Made(ctx)
				before := r.Read(ctx, ada)
				get := r.SendAs(ctx, expired, r.Nobody())
				r.That("GET /Users with an expired token is answered 401", get, worded[Answer]{Want: "401", OK: Answer.barred, Got: Answer.String}, get.Shown)
				patch := r.SendAs(ctx, expired, PatchOf(ada, Op{r.spoken("Replace", "replace"), "displayName", "Mallory"}))
				r.That("PATCH of a user with an expired token is answered 401", patch, worded[Answer]{Want: "401", OK: Answer.barred, Got: Answer.String}, patch.Shown)
				after := r.ReadBy(ctx, "endpoint.quarantine.recovery", ada)
				r.That("PATCH with an expired token changes nothing", after, keeps(before), patch.Shown, after.Shown)
			},
		},
		{
			Spec: caused(guarded(defenceSpec("other-tenant", result.Required, "Tenants do not see each other's users, and cannot change them",
				"Two customers of yours have two tokens. An id is no secret: whoever looks people up by id without asking whose they are hands one customer's people to the other.",
				"Put the tenant, which follows from the token, into every query: of lists, of filters and of ids, also in PATCH, PUT and DELETE.", rfc7644("6"), rfc7644("7.6"), learnSCIM), wrongToken),
				"endpoint.quarantine.no-write"),
			Run: func(ctx context.Context, r *Rig) {
				if r.target.config.OtherToken == "" {
					r.Skip("the run was given no token of another tenant (--other-token-file)")
				}
				other := r.As(r.target.config.OtherToken, nil)
				ada := r.Made(ctx)
				before := r.Read(ctx, ada)
				if own := r.SendAs(ctx, other, r.Nobody()); !own.OK() { // a token that opens nothing proves nothing
					r.lockedOut(ctx, r.Send(ctx, r.Nobody()))
					r.Skip("the token of another tenant (--other-token-file) is not taken: the filter that matches nobody was answered " + own.String())
				}
				r.blindTo(ctx, other, ada, "another tenant's token")
				document := r.documentOf(ada, object{"displayName": "Mallory"})
				for _, request := range []wire.Request{
					PatchOf(ada, Op{r.spoken("Replace", "replace"), "displayName", "Mallory"}), handWritten(http.MethodPut, ada.path(), document), r.Compose.DeleteUser(ada.ID),
				} {
					a := r.SendAs(ctx, other, request)
					r.target.inventory.learn(r.owner(), users, ada.ID, ada.Name) // a 404 with that token does not mean that she is gone
					get := r.Get(ctx, ada)
					r.lockedOut(ctx, get)
					r.Must("a user whom another tenant's token tried to change or to remove is still there", get, answered(http.StatusOK), a.Shown, get.Shown)
					body, _ := get.JSON()
					r.That("a user whom another tenant's token tried to change is as before", View{body, get.Shown}, keeps(before), a.Shown, get.Shown)
				}
				if theirs := r.elsewhere(ctx, other); theirs != nil {
					r.blindTo(ctx, r.client, theirs, "this tenant's token")
				}
			},
		},
	}
}

// blindTo judges that a caller sees nothing of an account of another tenant.
func (r *Rig) blindTo(ctx context.Context, client *wire.Client, a *Account, with string) {
	get := r.SendAs(ctx, client, getRequest(a.path()))
	r.That("GET of another tenant's user by id with "+with+" is answered 404 or 401", get, worded[Answer]{
		Want: "404 or 401", OK: func(got Answer) bool { return !got.OK() }, Got: Answer.String,
	}, get.Shown)
	f := foundIn(r.SendAs(ctx, client, r.Compose.MatchUser("userName", a.Name)))
	r.That("a filter for another tenant's user with "+with+" finds nobody", f, gomega.Not(findsAmong(a.Name)), f.Shown)
	// The newest come last as a rule: of a long list the last page is looked at.
	const few = 100
	page := foundIn(r.SendAs(ctx, client, getRequest(fmt.Sprintf("/Users?startIndex=1&count=%d", few))))
	if page.Total > len(page.Resources) && len(page.Resources) > 0 {
		page = foundIn(r.SendAs(ctx, client, getRequest(fmt.Sprintf("/Users?startIndex=%d&count=%d", page.Total-len(page.Resources)+1, few))))
	}
	r.That("a list of users with "+with+" shows nobody of the other tenant", page, gomega.Not(findsAmong(a.Name)), page.Shown)
}

// elsewhere makes a user in the other tenant, nil when that is refused, and removes her there when the check ends.
func (r *Rig) elsewhere(ctx context.Context, other *wire.Client) *Account {
	p := r.names.person()
	post := r.SendAs(ctx, other, r.Compose.CreateUser([]wire.Attribute{
		attribute("userName", p.upn), attribute("active", true), attribute("displayName", p.display()), attribute("externalId", p.nick),
	}))
	made, err := post.JSON()
	if !post.OK() || err != nil || made.ID() == "" {
		return nil
	}
	a := &Account{Kind: users, Name: p.upn, ID: made.ID()}
	r.Cleanup(func(ctx context.Context) error {
		if gone := r.SendAs(ctx, other, r.Compose.DeleteUser(a.ID)); !gone.OK() && gone.Status != http.StatusNotFound {
			return &suites.LeftoverError{
				URL: r.target.address.base + a.path(), Err: errors.New("DELETE with the other tenant's token was answered " + gone.String()),
				Remove: "DELETE it with the token of --other-token-file",
			}
		}
		return nil
	})
	return a
}

package endpoint

import (
	"bytes"
	"context"
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

const everyDoor = "Put the check of the token in front of all routes and methods, not into single handlers: a new route is then closed until somebody opens it."

// doorChecks try every resource type and verb without a token.
func doorChecks() []Check {
	return []Check{
		{
			Spec: guarded(defenceSpec("read-without-token", result.Required, "Nothing can be read without a token",
				"One route that was forgotten shows everybody on the internet who works at the customer's.", everyDoor, rfc7644("2"), rfc7644("7.1"), rfc6750), missingToken),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				ada, team := r.doorkeepers(ctx)
				for _, request := range r.reads(ada, team) {
					a := r.SendAs(ctx, r.As("", nil), request)
					r.That("a read without a token is refused", a, worded[Answer]{
						Want: "401 for " + request.Method + " " + request.Target,
						OK:   func(a Answer) bool { return !a.OK() || !looksLikeSCIM(a.Body) && !reveals(a, ada, team) },
						Got:  func(a Answer) string { return request.Method + " " + request.Target + " was answered " + a.String() },
					}, a.Shown)
				}
			},
		},
		{
			Spec: caused(guarded(defenceSpec("write-without-token", result.Required, "Nothing can be made, changed or removed without a token",
				"One route that was forgotten lets anybody give herself an account, or take everybody's away.", everyDoor, rfc7644("2"), rfc7644("7.1"), rfc6750), missingToken),
				"endpoint.quarantine.no-write"),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				ada, team := r.doorkeepers(ctx)
				before := r.Read(ctx, ada)
				made, bulk := r.names.person(), r.names.person()
				for _, request := range append(r.writes(ada, team, made), bulkOf(bulk)) {
					a := r.SendAs(ctx, r.As("", nil), request)
					r.That("a write without a token is refused", a, worded[Answer]{
						Want: "401 for " + request.Method + " " + request.Target,
						OK:   func(a Answer) bool { return !a.OK() },
						Got:  func(a Answer) string { return request.Method + " " + request.Target + " was answered " + a.String() },
					}, a.Shown)
				}
				get := r.Get(ctx, ada)
				r.lockedOut(ctx, get)
				r.Must("a user whom somebody without a token tried to remove is still there", get, answered(http.StatusOK), get.Shown)
				body, _ := get.JSON()
				r.That("a user whom somebody without a token tried to change is as before", View{body, get.Shown}, keeps(before), get.Shown)
				for _, p := range []person{made, bulk} {
					f := r.FindBy(ctx, users, "userName", p.upn)
					r.That("a user whom somebody without a token tried to make is not there", f, gomega.Not(findsAmong(p.upn)), f.Shown)
				}
				if team != nil {
					get := r.Get(ctx, team)
					r.lockedOut(ctx, get)
					shown, _ := get.JSON()
					r.That("a group that somebody without a token tried to change and to remove is as before", View{shown, get.Shown}, shows("displayName", team.Name), get.Shown)
				}
			},
		},
		{
			Spec: caused(guarded(defenceSpec("refusal-status", result.Recommended, "Without a token every method is answered 401, not with another error",
				"What is looked at before the token can be asked by anybody: whether an id is there, which attributes are known, where the parser breaks. And a client that is told 400 corrects its request, not its token.",
				"Check the token before you read the path, the query or the body.", rfc6750, rfc7644("2")), missingToken),
				"endpoint.security.read-without-token", "endpoint.security.write-without-token", "endpoint.quarantine.no-write"),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				ada, team := r.doorkeepers(ctx)
				requests := append(r.writes(ada, team, r.names.person()), handWritten(http.MethodPost, "/Users", object{}), getRequest("/Users/"+r.names.uuid()))
				for _, request := range requests {
					a := r.SendAs(ctx, r.As("", nil), request)
					if a.OK() {
						r.Block("endpoint.security.write-without-token", request.Method+" "+request.Target+" was answered "+a.String())
					}
					r.That("a request without a token is answered 401, whatever it asks", a, worded[Answer]{
						Want: "401 for " + request.Method + " " + request.Target,
						OK:   Answer.barred,
						Got:  func(a Answer) string { return request.Method + " " + request.Target + " was answered " + a.String() },
					}, a.Shown)
				}
			},
		},
		{
			Spec: caused(guarded(defenceSpec("challenge-everywhere", result.Recommended, "The 401 to a write says as well that a bearer token is wanted",
				"A client that is told how to authenticate can do so; one that is not has to be told by a person.",
				"Send WWW-Authenticate: Bearer with every 401, from the one place that checks tokens.", rfc6750, rfc7644("2")), missingToken),
				"endpoint.quarantine.challenge"),
			Run: func(ctx context.Context, r *Rig) {
				r.NeedsToken()
				for _, request := range []wire.Request{handWritten(http.MethodPost, "/Users", object{}), getRequest("/Users/" + r.names.uuid())} {
					a := r.SendAs(ctx, r.As("", nil), request)
					if a.Status == http.StatusForbidden {
						r.Skip("a request without a token is not answered 401 but " + a.String())
					}
					if a.Status != http.StatusUnauthorized {
						r.Block("endpoint.security.refusal-status", request.Method+" "+request.Target+" was answered "+a.String())
					}
					r.That("a 401 to a request without a token carries WWW-Authenticate: Bearer", strings.ToLower(a.Header.Get("WWW-Authenticate")), gomega.ContainSubstring("bearer"), a.Shown)
				}
			},
		},
	}
}

// doorkeepers are a user and a group that strangers try to get at; the group is nil when the target has none.
func (r *Rig) doorkeepers(ctx context.Context) (user, group *Account) {
	user = r.Made(ctx)
	if r.hasGroups() {
		group = r.MadeGroup(ctx, "Team Door")
	}
	return user, group
}

// reveals says whether an answer names one of the accounts, in whatever form.
func reveals(a Answer, accounts ...*Account) bool {
	for _, one := range accounts {
		if one != nil && (bytes.Contains(a.Body, []byte(one.Name)) || bytes.Contains(a.Body, []byte(one.ID))) {
			return true
		}
	}
	return false
}

// reads are all ways to read. A target without searches answers them as it likes: what is no list is no reading.
func (r *Rig) reads(ada, team *Account) []wire.Request {
	all := []wire.Request{
		getRequest("/Users?count=1"), getRequest(ada.path()),
		handWritten(http.MethodPost, "/Users/.search", object{"schemas": []string{scim.SearchRequestURN}, "count": 1}),
	}
	if team != nil {
		all = append(all, getRequest("/Groups?count=1"), getRequest(team.path()))
	}
	return all
}

// writes are all ways to write but bulk requests, removals last.
func (r *Rig) writes(ada, team *Account, made person) []wire.Request {
	document := object{"schemas": []string{scim.UserURN}, "userName": ada.Name, "displayName": "Mallory", "active": true}
	all := []wire.Request{
		r.Compose.CreateUser([]wire.Attribute{attribute("userName", made.upn), attribute("active", true), attribute("displayName", made.display())}),
		handWritten(http.MethodPut, ada.path(), document),
		PatchOf(ada, Op{r.spoken("Replace", "replace"), "displayName", "Mallory"}),
		r.Compose.DeleteUser(ada.ID),
	}
	if team != nil {
		all = append(all, r.Compose.CreateGroup([]wire.Attribute{{Path: "displayName", Value: r.names.group(made.nick)}}),
			PatchOf(team, Op{r.spoken("Replace", "replace"), "displayName", team.Name + " of Mallory"}), handWritten(http.MethodDelete, team.path(), nil))
	}
	return all
}

// bulkOf makes a user by a bulk request.
func bulkOf(p person) wire.Request {
	return handWritten(http.MethodPost, "/Bulk", object{"schemas": []string{scim.BulkRequestURN}, "Operations": []object{{
		"method": http.MethodPost, "path": "/Users", "bulkId": "a",
		"data": object{"schemas": []string{scim.UserURN}, "userName": p.upn, "displayName": p.display(), "active": true},
	}}})
}

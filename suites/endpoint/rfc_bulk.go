package endpoint

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strings"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// bulkChecks are about bulk requests, which are optional: RFC 7644 §3.7. They are judged when ServiceProviderConfig advertises them.
func bulkChecks() []Check {
	const why = "ServiceProviderConfig says that many changes can be sent in one request. A client that does so has to learn from the answer what became of each."
	bulk := func(topic, title, fix, section string, run func(ctx context.Context, r *Rig), needed ...string) Check {
		spec := standardSpec(topic, result.Recommended, title, why, fix, rfc7644(section))
		spec.Needs = needed
		return Check{Spec: spec, Run: func(ctx context.Context, r *Rig) {
			r.NeedsFeature("bulk")
			run(ctx, r)
		}}
	}
	const first, unfailing = "endpoint.rfc.bulk", "endpoint.rfc.bulk-error-response"
	return []Check{
		bulk("bulk", "A bulk request makes the users it names", "Apply the operations of POST /Bulk in their order and answer 200 with the result of each; or say bulk.supported false.", "3.7",
			func(ctx context.Context, r *Rig) {
				one, two := r.operation("one", nil), r.operation("two", nil)
				done := r.bulk(ctx, object{}, one, two)
				shown := r.session.Last()
				r.Must("the answer to POST /Bulk has a result for each operation", len(done), gomega.Equal(2), shown)
				for _, result := range done {
					r.That("the result of an operation that was done has a status of success", View{result, shown}, worded[View]{
						Want: "a status such as 201", OK: func(v View) bool { return bulkStatus(v.Resource)/100 == 2 }, Got: func(v View) string { return v.words("status") },
					}, shown)
				}
				for _, made := range []made{one, two} {
					f := r.FindBy(ctx, users, "userName", made.account.Name)
					r.That("after POST /Bulk each user it makes is there", f, findsOnly("userName", made.account.Name), f.Shown)
				}
			}),
		bulk("bulk-location", "The result of an operation says where the resource is", "Return location with every result but that of a POST that failed.", "3.7.3",
			func(ctx context.Context, r *Rig) {
				one := r.operation("one", nil)
				done := r.bulk(ctx, object{}, one)
				shown := r.session.Last()
				f := r.FindSoon(ctx, one.account, findsSome())
				if len(f.Resources) == 0 {
					r.Block(first, "the user of the bulk request is not there")
				}
				one.account.ID = f.Resources[0].ID()
				r.That("the result of a POST in a bulk request has the URL of the new user in location", View{done[0], shown}, worded[View]{
					Want: "a location that ends in /" + one.account.ID,
					OK:   func(v View) bool { return r.leadsTo(v.String("location"), one.account) },
					Got:  func(v View) string { return v.words("location") },
				}, shown)
			}, first, "endpoint.create.location", "endpoint.create.match-existing"),
		bulk("bulk-error-response", "The result of an operation that failed carries the error", "Return the SCIM error of a failed operation in response.", "3.7.3",
			func(ctx context.Context, r *Rig) {
				done := r.bulk(ctx, object{}, r.operation("one", object{"userName": nil}))
				shown := r.session.Last()
				r.failedFirst(done, "endpoint.rfc.required-attribute")
				r.That("the result of an operation that failed has the error in response", View{done[0], shown}, worded[View]{
					Want: "a SCIM error in response",
					OK:   func(v View) bool { return isError(mapIn(v.Resource, "response")) },
					Got:  func(v View) string { return v.words("response") },
				}, shown)
			}, first),
		bulk("bulk-goes-on", "Without failOnErrors the operations after a failed one are done", "Go on after an error unless failOnErrors says otherwise.", "3.7.3",
			func(ctx context.Context, r *Rig) {
				last := r.operation("two", nil)
				r.failedFirst(r.bulk(ctx, object{}, r.operation("one", object{"userName": nil}), last), unfailing)
				f := r.FindBy(ctx, users, "userName", last.account.Name)
				r.That("an operation after one that failed is done", f, findsOnly("userName", last.account.Name), f.Shown)
			}, first),
		bulk("bulk-fail-on-errors", "After as many errors as failOnErrors says nothing more is done", "Count errors and stop at failOnErrors.", "3.7.3",
			func(ctx context.Context, r *Rig) {
				last := r.operation("two", nil)
				r.failedFirst(r.bulk(ctx, object{"failOnErrors": 1}, r.operation("one", object{"userName": nil}), last), unfailing)
				f := r.FindBy(ctx, users, "userName", last.account.Name)
				if f.Status == http.StatusNotFound {
					r.Block("endpoint.connect.probe", "a filter that matches nobody was answered "+f.Answer.String())
				}
				r.That("with failOnErrors 1 the operation after one that failed is not done", f, finds(0), f.Shown)
			}, first),
		bulk("bulk-references", "An operation can refer to what another one of the request makes, in any order", "Resolve bulkId references, also to operations that come later.", "3.7.2",
			func(ctx context.Context, r *Rig) {
				r.WithGroups()
				ada := r.operation("ada", nil)
				team := &Account{Kind: groups, Name: r.names.group("Bulk")}
				group := made{team, object{
					"method": http.MethodPost, "path": "/Groups", "bulkId": "team",
					"data": object{"schemas": []string{scim.GroupURN}, "displayName": team.Name, "members": []object{{"value": "bulkId:ada"}}},
				}}
				r.bulk(ctx, object{}, group, ada)
				f, g := r.FindBy(ctx, users, "userName", ada.account.Name), r.Find(ctx, team)
				r.Must("a group made in a bulk request with a member a later operation makes is there", g, findsOnly("displayName", team.Name), g.Shown)
				if len(f.Resources) != 1 {
					r.Block(first, "the user of the bulk request is not there")
				}
				team.ID = g.Resources[0].ID()
				v := r.Read(ctx, team)
				r.That("a group made in a bulk request has the member a later operation makes", memberIDs(v.Resource), gomega.ContainElement(f.Resources[0].ID()), v.Shown)
			}, first, "endpoint.create.location", "endpoint.create.match-existing", "endpoint.group.create"),
	}
}

// failedFirst blocks the check when the operation that was to fail, a POST of a user without userName, was done: nothing follows from it for those
// behind it.
func (r *Rig) failedFirst(done []scim.Resource, owner string) {
	if status := bulkStatus(done[0]); status/100 == 2 {
		location := done[0].String("location")
		r.target.inventory.learn(r.owner(), users, location[strings.LastIndex(location, "/")+1:], r.names.prefix)
		r.Block(owner, fmt.Sprintf("POST of a user without userName in a bulk request was answered %d", status))
	}
}

// bulkStatus is the status with which an operation ended, 0 where its result tells none: a text, though some write a number, or, as drafts of the
// standard had it, an object with code. Source: RFC 7644 §3.7.
func bulkStatus(result scim.Resource) int {
	told := member(result, "status")
	if inside, ok := told.(map[string]any); ok {
		told = member(inside, "code")
	}
	if text, ok := told.(string); ok {
		told = json.Number(text)
	}
	status, _ := integer(told)
	return status
}

// isError says whether a JSON object is a SCIM error, or meant as one.
func isError(body map[string]any) bool {
	return contains(member(body, "schemas"), scim.ErrorURN) || member(body, "detail") != nil || member(body, "scimType") != nil
}

// made is an operation of a bulk request and what it makes.
type made struct {
	account   *Account
	operation object
}

// operation makes a user. What it makes is removed, whatever the answer says.
func (r *Rig) operation(bulkID string, changes object) made {
	data, a := r.userDocument(changes)
	if data["userName"] == nil {
		delete(data, "userName")
	}
	return made{a, object{"method": http.MethodPost, "path": "/Users", "bulkId": bulkID, "data": data}}
}

// bulk sends operations and returns the result of each.
func (r *Rig) bulk(ctx context.Context, more object, operations ...made) []scim.Resource {
	request := object{"schemas": []string{scim.BulkRequestURN}}
	maps.Copy(request, more)
	var all []object
	for _, o := range operations {
		all = append(all, o.operation)
	}
	request["Operations"] = all
	a := r.ask(ctx, http.MethodPost, "/Bulk", request)
	for _, o := range operations {
		if a.OK() || a.Status == 0 {
			r.made(ctx, o.account)
		}
	}
	r.Must("POST /Bulk is answered 200", a, answered(http.StatusOK), a.Shown)
	answer, _ := a.JSON()
	results := elements(answer, "Operations")
	r.Must("the answer to POST /Bulk has results", len(results), gomega.BeNumerically(">", 0), a.Shown)
	return results
}

// made lets the inventory learn what a bulk request made: whatever its answer says, a filter tells what is there.
func (r *Rig) made(ctx context.Context, a *Account) {
	if f := r.FindBy(ctx, users, "userName", a.Name); f.Status == 0 {
		r.target.inventory.miss(r.owner(), a.Kind, a.Name)
	}
}

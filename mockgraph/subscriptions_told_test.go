package mockgraph_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

func TestUsersAreToldOfCreationChangeAndDeletion(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	before := h.user("before", "")
	id := h.subscribe("users", `,"clientState":"secret"`)
	if h.deliver() != 0 {
		t.Error("told of what was before the subscription")
	}
	ada := h.user("ada", "")
	h.deliver()
	told := h.told()
	if len(told) != 1 {
		t.Fatalf("%d notifications, want one: %v", len(told), told)
	}
	data, _ := told[0]["resourceData"].(map[string]any)
	if n, _ := data["sequenceNumber"].(float64); n < 638e15 {
		t.Errorf("sequenceNumber %v", n)
	}
	delete(data, "sequenceNumber")
	want := map[string]any{
		"id": told[0]["id"], "subscriptionId": id, "subscriptionExpirationDateTime": "2026-03-20T09:00:00Z", "clientState": "secret", "changeType": "updated",
		"resource": "Users/" + ada, "tenantId": h.tenant.ID(),
		"resourceData": map[string]any{"@odata.type": "#Microsoft.Graph.User", "@odata.id": "Users/" + ada, "id": ada, "organizationId": h.tenant.ID()},
	}
	if diff := cmp.Diff(want, told[0]); diff != "" || told[0]["id"] == "" {
		t.Errorf("notification (-want +got):\n%s", diff)
	}

	h.ask("PATCH", "/v1.0/users/"+before, `{"jobTitle":"Analyst"}`).want(http.StatusNoContent)
	h.ask("PATCH", "/v1.0/users/"+before, `{"jobTitle":"Engineer"}`).want(http.StatusNoContent)
	h.deliver()
	h.want(h.said(), []string{"updated Users/" + before}) // both changes are one
	h.ask("DELETE", "/v1.0/users/"+before, "").want(http.StatusNoContent)
	h.deliver()
	h.want(h.said(), []string{"updated Users/" + before})
	h.ask("DELETE", "/v1.0/directory/deletedItems/"+before, "").want(http.StatusNoContent)
	h.deliver()
	h.want(h.said(), []string{"deleted Users/" + before})
	h.securityGroup("crew", ada)
	h.deliver()
	h.want(h.said(), []string{})
}

func TestGroupsAreToldOfMembersWhoComeAndGo(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	ada, bob := h.user("ada", ""), h.user("bob", "")
	one, two := h.securityGroup("one"), h.securityGroup("two")
	h.subscribe("groups/"+one+"/members", "")
	d := h.tenant.Directory()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(d.AddMember(one, ada))
	must(d.AddMember(one, bob))
	must(d.RemoveMember(one, ada))
	must(d.AddMember(two, ada))
	_, err := d.Update(one, directory.Properties{"description": "x"})
	must(err)
	h.deliver()
	h.want(h.said(), []string{"updated Groups/" + one + " +" + ada + " +" + bob + " -" + ada})

	h.subscribe("/groups/"+two, "")
	h.subscribe("groups", "")
	must(d.RemoveMember(two, ada))
	_, err = d.Update(two, directory.Properties{"description": "x"})
	must(err)
	h.deliver()
	h.want(h.said(), []string{"updated Groups/" + two + " -" + ada, "updated Groups/" + two + " -" + ada}) // one for each subscription
	must(d.Delete(bob))
	h.deliver()
	got := h.said()
	slices.Sort(got)
	h.want(got, []string{"updated Groups/" + one + " -" + bob, "updated Groups/" + one + " -" + bob})
}

func TestOnlyTheKindsOfChangesAskedForAreTold(t *testing.T) {
	t.Parallel()
	h := newTheatre(t)
	ada := h.user("ada", "")
	h.ask("POST", "/v1.0/subscriptions", `{"changeType":"deleted","notificationUrl":"`+h.URL+`","resource":"users/`+ada+`","expirationDateTime":"2026-03-20T09:00:00Z"}`)
	h.ask("PATCH", "/v1.0/users/"+ada, `{"jobTitle":"x"}`)
	h.ask("DELETE", "/v1.0/users/"+ada, "")
	h.ask("DELETE", "/v1.0/directory/deletedItems/"+ada, "")
	h.deliver()
	h.want(h.said(), []string{"deleted Users/" + ada})
}

package connector

import (
	"slices"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

func TestWhatWasRefusedLastForWantOfAPermissionIsWhatAnOperationFailedFor(t *testing.T) {
	t.Parallel()
	answered := func(method, template string, status int, ways ...string) *Call {
		c := sentCall(method, template, `{"jobTitle":"Clerk"}`, "{}")
		c.Response.Status = status
		c.Served = []exchange.Served{{Method: method, Template: template, Status: status, AnyOf: ways}}
		return c
	}
	optional := answered("GET", "/v1.0/auditLogs/signIns", 403, "AuditLog.Read.All")
	groups := answered("POST", "/v1.0/groups", 403, "Group.Create", "Group.ReadWrite.All")
	batch := sentCall("POST", "/v1.0/$batch", "{}", "{}")
	batch.Served = append(slices.Concat(groups.Served, optional.Served), exchange.Served{Method: "POST", Template: "/v1.0/$batch", Status: 200})
	for _, c := range []struct {
		name  string
		calls []*Call
		want  []string
	}{
		{"a permission that is not asked for", []*Call{groups}, []string{"Group.Create"}},
		{"the last of several", []*Call{optional, groups}, []string{"Group.Create"}},
		{"items of a batch", []*Call{batch}, []string{"Group.Create", "AuditLog.Read.All"}},
		{"a rollback that was carried out", []*Call{groups, answered("DELETE", "/v1.0/users/{id}", 204, "User.ReadWrite.All")}, []string{"Group.Create"}},
		{"an optional one before a refusal of another kind", []*Call{optional, answered("PATCH", "/v1.0/users/{id}", 404, "User.ReadWrite.All")}, nil},
		{"a permission that is asked for and was taken away", []*Call{answered("GET", "/v1.0/users", 403, "User.Read.All", "User.ReadWrite.All")}, nil},
		{"a role that is lacking", []*Call{answered("PATCH", "/v1.0/users/{id}", 403, "User.ReadWrite.All")}, nil},
		{"weather before any permission was asked about", []*Call{answered("GET", "/v1.0/groups", 403)}, nil},
		{"no way with this kind of sign-in", []*Call{answered("POST", "/v1.0/me/changePassword", 403)}, nil},
	} {
		r := &Rig{target: &Target{description: Description{Permissions: []string{"User.ReadWrite.All"}}}}
		var got []string
		for _, n := range r.refusedFor(Result{Err: &Error{Code: OtherError}, Calls: c.calls}) {
			got = append(got, n.least(r.Description().Permissions)...)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: missing are %q, want %q", c.name, got, c.want)
		}
		if coped := r.refusedFor(Result{Calls: c.calls}); coped != nil {
			t.Errorf("%s: an operation that was done lacks %v", c.name, coped)
		}
	}
}

func TestTheLeastPermissionOfAnUpdateIsThatOfItsProperties(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		properties, asked, want []string
	}{
		{[]string{"jobTitle"}, nil, []string{"User.ReadWrite.All"}},
		{[]string{"accountEnabled"}, nil, []string{"User.EnableDisableAccount.All", "User.Read.All"}},
		{[]string{"accountEnabled"}, []string{"User.Read.All"}, []string{"User.EnableDisableAccount.All"}},
		{[]string{"accountEnabled", "jobTitle"}, nil, []string{"User.ReadWrite.All"}},
		{[]string{"jobTitle", "passwordProfile"}, []string{"User.ReadWrite.All"}, []string{"User-PasswordProfile.ReadWrite.All"}},
		{[]string{"aboutMe"}, nil, nil}, // which no application may write
	} {
		n := need{method: "PATCH", properties: c.properties, application: true}
		if got := n.least(c.asked); !slices.Equal(got, c.want) {
			t.Errorf("%q beside %q: %q, want %q", c.properties, c.asked, got, c.want)
		}
	}
}

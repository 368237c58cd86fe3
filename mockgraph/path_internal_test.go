package mockgraph

import "testing"

func TestPathsAreReadInEverySpelling(t *testing.T) {
	t.Parallel()
	words := map[string]string{"users": "users", "groups": "groups", "members": "members", "delta": "delta", "assignlicense": "assignLicense"}
	for _, c := range []struct{ given, want string }{
		{"/V1.0//Users('ann@contoso.com')/microsoft.graph.assignLicense", "/users/ann@contoso.com/assignLicense"},
		{"/v1.0/users/microsoft.graph.delta()", "/users/delta"},
		{"/v1.0/users/graph.delta()", "/users/delta"},
		{"/v1.0/groups/g/members/microsoft.graph.user", "/groups/g/members/microsoft.graph.user"},
		{"/v1.0/groups/g/members/graph.user", "/groups/g/members/microsoft.graph.user"},
		{"/v1.0/groups/g/members/graph.servicePrincipal", "/groups/g/members/microsoft.graph.serviceprincipal"},
		{"/v1.0/users/graph.hopper@contoso.com", "/users/graph.hopper@contoso.com"},
	} {
		a, problem := parsePath(c.given, func(string) bool { return false }, words)
		if problem != "" || a.version != "v1.0" || a.path() != c.want {
			t.Errorf("%s: %s of %s %s, want %s", c.given, a.path(), a.version, problem, c.want)
		}
	}
}

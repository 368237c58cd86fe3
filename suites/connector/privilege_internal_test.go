package connector

import (
	"slices"
	"strings"
	"testing"
)

// call is what one request needs, by the rules of permissions.
func call(ways ...string) need { return need{ways: ways, application: true} }

func TestAPermissionIsIdleWhenNoRequestHasAUseForIt(t *testing.T) {
	t.Parallel()
	calls := []need{call("User.Read.All", "User.ReadWrite.All"), call("Application.Read.All and Directory.Read.All"), {properties: []string{"passwordProfile"}, application: true}}
	asked := []string{"User.ReadWrite.All", "Directory.Read.All", "User-PasswordProfile.ReadWrite.All", "AuditLog.Read.All", "offline_access"}
	if got := idle(asked, calls); !slices.Equal(got, []string{"AuditLog.Read.All"}) {
		t.Errorf("idle are %q, want AuditLog.Read.All", got)
	}
}

func TestAPermissionIsTooWideWhenNarrowerOnesServeTheSameRequests(t *testing.T) {
	t.Parallel()
	users, groups := call("User.ReadWrite.All", "Directory.ReadWrite.All"), call("Group.ReadWrite.All", "Directory.ReadWrite.All")
	for _, c := range []struct {
		name  string
		asked []string
		calls []need
		want  string // how the finding begins; "" is none
	}{
		{"beside narrower ones", []string{"User.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All"}, []need{users, groups}, "Directory.ReadWrite.All, where Group.ReadWrite.All and User.ReadWrite.All do as well"},
		{"in place of narrower ones", []string{"Directory.ReadWrite.All"}, []need{users, groups}, "Directory.ReadWrite.All, where Group.ReadWrite.All and User.ReadWrite.All would do"},
		{"a narrow one beside a wide one that is needed", []string{"User.EnableDisableAccount.All", "User.Read.All", "User.ReadWrite.All"},
			[]need{users, {properties: []string{"accountEnabled"}, application: true}, {properties: []string{"jobTitle"}, application: true}}, ""},
		{"one that alone allows a request", []string{"User.ReadWrite.All", "Directory.ReadWrite.All"}, []need{users, groups}, "Directory.ReadWrite.All, where Group.ReadWrite.All and User.ReadWrite.All would do"},
		{"what is just enough", []string{"User.ReadWrite.All", "Group.ReadWrite.All"}, []need{users, groups}, ""},
	} {
		got := strings.Join(tooWide(c.asked, c.calls), "; ")
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

package permission_test

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/permission"
)

//go:embed testdata/calls.txt
var documented string

// without leaves the permissions that are needed beside others out of the ways to be allowed.
func without(ways []string) []string {
	var names []string
	for _, way := range ways {
		name, _, _ := strings.Cut(way, " and ")
		names = append(names, name)
	}
	return names
}

func TestCallsAreAllowedByTheDocumentedPermissionsLeastPrivilegedFirst(t *testing.T) {
	t.Parallel()
	rows := 0
	for line := range strings.Lines(documented) {
		field := strings.Split(strings.TrimSpace(line), "\t")
		if len(field) != 4 {
			continue
		}
		rows++
		if field[3] == "=" {
			field[3] = field[2]
		}
		rule, ok := permission.Find(field[0], field[1])
		if !ok {
			t.Errorf("%s %s has no rule", field[0], field[1])
			continue
		}
		for i, have := range [][]string{rule.Delegated(), rule.Application()} {
			text, marked := strings.CutPrefix(strings.Trim(field[2+i], "-"), "*")
			want, got := strings.Fields(text), without(have)
			if !slices.Equal(slices.Sorted(slices.Values(want)), slices.Sorted(slices.Values(got))) {
				t.Errorf("%s %s is allowed by %q, want %q", field[0], field[1], got, want)
			} else if marked && got[0] != want[0] {
				t.Errorf("%s %s has %s as least privileged, want %s", field[0], field[1], got[0], want[0])
			}
		}
	}
	if rows < 130 {
		t.Errorf("read %d documented calls, want all of them", rows)
	}
}

func TestEveryRuleCanBeFulfilled(t *testing.T) {
	t.Parallel()
	rules := permission.Rules()
	if len(rules) < 300 {
		t.Fatalf("there are %d rules, want the whole table", len(rules))
	}
	for _, rule := range rules {
		found, ok := permission.Find(rule.Method(), rule.Template())
		if !ok || found != rule {
			t.Errorf("%s %s is not found under its own template", rule.Method(), rule.Template())
		}
		nobody := permission.Caller{}
		open := rule.Allows(nobody).Allowed
		if !open && len(rule.Delegated())+len(rule.Application()) == 0 {
			t.Errorf("%s %s allows nobody", rule.Method(), rule.Template())
		}
		for _, appOnly := range []bool{false, true} {
			for _, way := range rule.Allows(permission.Caller{AppOnly: appOnly}).AnyOf {
				name, also, _ := strings.Cut(way, " and ")
				also, _, _ = strings.Cut(also, " or ")
				held := []string{name, also}
				d := rule.Allows(permission.Caller{AppOnly: appOnly, Scopes: held, Roles: held})
				if !d.Allowed || d.Used != name || d.With != also {
					t.Errorf("%s %s with %q: %+v", rule.Method(), rule.Template(), held, d)
				}
				crossed := permission.Caller{AppOnly: !appOnly}
				if crossed.Roles = held; !crossed.AppOnly {
					if rule.Allows(crossed).Allowed {
						t.Errorf("%s %s lets %q count as scopes from the roles claim", rule.Method(), rule.Template(), held)
					}
				}
			}
		}
	}
}

func TestOnlyOpenRulesAllowATokenWithoutPermissions(t *testing.T) {
	t.Parallel()
	var open []string
	for _, rule := range permission.Rules() {
		if rule.Allows(permission.Caller{AppOnly: true}).Allowed {
			open = append(open, rule.Method()+" "+rule.Template())
		}
	}
	want := []string{"GET /", "GET /$metadata", "POST /$batch", "GET /applicationtemplates", "GET /applicationtemplates/{id}"}
	slices.Sort(open)
	slices.Sort(want)
	if !slices.Equal(open, want) {
		t.Errorf("open are %q, want %q", open, want)
	}
}

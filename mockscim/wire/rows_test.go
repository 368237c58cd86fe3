package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// rows is the comparison of the two dialects, as the compatibility page and captured requests give it: each cell is the text of
// the operation or operations, typed from there. A golden file that holds something else, because the code wrote it or for
// any other reason, contradicts its cell.
//
// Sources: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility for disable,
// add single-valued, replace many and remove member; for the others scimvalidator.microsoft.com and the issues
// github.com/RIPAGlobal/scimitar/issues/69 and 123, github.com/thomaspoignant/scim-patch/issues/132,
// github.com/Captain-P-Goldfish/SCIM-SDK/issues/267 and github.com/pingidentity/scim2/issues/224.
var rows = []struct {
	name, file string
	cells      map[Dialect]string
}{
	{"disable", "disable-user", map[Dialect]string{
		Default:    `{"op":"Replace","path":"active","value":"False"}`,
		AADOptSCIM: `{"op":"replace","path":"active","value":false}`}},
	{"enable", "enable-user", map[Dialect]string{
		Default:    `{"op":"Replace","path":"active","value":"True"}`,
		AADOptSCIM: `{"op":"replace","path":"active","value":true}`}},
	{"add single-valued", "add-single", map[Dialect]string{
		Default:    `{"op":"Add","path":"nickName","value":"Ad"}`,
		AADOptSCIM: `{"op":"add","path":"nickName","value":"Ad"}`}},
	{"replace single-valued", "replace-single", map[Dialect]string{
		Default:    `{"op":"Replace","path":"displayName","value":"X"}`,
		AADOptSCIM: `{"op":"replace","value":{"displayName":"X"}}`}},
	{"replace many", "update-user-many", map[Dialect]string{
		Default: `{"op":"Replace","path":"displayName","value":"Ada L"},` +
			`{"op":"Replace","path":"emails[type eq \"work\"].value","value":"ada.l@contoso.example"},` +
			`{"op":"Replace","path":"name.givenName","value":"Ada"},` +
			`{"op":"Replace","path":"name.familyName","value":"L"},` +
			`{"op":"Replace","path":"externalId","value":"ada.l"},` +
			`{"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber","value":"1816"}`,
		AADOptSCIM: `{"op":"replace","path":"emails[type eq \"work\"].value","value":"ada.l@contoso.example"},` +
			`{"op":"replace","value":{"displayName":"Ada L","name.givenName":"Ada","name.familyName":"L","externalId":"ada.l",` +
			`"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"1816"}}`}},
	{"add many", "add-many", map[Dialect]string{
		Default:    `{"op":"Add","path":"nickName","value":"Ad"},{"op":"Add","path":"title","value":"Analyst"}`,
		AADOptSCIM: `{"op":"add","value":{"nickName":"Ad","title":"Analyst"}}`}},
	{"remove member", "remove-member", map[Dialect]string{
		Default:    `{"op":"Remove","path":"members","value":[{"value":"f648f8d5ea4e4cd38e9c"}]}`,
		AADOptSCIM: `{"op":"remove","path":"members[value eq \"f648f8d5ea4e4cd38e9c\"]"}`}},
	{"add member", "add-member", map[Dialect]string{
		Default:    `{"op":"Add","path":"members","value":[{"value":"f648f8d5ea4e4cd38e9c"}]}`,
		AADOptSCIM: `{"op":"add","path":"members","value":[{"value":"f648f8d5ea4e4cd38e9c"}]}`}},
	{"typed multi-value", "replace-typed", map[Dialect]string{
		Default:    `{"op":"Replace","path":"phoneNumbers[type eq \"work\"].value","value":"+1"}`,
		AADOptSCIM: `{"op":"replace","path":"phoneNumbers[type eq \"work\"].value","value":"+1"}`}},
	{"enterprise attribute", "add-enterprise", map[Dialect]string{
		Default:    `{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"R"}`,
		AADOptSCIM: `{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"R"}}`}},
	{"part of the name", "replace-name", map[Dialect]string{
		Default:    `{"op":"Replace","path":"name.familyName","value":"L"}`,
		AADOptSCIM: `{"op":"replace","value":{"name.familyName":"L"}}`}},
	{"manager", "manager-set", map[Dialect]string{
		Default:    `{"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"271bd5a85a3246f39d49"}`,
		AADOptSCIM: `{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"271bd5a85a3246f39d49"}`}},
	{"clear", "source-null", map[Dialect]string{ // nothing for title and nickName, whose sources are null
		Default:    `{"op":"Replace","path":"displayName","value":"X"}`,
		AADOptSCIM: `{"op":"replace","value":{"displayName":"X"}}`}},
}

// contradicts says how a request differs from a cell, "" when it does not.
func contradicts(request, cell string) string {
	if want := `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[` + cell + "]}\n"; !strings.HasSuffix(request, "\n\n"+want) {
		return fmt.Sprintf("has\n%s\nthe documented operations are\n%s", request, want)
	}
	return ""
}

// ofTheComparison are its cases: one that is missing in rows fails.
var ofTheComparison = []string{
	"disable", "enable", "add single-valued", "replace single-valued", "replace many", "add many", "remove member", "add member", "typed multi-value",
	"enterprise attribute", "part of the name", "manager", "clear",
}

func TestEveryRowOfTheComparisonHasItsGoldenFiles(t *testing.T) {
	var names []string
	for _, row := range rows {
		names = append(names, row.name)
	}
	if !slices.Equal(names, ofTheComparison) {
		t.Errorf("there are the rows %q, want %q", names, ofTheComparison)
	}
	for _, row := range rows {
		for _, d := range Dialects() {
			t.Run(row.name+"/"+string(d), func(t *testing.T) {
				if row.cells[d] == "" {
					t.Fatal("the row has no cell")
				}
				path := goldenPath(row.file, apart, d)
				if wrong := contradicts(readGolden(t, path), row.cells[d]); wrong != "" {
					t.Errorf("%s %s", path, wrong)
				}
			})
		}
	}
}

func TestAGoldenFileThatOnlyTheCodeWroteWouldBeNoticed(t *testing.T) {
	// What code that has the dialect wrong would write instead of the golden file.
	wrong := map[Dialect]Dialect{Default: AADOptSCIM, AADOptSCIM: Default}
	for _, row := range rows {
		for _, tt := range golden {
			if tt.file != row.file {
				continue
			}
			for d, other := range wrong {
				o := tt.options
				o.Dialect = other
				if contradicts(render(tt.compose(compose(t, o))), row.cells[d]) == "" {
					t.Errorf("%s: requests in %s pass for %s", row.name, other, d)
				}
			}
		}
	}
}

// sequences are the requests of a user's and a group's life, in the order in which Entra sends them.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups.
var sequences = map[string][]string{
	"probe":             {"probe-users", "probe-groups"},
	"match a user":      {"match-user-username", "match-user-emails", "match-user-externalid"},
	"create a user":     {"match-user-username", "create-user-full"},
	"read a user":       {"get-user"},
	"update a user":     {"get-user", "update-user"},
	"disable a user":    {"get-user", "disable-user"},
	"reactivate a user": {"match-user-username", "enable-user"},
	"delete a user":     {"delete-user"},
	"set a manager":     {"manager-check", "manager-set"},
	"change a manager":  {"get-user", "manager-change"},
	"clear a manager":   {"get-user", "manager-clear"},
	"create a group":    {"match-group", "create-group"},
	"read a group":      {"get-group"},
	"rename a group":    {"get-group", "rename-group", "group-externalid"},
	"add members":       {"member-check", "add-member", "add-members-one-each", "add-members-batch", "add-members-operations"},
	"remove members":    {"remove-member", "remove-members-batch"},
	"delete a group":    {"delete-group"},
	"roles":             {"roles-single-create", "roles-single-update", "roles-complex-create", "roles-complex-update", "roles-assertive-create", "roles-assertive-update"},
	"extensions":        {"create-user-extension", "update-user-extension"},
}

func TestEverySequenceHasItsGoldenFiles(t *testing.T) {
	known := map[string]spoken{}
	for _, tt := range golden {
		known[tt.file] = tt.dialects
	}
	for name, files := range sequences {
		for _, file := range files {
			dialects, ok := known[file]
			if !ok {
				t.Errorf("%s: no golden file %s", name, file)
				continue
			}
			for _, d := range Dialects() {
				readGolden(t, goldenPath(file, dialects, d))
			}
		}
	}
}

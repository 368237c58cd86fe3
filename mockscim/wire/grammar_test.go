package wire

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// patchOp is an operation as a target reads it.
type patchOp struct {
	Op    string          `json:"op"`
	Path  *string         `json:"path"`
	Value json.RawMessage `json:"value"`
}

// patchBodies are the operations of the PATCH requests in a golden file, read without the composer.
func patchBodies(t *testing.T, file string) [][]patchOp {
	t.Helper()
	var all [][]patchOp
	for request := range strings.SplitSeq(file, "###\n") {
		_, body, found := strings.Cut(request, "\n\n")
		if !found || !strings.HasPrefix(request, "PATCH ") {
			continue
		}
		var patch struct{ Operations []patchOp }
		if err := json.Unmarshal([]byte(body), &patch); err != nil {
			t.Fatal(err)
		}
		all = append(all, patch.Operations)
	}
	return all
}

// faults are the rules of a dialect that operations break.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
func faults(d Dialect, file string, ops []patchOp) []string {
	var broken []string
	must := func(ok bool, rule string) {
		if !ok {
			broken = append(broken, rule)
		}
	}
	pathless := map[string]int{}
	for _, op := range ops {
		if op.Path != nil && strings.HasPrefix(*op.Path, "members") && strings.EqualFold(op.Op, "remove") {
			must((op.Value == nil) == (d == AADOptSCIM), "members to remove stand in the value by default, in the path with the flag")
		}
		if d == Default {
			must(op.Path != nil, "every operation has a path")
			must(op.Op == strings.ToUpper(op.Op[:1])+op.Op[1:] || strings.HasPrefix(file, "roles-assertive"), "operations are capitalised")
			if op.Path != nil && *op.Path == "active" {
				must(string(op.Value) == `"False"` || string(op.Value) == `"True"`, "active is text")
			}
			continue
		}
		must(op.Op == strings.ToLower(op.Op), "operations are in lower case")
		must(!slices.Contains([]string{`"False"`, `"True"`}, string(op.Value)), "booleans are booleans")
		if op.Path != nil {
			continue
		}
		pathless[op.Op]++
		must(pathless[op.Op] == 1, "one operation without a path for each kind of change")
		var members map[string]json.RawMessage
		must(json.Unmarshal(op.Value, &members) == nil && len(members) > 0, "an operation without a path has an object as its value")
		for name, v := range members {
			must(!strings.Contains(name, "[") && !strings.HasSuffix(name, ":manager"), "paths with a filter and the manager are operations of their own")
			must(!strings.HasPrefix(string(v), "{"), "members are named by paths, not nested")
		}
	}
	return broken
}

func TestGoldenFilesKeepTheRulesOfTheirDialect(t *testing.T) {
	seen := 0
	for _, tt := range golden {
		for _, d := range Dialects() {
			path := goldenPath(tt.file, tt.dialects, d)
			for _, ops := range patchBodies(t, readGolden(t, path)) {
				seen++
				for _, rule := range faults(d, tt.file, ops) {
					t.Errorf("%s: %s", path, rule)
				}
			}
		}
	}
	if seen < 60 {
		t.Errorf("only %d PATCH requests were judged", seen)
	}
}

// FuzzChangesKeepTheRulesOfTheirDialect composes a PATCH of arbitrary changes.
func FuzzChangesKeepTheRulesOfTheirDialect(f *testing.F) {
	f.Add("displayName", "Ada", true, "name.givenName", "Ada", false, true)
	f.Add("active", "False", true, ent+":manager", "u2", false, true)
	f.Add(`emails[type eq "work"].value`, "", false, `roles[primary eq "True"].type`, "x", true, false)
	f.Add("a b(", "\x00\xff", true, "a b(", `"`, true, true)
	f.Fuzz(func(t *testing.T, path1, value1 string, present1 bool, path2, value2 string, present2, fold bool) {
		for _, v := range []string{path1, path2} {
			if strings.HasPrefix(v, "members") { // a reference, which changes of attributes never are
				return
			}
		}
		for path, value := range map[string]string{path1: value1, path2: value2} {
			if isTruth(value) && !strings.EqualFold(path, "active") { // text stays text where no type is known
				return
			}
		}
		for _, d := range Dialects() {
			c := compose(t, Options{Dialect: d, FoldActive: fold})
			r := c.PatchUser("1", []Change{{Attribute: at(path1, value1), Present: present1}, {Attribute: at(path2, value2), Present: present2}})
			for _, ops := range patchBodies(t, render(one(r))) {
				for _, rule := range faults(d, "", ops) {
					if rule == "active is text" { // of a value that is no boolean
						continue
					}
					t.Errorf("%s: %s: %s", d, rule, r.Body)
				}
			}
		}
	})
}

func isTruth(s string) bool { return s == "True" || s == "False" }

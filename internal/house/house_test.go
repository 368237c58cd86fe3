package house_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/rehearse-id/rehearse/"

// room is one package as the go command lists it.
type room struct {
	ImportPath string
	Doc        string
	Imports    []string // of the product code, tests left out
	Deps       []string // all it builds with
}

func (r room) name() string { return strings.TrimPrefix(r.ImportPath, module) }

// rooms lists the packages of the module.
func rooms(t *testing.T) []room {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Doc,Imports,Deps", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list packages: %v", err)
	}
	var all []room
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var r room
		if err := decoder.Decode(&r); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("decode package list: %v", err)
		}
		all = append(all, r)
	}
	if len(all) < 10 {
		t.Fatalf("listed %d packages, want the whole house", len(all))
	}
	return all
}

// arrows is the plan: a room may import, of this module, only what its row names. A pattern ends in /... for a whole wing.
var arrows = []struct {
	room string
	may  []string
	why  string
}{
	{"internal/result", nil, "plain types know nothing"},
	{"internal/exchange", nil, "an exchange does not know who sent it"},
	{"internal/example", []string{"internal/exchange"}, "an example is drawn from exchanges; who plays it knows the check"},
	{"internal/clock", nil, "a clock knows nobody who reads it"},
	{"internal/container", nil, "a container is started for whoever asks"},
	{"internal/replay", []string{"internal/exchange"}, "recorded traffic is compared, never judged"},
	{"internal/report", []string{"internal/result", "internal/exchange"}, "reports are drawn from results, never from Ginkgo or checks"},
	{"internal/rehearsal", []string{"internal/nearest", "suites", "internal/result", "internal/exchange"}, "the scheduler does not know what checks say"},
	{"internal/nearest", nil, "names are compared, whatever they name"},
	{"internal/need", nil, "a test asks its machine, whoever it is"},
	{"internal/matrix", []string{"suites", "internal/result"}, "what the matrices share knows neither half"},
	{"suites", []string{"internal/result", "internal/exchange"}, "a check is data and a function; it knows no CLI and no report"},
	{"suites/endpoint", []string{"suites", "mockgraph", "mockgraph/login", "mockgraph/directory", "mockgraph/synchronization", "mockscim", "mockscim/provisioning", "mockscim/mapping", "mockscim/wire", "mockscim/scim", "internal/result", "internal/exchange"}, "a target is judged over HTTP only: never the reference endpoint or its faults"},
	{"suites/connector", []string{"suites", "internal/nearest", "mockgraph", "mockgraph/...", "internal/clock", "internal/result", "internal/exchange"}, "a connector is judged by the tenant and its requests only: never the reference connector or its faults"},
	{"internal/refdriver", []string{"mockgraph/refconnector", "suites/connector"}, "it lets the reference connector be driven in the words of the suites"},
	{"suites/connector/driver", []string{"suites/connector", "internal/exchange", "mockgraph/impersonate", "mockscim/wire", "mockscim/scim"}, "a driver carries messages; it judges nothing"},
	{"suites/suitetest", []string{"suites", "suites/...", "internal/rehearsal", "internal/result", "internal/exchange"}, "a vendor's test needs no CLI"},
	{"mockgraph", []string{"mockgraph/...", "internal/nearest", "internal/exchange", "internal/clock"}, "the tenant's routes know SCIM and suites not at all"},
	{"mockgraph/directory", nil, "the tenant's state knows no HTTP, OData or SCIM"},
	{"mockgraph/directory/data/generate", nil, "it makes the catalogue of licences and is part of nothing"},
	{"mockgraph/synchronization", nil, "shapes only"},
	{"mockgraph/odata", []string{"mockgraph/directory"}, "queries know the directory, no routes"},
	{"mockgraph/permission", nil, "permissions are data and decisions; who serves a route brings what it knows"},
	{"mockgraph/login", []string{"mockgraph/directory"}, "the login host knows no Graph routes"},
	{"mockgraph/weather", []string{"internal/nearest"}, "the weather knows no routes and no state"},
	{"mockgraph/sample", []string{"mockgraph/directory"}, "sample people know the directory, no routes"},
	{"mockgraph/refconnector", []string{"internal/nearest"}, "the reference connector speaks HTTP to Graph like any other and must not know who judges it"},
	{"mockgraph/impersonate", nil, "impersonation does not know what is behind the names"},
	{"mockscim", []string{"mockscim/provisioning", "mockscim/wire", "mockscim/mapping", "mockscim/scim", "mockgraph/directory", "mockgraph/synchronization"}, "the façade of the provisioning service knows no suites"},
	{"mockscim/provisioning", []string{"mockscim/wire", "mockscim/mapping", "mockscim/scim", "mockgraph/directory", "mockgraph/synchronization"}, "the engine knows no suites"},
	{"mockscim/wire", []string{"mockscim/mapping", "mockscim/scim"}, "wire composes requests, it does not decide when to send them"},
	{"mockscim/mapping", []string{"internal/nearest", "mockscim/scim", "mockgraph/synchronization"}, "mappings know no HTTP"},
	{"mockscim/scim", nil, "the vocabulary is pure"},
	{"mockscim/serviceprovider", []string{"internal/nearest", "mockscim/scim"}, "the reference endpoint must not know who judges it"},
}

func TestRoomsImportOnlyWhatThePlanAllows(t *testing.T) {
	listed := map[string]room{}
	for _, r := range rooms(t) {
		listed[r.name()] = r
	}
	for _, rule := range arrows {
		r, ok := listed[rule.room]
		if !ok {
			t.Errorf("the plan names %s, the house has no such room", rule.room)
			continue
		}
		for _, imported := range r.Imports {
			name, ours := strings.CutPrefix(imported, module)
			if ours && !allowed(name, rule.may) {
				t.Errorf("%s imports %s, but %s", rule.room, name, rule.why)
			}
		}
	}
}

func allowed(name string, may []string) bool {
	return slices.ContainsFunc(may, func(pattern string) bool {
		wing, whole := strings.CutSuffix(pattern, "/...")
		return name == pattern || whole && strings.HasPrefix(name, wing+"/")
	})
}

// foreign is which outside package may enter which rooms only.
var foreign = []struct {
	dependency string
	only       []string
	why        string
}{
	{"net/http", []string{"cmd/...", "internal/exchange", "internal/container", "internal/refdriver", "internal/example", "internal/replay", "internal/matrix/...", "internal/matrix", "mockgraph", "mockgraph/login", "mockgraph/impersonate", "mockgraph/refconnector", "mockscim", "mockscim/wire", "mockscim/provisioning", "mockscim/serviceprovider", "suites", "suites/...", "internal/report", "internal/rehearsal", "fixtures/connectors/go", "fixtures/connectors/library"}, "the directory, the vocabulary and the mappings are pure"},
	{"github.com/onsi/ginkgo/v2", []string{"suites", "suites/...", "internal/rehearsal", "internal/refdriver", "internal/matrix", "internal/matrix/...", "cmd/..."}, "reports and verdicts never come from Ginkgo"},
	{"github.com/testcontainers/testcontainers-go", []string{"internal/container", "cmd/..."}, "it is heavy, and one room needs it"},
	{"github.com/alecthomas/kong", []string{"cmd/..."}, "flags are parsed in one place"},
}

func TestForeignPackagesStayInTheirRooms(t *testing.T) {
	for _, r := range rooms(t) {
		for _, rule := range foreign {
			if slices.Contains(r.Deps, rule.dependency) && !allowed(r.name(), rule.only) {
				t.Errorf("%s builds with %s, but %s", r.name(), rule.dependency, rule.why)
			}
		}
	}
}

// Package testing registers flags, and programs build with the fake tenant too.
func TestTheFakeTenantBuildsWithoutPackageTesting(t *testing.T) {
	for _, r := range rooms(t) {
		if (r.name() == "mockgraph" || strings.HasPrefix(r.name(), "mockgraph/")) && slices.Contains(r.Deps, "testing") {
			t.Errorf("%s builds with package testing", r.name())
		}
	}
}

func TestMockgraphNeverKnowsMockscim(t *testing.T) {
	for _, r := range rooms(t) {
		if !strings.HasPrefix(r.name(), "mockgraph") {
			continue
		}
		for _, imported := range r.Imports {
			if strings.HasPrefix(imported, module+"mockscim") {
				t.Errorf("%s imports %s, but the tenant does not know who provisions from it", r.name(), imported)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, r := range rooms(t) {
		if r.Doc == "" {
			t.Errorf("%s has no package documentation", r.name())
		}
		if prefix := "Package " + path.Base(r.name()); r.Doc != "" && !strings.HasPrefix(r.Doc, prefix) && !strings.HasPrefix(r.Doc, "Command ") {
			t.Errorf("%s is documented as %q, want it to begin with %q", r.name(), r.Doc, prefix)
		}
	}
}

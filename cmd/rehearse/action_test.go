package main_test

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// step is a step of a GitHub workflow or of a composite action.
type step struct {
	ID, If, Uses, Shell, Run string
	Env                      map[string]string
	With                     map[string]any
	Folder                   string `yaml:"working-directory"`
}

// action is what the tests read of action.yml.
type action struct {
	Inputs map[string]struct {
		Default, Description string
	}
	Outputs map[string]struct{ Value, Description string }
	Runs    struct {
		Using string
		Steps []step
	}
}

func readAction(t *testing.T) action {
	t.Helper()
	data, err := os.ReadFile("../../action.yml")
	if err != nil {
		t.Fatalf("read the action: %v", err)
	}
	var a action
	if err := yaml.Unmarshal(data, &a); err != nil {
		t.Fatalf("parse the action: %v", err)
	}
	return a
}

var expression = regexp.MustCompile(`\$\{\{ *([^}]+?) *\}\}`)

// resolve puts the values of expressions in their places. One that nobody has is a mistake.
func resolve(t *testing.T, text string, values map[string]string) string {
	t.Helper()
	return expression.ReplaceAllStringFunc(text, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		value, ok := values[name]
		if !ok {
			t.Errorf("%s has no value", found)
		}
		return value
	})
}

// played is what a job has left behind.
type played struct {
	code    int
	summary string
	printed string
	outputs map[string]string // as "steps.ID.outputs.NAME"
}

// play runs the steps of a composite action as the runner does, in a folder of its own.
func (a action) play(t *testing.T, dir string, inputs map[string]string) played {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatalf("find the repository: %v", err)
	}
	values := map[string]string{"github.action_path": root}
	for name, input := range a.Inputs {
		values["inputs."+name] = input.Default
	}
	for name, value := range inputs {
		if _, ok := values["inputs."+name]; !ok {
			t.Errorf("the action has no input %s", name)
		}
		values["inputs."+name] = value
	}
	result := played{outputs: map[string]string{}}
	summary := filepath.Join(dir, "summary")
	for _, s := range a.Runs.Steps {
		if s.Run == "" {
			continue // another action
		}
		if expression.MatchString(s.Run) {
			t.Errorf("an expression stands in a script, where its value could be a command: %s", s.Run)
		}
		output := filepath.Join(dir, "output-"+s.ID)
		cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", s.Run)
		cmd.Dir = filepath.Join(dir, resolve(t, s.Folder, values))
		cmd.Env = append(os.Environ(), "GITHUB_ACTIONS=true", "GITHUB_OUTPUT="+output, "GITHUB_STEP_SUMMARY="+summary, "RUNNER_TEMP="+dir, "LANG=C.UTF-8")
		for name, value := range s.Env {
			cmd.Env = append(cmd.Env, name+"="+resolve(t, value, values))
		}
		printed, err := cmd.CombinedOutput()
		result.printed += string(printed)
		if data, err := os.ReadFile(output); err == nil {
			for line := range strings.Lines(string(data)) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
				values["steps."+s.ID+".outputs."+name] = value
			}
		}
		if result.code = exitOf(t, err); result.code != 0 {
			break
		}
	}
	if data, err := os.ReadFile(summary); err == nil {
		result.summary = string(data)
	}
	for name, o := range a.Outputs {
		if result.code == 0 {
			result.outputs[name] = resolve(t, o.Value, values)
		} else {
			result.outputs[name] = values[strings.Trim(o.Value, "${} ")]
		}
	}
	return result
}

// faulty serves a reference endpoint with a token "t" and faults.
func faulty(t *testing.T, faults ...string) string {
	t.Helper()
	handler, err := serviceprovider.New(serviceprovider.WithToken("t"), serviceprovider.WithFaults(faults...))
	if err != nil {
		t.Fatalf("make the endpoint: %v", err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	return server.URL
}

func needBash(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("plays jobs: run without -short")
	}
	need.Program(t, "bash")
}

func TestTheActionSaysWhatItTakesAndGives(t *testing.T) {
	a := readAction(t)
	if a.Runs.Using != "composite" || len(a.Runs.Steps) == 0 {
		t.Errorf("it runs %+v", a.Runs)
	}
	for name, input := range a.Inputs {
		if input.Description == "" {
			t.Errorf("the input %s is not described", name)
		}
	}
	for name, output := range a.Outputs {
		if output.Description == "" || output.Value == "" {
			t.Errorf("the output %s is not described", name)
		}
	}
	for _, s := range a.Runs.Steps {
		if s.Run != "" && s.Shell != "bash" {
			t.Errorf("the step %s has the shell %q, and a composite action needs one", s.ID, s.Shell)
		}
		if strings.Contains(s.Uses, "upload") {
			t.Errorf("the action uploads something: %s", s.Uses)
		}
	}
}

func TestTheActionJudgesAnEndpoint(t *testing.T) {
	needBash(t)
	a, binary := readAction(t), buildBinary(t)
	t.Run("conformant", func(t *testing.T) {
		got := a.play(t, t.TempDir(), map[string]string{"binary": binary, "url": faulty(t), "token": "t", "args": "--seed=7\n--only=endpoint.connect.*"})
		if got.code != 0 || got.outputs["verdict"] != "conformant" || got.outputs["exit-code"] != "0" || !strings.Contains(got.summary, "Conformant") {
			t.Errorf("code %d, outputs %v\n%s\n%s", got.code, got.outputs, got.summary, got.printed)
		}
		if strings.Contains(got.printed, "\n::error") {
			t.Errorf("it marks an error:\n%s", got.printed)
		}
	})
	t.Run("not conformant", func(t *testing.T) {
		dir := t.TempDir()
		url := faulty(t, "patch-string-false-ignored")
		got := a.play(t, dir, map[string]string{"binary": binary, "url": url, "token": "t", "out": "reports", "args": "--only=endpoint.disable.string-false"})
		if got.code != 1 || got.outputs["verdict"] != "non-conformant" || got.outputs["exit-code"] != "1" || got.outputs["out"] != "reports" {
			t.Errorf("code %d, outputs %v", got.code, got.outputs)
		}
		if !strings.Contains(got.summary, "What must change") {
			t.Errorf("the summary is\n%s", got.summary)
		}
		stopped := regexp.MustCompile(`(?m)^::stop-commands::(\S+)$`).FindStringSubmatch(got.printed)
		if stopped == nil || !regexp.MustCompile(`(?m)^::`+stopped[1]+`::\n::error title=`).MatchString(got.printed) {
			t.Errorf("no annotations behind quoted output:\n%s", got.printed)
		}
		for _, name := range []string{"report.json", "report.html", "junit.xml", "results.sarif", "exchanges.har"} {
			if _, err := os.Stat(filepath.Join(dir, "reports", name)); err != nil {
				t.Error(err)
			}
		}
		if strings.Contains(got.printed+got.summary, "Bearer t\"") {
			t.Error("the token is shown")
		}
	})
	t.Run("known failures, and a folder of its own", func(t *testing.T) {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "app"), 0o755); err != nil {
			t.Fatal(err)
		}
		known := "- id: endpoint.disable.string-false\n  reason: r\n  owner: o\n  expires: 2199-01-01\n"
		if err := os.WriteFile(filepath.Join(dir, "app", "known.yaml"), []byte(known), 0o600); err != nil {
			t.Fatal(err)
		}
		got := a.play(t, dir, map[string]string{
			"binary": binary, "url": faulty(t, "patch-string-false-ignored"), "token": "t", "working-directory": "app", "known-failures": "known.yaml",
			"fail-on": "required", "args": "--only=endpoint.disable.string-false",
		})
		if got.code != 0 || got.outputs["verdict"] != "conformant" {
			t.Errorf("code %d, outputs %v\n%s", got.code, got.outputs, got.printed)
		}
	})
	t.Run("not reachable", func(t *testing.T) {
		got := a.play(t, t.TempDir(), map[string]string{"binary": binary, "url": closedPort(t), "token": "t"})
		if got.code != 3 || got.outputs["exit-code"] != "3" {
			t.Errorf("code %d, outputs %v", got.code, got.outputs)
		}
	})
	t.Run("a connector", func(t *testing.T) {
		got := a.play(t, t.TempDir(), map[string]string{"binary": binary, "judge": "connector", "args": "--seed=7\n--only=connector.setup.*"})
		if got.code != 0 || got.outputs["verdict"] != "conformant" || !strings.Contains(got.summary, "What the connector asked") {
			t.Errorf("code %d, outputs %v\n%s\n%s", got.code, got.outputs, got.summary, got.printed)
		}
	})
	t.Run("something else", func(t *testing.T) {
		if got := a.play(t, t.TempDir(), map[string]string{"binary": binary, "judge": "nonsense"}); got.code != 2 {
			t.Errorf("code %d\n%s", got.code, got.printed)
		}
	})
	t.Run("wrong usage", func(t *testing.T) {
		got := a.play(t, t.TempDir(), map[string]string{"binary": binary, "args": "--nonsense; touch pwned"})
		if got.code != 2 || got.outputs["verdict"] != "" || got.summary != "" {
			t.Errorf("code %d, outputs %v, summary %q", got.code, got.outputs, got.summary)
		}
	})
}

func TestTheActionGetsTheBinary(t *testing.T) {
	needBash(t)
	a, binary := readAction(t), buildBinary(t)
	a.Runs.Steps = slices.DeleteFunc(a.Runs.Steps, func(s step) bool { return s.ID != "get" })
	maps.DeleteFunc(a.Outputs, func(string, struct{ Value, Description string }) bool { return true })
	data, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(data)
	for _, tc := range []struct {
		name   string
		inputs map[string]string
		code   int
		says   string
	}{
		{"that is there", map[string]string{"binary": binary}, 0, "rehearse"},
		{"by download", map[string]string{"download": "file://" + binary, "sha256": hex.EncodeToString(sum[:])}, 0, "OK"},
		{"by download of another one", map[string]string{"download": "file://" + binary, "sha256": strings.Repeat("0", 64)}, 1, "FAILED"},
		{"by download of who knows what", map[string]string{"download": "file://" + binary}, 2, "sha256"},
		{"from its source", nil, 0, "rehearse"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if strings.HasPrefix(tc.name, "by download") {
				need.Program(t, "curl")
			}
			if got := a.play(t, t.TempDir(), tc.inputs); got.code != tc.code || !strings.Contains(got.printed, tc.says) {
				t.Errorf("code %d:\n%s", got.code, got.printed)
			}
		})
	}
}

package main_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// recipe is a block of code of docs/ci.md.
type recipe struct{ language, text string }

func (r recipe) name() string {
	first, _, _ := strings.Cut(r.text, "\n")
	return strings.NewReplacer("# ", "", "// ", "", "/", "-").Replace(first)
}

func recipes(t *testing.T) []recipe {
	t.Helper()
	data, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatalf("read the page: %v", err)
	}
	var all []recipe
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(data), -1) {
		all = append(all, recipe{m[1], m[2]})
	}
	return all
}

// scripts are what the recipe has a shell do, in order.
func (r recipe) scripts(t *testing.T, values map[string]string) []step {
	t.Helper()
	switch r.language {
	case "sh":
		return []step{{Run: r.text}}
	case "groovy":
		var steps []step
		for _, m := range regexp.MustCompile(`(?m)^ *sh '(.*)'$`).FindAllStringSubmatch(r.text, -1) {
			steps = append(steps, step{Run: m[1]})
		}
		return steps
	case "yaml":
	default:
		t.Fatalf("nobody knows the language %q", r.language)
	}
	var page struct {
		Jobs yaml.MapSlice
		Scim struct{ Script []string }
		// Azure
		Steps []struct {
			Script string
			Env    map[string]string
		}
	}
	if err := yaml.Unmarshal([]byte(r.text), &page); err != nil {
		t.Fatalf("parse the recipe: %v", err)
	}
	steps := []step{}
	for _, line := range page.Scim.Script {
		steps = append(steps, step{Run: line})
	}
	for _, s := range page.Steps {
		steps = append(steps, step{Run: strings.ReplaceAll(s.Script, "$(Agent.TempDirectory)", values["Agent.TempDirectory"])})
	}
	for _, job := range page.Jobs {
		steps = append(steps, jobSteps(t, job.Value)...)
	}
	return steps
}

// jobSteps are the steps of a job of GitHub Actions, once for each value of its matrix.
func jobSteps(t *testing.T, value any) []step {
	t.Helper()
	data, err := yaml.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var job struct {
		Strategy struct{ Matrix struct{ Shard []int } }
		Steps    []step
	}
	if err := yaml.Unmarshal(data, &job); err != nil {
		t.Fatalf("parse the job: %v", err)
	}
	if len(job.Strategy.Matrix.Shard) == 0 {
		return job.Steps
	}
	var steps []step
	for _, shard := range job.Strategy.Matrix.Shard {
		for _, s := range job.Steps {
			s.Run = strings.ReplaceAll(s.Run, "${{ matrix.shard }}", fmt.Sprint(shard))
			steps = append(steps, s)
		}
	}
	return steps
}

// What the page shows is what runs: each script of each recipe, against an endpoint, where rehearse is installed by a go that only does that.
func TestTheRecipesForCIWork(t *testing.T) {
	needBash(t)
	binary, url := buildBinary(t), faulty(t)
	all := recipes(t)
	if len(all) < 7 {
		t.Fatalf("%d recipes", len(all))
	}
	for _, r := range all {
		t.Run(r.name(), func(t *testing.T) {
			dir, bin := t.TempDir(), t.TempDir()
			stub := "#!/bin/sh\n[ \"$*\" = 'install github.com/rehearse-id/rehearse/cmd/rehearse@latest' ] || { echo \"go $*: not in a recipe\" >&2; exit 9; }\n" +
				"cp " + binary + " \"${GOBIN:-" + bin + "}/rehearse\"\n"
			if err := os.WriteFile(filepath.Join(bin, "go"), []byte(stub), 0o755); err != nil {
				t.Fatal(err)
			}
			values := map[string]string{"github.run_id": "4711", "Agent.TempDirectory": bin}
			env := append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"), "SCIM_URL="+url, "REHEARSE_TOKEN=t", "LANG=C.UTF-8",
				"REHEARSE_ONLY=endpoint.connect.*", "GITHUB_STEP_SUMMARY="+filepath.Join(dir, "summary"))
			if r.language == "sh" { // it compares with a release there was
				if err := os.WriteFile(filepath.Join(bin, "rehearse"), mustRead(t, binary), 0o755); err != nil {
					t.Fatal(err)
				}
				runScript(t, dir, env, `rehearse scim --url "$SCIM_URL" --out last-release`)
			}
			ran := false
			for _, s := range r.scripts(t, values) {
				if s.Uses != "" {
					usesOurs(t, s)
				}
				if s.Run == "" {
					ran = ran || strings.HasPrefix(s.Uses, "rehearse-id/")
					continue
				}
				runScript(t, dir, env, resolve(t, s.Run, values))
				ran = ran || strings.Contains(s.Run, "scim --url")
			}
			if !ran {
				t.Error("it never rehearses")
			}
		})
	}
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func runScript(t *testing.T, dir string, env []string, script string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = dir, env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s: %v\n%s", script, err, out)
	}
}

// usesOurs asks that a step which uses the action gives it inputs it has.
func usesOurs(t *testing.T, s step) {
	t.Helper()
	if !strings.HasPrefix(s.Uses, "rehearse-id/rehearse@") {
		return
	}
	a := readAction(t)
	for name := range s.With {
		if _, ok := a.Inputs[name]; !ok {
			t.Errorf("the action has no input %s", name)
		}
	}
}

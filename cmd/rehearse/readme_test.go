package main_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/internal/need"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// The README's figures are this binary's.
func TestReadmeCountsTheChecksAndFaultsThereAre(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatalf("read the README: %v", err)
	}
	readme := strings.Join(strings.Fields(string(data)), " ")
	for _, want := range []string{
		fmt.Sprintf("and %d checks: %d of SCIM endpoints, %d of connectors", len(endpoint.Checks())+len(connector.Checks()), len(endpoint.Checks()), len(connector.Checks())),
		fmt.Sprintf("can carry %d faults", len(serviceprovider.Faults())),
		fmt.Sprintf("with one of its %d faults", len(refconnector.Faults())),
	} {
		if !strings.Contains(readme, want) {
			t.Errorf("the README does not say %q", want)
		}
	}
}

func TestReadmeIsWholeMarkdown(t *testing.T) {
	data, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatalf("read the README: %v", err)
	}
	fences := 0
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "```") {
			fences++
		}
		if strings.Contains(strings.ReplaceAll(line, "${{", ""), "{{") { // an expression of a workflow is none
			t.Errorf("a placeholder is left: %s", line)
		}
	}
	if fences%2 != 0 {
		t.Errorf("%d fences, want each opened one closed", fences)
	}
}

// What the README shows of a tenant in scripts is run as it stands.
func TestReadmesTenantCommandsRunAsTheyStand(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the binary: run without -short")
	}
	need.Program(t, "sh", "curl", "jq")
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatalf("read the README: %v", err)
	}
	binary := buildBinary(t)
	scripts := strings.Split(string(readme), "```sh\n")[1:]
	for i, wants := range [][]string{
		{"https://127.0.0.1:", `"skuPartNumber": "TEAMS_EXPLORATORY"`, `"seed": 7`, `"fairWeather": true`, `"exchanges": []`, `"access_token":"`},
		{`"userName":"admin@contoso.onmicrosoft.com"`, `"title":"Conductor"`, `"code": "Active"`, "update\tContoso Administrator\tsuccess", "create\tContoso Administrator\tsuccess"},
	} {
		if i >= len(scripts) {
			t.Fatalf("the README has %d scripts of a tenant", len(scripts))
		}
		script, _, ended := strings.Cut(scripts[i], "```\n")
		if !ended {
			t.Fatalf("script %d does not end", i)
		}
		run(t, binary, strings.ReplaceAll(script, "127.0.0.1:8080", strings.TrimPrefix(closedPort(t), "http://")), wants)
	}
}

func run(t *testing.T, binary, script string, wants []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	folder := t.TempDir()
	if err := os.Symlink(binary, filepath.Join(folder, "rehearse")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, "sh", "-c", script+"wait\n")
	cmd.Dir = folder
	output, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("the commands end with %v:\n%s", err, output)
	}
	for _, want := range wants {
		if !strings.Contains(string(output), want) {
			t.Errorf("the commands answer no %s:\n%s", want, output)
		}
	}
	if strings.Contains(string(output), `"error":{`) || strings.Contains(string(output), `"error": "`) {
		t.Errorf("a command is refused:\n%s", output)
	}
}

package main_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
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
		fmt.Sprintf("and %d checks", len(endpoint.Checks())),
		fmt.Sprintf("can carry %d faults", len(serviceprovider.Faults())),
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
		if strings.Contains(line, "{{") {
			t.Errorf("a placeholder is left: %s", line)
		}
	}
	if fences%2 != 0 {
		t.Errorf("%d fences, want each opened one closed", fences)
	}
}

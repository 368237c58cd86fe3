package main

import (
	"os"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

func TestTheTablesOfMicrosoftsTestsAreTrue(t *testing.T) {
	page, err := os.ReadFile("../../docs/microsoft-tests.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(page) != microsoftPage() {
		t.Error("docs/microsoft-tests.md is not what `rehearse list --microsoft` says")
	}
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(microsoftMarkdown()) {
		if !strings.Contains(string(readme), line) {
			t.Errorf("README.md lacks %s", line)
		}
	}
}

func TestAllOfMicrosoftsTestsAreThere(t *testing.T) {
	known := map[string]bool{}
	for _, c := range endpoint.Checks() {
		known[c.ID] = true
	}
	count := map[suites.Stage]int{}
	for _, test := range endpoint.MicrosoftTests() {
		count[test.Suite]++
		for _, id := range append([]string{test.Check}, test.Covered...) {
			if !known[id] {
				t.Errorf("%s names the check %s, which does not exist", test.Name, id)
			}
		}
	}
	if count[suites.Listing] != 25 || count[suites.Validation] != 24+7 {
		t.Errorf("%v, want 25 and 24 + 7", count)
	}
}

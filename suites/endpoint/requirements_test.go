package endpoint_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/suites/endpoint"
)

func TestEachRequirementIsJudgedOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	known, judged, seen := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range endpoint.Checks() {
		known[c.ID] = true
	}
	for _, r := range endpoint.Requirements() {
		if seen[r.ID] || r.ID == "" || r.Text == "" || !slices.Contains([]string{"MUST", "SHOULD", "MAY"}, r.Level) {
			t.Errorf("the requirement %+v is not complete, or there twice", r)
		}
		seen[r.ID] = true
		if (len(r.Checks) == 0) == (r.Reason == "") {
			t.Errorf("%s needs either checks or a reason for having none", r.ID)
		}
		for _, id := range r.Checks {
			judged[id] = true
			if !known[id] {
				t.Errorf("%s names the check %s, which does not exist", r.ID, id)
			}
		}
	}
	for id := range known {
		if strings.HasPrefix(id, "endpoint.rfc.") && !judged[id] {
			t.Errorf("%s judges no requirement of the catalogue", id)
		}
	}
}

func TestTheDocumentedRequirementsAreTheCatalogue(t *testing.T) {
	t.Parallel()
	const page = "../../docs/rfc.md"
	want := endpoint.RequirementsMarkdown()
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(page)
	if err != nil || string(have) != want {
		t.Errorf("docs/rfc.md is not the catalogue (%v): run make docs", err)
	}
}

package endpoint_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// gaps are what is wrong with a catalogue of requirements, given the ids of all checks.
func gaps(requirements []endpoint.Requirement, checks []string) []string {
	var wrong []string
	judged, seen := map[string]bool{}, map[string]bool{}
	for _, r := range requirements {
		switch {
		case seen[r.ID]:
			wrong = append(wrong, r.ID+" stands twice")
		case r.ID == "" || r.Text == "" || !strings.HasPrefix(r.Section, "RFC "):
			wrong = append(wrong, fmt.Sprintf("%+v lacks its id, its text or its section", r))
		case !slices.Contains([]string{"MUST", "SHOULD", "MAY"}, r.Level):
			wrong = append(wrong, r.ID+" has the level "+r.Level)
		case len(r.Checks) == 0 && r.Reason == "":
			wrong = append(wrong, r.ID+" has no check and no stated reason")
		case len(r.Checks) > 0 && r.Reason != "":
			wrong = append(wrong, r.ID+" has checks and a reason for having none")
		}
		seen[r.ID] = true
		for _, id := range r.Checks {
			if judged[id] = true; !slices.Contains(checks, id) {
				wrong = append(wrong, r.ID+" names "+id+", which is no check")
			}
		}
	}
	for _, id := range checks {
		if strings.HasPrefix(id, "endpoint.rfc.") && !judged[id] {
			wrong = append(wrong, id+" judges no requirement")
		}
	}
	return wrong
}

func TestEachRequirementIsJudgedOrSaysWhyNot(t *testing.T) {
	t.Parallel()
	var checks []string
	for _, c := range endpoint.Checks() {
		checks = append(checks, c.ID)
	}
	for _, wrong := range gaps(endpoint.Requirements(), checks) {
		t.Error(wrong)
	}
}

// The rule above can be broken in each of its parts.
func TestAGapOfTheCatalogueShows(t *testing.T) {
	t.Parallel()
	const id = "endpoint.rfc.sort"
	sound := endpoint.Requirement{ID: "7644-x", Section: "RFC 7644 §3.4.2.3", Level: "MAY", Text: "Lists are sorted.", Checks: []string{id}}
	if wrong := gaps([]endpoint.Requirement{sound}, []string{id}); len(wrong) > 0 {
		t.Errorf("a sound catalogue has gaps: %q", wrong)
	}
	for _, c := range []struct {
		name, says string
		spoil      func(r *endpoint.Requirement)
	}{
		{"no check and no reason", "no check and no stated reason", func(r *endpoint.Requirement) { r.Checks = nil }},
		{"a check and a reason", "checks and a reason", func(r *endpoint.Requirement) { r.Reason = "not observable" }},
		{"a check that is none", "which is no check", func(r *endpoint.Requirement) { r.Checks = append(r.Checks, "endpoint.rfc.gone") }},
		{"an unknown level", "the level WILL", func(r *endpoint.Requirement) { r.Level = "WILL" }},
		{"no section", "its section", func(r *endpoint.Requirement) { r.Section = "" }},
		{"a check that judges nothing", "judges no requirement", func(r *endpoint.Requirement) { r.Checks, r.Reason = nil, "not observable" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := sound
			r.Checks = slices.Clone(sound.Checks)
			c.spoil(&r)
			if wrong := strings.Join(gaps([]endpoint.Requirement{r}, []string{id}), "; "); !strings.Contains(wrong, c.says) {
				t.Errorf("got %q", wrong)
			}
		})
	}
	if wrong := gaps([]endpoint.Requirement{sound, sound}, []string{id}); len(wrong) != 1 {
		t.Errorf("a requirement that stands twice: %q", wrong)
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

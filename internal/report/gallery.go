package report

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
)

// galleryTest is a test of Microsoft's gallery validation.
type galleryTest struct {
	name     string
	optional bool // its failure is a warning
}

// galleryTests are in the order in which the workflow reports them.
// Source: github.com/AzureAD/SCIMReferenceCode, Microsoft.SCIM.LogicAppValidationTemplate/StandardLogicApp/Orchestrator_Workflow.json.
var galleryTests = []galleryTest{
	{"Create_User_Test", false}, {"Update_User_Test", false}, {"Disable_User_Test", false}, {"Delete_User_Test", true}, {"User_Update_Manager_Test", false}, {"Restore_User_Test", false},
	{"Create_Group_Test", false}, {"Update_Group_Test", false}, {"Delete_Group_Test", true}, {"Group_Update_Add_Member_Test", false}, {"Group_Update_Remove_Member_Test", false},
	{"Schema_Discoverability_Test", false}, {"SCIM_Null_Update_Test", false}, {"SCIM_User_Create_Test", false}, {"SCIM_Group_Create_Test", false}, {"SCIM_User_Update_Test", false},
	{"SCIM_Group_Update_Test", false}, {credentialsTest, false}, {federatedTest, false}, {"SCIM_User_Pagination_Test", false}, {"SCIM_Group_Pagination_Test", true},
	{"SCIM_Update_Manager_Test", false}, {"POD_User_Test", false}, {"POD_Group_Test", false}, {"Restore_Group_Test", true},
}

// The two tests of authentication, one of which has to pass.
const (
	credentialsTest = "Validate_Credentials_Test" //nolint:gosec // the name of a test
	federatedTest   = "Federated_Identity_Test"
)

// groupsMandatory is in the reason of a group test that was skipped because there are no groups: there, it fails.
const groupsMandatory = "Group provisioning is mandatory"

// galleryRow is a row of the result as Microsoft's workflow writes it.
// Source: learn.microsoft.com/entra/identity/enterprise-apps/validate-user-provisioning-app-gallery, review your validation results.
type galleryRow struct {
	Name           string `json:"testName"`
	Result         string `json:"testResult"`
	Details        string `json:"provisioningErrorDetails"`
	Recommendation string `json:"recommendationUrl"`
	Message        string `json:"message"`
}

type galleryResults struct {
	Tests   []galleryRow `json:"testResults"`
	Overall string       `json:"overallResult"` // Succeeded or Failed
}

// ranSuite says whether any test of a suite of Microsoft's was run.
func ranSuite(r result.Report, stage string) bool {
	return r.Shard == nil && slices.ContainsFunc(r.Checks, func(c result.Check) bool {
		return c.Stage == stage && c.Test != "" && c.Status != result.NotRun
	})
}

// WriteGallery writes gallery-results.json: a row for each of Microsoft's 25 tests, in its shape and order, and its final verdict. It is Succeeded when every
// mandatory test passed or was skipped and one of the two tests of authentication passed. A test that was not run is SKIPPED, one that a
// finding of another check blocks is FAILED, and names that check and how to mend it.
func WriteGallery(w io.Writer, r result.Report, o Options) error {
	all := galleryResults{Tests: []galleryRow{}, Overall: "Succeeded"}
	authenticated := false
	for _, t := range galleryTests {
		c, ran := testNamed(r, t.name)
		row := galleryRow{Name: t.name, Result: "SKIPPED"}
		failed := false
		switch {
		case !ran || c.Status == result.NotRun:
		case c.Status == result.Passed, c.Status == result.UnexpectedPass:
			row.Result = "success"
			authenticated = authenticated || t.name == credentialsTest || t.name == federatedTest
		case c.Status == result.Skipped && strings.Contains(c.Reason, groupsMandatory):
			failed, row.Details = true, c.Reason
			row.Result = "FAILED - " + c.Reason
			row.Recommendation = "https://learn.microsoft.com/entra/identity/enterprise-apps/troubleshoot-user-provisioning-validation"
			row.Message = "Serve groups, and name their schema in /Schemas."
		case c.Status == result.Skipped:
			row.Result, row.Message = "SKIPPED - "+c.Reason, c.Reason
		default:
			failed = true
			row.fill(r, c, o)
		}
		if failed && t.optional {
			row.Result = strings.Replace(row.Result, "FAILED", "WARNING", 1)
		}
		if failed && !t.optional && t.name != credentialsTest && t.name != federatedTest {
			all.Overall = "Failed"
		}
		all.Tests = append(all.Tests, row)
	}
	if !authenticated {
		all.Overall = "Failed"
	}
	return writeIndented(w, "gallery results", all)
}

// fill writes what went wrong into a row: the finding of the test, or that of the check it is blocked by.
func (row *galleryRow) fill(r result.Report, c result.Check, o Options) {
	what, fix, sources := told(r, c)
	row.Result, row.Details, row.Recommendation = "FAILED - "+what, answersOf(c, r, o), firstLink(sources)
	if row.Details == "" {
		row.Details = what
	}
	row.Message = fix
	if c.BlockedBy != "" {
		row.Message = "The cause is " + c.BlockedBy + ". " + fix
	}
}

// told is what a test that did not pass met, and how to mend it.
func told(r result.Report, c result.Check) (what, fix string, sources []string) {
	if len(c.Findings) > 0 {
		f := c.Findings[0]
		return f.Rule + ": " + f.Actual, f.Fix, f.Sources
	}
	for _, cause := range r.Checks {
		if cause.ID == c.BlockedBy && len(cause.Findings) > 0 {
			f := cause.Findings[0]
			return c.Reason, f.Rule + ": " + f.Actual + ". " + f.Fix, f.Sources
		}
	}
	return c.Reason, "", nil
}

// answersOf are the answers that show what went wrong.
func answersOf(c result.Check, r result.Report, o Options) string {
	cited := c
	if len(c.Findings) == 0 {
		for _, cause := range r.Checks {
			if cause.ID == c.BlockedBy {
				cited = cause
			}
		}
	}
	var lines []string
	for _, f := range cited.Findings {
		for _, e := range o.find(f.Exchanges) {
			lines = append(lines, fmt.Sprintf("%s %s: %d %s", e.Request.Method, e.Request.URL, e.Response.Status, shorten(string(e.Response.Body.Bytes), summaryText)))
		}
	}
	const few = 3
	return strings.Join(lines[:min(len(lines), few)], "\n")
}

func firstLink(sources []string) string {
	for _, s := range sources {
		if l := linkOf(s); l.URL != "" {
			return l.URL
		}
	}
	return ""
}

func testNamed(r result.Report, name string) (result.Check, bool) {
	for _, c := range r.Checks {
		if c.Test == name {
			return c, true
		}
	}
	return result.Check{}, false
}

func writeIndented(w io.Writer, what string, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return fmt.Errorf("write %s: %w", what, err)
	}
	return nil
}

package report

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

// listing is a report of gallery tests, all passed but those given.
func listing(bent ...result.Check) result.Report {
	r := result.Report{}
	for _, t := range galleryTests {
		c := result.Check{ID: "endpoint.gallery." + t.name, Test: t.name, Stage: "gallery", Level: result.Required, Status: result.Passed}
		for _, b := range bent {
			if b.Test == t.name {
				c.Status, c.Reason, c.Findings, c.BlockedBy = b.Status, b.Reason, b.Findings, b.BlockedBy
			}
		}
		r.Checks = append(r.Checks, c)
	}
	r.Checks = append(r.Checks, result.Check{ID: "endpoint.create.user", Status: result.Failed, Findings: []result.Finding{{
		Rule: "POST is answered 201", Actual: "500", Fix: "Answer 201.", Sources: []string{"https://learn.microsoft.com/x"},
	}}})
	return r
}

func TestTheGalleryResultFollowsMicrosoftsRules(t *testing.T) {
	finding := []result.Finding{{Rule: "[Update Phase] the title is there", Actual: "no title", Fix: "Store it.", Sources: []string{"https://learn.microsoft.com/y"}}}
	for _, tc := range []struct {
		name    string
		bent    []result.Check
		overall string
		test    string
		says    string // how the row's result begins
		message string
	}{
		{"all pass", nil, "Succeeded", "Create_User_Test", "success", ""},
		{"a mandatory one fails", []result.Check{{Test: "Update_User_Test", Status: result.Failed, Findings: finding}}, "Failed", "Update_User_Test", "FAILED - [Update Phase]", "Store it."},
		{"an optional one fails", []result.Check{{Test: "Delete_Group_Test", Status: result.Failed, Findings: finding}}, "Succeeded", "Delete_Group_Test", "WARNING - [Update Phase]", "Store it."},
		{"a mandatory one is skipped", []result.Check{{Test: "SCIM_Update_Manager_Test", Status: result.Skipped, Reason: "no manager"}}, "Succeeded", "SCIM_Update_Manager_Test", "SKIPPED - no manager", "no manager"},
		{"a blocked one names its cause and the fix", []result.Check{{Test: "Create_User_Test", Status: result.Blocked, BlockedBy: "endpoint.create.user", Reason: "nobody came"}}, "Failed", "Create_User_Test", "FAILED - nobody came", "The cause is endpoint.create.user. POST is answered 201: 500. Answer 201."},
		{"there are no groups", []result.Check{{Test: "Create_Group_Test", Status: result.Skipped, Reason: "[Initialization Phase] Schema_Discovery - Group provisioning is mandatory."}}, "Failed", "Create_Group_Test", "FAILED - [Initialization Phase]", "Serve groups"},
		{"one kind of authentication does", []result.Check{{Test: credentialsTest, Status: result.Failed, Findings: finding}}, "Succeeded", credentialsTest, "FAILED - ", ""},
		{"no kind of authentication does not", []result.Check{{Test: credentialsTest, Status: result.Skipped}, {Test: federatedTest, Status: result.Skipped}}, "Failed", federatedTest, "SKIPPED", ""},
		{"one was not run", []result.Check{{Test: "POD_User_Test", Status: result.NotRun}}, "Succeeded", "POD_User_Test", "SKIPPED", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var b bytes.Buffer
			if err := WriteGallery(&b, listing(tc.bent...), Options{}); err != nil {
				t.Fatal(err)
			}
			var got galleryResults
			if err := json.Unmarshal(b.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if got.Overall != tc.overall || len(got.Tests) != 25 {
				t.Errorf("%s with %d tests, want %s with 25", got.Overall, len(got.Tests), tc.overall)
			}
			for _, row := range got.Tests {
				if row.Name == tc.test && (!strings.HasPrefix(row.Result, tc.says) || !strings.Contains(row.Message, tc.message)) {
					t.Errorf("row %+v", row)
				}
			}
		})
	}
}

func TestTheValidatorResultHasItsShape(t *testing.T) {
	r := result.Report{Checks: []result.Check{
		{Test: "Create a new User", Stage: "validator", Level: result.Recommended, Status: result.Passed},
		{Test: "Delete a User", Stage: "validator", Level: result.Recommended, Status: result.Failed, Findings: []result.Finding{{Rule: "DELETE is answered 204", Expected: "204", Actual: "500", Fix: "Answer 204."}}},
		{Test: "Delete a Group", Stage: "validator", Level: result.Recommended, Status: result.Blocked, BlockedBy: "endpoint.group.delete", Reason: "still there"},
		{Test: "Delete the same User twice", Stage: "validator", Level: result.Informational, Status: result.Skipped, Reason: "no users"},
	}}
	var b bytes.Buffer
	if err := WriteValidator(&b, r, Options{}); err != nil {
		t.Fatal(err)
	}
	var got validatorResults
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	d := got.Results.Data
	if len(d.PassedTests) != 1 || len(d.FailedTests) != 2 || len(d.PreviewTests) != 1 || !d.SFComplianceFailed {
		t.Fatalf("%+v", d)
	}
	if f := d.FailedTests[0]; f.Name != "DELETE /Users/Id" || f.Results[0].Outcome != 1 || !strings.Contains(f.Results[0].MoreInformation, "Answer 204.") {
		t.Errorf("%+v", f)
	}
	if f := d.FailedTests[1]; !strings.Contains(f.Results[0].MoreInformation, "endpoint.group.delete") {
		t.Errorf("a blocked test does not name its cause: %+v", f)
	}
	if p := d.PreviewTests[0]; p.Category != 1 || !strings.HasSuffix(p.Description, "(Skipped)") {
		t.Errorf("%+v", p)
	}
}

func TestResultsOfMicrosoftsSuitesAreThereWhenTheyWereRun(t *testing.T) {
	dir := t.TempDir()
	there := func() bool {
		_, err := os.Stat(filepath.Join(dir, GalleryFile))
		return err == nil
	}
	if err := WriteAll(dir, listing(), Options{}); err != nil || !there() {
		t.Fatalf("%v, written: %t", err, there())
	}
	if err := WriteAll(dir, result.Report{}, Options{}); err != nil || there() {
		t.Fatalf("%v, still there: %t", err, there())
	}
}

package report

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

// sarifFault says which of the rules of the SARIF 2.1.0 schema that its readers rely on a file breaks, "" for none.
func sarifFault(data []byte) string {
	var log struct {
		Schema  string `json:"$schema"`
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct {
					Name, InformationURI string
					Rules                []struct {
						ID, HelpURI            string
						ShortDescription, Help struct{ Text string }
						FullDescription        *struct{ Text string }
						DefaultConfiguration   struct{ Level string }
					}
				}
			}
			Invocations []struct {
				ExecutionSuccessful        *bool
				ToolExecutionNotifications []struct {
					Level   string
					Message struct{ Text string }
				}
			}
			Results []struct {
				RuleID, Kind, Level string
				RuleIndex           *int
				OccurrenceCount     int
				Message             struct{ Text string }
				Locations           []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine int }
					}
					LogicalLocations []struct{ FullyQualifiedName string }
				}
				PartialFingerprints map[string]string
				Suppressions        []struct{ Kind, Status string }
			}
		}
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if err := decoder.Decode(&log); err != nil {
		return err.Error()
	}
	levels := []string{"none", "note", "warning", "error"}
	uri := func(text string) bool { u, err := url.Parse(text); return err == nil && text != "" && (u.IsAbs()) }
	if log.Version != "2.1.0" || !strings.Contains(log.Schema, "sarif") || len(log.Runs) != 1 || strings.Contains(string(data), ": null") {
		return "the log"
	}
	run := log.Runs[0]
	if run.Tool.Driver.Name == "" || !uri(run.Tool.Driver.InformationURI) || len(run.Invocations) != 1 || run.Invocations[0].ExecutionSuccessful == nil || run.Results == nil {
		return "the run"
	}
	for _, n := range run.Invocations[0].ToolExecutionNotifications {
		if n.Message.Text == "" || !slices.Contains(levels, n.Level) {
			return "a notification"
		}
	}
	seen := map[string]bool{}
	for _, rule := range run.Tool.Driver.Rules {
		if rule.ID == "" || seen[rule.ID] || rule.ShortDescription.Text == "" || rule.Help.Text == "" || !uri(rule.HelpURI) ||
			!slices.Contains(levels, rule.DefaultConfiguration.Level) || rule.FullDescription != nil && rule.FullDescription.Text == "" {
			return "the rule " + rule.ID
		}
		seen[rule.ID] = true
	}
	for _, r := range run.Results {
		if r.Message.Text == "" || !slices.Contains(levels, r.Level) || r.Kind != "fail" || r.OccurrenceCount < 1 || len(r.PartialFingerprints) == 0 ||
			r.RuleIndex == nil || *r.RuleIndex < 0 || *r.RuleIndex >= len(run.Tool.Driver.Rules) || run.Tool.Driver.Rules[*r.RuleIndex].ID != r.RuleID {
			return "a result of " + r.RuleID
		}
		for _, l := range r.Locations {
			if !uri(l.PhysicalLocation.ArtifactLocation.URI) || l.PhysicalLocation.Region.StartLine < 1 || l.LogicalLocations[0].FullyQualifiedName == "" {
				return "the place of a result of " + r.RuleID
			}
		}
		for _, s := range r.Suppressions {
			if !slices.Contains([]string{"inSource", "external"}, s.Kind) || !slices.Contains([]string{"accepted", "underReview", "rejected"}, s.Status) {
				return "a suppression"
			}
		}
	}
	return ""
}

func sarifOf(t *testing.T, r result.Report, o Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := WriteSARIF(&out, r, o); err != nil {
		t.Fatal(err)
	}
	if fault := sarifFault(out.Bytes()); fault != "" {
		t.Errorf("no valid SARIF: %s\n%s", fault, out.Bytes())
	}
	return out.Bytes()
}

func TestSARIFGolden(t *testing.T) { golden(t, "results.sarif", sarifOf(t, fixture(), options())) }

func TestSARIFHoldsARuleForEachCheckAndAResultForEachFinding(t *testing.T) {
	r := reportOf(result.NonConformant, "a failed", "b failed recommended", "c failed informational", "d passed", "e blocked", "f known-failure", "g skipped")
	r.Checks[5].Findings = []result.Finding{{Rule: "known", Count: 3}}
	r.Checks[5].Reason, r.Checks[5].Owner = "ticket 7", "iam"
	r.Target.URL = "https://t/scim"
	var log struct {
		Runs []struct {
			Tool struct {
				Driver struct {
					Rules []struct{ ID, HelpURI string }
				}
			}
			Results []struct {
				RuleID, Level string
				Suppressions  []struct{ Justification string }
			}
		}
	}
	if err := json.Unmarshal(sarifOf(t, r, Options{Rule: func(string) Rule { return Rule{Sources: []string{"RFC 7644 §3.3"}} }}), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	if len(run.Tool.Driver.Rules) != 7 || run.Tool.Driver.Rules[3].HelpURI != "https://www.rfc-editor.org/rfc/rfc7644#section-3.3" {
		t.Errorf("rules %+v", run.Tool.Driver.Rules)
	}
	var got []string
	for _, one := range run.Results {
		line := one.RuleID + " " + one.Level
		for _, s := range one.Suppressions {
			line += " (" + s.Justification + ")"
		}
		got = append(got, line)
	}
	want := []string{"a error", "b warning", "c note", "f error (ticket 7 (owner iam))"}
	if !slices.Equal(got, want) {
		t.Errorf("results %q, want %q", got, want)
	}
}

func TestSARIFOfARunWithoutChecksIsValid(t *testing.T) {
	for _, r := range []result.Report{{}, {Verdict: result.Unreachable, Message: "no answer"}, {Target: result.Target{URL: ":// no URL"}, Verdict: result.Error, Checks: []result.Check{{ID: "a", Status: result.Failed}}}} {
		sarifOf(t, r, Options{})
	}
}

func TestAnnotationsAreOneLineEach(t *testing.T) {
	r := reportOf(result.NonConformant, "a failed", "b failed recommended", "c failed informational", "d passed", "e unexpected-pass")
	r.Problems = []string{"The target died, 100%: really"}
	r.Checks[0].Findings = []result.Finding{{Rule: "one, two: three\n::error::four", Expected: "x", Actual: "y\n::add-mask::z\r\n::set-env name=A::b", Fix: "100 %", Count: 1}}
	var out bytes.Buffer
	if err := WriteGitHubAnnotations(&out, r, Options{}); err != nil {
		t.Fatal(err)
	}
	golden(t, "annotations.txt", out.Bytes())
	for line := range strings.Lines(out.String()) {
		if !strings.HasPrefix(line, "::error title=") && !strings.HasPrefix(line, "::warning title=") && !strings.HasPrefix(line, "::notice title=") {
			t.Errorf("the target writes a line of its own: %q", line)
		}
	}
}

func TestAnnotationsAreAtMostTenOfAKind(t *testing.T) {
	var checks []string
	for _, c := range "abcdefghijklm" {
		checks = append(checks, string(c)+" failed")
	}
	var out bytes.Buffer
	if err := WriteGitHubAnnotations(&out, reportOf(result.NonConformant, checks...), Options{}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), "\n"); n != 10 || !strings.Contains(out.String(), "::error title=4 more::") {
		t.Errorf("%d annotations:\n%s", n, out.String())
	}
	if err := WriteGitHubAnnotations(refusing{}, fixture(), Options{}); err == nil {
		t.Error("no error")
	}
}

package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// Rule is what is known of a check beside what became of it.
type Rule struct {
	Why, Fix string
	Sources  []string
}

// sarifSchema is where the schema of the format stands that SARIF 2.1.0 §3.13.3 asks for.
const sarifSchema = "https://json.schemastore.org/sarif-2.1.0.json"

// checksPage describes every check.
const checksPage = "https://github.com/rehearse-id/rehearse/blob/main/docs/checks.md"

// WriteSARIF writes results.sarif, the Static Analysis Results Interchange Format, version 2.1.0
// (docs.oasis-open.org/sarif/sarif/v2.1.0/os/sarif-v2.1.0-os.html): a rule for each check and a result for each finding. What is required is
// an error, what is recommended a warning, what is informational a note; what keeps something from being judged that weighs is an error, too. A known failure is a result that is suppressed with its reason.
// Blocked checks have no results, since their cause has one.
func WriteSARIF(w io.Writer, r result.Report, o Options) error {
	run := sarifRun{
		Automation: sarifAutomation{ID: "rehearse/" + cmp.Or(r.Target.Kind, "scim") + "/"},
		Tool: sarifTool{Driver: sarifDriver{
			Name: cmp.Or(r.Tool.Name, "rehearse"), Version: r.Tool.Version, Information: "https://github.com/rehearse-id/rehearse", Rules: []sarifRule{},
		}},
		Invocations: []sarifInvocation{sarifInvocationOf(r)},
		Results:     []sarifResult{},
		Properties:  map[string]any{"target": r.Target.URL, "verdict": r.Verdict, "seed": r.Seed},
	}
	rules, weighs := map[string]int{}, burdened(r.Checks, o.FailOn)
	for _, c := range r.Checks {
		at, known := rules[c.ID]
		if !known {
			at = len(run.Tool.Driver.Rules)
			rules[c.ID] = at
			run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, sarifRuleOf(c, o))
		}
		if c.Status != result.Failed && c.Status != result.KnownFailure || c.Status == result.KnownFailure && len(c.Findings) == 0 {
			continue
		}
		for _, f := range findings(c) {
			one := sarifResultOf(r, c, f, at)
			if !c.Breaking(o.FailOn) && weighs(c) {
				one.Level = sarifLevel(result.Required)
			}
			run.Results = append(run.Results, one)
		}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(sarifLog{Schema: sarifSchema, Version: "2.1.0", Runs: []sarifRun{run}}); err != nil {
		return fmt.Errorf("write SARIF: %w", err)
	}
	return nil
}

func sarifInvocationOf(r result.Report) sarifInvocation {
	in := sarifInvocation{Successful: !undecided(r.Verdict), Notifications: []sarifNotification{}}
	if !r.StartedAt.IsZero() {
		in.Start = r.StartedAt.UTC().Format("2006-01-02T15:04:05.000Z")
	}
	if r.Message != "" {
		level := "note"
		if undecided(r.Verdict) {
			level = "error"
		}
		in.Notifications = append(in.Notifications, sarifNotification{Level: level, Message: sarifText(r.Message)})
	}
	for _, p := range r.Problems {
		in.Notifications = append(in.Notifications, sarifNotification{Level: "error", Message: sarifText(p)})
	}
	return in
}

func sarifRuleOf(c result.Check, o Options) sarifRule {
	var known Rule
	if o.Rule != nil {
		known = o.Rule(c.ID)
	}
	if len(c.Findings) > 0 {
		f := c.Findings[0]
		known = Rule{Why: cmp.Or(known.Why, f.Why), Fix: cmp.Or(known.Fix, f.Fix), Sources: union(known.Sources, f.Sources)}
	}
	rule := sarifRule{
		ID: c.ID, Short: sarifText(cmp.Or(c.Title, c.ID)), HelpURI: checksPage, Default: sarifConfiguration{Level: sarifLevel(c.Level)},
		Properties: map[string]any{"stage": c.Stage, "packs": list(c.Packs), "breaks": list(c.Breaks), "tags": append([]string{"scim", c.Stage}, c.Packs...)},
	}
	if known.Why != "" {
		why := sarifText(known.Why)
		rule.Full = &why
	}
	var text, markdown []string
	for _, part := range []struct{ name, text string }{{"Why", known.Why}, {"Fix", known.Fix}} {
		if part.text != "" {
			text, markdown = append(text, part.name+": "+shown(part.text)), append(markdown, "**"+part.name+":** "+md(part.text))
		}
	}
	if len(known.Sources) > 0 {
		text, markdown = append(text, "Sources: "+shown(strings.Join(known.Sources, "; "))), append(markdown, "**Sources:** "+strings.Join(mdSources(known.Sources), " · "))
	}
	if len(text) == 0 {
		text, markdown = []string{shown(cmp.Or(c.Title, c.ID))}, []string{md(cmp.Or(c.Title, c.ID))}
	}
	rule.Help = sarifMessage{Text: strings.Join(text, "\n"), Markdown: strings.Join(markdown, "\n\n")}
	for _, source := range known.Sources {
		if l := linkOf(source); l.URL != "" {
			rule.HelpURI = l.URL
			break
		}
	}
	return rule
}

func sarifResultOf(r result.Report, c result.Check, f result.Finding, rule int) sarifResult {
	text := []string{shown(cmp.Or(f.Rule, c.Title, c.ID))}
	for _, part := range []struct{ name, text string }{{"Expected", f.Expected}, {"Actual", f.Actual}, {"Fix", f.Fix}} {
		if part.text != "" {
			text = append(text, part.name+": "+shown(shorten(part.text, summaryText)))
		}
	}
	sum := sha256.Sum256([]byte(c.ID + "\x00" + c.Dialect + "\x00" + f.Rule))
	out := sarifResult{
		Rule: c.ID, Index: rule, Kind: "fail", Level: sarifLevel(c.Level), Message: sarifMessage{Text: strings.Join(text, "\n")},
		Locations: []sarifLocation{{
			Physical: sarifPhysical{Artifact: sarifArtifact{URI: addressOf(r.Target)}, Region: sarifRegion{Line: 1}},
			Logical:  []sarifLogical{{Name: identity(c), Kind: "resource"}},
		}},
		Occurrences:  max(f.Count, 1),
		Fingerprints: map[string]string{"rehearse/v1": hex.EncodeToString(sum[:16])},
		Properties:   map[string]any{"dialect": c.Dialect, "exchanges": list(f.Exchanges), "status": c.Status},
	}
	if c.Status == result.KnownFailure {
		reason := strings.TrimSpace(c.Reason + known(c))
		out.Suppressions = []sarifSuppression{{Kind: "external", Status: "accepted", Justification: shown(reason)}}
	}
	return out
}

// addressOf is where a finding is: a service has no files, so it is the address of the target.
func addressOf(t result.Target) string {
	if u, err := url.Parse(t.URL); err == nil && u.IsAbs() {
		return u.String()
	}
	return "about:blank"
}

func sarifLevel(level result.Level) string {
	switch level {
	case result.Required:
		return "error"
	case result.Recommended:
		return "warning"
	default:
		return "note"
	}
}

// shown makes text visible: nothing in it steers a terminal, and it names no folder of this machine.
func shown(s string) string { return exchange.Visible(homeless(s)) }

func sarifText(s string) sarifMessage { return sarifMessage{Text: shown(s)} }

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Automation  sarifAutomation   `json:"automationDetails"`
	Tool        sarifTool         `json:"tool"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	Properties  map[string]any    `json:"properties"`
}

type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name        string      `json:"name"`
	Version     string      `json:"version,omitempty"`
	Information string      `json:"informationUri"`
	Rules       []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID         string             `json:"id"`
	Short      sarifMessage       `json:"shortDescription"`
	Full       *sarifMessage      `json:"fullDescription,omitempty"`
	Help       sarifMessage       `json:"help"`
	HelpURI    string             `json:"helpUri"`
	Default    sarifConfiguration `json:"defaultConfiguration"`
	Properties map[string]any     `json:"properties"`
}

type sarifConfiguration struct {
	Level string `json:"level"`
}

type sarifMessage struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifInvocation struct {
	Successful    bool                `json:"executionSuccessful"`
	Start         string              `json:"startTimeUtc,omitempty"`
	Notifications []sarifNotification `json:"toolExecutionNotifications"`
}

type sarifNotification struct {
	Level   string       `json:"level"`
	Message sarifMessage `json:"message"`
}

type sarifResult struct {
	Rule         string             `json:"ruleId"`
	Index        int                `json:"ruleIndex"`
	Kind         string             `json:"kind"`
	Level        string             `json:"level"`
	Message      sarifMessage       `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Occurrences  int                `json:"occurrenceCount"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   map[string]any     `json:"properties"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	Line int `json:"startLine"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Status        string `json:"status"`
	Justification string `json:"justification,omitempty"`
}

package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// gatewayed is the report of a gateway that answered a SCIM request and asked Graph nothing that would carry it out.
func gatewayed() (result.Report, Options) {
	asked := seen("x-00004", "PATCH", "/Users/u-1", `{"Operations":[]}`, 204, "")
	asked.Side = exchange.ToConnector
	again := seen("x-00003", "GET", "/Users/u-1", "", 200, `{}`)
	again.Side = exchange.ToConnector
	asks := seen("x-00005", "GET", "/users/u-1", "", 200, `{}`)
	asks.Request.URL, asks.Side = "https://graph.microsoft.com/v1.0/users/u-1", exchange.FromConnector
	last := *asks
	last.ID = "x-00006"
	all := []*exchange.Exchange{asked, again, asks, &last}
	finding := result.Finding{Rule: "Disable blocks the sign-in", Expected: "accountEnabled is false", Actual: "true", Count: 1}
	for _, e := range all {
		finding.Exchanges = append(finding.Exchanges, e.ID)
	}
	r := result.Report{
		SchemaVersion: result.SchemaVersion, Target: result.Target{Kind: "connector", URL: "http://127.0.0.1:8080/scim"}, StartedAt: began, Verdict: result.NonConformant,
		Checks: []result.Check{{ID: "connector.disable.account-disabled", Title: "Disable blocks the sign-in", Stage: "disable", Packs: lifecycle, Level: result.Required, Status: result.Failed, Findings: []result.Finding{finding}}},
	}
	return r, Options{Exchanges: func(ids ...string) []*exchange.Exchange {
		var found []*exchange.Exchange
		for _, id := range ids {
			for _, e := range all {
				if e.ID == id {
					found = append(found, e)
				}
			}
		}
		return found
	}}
}

// TestAGatewaysFindingSaysWhoAskedWhom holds: in the terminal, on the page and in the summary stand what the connector was asked and, behind it, what it asked
// in turn, each under a sentence that says so, once.
func TestAGatewaysFindingSaysWhoAskedWhom(t *testing.T) {
	t.Parallel()
	r, o := gatewayed()
	for name, write := range map[string]func(*bytes.Buffer) error{
		"terminal": func(b *bytes.Buffer) error { b.WriteString(show(t, r, TerminalOptions{Options: o})); return nil },
		"page":     func(b *bytes.Buffer) error { return WriteHTML(b, r, o) },
		"summary":  func(b *bytes.Buffer) error { return WriteSummary(b, r, o) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		text, at := b.String(), 0
		for _, part := range []string{"Rehearse asked the connector", "PATCH", "/scim/v2/Users/u-1", "The connector asked Microsoft, here the fake tenant", "GET", "/v1.0/users/u-1"} {
			i := strings.Index(text[at:], part)
			if i < 0 {
				t.Errorf("%s: no %q behind what comes before it", name, part)
				break
			}
			at += i
		}
		if n := strings.Count(text, "Rehearse asked the connector"); n != 1 {
			t.Errorf("%s: the sentence stands %d times", name, n)
		}
	}
}

// TestAFindingSaysWhatTheConnectorWasTold holds: what it was told stands before what came of it, in every form of the report.
func TestAFindingSaysWhatTheConnectorWasTold(t *testing.T) {
	t.Parallel()
	r, o := gatewayed()
	r.Checks[0].Findings[0].Told = []string{`{"op":"disable","type":"user","objectId":"u-1"}`}
	for name, write := range map[string]func(*bytes.Buffer) error{
		"terminal": func(b *bytes.Buffer) error { b.WriteString(show(t, r, TerminalOptions{Options: o})); return nil },
		"page":     func(b *bytes.Buffer) error { return WriteHTML(b, r, o) },
		"summary":  func(b *bytes.Buffer) error { return WriteSummary(b, r, o) },
		"JUnit":    func(b *bytes.Buffer) error { return WriteJUnit(b, r, o) },
		"test":     func(b *bytes.Buffer) error { b.WriteString(suites.FindingText(r.Checks[0].Findings[0])); return nil },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("&#34;", `"`, "&quot;", `"`, `\_`, "_", `\{`, "{", `\}`, "}", `\~`, "~").Replace(b.String())
		told, actual := strings.Index(text, `"op":"disable"`), strings.LastIndex(text, "accountEnabled is false")
		if told < 0 || told > actual {
			t.Errorf("%s: what it was told stands at %d, what is expected at %d", name, told, actual)
		}
	}
}

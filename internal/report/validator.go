package report

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// validatorTest is a test in the result file of Microsoft's SCIM validator. Source: a saved result, github.com/pranems/SCIMEndpointServer, scim-results-9.json.
type validatorTest struct {
	Description             string             `json:"Description"` // the name of the test
	Name                    string             `json:"Name"`        // the request it is about
	Results                 []validatorOutcome `json:"Results"`
	ResponseHeaders         string             `json:"ResponseHeaders"`
	ResponseStatus          string             `json:"ResponseStatus"`
	ResponseBody            string             `json:"ResponseBody"`
	InitialRequestBodies    []string           `json:"InitialRequestBodies"`
	InitialResponseStatuses []string           `json:"InitialResponseStatuses"`
	InitialResponses        []string           `json:"InitialResponses"`
	RequestBody             string             `json:"RequestBody"`
	SFComplianceOptional    bool               `json:"SFComplianceOptional"`
	HasTestPassed           bool               `json:"HasTestPassed"`
	TestexecutionTime       int                `json:"TestexecutionTime"` // milliseconds
	Category                int                `json:"Category"`          // 1 in preview, else 0
}

type validatorOutcome struct {
	Message         string `json:"Message"`
	Outcome         int    `json:"Outcome"` // 0 is fine
	MoreInformation string `json:"MoreInformation"`
}

type validatorData struct {
	CorrelationID      string          `json:"CorrelationId"`
	InvalidCredentials bool            `json:"InvalidCredentials"`
	Message            *string         `json:"Message"`
	WarningMessage     *string         `json:"WarningMessage"`
	ErrorTrace         *string         `json:"ErrorTrace"`
	SFComplianceFailed bool            `json:"SFComplianceFailed"`
	PassedTests        []validatorTest `json:"PassedTests"`
	FailedTests        []validatorTest `json:"FailedTests"`
	Warnings           []string        `json:"Warnings"`
	PreviewTests       []validatorTest `json:"PreviewTests"`
}

type validatorResults struct {
	Results struct {
		Data    validatorData `json:"data"`
		Success bool          `json:"success"`
	} `json:"results"`
}

// WriteValidator writes validator-results.json, the result of the tests of Microsoft's SCIM validator in the shape of its own. Tests that are in preview
// there decide nothing. A test that another check's finding blocks has failed; what blocks it is in its Results. Requests and answers are those
// that findings cite.
func WriteValidator(w io.Writer, r result.Report, o Options) error {
	var all validatorResults
	d := &all.Results.Data
	d.CorrelationID = "rehearse-" + strconv.FormatUint(r.Seed, 10)
	d.PassedTests, d.FailedTests, d.Warnings, d.PreviewTests = []validatorTest{}, []validatorTest{}, []string{}, []validatorTest{}
	for _, c := range r.Checks {
		if c.Stage != "validator" || c.Test == "" || c.Status == result.NotRun {
			continue
		}
		t := validatorTestOf(r, c, o)
		switch {
		case c.Level == result.Informational:
			d.PreviewTests = append(d.PreviewTests, t)
		case t.HasTestPassed:
			d.PassedTests = append(d.PassedTests, t)
		default:
			d.FailedTests = append(d.FailedTests, t)
		}
	}
	d.SFComplianceFailed = len(d.FailedTests) > 0
	all.Results.Success = true
	return writeIndented(w, "validator results", all)
}

func validatorTestOf(r result.Report, c result.Check, o Options) validatorTest {
	t := validatorTest{Description: c.Test, Name: requestOf(c.Test), Results: []validatorOutcome{}, TestexecutionTime: int(c.DurationMs)}
	if c.Level == result.Informational {
		t.Category = 1
	}
	switch c.Status {
	case result.Passed, result.UnexpectedPass:
		t.HasTestPassed = true
		return t
	case result.Skipped:
		t.HasTestPassed = true
		t.Description += " (Skipped)"
		t.Results = append(t.Results, validatorOutcome{Message: "Test skipped: " + c.Reason})
		return t
	default:
	}
	for _, f := range c.Findings {
		t.Results = append(t.Results, validatorOutcome{Message: f.Rule, Outcome: 1, MoreInformation: "Expected " + f.Expected + ", got " + f.Actual + ". " + f.Fix})
	}
	if len(c.Findings) == 0 {
		what, fix, _ := told(r, c)
		t.Results = append(t.Results, validatorOutcome{Message: what, Outcome: 1, MoreInformation: "The cause is " + c.BlockedBy + ". " + fix})
	}
	var cited []*exchange.Exchange
	for _, f := range c.Findings {
		cited = append(cited, o.find(f.Exchanges)...)
	}
	for i, e := range cited {
		request, status, body := requestText(e), statusText(e.Response.Status), string(e.Response.Body.Bytes)
		if i < len(cited)-1 {
			t.InitialRequestBodies, t.InitialResponseStatuses, t.InitialResponses = append(t.InitialRequestBodies, request), append(t.InitialResponseStatuses, status), append(t.InitialResponses, body)
			continue
		}
		t.RequestBody, t.ResponseStatus, t.ResponseBody, t.ResponseHeaders = request, status, body, headerText(e.Response.Header)
	}
	return t
}

func statusText(status int) string {
	return strings.TrimSpace(strconv.Itoa(status) + " " + strings.ReplaceAll(http.StatusText(status), " ", ""))
}

func requestText(e *exchange.Exchange) string {
	text := e.Request.Method + " " + e.Request.URL + " 1.1\r\n"
	if kind := e.Request.Header.Get("Content-Type"); kind != "" {
		text += "Content-Type: " + kind + "\r\n"
	}
	if body := string(e.Request.Body.Bytes); body != "" {
		text += body + "\r\n"
	}
	return text
}

func headerText(h http.Header) string {
	var lines []string
	for name, values := range h {
		for _, v := range values {
			lines = append(lines, name+": "+v+"\r\n")
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// requestOf is the request a test is about, as the validator labels it.
func requestOf(name string) string {
	lower := strings.ToLower(name)
	kind := "/Users"
	if strings.Contains(lower, "group") {
		kind = "/Groups"
	}
	switch {
	case strings.HasPrefix(lower, "create"):
		return "POST " + kind
	case strings.HasPrefix(lower, "filter"):
		return "Get " + kind + " filter"
	case strings.HasPrefix(lower, "get"):
		return "GET " + kind + "/Id"
	case strings.HasPrefix(lower, "delete"):
		return "DELETE " + kind + "/Id"
	default:
		return "PATCH " + kind + "/Id"
	}
}

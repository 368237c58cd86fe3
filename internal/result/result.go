// Package result holds what a rehearsal found as plain types: a check's outcome, its findings, the verdict and the
// versioned report. It knows nothing of HTTP, SCIM, Ginkgo or how reports are drawn; everything else may import it.
//
// The JSON form of [Report] is report.json, schema version 1. Fields are only ever added.
package result

import "time"

// SchemaVersion is the version of the JSON form of [Report].
const SchemaVersion = 1

// Status is what became of one check in one dialect.
type Status string

// The statuses of a check.
const (
	Passed         Status = "passed"
	Failed         Status = "failed"
	Blocked        Status = "blocked"         // could not be judged because another check failed (Check.BlockedBy)
	Skipped        Status = "skipped"         // does not apply to this target (Check.Reason)
	KnownFailure   Status = "known-failure"   // ran, failed, and is listed as known
	UnexpectedPass Status = "unexpected-pass" // ran, passed, although it is listed as known
	NotRun         Status = "not-run"         // the run ended before it
)

// Verdict is the result of a whole run, or of one dialect of it.
type Verdict string

// The verdicts of a run.
const (
	Conformant    Verdict = "conformant"
	NonConformant Verdict = "non-conformant"
	Unreachable   Verdict = "unreachable" // the first probe got no usable SCIM answer or was not authorised
	Error         Verdict = "error"       // the harness itself failed or was interrupted
	Empty         Verdict = "empty"       // a valid selection, but nothing in it applies
)

// Level says how much a failed check weighs.
type Level string

// The levels of a check. Only failures and blocks of required checks make a run non-conformant, unless the run is told to
// fail on recommended ones too.
const (
	Required      Level = "required"
	Recommended   Level = "recommended"
	Informational Level = "informational"
)

// Break names what a failure of a check breaks.
type Break string

// What a failure can break.
const (
	BreaksEntra     Break = "entra"     // Entra's provisioning service itself
	BreaksGallery   Break = "gallery"   // Microsoft's gallery validation
	BreaksValidator Break = "validator" // scimvalidator.microsoft.com
	BreaksRFC       Break = "rfc"       // RFC 7643, 7644, 6750 or 9110
	BreaksGraph     Break = "graph"     // what Microsoft Graph and the login host ask of their clients
)

// Finding is one broken rule: what was expected, what came, why it matters and how to mend it.
type Finding struct {
	Rule      string   `json:"rule"`                // the sentence that was broken
	Expected  string   `json:"expected"`            // what the rule asks for
	Actual    string   `json:"actual"`              // what the target did
	Why       string   `json:"why"`                 // what it does to provisioning from Entra
	Fix       string   `json:"fix"`                 // what to change in the target
	Sources   []string `json:"sources"`             // RFC sections and documentation pages
	Count     int      `json:"count"`               // how often the rule was broken in this check, at least 1
	Told      []string `json:"told,omitempty"`      // what a connector was told when it made those exchanges, or last where there are none: its messages, as JSON
	Exchanges []string `json:"exchanges,omitempty"` // ids of the HTTP exchanges that show it (HAR entry ids)
	Log       []string `json:"log,omitempty"`       // lines that the target wrote to its log around the first of them, when the run started the target
}

// Check is what became of one check in one dialect.
type Check struct {
	ID         string    `json:"id"`
	Title      string    `json:"title"`
	Stage      string    `json:"stage"`
	Packs      []string  `json:"packs"`
	Level      Level     `json:"level"`
	Breaks     []Break   `json:"breaks"`
	Dialect    string    `json:"dialect"`
	Test       string    `json:"test,omitempty"` // name of the test of Microsoft's that the check stands for
	Status     Status    `json:"status"`
	DurationMs float64   `json:"durationMs"`
	BlockedBy  string    `json:"blockedBy,omitempty"` // id of the check at the root, when Status is Blocked, or KnownFailure for its sake
	Reason     string    `json:"reason,omitempty"`    // why it was skipped, blocked or is known to fail
	Owner      string    `json:"owner,omitempty"`     // who owns the known failure
	Expires    string    `json:"expires,omitempty"`   // date (YYYY-MM-DD) from which the known failure counts again
	Needed     bool      `json:"needed,omitempty"`    // it was not chosen itself: it ran because a chosen one needs it
	Findings   []Finding `json:"findings"`
}

// Tool names the program that made the report.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Target names what was judged.
type Target struct {
	Kind        string   `json:"kind"` // "scim" or "connector"
	URL         string   `json:"url"`
	Software    string   `json:"software"`          // what the target says it is, "" when it does not say
	Adaptations []string `json:"adaptations"`       // how the run adapted itself to the target, one sentence each
	BuiltIn     bool     `json:"builtIn,omitempty"` // the endpoint was served by the run, and its address ended with it
	Faults      []string `json:"faults,omitempty"`  // that the built-in endpoint was given
}

// Counts counts checks by status. A check that runs in two dialects counts once per dialect.
type Counts struct {
	Passed           int `json:"passed"`
	Failed           int `json:"failed"`
	Blocked          int `json:"blocked"`
	Skipped          int `json:"skipped"`
	KnownFailures    int `json:"knownFailures"`
	UnexpectedPasses int `json:"unexpectedPasses"`
	NotRun           int `json:"notRun"`
}

// Leftover is something the run created on the target and could not remove.
type Leftover struct {
	URL    string `json:"url"`
	Reason string `json:"reason"`
	Remove string `json:"remove,omitempty"` // how to remove it by hand, "" when nobody knows
}

// Shard tells that a report is a part of a run, and which.
type Shard struct {
	Index     int   `json:"index"`     // from 1
	Of        int   `json:"of"`        // how many parts there are
	Selected  int   `json:"selected"`  // checks in all parts together; 0 when the part came to no list of checks
	Positions []int `json:"positions"` // place of each check of the report among them, from 0
	FailOn    Level `json:"failOn"`    // lowest level that weighs
	// Command runs the whole again on one machine, without secrets; "" in reports of earlier versions.
	Command string `json:"command,omitempty"`
}

// Report is a whole run. Its JSON form is report.json.
type Report struct {
	SchemaVersion int                `json:"schemaVersion"`
	Tool          Tool               `json:"tool"`
	Target        Target             `json:"target"`
	StartedAt     time.Time          `json:"startedAt"`
	DurationMs    float64            `json:"durationMs"`
	Requests      int                `json:"requests"` // HTTP requests sent to the target
	Seed          uint64             `json:"seed"`
	Verdict       Verdict            `json:"verdict"`
	Verdicts      map[string]Verdict `json:"verdicts"`           // by dialect
	Unusable      string             `json:"unusable,omitempty"` // why the target could not be judged, when Verdict is Unreachable: unreachable, tls, unauthorised, redirect, not-scim or throttled
	Message       string             `json:"message,omitempty"`  // one sentence, when Verdict is Unreachable, Error or Empty
	Problems      []string           `json:"problems,omitempty"` // what besides checks makes the run non-conformant, one sentence each
	Counts        Counts             `json:"counts"`
	Checks        []Check            `json:"checks"`
	Leftovers     []Leftover         `json:"leftovers"`
	Load          *Load              `json:"load,omitempty"`        // what was measured under load; nil when nothing was
	Calls         []Request          `json:"calls,omitempty"`       // what a connector asked of the tenant, by method and path; nil for endpoints
	Permissions   *Permissions       `json:"permissions,omitempty"` // of a connector; nil for endpoints
	Shard         *Shard             `json:"shard,omitempty"`       // nil for a whole run
}

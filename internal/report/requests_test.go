package report

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/result"
)

// permitted is a report of a connector with a permission that it did not use.
func permitted(partial bool) result.Report {
	r := reportOf(result.Conformant, "it passed")
	r.Target.Kind = "connector"
	r.Permissions = &result.Permissions{Granted: []string{"User.Read.All", "Group.Read.All"}, Used: map[string]int{"User.Read.All": 2}, Unused: []string{"Group.Read.All"}, Partial: partial}
	return r
}

func TestUnusedPermissionsAreToldOfWholeRunsOnly(t *testing.T) {
	shard := permitted(false)
	shard.Shard = &result.Shard{Index: 1, Of: 2}
	joined := permitted(false)
	joined.Permissions = joinPermissions(joined.Permissions, permitted(true).Permissions)
	for title, test := range map[string]struct {
		report result.Report
		whole  bool
	}{"a whole run": {permitted(false), true}, "a part of the checks": {permitted(true), false}, "a shard": {shard, false}, "shards of a part": {joined, false}} {
		t.Run(title, func(t *testing.T) {
			var terminal, page, summary strings.Builder
			live := NewTerminal(&terminal, TerminalOptions{Width: 80})
			live.Begin(Start{Target: test.report.Target})
			for name, err := range map[string]error{
				"terminal": live.End(test.report), "page": WriteHTML(&page, test.report, Options{}), "summary": WriteSummary(&summary, test.report, Options{}),
			} {
				if err != nil {
					t.Fatalf("write %s: %v", name, err)
				}
			}
			if got := strings.Contains(terminal.String(), "granted and never used"); got != test.whole {
				t.Errorf("the terminal tells of it: %v, want %v", got, test.whole)
			}
			for name, text := range map[string]string{"page": page.String(), "summary": summary.String()} {
				if got := strings.Contains(text, partly); got == test.whole {
					t.Errorf("the %s says that it was a part: %v, want %v", name, got, !test.whole)
				}
				if got := strings.Contains(text, "not in this part"); got == test.whole {
					t.Errorf("the %s says never: %v, want %v", name, !got, test.whole)
				}
			}
		})
	}
}

func TestWhatWasRefusedOrLostStandsInTheRowOfItsRequest(t *testing.T) {
	rows := requestRows([]result.Request{
		{Method: "PATCH", Path: "/v1.0/users/{id}", Count: 3, Statuses: map[int]int{204: 3}, Permission: "User.ReadWrite.All"},
		{Method: "PATCH", Path: "/v1.0/users/{id}", Count: 2, Statuses: map[int]int{429: 2}},
		{Method: "PATCH", Path: "graph.microsoft.com/v1.0/users/{id}", Count: 1, Statuses: map[int]int{0: 1}},
		{Method: "GET", Path: "/v1.0/users/{id}", Count: 1, Statuses: map[int]int{404: 1}},
	})
	if len(rows) != 2 || rows[0].Count != "6" || rows[0].Permission != "User.ReadWrite.All" || rows[0].Statuses != "no answer ×1, 204 ×3, 429 ×2" || rows[1].Method != "GET" {
		t.Errorf("rows are %+v", rows)
	}
}

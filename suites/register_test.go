package suites

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/rehearse-id/rehearse/internal/result"
)

// ginkgoRun runs what is registered and returns the reports of its specs by text.
func ginkgoRun(t *testing.T, register func(), filter string) ([]string, map[string]types.SpecReport) {
	t.Helper()
	stdout := formatter.ColorableStdOut
	formatter.ColorableStdOut = new(bytes.Buffer)
	defer func() { formatter.ColorableStdOut = stdout }()
	globals.Reset()
	defer globals.Reset()
	var order []string
	reports := make(map[string]types.SpecReport)
	register()
	ginkgo.ReportAfterEach(func(r ginkgo.SpecReport) {
		if r.State == types.SpecStateSkipped && r.NumAttempts == 0 { // filtered out
			return
		}
		order = append(order, strings.Join(r.ContainerHierarchyTexts, "/")+"/"+r.LeafNodeText)
		reports[r.LeafNodeText] = r
	})
	suite, reporter := types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig()
	suite.LabelFilter = filter
	suite.RandomSeed = 7
	ginkgo.RunSpecs(&silent{}, "suite", suite, reporter)
	return order, reports
}

type silent struct{ sync.Once }

func (*silent) Fail() {}

func TestRegister(t *testing.T) {
	rs := []Runnable{
		{Spec: validSpec("e.sync.a", func(s *Spec) { s.Stage, s.Title = Sync, "sync-passes" }), Dialect: "default"},
		{Spec: validSpec("e.create.a", func(s *Spec) { s.Title = "fails" })},
		{Spec: validSpec("e.create.b", func(s *Spec) { s.Title, s.Level = "fails-softly", result.Recommended })},
		{Spec: validSpec("e.create.c", func(s *Spec) { s.Title = "skips" })},
		{Spec: validSpec("e.create.d", func(s *Spec) { s.Title = "blocked" })},
		{Spec: validSpec("e.create.e", func(s *Spec) { s.Title, s.Level = "blocked-softly", result.Informational })},
		{Spec: validSpec("e.create.f", func(s *Spec) { s.Title, s.Level = "panics", result.Informational })},
		{Spec: validSpec("e.create.g", func(s *Spec) { s.Title, s.Exclusive = "not-run", true })},
		{Spec: validSpec("e.connect.a", func(s *Spec) { s.Stage, s.Title = Connect, "connects" })},
	}
	f := []result.Finding{{Rule: "the sky is blue", Expected: "blue", Actual: "grey"}}
	outcomes := map[string]Outcome{
		"fails": {Status: result.Failed, Findings: f}, "fails-softly": {Status: result.Failed, Findings: f},
		"skips": {Status: result.Skipped, Reason: "no roles"}, "blocked": {Status: result.Blocked, BlockedBy: "e.x.y", Reason: "no user"},
		"blocked-softly": {Status: result.Blocked, BlockedBy: "e.x.y", Reason: "no user"},
		"panics":         {Status: result.NotRun, Panic: "boom"}, "not-run": {Status: result.NotRun, Reason: "interrupted"},
	}
	register := func() {
		Register(rs, func(_ context.Context, r Runnable) Outcome {
			if o, ok := outcomes[r.Title]; ok {
				return o
			}
			return Outcome{Status: result.Passed}
		})
	}
	order, reports := ginkgoRun(t, register, "")
	want := []string{
		"Rehearsal/connect/connects",
		"Rehearsal/create/fails", "Rehearsal/create/fails-softly", "Rehearsal/create/skips", "Rehearsal/create/blocked",
		"Rehearsal/create/blocked-softly", "Rehearsal/create/panics", "Rehearsal/create/not-run",
		"Rehearsal/attribute sync/sync-passes [default]",
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("specs and their order: %s", diff)
	}
	for title, want := range map[string]struct {
		state types.SpecState
		says  string
	}{
		"connects":              {types.SpecStatePassed, ""},
		"sync-passes [default]": {types.SpecStatePassed, ""},
		"fails":                 {types.SpecStateFailed, "the sky is blue\n    expected:  blue\n    actual:    grey"},
		"fails-softly":          {types.SpecStatePassed, ""},
		"skips":                 {types.SpecStateSkipped, "no roles"},
		"blocked":               {types.SpecStateFailed, "blocked by e.x.y: no user"},
		"blocked-softly":        {types.SpecStatePassed, ""},
		"panics":                {types.SpecStateFailed, "fault of the harness, not of the target: boom"},
		"not-run":               {types.SpecStateFailed, "interrupted"},
	} {
		r := reports[title]
		if r.State != want.state || !strings.Contains(r.Failure.Message, want.says) {
			t.Errorf("%s is %v with %q", title, r.State, r.Failure.Message)
		}
	}
	entries := reports["fails-softly"].ReportEntries
	if len(entries) != 1 || entries[0].Name != "recommended: e.create.b" || !strings.Contains(entries[0].StringRepresentation(), "the sky is blue") {
		t.Errorf("report entries %+v", entries)
	}
	if r := reports["not-run"]; !r.IsSerial {
		t.Error("an exclusive check may run beside others")
	}
}

func TestLabelsChooseChecks(t *testing.T) {
	rs := []Runnable{
		{Spec: validSpec("e.create.a", func(s *Spec) { s.Title = "a" }), Dialect: "default"},
		{Spec: validSpec("e.sync.b", func(s *Spec) { s.Title, s.Stage, s.Packs, s.Level = "b", Sync, []Pack{RFC}, result.Recommended }), Dialect: "x/y:(z)"},
	}
	pass := func(context.Context, Runnable) Outcome { return Outcome{Status: result.Passed} }
	for filter, want := range map[string]string{
		"create": "a", "sync": "b", "lifecycle": "a", "rfc": "b", "recommended": "b", "e.create.a": "a", "default": "a", "x-y--z-": "b",
	} {
		order, _ := ginkgoRun(t, func() { Register(rs, pass) }, filter)
		if len(order) != 1 || !strings.Contains(order[0], "/"+want) {
			t.Errorf("%s chooses %q", filter, order)
		}
	}
}

func TestOutcomesReadAsText(t *testing.T) {
	for _, tc := range []struct {
		o    Outcome
		want string
	}{
		{Outcome{Status: result.Passed}, "passed"},
		{Outcome{Status: result.Skipped, Reason: "no roles"}, "skipped: no roles"},
		{Outcome{Status: result.Failed, Findings: []result.Finding{{
			Rule: "R", Expected: "E", Actual: "A", Why: "W", Fix: "F", Sources: []string{"S1", "S2"}, Count: 3, Exchanges: []string{"x-1", "x-2"},
		}}}, "failed\nR (broken 3 times)\n    expected:  E\n    actual:    A\n    why:       W\n    fix:       F\n    sources:   S1; S2\n    exchanges: x-1 x-2"},
	} {
		if got := tc.o.Text(); got != tc.want {
			t.Errorf("got\n%s\nwant\n%s", got, tc.want)
		}
	}
}

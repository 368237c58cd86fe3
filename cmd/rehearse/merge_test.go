package main_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// What differs between two runs that find the same: names and ids on the target, ids of exchanges, times.
var passing = []*regexp.Regexp{
	regexp.MustCompile(`rehearse-[a-z]{4}(-\dof\d)?`), regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`),
	regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+Z`), regexp.MustCompile(`\d+(\.\d+)? ?ms`), regexp.MustCompile(`W/\\?"[^"]*"`),
}

// lasting is a report without what differs between two runs that find the same.
func lasting(t *testing.T, r result.Report) string {
	t.Helper()
	r.StartedAt, r.DurationMs, r.Requests, r.Shard = r.StartedAt.UTC().Truncate(1<<62), 0, 0, nil
	r.Checks = slices.Clone(r.Checks)
	for i := range r.Checks {
		r.Checks[i].DurationMs, r.Checks[i].Findings = 0, slices.Clone(r.Checks[i].Findings)
		for j := range r.Checks[i].Findings {
			f := &r.Checks[i].Findings[j]
			f.Exchanges = []string{fmt.Sprint(len(f.Exchanges))}
		}
	}
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatalf("encode the report: %v", err)
	}
	text := string(data)
	for _, pattern := range passing {
		text = pattern.ReplaceAllString(text, "…")
	}
	return text
}

// Three shards, run against one endpoint with faults and then merged, tell what one run tells.
func TestShardsMergedAreTheReportOfOneRun(t *testing.T) {
	good, err := serviceprovider.New(serviceprovider.WithToken("t"), serviceprovider.WithFaults("patch-string-false-ignored", "username-case-sensitive"))
	if err != nil {
		t.Fatalf("make the endpoint: %v", err)
	}
	server := httptest.NewServer(good)
	t.Cleanup(func() { server.CloseClientConnections(); server.Close() })
	binary, dir := buildBinary(t), t.TempDir()
	scim := func(out string, more ...string) error {
		args := append([]string{"scim", "--url", server.URL, "--token", "t", "--seed", "7", "--out", filepath.Join(dir, out)}, more...)
		if output, err := exec.CommandContext(t.Context(), binary, args...).CombinedOutput(); exitOf(t, err) != 1 {
			return fmt.Errorf("%v: %w\n%s", args, err, output)
		}
		return nil
	}
	if err := scim("one"); err != nil {
		t.Fatal(err)
	}
	var machines sync.WaitGroup // three at once, as in a CI matrix
	for _, shard := range []string{"1", "2", "3"} {
		machines.Go(func() {
			if err := scim("s"+shard, "--shard", shard+"/3"); err != nil {
				t.Error(err)
			}
		})
	}
	machines.Wait()
	merge := exec.CommandContext(t.Context(), binary, "merge", "s3", "s1", "s2", "--out", "all")
	merge.Dir = dir
	output, err := merge.CombinedOutput()
	if exitOf(t, err) != 1 {
		t.Fatalf("merge: %v\n%s", err, output)
	}
	one, all := readReport(t, filepath.Join(dir, "one")), readReport(t, filepath.Join(dir, "all"))
	if diff := cmp.Diff(strings.Split(lasting(t, one), "\n"), strings.Split(lasting(t, all), "\n")); diff != "" {
		t.Errorf("(-one run +merged)\n%s", diff)
	}
	packs := map[string]bool{}
	for _, c := range all.Checks {
		for _, p := range c.Packs {
			packs[p] = packs[p] || c.Status == result.Passed
		}
	}
	for _, c := range endpoint.Checks() {
		for _, p := range c.Packs {
			if !packs[string(p)] && p != suites.Load {
				t.Errorf("no check of the pack %s passed: the shards do not cover what there is", p)
			}
		}
	}
	for _, name := range []string{"report.html", "junit.xml", "summary.md", "exchanges.har"} {
		data, err := os.ReadFile(filepath.Join(dir, "all", name))
		if err != nil || len(data) < 1000 {
			t.Errorf("%s: %d bytes, %v", name, len(data), err)
		}
	}
	har, err := os.ReadFile(filepath.Join(dir, "all", "exchanges.har"))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Checks {
		for _, f := range c.Findings {
			for _, id := range f.Exchanges {
				if !strings.Contains(string(har), `"_id": "`+id+`"`) {
					t.Errorf("%s cites %s, which is not in the HAR file", c.ID, id)
				}
			}
		}
	}
	if n := remaining(t, good); n != 0 {
		t.Errorf("%d users and groups are left on the endpoint", n)
	}
}

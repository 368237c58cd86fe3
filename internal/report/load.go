package report

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
)

var (
	knownVerdicts = []result.Verdict{result.Conformant, result.NonConformant, result.Unreachable, result.Error, result.Empty}
	knownStatuses = []result.Status{
		result.Passed, result.Failed, result.Blocked, result.Skipped, result.KnownFailure, result.UnexpectedPass, result.NotRun,
	}
)

// Load reads a report for which something is decided: from a file, or from the report.json of a folder. Beyond what [ReadJSON]
// refuses it refuses a verdict or a status that the schema does not have, and a check that stands twice. The error is one sentence that
// names the path.
func Load(path string) (result.Report, error) {
	info, err := os.Stat(path)
	if err != nil {
		return result.Report{}, fmt.Errorf("read report: %w", err)
	}
	if info.IsDir() {
		path = filepath.Join(path, JSONFile)
	}
	f, err := os.Open(path)
	if err != nil {
		return result.Report{}, fmt.Errorf("read report: %w", err)
	}
	r, err := ReadJSON(f)
	if closed := f.Close(); err == nil && closed != nil {
		err = fmt.Errorf("read report: %w", closed)
	}
	if err == nil {
		err = sound(r)
	}
	if err != nil {
		return result.Report{}, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// place is where the outcome of a check stands: once per dialect.
type place struct{ ID, Dialect string }

func (p place) String() string {
	return identity(result.Check{ID: p.ID, Dialect: p.Dialect})
}

// sound says what makes a report one about which nothing can be said.
func sound(r result.Report) error {
	if !slices.Contains(knownVerdicts, r.Verdict) {
		return fmt.Errorf("read report: the verdict is %q, so this is not a report.json", r.Verdict)
	}
	seen := map[place]bool{}
	for _, c := range r.Checks {
		at := place{c.ID, c.Dialect}
		switch {
		case c.ID == "":
			return errors.New("read report: a check has no id, so this is not a report.json")
		case !slices.Contains(knownStatuses, c.Status):
			return fmt.Errorf("read report: the status of %s is %q, which no report.json has", at, c.Status)
		case seen[at]:
			return fmt.Errorf("read report: the check %s stands in it twice", at)
		}
		seen[at] = true
	}
	return nil
}

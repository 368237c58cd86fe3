package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/rehearse-id/rehearse/internal/result"
)

// maxReport bounds what [ReadJSON] reads, in bytes.
const maxReport = 64 << 20

// WriteJSON writes report.json: the report with every list present, if need be empty, and its schema version set.
func WriteJSON(w io.Writer, r result.Report) error {
	r.SchemaVersion = result.SchemaVersion
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(whole(r)); err != nil {
		return fmt.Errorf("write report: %w", err)
	}
	return nil
}

// ReadJSON reads what [WriteJSON] wrote. Members it does not know are ignored, since fields are only ever added; a newer
// schema version is an error.
func ReadJSON(in io.Reader) (result.Report, error) {
	data, err := io.ReadAll(io.LimitReader(in, maxReport+1))
	if err != nil {
		return result.Report{}, fmt.Errorf("read report: %w", err)
	}
	if len(data) > maxReport {
		return result.Report{}, fmt.Errorf("read report: larger than %d MiB", maxReport>>20)
	}
	var head struct {
		SchemaVersion *int `json:"schemaVersion"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return result.Report{}, fmt.Errorf("read report: not JSON: %w", err)
	}
	switch {
	case head.SchemaVersion == nil:
		return result.Report{}, errors.New("read report: no schemaVersion, so this is not a report.json")
	case *head.SchemaVersion < 1 || *head.SchemaVersion > result.SchemaVersion:
		return result.Report{}, fmt.Errorf("read report: schema version %d, but this program reads up to %d: use the program that wrote it, or a newer one",
			*head.SchemaVersion, result.SchemaVersion)
	}
	var r result.Report
	if err := json.Unmarshal(data, &r); err != nil {
		return result.Report{}, fmt.Errorf("read report: %w", err)
	}
	return r, nil
}

// whole gives a copy in which no list is nil, so that readers of the JSON never meet null.
func whole(r result.Report) result.Report {
	r.Target.Adaptations = list(r.Target.Adaptations)
	r.Leftovers = list(r.Leftovers)
	r.Verdicts = maps.Clone(r.Verdicts)
	if r.Verdicts == nil {
		r.Verdicts = map[string]result.Verdict{}
	}
	if r.Shard != nil {
		shard := *r.Shard
		shard.Positions = list(shard.Positions)
		r.Shard = &shard
	}
	if r.Load != nil {
		load := *r.Load
		load.BoundsMs, load.Kinds = list(load.BoundsMs), list(slices.Clone(load.Kinds))
		for i := range load.Kinds {
			load.Kinds[i].Buckets = list(load.Kinds[i].Buckets)
		}
		r.Load = &load
	}
	r.Checks = list(slices.Clone(r.Checks))
	for i, c := range r.Checks {
		r.Checks[i] = wholeCheck(c)
	}
	return r
}

func wholeCheck(c result.Check) result.Check {
	c.Packs, c.Breaks = list(c.Packs), list(c.Breaks)
	c.Findings = list(slices.Clone(c.Findings))
	for i := range c.Findings {
		c.Findings[i].Sources = list(c.Findings[i].Sources)
	}
	return c
}

func list[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/report"
	"github.com/rehearse-id/rehearse/internal/result"
)

// mergeCommand joins the reports of the shards of a run.
type mergeCommand struct {
	Dirs    []string `arg:"" name:"dir" help:"Report folders of all shards, in any order."`
	Out     string   `help:"Folder for the report of the whole run." default:"rehearsal" placeholder:"DIR"`
	NoColor bool     `help:"Print without colours (also: NO_COLOR)."`
}

// Help shows examples and the exit codes.
func (mergeCommand) Help() string {
	return `Examples:

  rehearse scim --url "$URL" --yes --seed 42 --shard 1/3 --out shard-1    # on three machines, with the same seed
  rehearse merge shard-1 shard-2 shard-3 --out rehearsal

Exit codes: those of the whole run (rehearse scim --help); 2 when a shard is missing, stands there twice or belongs
to another run.`
}

// Run writes the joined report, prints it, and returns its verdict as an exit code.
func (c mergeCommand) Run(std streams) error {
	parts := make([]report.Part, 0, len(c.Dirs))
	for _, dir := range c.Dirs {
		part, err := loadPart(dir)
		if err != nil {
			return usage("%v", err)
		}
		parts = append(parts, part)
	}
	merged, exchanges, err := report.Merge(parts)
	if err != nil {
		return usage("%v", err)
	}
	if err := writable(c.Out); err != nil {
		return err
	}
	options := report.Options{FailOn: parts[0].Report.Shard.FailOn, All: exchanges, Exchanges: byID(exchanges), Rule: rules()}
	options.Command = cmp.Or(parts[0].Report.Shard.Command, reproduceMerged(merged, options.FailOn))
	if err := report.WriteAll(c.Out, merged, options); err != nil {
		return &endError{code: exitError, message: err.Error() + "; name another folder with --out"}
	}
	terminal := terminalOptions(std, c.NoColor)
	terminal.Options, terminal.Dir = options, c.Out
	if err := report.NewTerminal(std.out, terminal).End(merged); err != nil {
		return fmt.Errorf("print the report: %w", err)
	}
	return verdictExit(merged.Verdict)
}

// loadPart reads the report of a folder, and its exchanges when they are there.
func loadPart(dir string) (report.Part, error) {
	part := report.Part{Name: dir}
	var err error
	if part.Report, err = report.Load(dir); err != nil {
		return part, err
	}
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		dir = filepath.Dir(dir)
	}
	file, err := os.Open(filepath.Join(dir, report.HARFile))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return part, nil
	case err != nil:
		return part, fmt.Errorf("read exchanges: %w", err)
	}
	part.Exchanges, err = exchange.ReadHAR(file)
	if err = errors.Join(err, file.Close()); err != nil {
		return part, fmt.Errorf("%s: %w", file.Name(), err)
	}
	return part, nil
}

// byID finds exchanges by their ids.
func byID(es []*exchange.Exchange) func(ids ...string) []*exchange.Exchange {
	index := make(map[string]*exchange.Exchange, len(es))
	for _, e := range es {
		index[e.ID] = e
	}
	return func(ids ...string) []*exchange.Exchange {
		var found []*exchange.Exchange
		for _, id := range ids {
			if e, ok := index[id]; ok {
				found = append(found, e)
			}
		}
		return found
	}
}

// reproduceMerged is the command that runs the whole again on one machine, as far as the report knows it.
func reproduceMerged(r result.Report, failOn result.Level) string {
	words := []string{"rehearse", r.Target.Kind}
	if !r.Target.BuiltIn {
		words = append(words, "--url", shellQuoted(redacted(r.Target.URL)))
	}
	for _, fault := range r.Target.Faults {
		words = append(words, "--fault", shellQuoted(fault))
	}
	if failOn == result.Recommended {
		words = append(words, "--fail-on", string(failOn))
	}
	return strings.Join(append(words, "--seed", strconv.FormatUint(r.Seed, 10)), " ")
}

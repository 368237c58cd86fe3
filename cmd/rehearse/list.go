package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"text/tabwriter"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// listCommand lists the checks or the faults.
type listCommand struct {
	For      kind   `help:"Only what is about: endpoint, connector (default: both)." enum:",endpoint,connector" default:"" placeholder:"KIND"`
	Faults   bool   `help:"List the named faults of the built-in endpoint and connector instead of the checks."`
	Stage    string `help:"Only the checks of this stage, or the faults that they catch: ${stages}." placeholder:"STAGE"`
	Level    string `help:"Only the checks of this level: required, recommended, informational." enum:",required,recommended,informational" default:"" placeholder:"LEVEL"`
	JSON     bool   `help:"Print JSON." xor:"form"`
	Markdown bool   `help:"Print the checks as a page in Markdown." xor:"form"`

	Microsoft bool `help:"Print Microsoft's tests and the checks that run them, as a page in Markdown." xor:"form"`
}

// Help shows examples.
func (listCommand) Help() string {
	return "Examples:\n\n  rehearse list\n  rehearse list --stage disable\n  rehearse list --for connector\n  rehearse list --faults\n  rehearse list --json"
}

// Run prints the list.
func (c listCommand) Run(std streams) error {
	if c.Faults {
		return c.faults(std)
	}
	if c.Microsoft {
		_, err := fmt.Fprint(std.out, microsoftPage())
		return err
	}
	specs, err := c.specs()
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(std, describe(specs))
	}
	if c.Markdown {
		_, err := fmt.Fprint(std.out, checksMarkdown(specs))
		return err
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, spec := range specs {
		fmt.Fprintf(table, "%s\t%s\t%s\n", spec.ID, spec.Level, spec.Title)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	required := 0
	for _, spec := range specs {
		if spec.Level == result.Required {
			required++
		}
	}
	_, err = fmt.Fprintf(std.out, "\n%d checks, %d of them required. `rehearse explain ID` tells what one asks for and why.\n", len(specs), required)
	return err
}

// specs are the selected checks, in the order of the lifecycle.
func (c listCommand) specs() ([]suites.Spec, error) {
	stages := map[string]bool{}
	var specs []suites.Spec
	for _, spec := range specsOf(c.For) {
		stages[string(spec.Stage)] = true
		if (c.Stage == "" || c.Stage == string(spec.Stage)) && (c.Level == "" || c.Level == string(spec.Level)) {
			specs = append(specs, spec)
		}
	}
	if c.Stage != "" && !stages[c.Stage] {
		return nil, usage("unknown stage %q%s", c.Stage, anyOf("the stages are", c.Stage, stages))
	}
	return specs, nil
}

func (c listCommand) faults(std streams) error {
	specs, err := c.specs() // those of the stage and level asked for
	if err != nil {
		return err
	}
	faults := slices.DeleteFunc(faultsOf(c.For), func(f knownFault) bool {
		if len(f.catchers()) == 0 {
			return c.Stage != "" || c.Level != "" // no check asks for what it breaks
		}
		return !slices.ContainsFunc(specs, func(s suites.Spec) bool { return slices.Contains(f.catchers(), s.ID) })
	})
	if c.JSON {
		type row struct {
			For      kind   `json:"for"`
			Name     string `json:"name"`
			Summary  string `json:"summary"`
			CaughtBy string `json:"caughtBy"`
			SeenIn   string `json:"seenIn,omitempty"`
			Dialect  string `json:"dialect,omitempty"`
			WithFlag string `json:"caughtWithFlag,omitempty"`
		}
		rows := make([]row, 0, len(faults))
		for _, fault := range faults {
			rows = append(rows, row{fault.Of, fault.Name, fault.Summary, fault.CaughtBy, fault.SeenIn, fault.Dialect, fault.WithFlag})
		}
		return printJSON(std, rows)
	}
	table := tabwriter.NewWriter(std.out, 0, 0, 2, ' ', 0)
	for _, fault := range faults {
		fmt.Fprintf(table, "%s\t%s\n", fault.Name, fault.Summary)
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if len(faults) == 0 {
		_, err := fmt.Fprintln(std.out, "no faults")
		return err
	}
	_, err = fmt.Fprintf(std.out, "\n%d faults. Try one: rehearse %s --fault %s\n", len(faults), faults[0].Of.command(), faults[0].Name)
	return err
}

// described is a check as `list --json` prints it, named as in report.json.
type described struct {
	ID      string         `json:"id"`
	Title   string         `json:"title"`
	Stage   suites.Stage   `json:"stage"`
	Packs   []suites.Pack  `json:"packs"`
	Level   result.Level   `json:"level"`
	Breaks  []result.Break `json:"breaks"`
	Why     string         `json:"why"`
	Fix     string         `json:"fix"`
	Sources []string       `json:"sources"`
	Needs   []string       `json:"needs"`
	Aliases []string       `json:"aliases"`
}

func describe(specs []suites.Spec) []described {
	rows := make([]described, 0, len(specs))
	for _, s := range specs {
		rows = append(rows, described{
			s.ID, s.Title, s.Stage, s.Packs, s.Level, s.Breaks, s.Why, s.Fix, s.Sources,
			append([]string{}, s.Needs...), append([]string{}, s.Aliases...),
		})
	}
	return rows
}

func printJSON(std streams, value any) error {
	encoder := json.NewEncoder(std.out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(value)
}

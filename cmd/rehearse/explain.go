package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/example"
	"github.com/rehearse-id/rehearse/suites"
	"github.com/rehearse-id/rehearse/suites/connector"
	"github.com/rehearse-id/rehearse/suites/endpoint"
)

// explainCommand explains a check or a fault.
type explainCommand struct {
	ID        string `arg:"" help:"Id of a check, or name of a fault."`
	NoExample bool   `help:"Leave the example out: nothing is played."`
	NoColor   bool   `help:"Print without colours (also: NO_COLOR)."`
}

// Help shows examples.
func (explainCommand) Help() string {
	return `Examples:

  rehearse explain endpoint.disable.string-false
  rehearse explain patch-string-false-ignored

The example is no picture: the check is played against the built-in endpoint with a fault that it catches, and once more without, and the exchange that shows
the fault is printed beside the one at its place.`
}

// subject is something that can be explained: a check or a fault of a suite.
type subject struct {
	names   []string                                 // it goes by
	text    func() string                            // what is known of it
	example func(ctx context.Context) (scene, error) // plays it
}

// subjects are all that can be explained. Another suite adds its own here.
func subjects() []subject {
	var all []subject
	for _, check := range endpoint.Checks() {
		all = append(all, subject{
			names: append([]string{check.ID}, check.Aliases...), text: func() string { return checkWords(check.Spec) },
			example: func(ctx context.Context) (scene, error) { return exampleOfCheck(ctx, check.Spec) },
		})
	}
	for _, check := range connector.Checks() {
		all = append(all, subject{
			names: append([]string{check.ID}, check.Aliases...), text: func() string { return checkWords(check.Spec) },
			example: func(ctx context.Context) (scene, error) { return exampleOfConnector(ctx, check.Spec) },
		})
	}
	for _, fault := range faultsOf("") {
		all = append(all, subject{
			names: []string{fault.Name}, text: func() string { return faultWords(fault) },
			example: func(ctx context.Context) (scene, error) { return exampleOfFault(ctx, fault) },
		})
	}
	return all
}

// Run prints what a check asks for, why and how to satisfy it, or what a fault does, and shows it.
func (c explainCommand) Run(ctx context.Context, std streams) error {
	known := map[string]bool{}
	for _, one := range subjects() {
		known[one.names[0]] = true
		if !slices.Contains(one.names, c.ID) {
			continue
		}
		if _, err := fmt.Fprint(std.out, one.text()); err != nil || c.NoExample {
			return err
		}
		return c.show(ctx, std, one)
	}
	return usage("unknown check or fault %q%s\nRun `rehearse list` or `rehearse list --faults` for all of them.", c.ID, cmp.Or(didYouMean(c.ID, known), withWordsOf(c.ID, known)))
}

// show prints the example of a subject, or in one sentence why there is none.
func (c explainCommand) show(ctx context.Context, std streams, one subject) error {
	terminal := terminalOptions(std, c.NoColor)
	style := example.Style{Color: terminal.Color, ASCII: terminal.ASCII}
	played, cancel := context.WithTimeout(ctx, exampleTimeout)
	defer cancel()
	s, err := one.example(played)
	if ctx.Err() != nil {
		return fmt.Errorf("play the example: %w", context.Cause(ctx))
	}
	if err != nil {
		s = scene{none: "It could not be played: " + inWords(err) + "."}
	}
	if played.Err() != nil {
		s = scene{none: fmt.Sprintf("It took longer than %v to play.", exampleTimeout)}
	}
	_, err = fmt.Fprint(std.out, "\n"+s.text(style))
	return err
}

// checkWords are what is known of a check.
func checkWords(spec suites.Spec) string {
	var caught []string
	for _, fault := range faultsOf("") {
		if slices.Contains(fault.catchers(), spec.ID) {
			caught = append(caught, fault.Name)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n%s\n\nWhy\n  %s\n\nFix\n  %s\n\n", spec.ID, spec.Level, spec.Title, spec.Why, spec.Fix)
	fmt.Fprintf(&b, "  stage    %s\n  breaks   %s\n  needs    %s\n  faults   %s\n", spec.Stage, orNone(breaks(spec)), orNone(strings.Join(spec.Needs, ", ")), orNone(strings.Join(caught, ", ")))
	b.WriteString("\nSources\n")
	for _, source := range spec.Sources {
		fmt.Fprintf(&b, "  %s\n", source)
	}
	return b.String()
}

// faultWords are what is known of a fault of a built-in target.
func faultWords(fault knownFault) string {
	dialect := ""
	if fault.Of == ofEndpoint {
		dialect = "\n  dialect     " + cmp.Or(fault.Dialect, "both")
	}
	return fmt.Sprintf("%s: a fault of the reference %s\n\n  %s\n\n  caught by   %s%s\n  seen in     %s\n  try it      rehearse %s --fault %s\n",
		fault.Name, fault.Of, fault.Summary, orNone(strings.Join(fault.catchers(), ", with the flag ")), dialect, orNone(fault.SeenIn), fault.Of.command(), fault.Name)
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}

// Command faults plays every check against every fault of the reference endpoint, or with -of connectors of the reference connector, and prints which
// fault which check catches: as text, or with -markdown as the page docs/faults.md or docs/connector-faults.md. With -only 'group-*,patch-*' it plays the
// faults of these names.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/matrix/connector"
	"github.com/rehearse-id/rehearse/internal/matrix/endpoint"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// errUnsound says that a fault was not caught by its check, or by another too.
var errUnsound = errors.New("the rows marked NO are not as they are to be")

func main() {
	of := flag.String("of", "endpoints", "whose faults: endpoints or connectors")
	markdown := flag.Bool("markdown", false, "print the page of docs")
	only := flag.String("only", "*", "play the faults whose names match one of these patterns, by commas")
	flag.Parse()
	debug.SetGCPercent(400) // as the binary does: see cmd/rehearse/memory.go
	if err := run(context.Background(), os.Stdout, *of, *markdown, strings.Split(*only, ",")); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, of string, markdown bool, patterns []string) error {
	var page, text string
	var sound bool
	switch of {
	case "endpoints":
		rows, err := endpoint.Run(ctx, chosen(serviceprovider.Faults(), patterns, func(f serviceprovider.Fault) string { return f.Name }))
		if err != nil {
			return err
		}
		page = endpoint.Markdown(rows)
		text, sound = endpoint.Text(rows)
	case "connectors":
		rows, err := connector.Run(ctx, chosen(refconnector.Faults(), patterns, func(f refconnector.Fault) string { return f.Name }))
		if err != nil {
			return err
		}
		page = connector.Markdown(rows)
		text, sound = connector.Text(rows)
	default:
		return fmt.Errorf("-of %q: must be endpoints or connectors", of)
	}
	if markdown {
		text, sound = page, true
	}
	if _, err := io.WriteString(out, text); err != nil {
		return fmt.Errorf("print the matrix: %w", err)
	}
	if !sound {
		return errUnsound
	}
	return nil
}

// chosen are the faults whose names match one of the patterns, which are those of [path.Match].
func chosen[F any](all []F, patterns []string, name func(F) string) []F {
	return slices.DeleteFunc(all, func(f F) bool {
		return !slices.ContainsFunc(patterns, func(pattern string) bool {
			match, err := path.Match(pattern, name(f))
			return err == nil && match
		})
	})
}

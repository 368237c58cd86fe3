// Command connectors runs every check against every fault of the reference connector and prints which fault which check catches: as text, or with
// -markdown as the page docs/connector-faults.md. With -only 'member-*,licence-*' it runs the faults of these names.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"runtime/debug"
	"slices"
	"strings"

	matrix "github.com/rehearse-id/rehearse/internal/matrix/connector"
	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
)

func main() {
	markdown := flag.Bool("markdown", false, "print the page docs/connector-faults.md")
	only := flag.String("only", "*", "run the faults whose names match one of these patterns, by commas")
	flag.Parse()
	debug.SetGCPercent(400) // as the binary does: see cmd/rehearse/memory.go
	rows, err := matrix.Run(context.Background(), chosen(refconnector.Faults(), strings.Split(*only, ",")))
	if err != nil {
		fail(err)
	}
	text, sound := matrix.Text(rows)
	if *markdown {
		text, sound = matrix.Markdown(rows), true
	}
	if _, err := io.WriteString(os.Stdout, text); err != nil {
		fail(err)
	}
	if !sound {
		os.Exit(1)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "connectors:", err)
	os.Exit(1)
}

// chosen are the faults whose names match one of the patterns, which are those of [path.Match].
func chosen(all []refconnector.Fault, patterns []string) []refconnector.Fault {
	return slices.DeleteFunc(all, func(f refconnector.Fault) bool {
		return !slices.ContainsFunc(patterns, func(pattern string) bool {
			match, err := path.Match(pattern, f.Name)
			return err == nil && match
		})
	})
}

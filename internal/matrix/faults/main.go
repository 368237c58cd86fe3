// Command faults runs every check against every fault of the reference endpoint and prints which fault which check catches:
// as text, or with -markdown as the page docs/faults.md. With -only 'group-*,patch-*' it runs the faults of these names.
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

	"github.com/rehearse-id/rehearse/internal/matrix"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

func main() {
	markdown := flag.Bool("markdown", false, "print the page docs/faults.md")
	only := flag.String("only", "*", "run the faults whose names match one of these patterns, by commas")
	flag.Parse()
	debug.SetGCPercent(400) // as the binary does: see cmd/rehearse/memory.go
	rows, err := matrix.Run(context.Background(), chosen(serviceprovider.Faults(), strings.Split(*only, ",")))
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
	if *markdown {
		show(matrix.Markdown(rows))
		return
	}
	text, sound := matrix.Text(rows)
	show(text)
	if !sound {
		os.Exit(1)
	}
}

// chosen are the faults whose names match one of the patterns, which are those of [path.Match].
func chosen(all []serviceprovider.Fault, patterns []string) []serviceprovider.Fault {
	return slices.DeleteFunc(all, func(f serviceprovider.Fault) bool {
		return !slices.ContainsFunc(patterns, func(pattern string) bool {
			match, err := path.Match(pattern, f.Name)
			return err == nil && match
		})
	})
}

func show(text string) {
	if _, err := io.WriteString(os.Stdout, text); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

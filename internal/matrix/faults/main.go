// Command faults runs every check against every fault of the reference endpoint and prints which fault which check catches:
// as text, or with -markdown as the page docs/faults.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/rehearse-id/rehearse/internal/matrix"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

func main() {
	markdown := flag.Bool("markdown", false, "print the page docs/faults.md")
	flag.Parse()
	rows, err := matrix.Run(context.Background(), serviceprovider.Faults())
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

func show(text string) {
	if _, err := io.WriteString(os.Stdout, text); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

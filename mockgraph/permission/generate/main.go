// Command generate writes the table of calls that mockgraph/permission embeds.
//
//	go run ./generate PERMISSIONS.JSON permissions.txt
//
// The first file is Microsoft's table of permissions (github.com/microsoftgraph/microsoft-graph-devx-content,
// permissions/new/permissions.json) turned round to be looked up by path:
//
//	{"/users": {"GET": {"delegated": [{"permission": "User.Read.All", "leastPrivileged": false}], "application": []}}}
package main

import (
	"fmt"
	"os"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 || args[0] == "" {
		return fmt.Errorf("want two files, the permissions by path and the table to write, got %q", args)
	}
	source, err := os.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("read permissions: %w", err)
	}
	table, err := compact(source)
	if err != nil {
		return fmt.Errorf("compact %s: %w", args[0], err)
	}
	if err := os.WriteFile(args[1], table, 0o644); err != nil { //nolint:gosec // a source file is for everybody to read
		return fmt.Errorf("write table: %w", err)
	}
	return nil
}

package main

import (
	"bufio"
	"cmp"
	"fmt"
	"strings"
)

// consent tells what is about to be sent to an endpoint off this machine, and asks before anything is. writes are the lines of the plan.
func (t reachFlags) consent(std streams, url string, writes func() []string) error {
	if isLoopback(url) {
		return nil
	}
	fmt.Fprintf(std.err, "rehearse: plan for %s\n", redacted(url))
	for _, line := range writes() {
		fmt.Fprintln(std.err, "  "+line)
	}
	if t.Yes {
		return nil
	}
	if !isTerminal(std.in) {
		return usage("users and groups would be made on %s: say --yes to agree", redacted(url))
	}
	fmt.Fprint(std.err, "Go on? [y/N] ")
	answer, err := bufio.NewReader(std.in).ReadString('\n')
	if answer = strings.ToLower(strings.TrimSpace(answer)); err != nil || answer != "y" && answer != "yes" {
		return &endError{code: exitUsage, message: "nothing was sent"}
	}
	return nil
}

// paceOf is the most requests per second to an endpoint off this machine, 0 for no limit.
func (t reachFlags) paceOf(standard float64) float64 {
	return max(cmp.Or(t.Pace, standard), 0)
}

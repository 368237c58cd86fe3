package scim

import "fmt"

// SyntaxError says where a filter or a path stops making sense. An endpoint answers it with [InvalidFilter] or [InvalidPath].
type SyntaxError struct {
	Input    string // the whole text
	Offset   int    // bytes before the place
	Expected string // in plain words, for example: a comparison operator (eq, ne, …)
	Found    string // what stands there instead
}

// Error names the place, what was expected there and what was found.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("parse %q: at offset %d: expected %s, found %s", clip(e.Input, 200), e.Offset, e.Expected, e.Found)
}

// clip shortens s to at most n bytes for a message.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "…"
}

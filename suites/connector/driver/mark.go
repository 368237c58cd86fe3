package driver

import "github.com/google/uuid"

// newMark is a word that nobody else has: the mark of a process, or a session.
func newMark() string { return uuid.NewString() }

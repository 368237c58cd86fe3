//go:build race

package need

// Raced says that the test is built with the race detector, under which what takes minutes and shows nothing more is left out.
const Raced = true

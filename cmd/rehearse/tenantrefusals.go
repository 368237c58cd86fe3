package main

import (
	"fmt"
	"io"
	"log"
	"sync"
)

// maxRefusals bounds how many hosts are remembered, and so how many lines a tenant writes unasked.
const maxRefusals = 50

// refusals tells a person why clients do not get through, which the clients themselves rarely show: each host once, or with --verbose
// each time, and then what fails before a request, too.
type refusals struct {
	out     io.Writer
	verbose bool

	mu   sync.Mutex
	told map[string]bool
}

func newRefusals(out io.Writer, verbose bool) *refusals {
	return &refusals{out: out, verbose: verbose, told: map[string]bool{}}
}

// host is told of a request the proxy refuses.
func (r *refusals) host(target, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.verbose && (r.told[target] || len(r.told) >= maxRefusals) {
		return
	}
	r.told[target] = true
	_, _ = fmt.Fprintf(r.out, "rehearse: the proxy refused %s: %s\n", target, reason) // a terminal that is gone needs no line
}

// handshakes is where the servers write what fails before a request; nil without --verbose.
func (r *refusals) handshakes() *log.Logger {
	if !r.verbose {
		return nil
	}
	return log.New(r.out, "rehearse: ", 0)
}

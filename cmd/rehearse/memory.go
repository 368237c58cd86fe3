package main

import (
	"os"
	"runtime/debug"
)

// How far the heap grows beyond what is in use before it is collected, in percent.
const (
	forCommands = 400 // for what is over in seconds: a third of its time; a rehearsal then needs some 65 MB instead of 45
	forServers  = 200 // for a tenant: it stays bounded, and provisioning a hundred thousand people takes 7 % less of the processor
)

// roomy lets the heap grow further than Go does by itself. GOGC, when it is set, decides.
func roomy(percent int) {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

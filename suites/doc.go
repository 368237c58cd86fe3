// Package suites says what a check of a conformance suite is: data ([Spec]) and a function on a rig ([Check]), bound to a
// target as a [Runnable]. A check collects what it finds in a [T]; [Execute] runs one check and turns whatever happens in it,
// panics and time-outs included, into an [Outcome].
//
// The package knows neither reports nor the command line, and it does not schedule: that is the work of the scheduler of a
// rehearsal, or of [Sequential] where plain Ginkgo or "go test" is in front ([Register]).
package suites

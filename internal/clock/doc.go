// Package clock is a clock people can steer: it runs with the real one until it is frozen, and can be set, advanced and resumed.
//
// Cycles, retention, token life and quarantine run on it, so that 28 days pass in milliseconds. What waits for somebody outside the
// process (Retry-After, timeouts) stays on the real clock.
//
//	c := clock.NewSteered()
//	c.Freeze()
//	c.Advance(28 * 24 * time.Hour) // timers that were due fire, in order
//	c.Resume()
package clock

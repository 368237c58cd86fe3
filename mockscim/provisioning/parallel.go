package provisioning

import (
	"context"
	"sync"
	"sync/atomic"
)

// WithParallelism lets up to n requests of a cycle be on their way at once; 1 by default, also for n < 1, where the same history gives the
// same requests in the same order. Users still come before groups, and both before their references. Entra's own is not documented.
func WithParallelism(n int) Option { return func(s *settings) { s.parallel = max(n, 1) } }

// each runs do for 0 to n-1, some of them side by side. Only one of them works at a time: whoever sends a request lends the turn
// to another until the answer comes, so nothing but requests overlaps. It returns the first error, after which no more begin.
func (c *cycle) each(ctx context.Context, n int, do func(i int) error) error {
	if c.parallel <= 1 || n <= 1 {
		for i := range n {
			if err := do(i); err != nil {
				return err
			}
		}
		return ctx.Err()
	}
	var (
		wait   sync.WaitGroup
		next   atomic.Int64
		failed error // guarded by the turn
	)
	c.turn.Unlock()
	for range min(c.parallel, n) {
		wait.Go(func() {
			c.turn.Lock()
			defer c.turn.Unlock()
			for failed == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(i); err != nil && failed == nil {
					failed = err
				}
			}
		})
	}
	wait.Wait()
	c.turn.Lock()
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

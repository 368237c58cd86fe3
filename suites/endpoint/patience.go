package endpoint

import (
	"context"
	"strings"
	"time"
)

// DefaultPatience is how long a run waits for a filter to show what was written. Entra's next cycle comes after forty minutes, so a search index
// that lags by seconds does no harm there.
const DefaultPatience = 5 * time.Second

// soon asks until the answer is as it should be, and returns the last one: twice at once, then after growing pauses as long as the
// patience of the run lasts. How late an answer may be is the rule of endpoint.create.read-your-writes.
func (r *Rig) soon(ctx context.Context, is func(Found) bool, ask func() Found) Found {
	f := ask()
	if is(f) || !f.OK() {
		return f
	}
	f = ask()
	pause := 100 * time.Millisecond
	for left := r.target.patience(); !is(f) && f.OK() && left > 0 && ctx.Err() == nil; pause *= 2 {
		pause = min(pause, left)
		wait(ctx, pause)
		left -= pause
		f = ask()
	}
	return f
}

// FindSoon is [Rig.Find] with patience: it asks until the answer satisfies m.
func (r *Rig) FindSoon(ctx context.Context, a *Account, m worded[Found]) Found {
	return r.soon(ctx, m.OK, func() Found { return r.Find(ctx, a) })
}

// patience is how long this run waits for what the target shows late.
func (t *Target) patience() time.Duration {
	switch {
	case t.config.Patience < 0:
		return 0
	case t.config.Patience == 0:
		return DefaultPatience
	default:
		return t.config.Patience
	}
}

// joined tells several things, each on a line.
func joined(lines []string) string { return strings.Join(lines, "\n") }

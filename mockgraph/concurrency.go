package mockgraph

import (
	"errors"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// maxTries is how often a change is worked out anew because others changed the same object meanwhile. Who loses every time gets the
// 503 with which Graph answers concurrent writes.
// Source: learn.microsoft.com/graph/errors; learn.microsoft.com/graph/best-practices-concept, handling expected errors.
const maxTries = 100

// change gives an object new values that were worked out from it as it was before, and does what belongs to the change with it, all or
// nothing. The call begins anew when the object is another by now: see [persistent].
func (c *call) change(before *directory.Object, p directory.Properties, further ...func(b *directory.Batch) error) error {
	return c.t.dir.Batch(func(b *directory.Batch) error {
		if err := b.Unchanged(before); err != nil {
			return err
		}
		if _, err := b.Update(before.ID(), p); err != nil {
			return err
		}
		for _, do := range further {
			if err := do(b); err != nil {
				return err
			}
		}
		return nil
	})
}

// persistent runs a handler until no other write comes between what it reads and what it writes.
func persistent(serve handler) handler {
	return func(c *call) error {
		var err error
		for range maxTries {
			var refused *directory.Error
			if err = serve(c); !errors.As(err, &refused) || refused.Code != directory.CodeConcurrency {
				return err
			}
		}
		return err
	}
}

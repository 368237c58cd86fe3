package provisioning

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// doubt is a create nobody knows the outcome of: the target may have the object although its answer was lost. Until that is found out, it is
// asked for with the values the create was sent with, as the object may have others by then, or be gone: it would be created twice, or stay
// behind active. What Entra does then is not documented. It never changes in place.
type doubt struct {
	kind   directory.Type
	name   string
	values map[string]string // matching attribute -> value
}

// matchingValues are what an object is asked for with.
func matchingValues(flows []mapping.Flow) map[string]string {
	values := map[string]string{}
	for _, f := range flows {
		if f.Priority > 0 && f.Value != nil {
			values[f.Target] = plain(f.Value)
		}
	}
	return values
}

// uncertain says whether a target may have done what it was asked although the request failed: everything but a clear refusal.
func uncertain(err error) bool {
	known, ok := errors.AsType[*wire.Error](err)
	return !ok || known.Status < http.StatusBadRequest || known.Status >= http.StatusInternalServerError || known.Status == http.StatusRequestTimeout
}

// isDoubtful says whether it has to be found out first what came of a create of the object, given what is to be done with it now.
func (c *cycle) isDoubtful(id string, flows []mapping.Flow) bool {
	d := c.memory.doubts[id]
	if d == nil {
		return false
	}
	if l := c.memory.links[id]; l != nil && l.managed {
		return false
	}
	for target, value := range matchingValues(flows) {
		if d.values[target] == value {
			return false // the query before the next create finds it
		}
	}
	return true
}

// resolve finds out what came of a create and joins the object to what it made.
func (c *cycle) resolve(ctx context.Context, e entry) error {
	d := c.memory.doubts[e.object]
	found, err := c.ask(ctx, e.kind, d.values)
	if err != nil {
		return err
	}
	c.change(func(m *memory) { delete(m.doubts, e.object) })
	if found == nil || c.isTaken(e.kind, found.ID()) {
		return nil
	}
	e.name = d.name
	_, err = c.link(e, found.ID())
	return err
}

// isTaken says whether an object of the target is joined to one of the directory.
func (c *cycle) isTaken(k *kind, anchor string) bool {
	owner := c.memory.owner(k.object, anchor)
	return owner != nil && owner.managed
}

// ask queries for an object by its matching attributes until one finds it; nil when none does.
func (c *cycle) ask(ctx context.Context, k *kind, values map[string]string) (scim.Resource, error) {
	flows := make([]mapping.Flow, 0, len(values))
	for _, target := range slices.Sorted(maps.Keys(values)) {
		flows = append(flows, mapping.Flow{Row: &mapping.Row{Target: target}, Value: values[target]})
	}
	found, _, err := c.match(ctx, k, flows)
	return found, err
}

// addDoubtful lists the objects nobody knows of whether they were created and that are not waiting for their next try.
func (w *worklist) addDoubtful(m *memory) {
	for _, id := range slices.Sorted(maps.Keys(m.doubts)) {
		if m.escrows[id] == nil {
			w.add(m.doubts[id].kind, id)
		}
	}
}

// afterDoubt looks at an object that is to be provisioned no more once it is known what came of its create.
func (c *cycle) afterDoubt(ctx context.Context, e entry) error {
	if e.err = c.resolve(ctx, e); e.err != nil {
		e.at = synchronization.StepMatching
		return c.settle(ctx, e)
	}
	return c.object(ctx, e.kind, e.object)
}

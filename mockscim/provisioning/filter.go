package provisioning

import "github.com/rehearse-id/rehearse/mockgraph/directory"

// inScope says whether a live object is entitled to the application and passes the mapping's scoping filter, in this order.
// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, Scoping.
func (c *cycle) inScope(k *kind, o *directory.Object) bool {
	if !c.now.entitled(o) {
		return false
	}
	filter := k.mapping.Scope()
	if filter.Empty() {
		return true
	}
	src := c.filtered(o)
	return filter.Considers(src) && filter.Holds(src)
}

// overlooked says whether the filter's input groups keep an entitled object out, which leaves it as it is in the target.
// Source: learn.microsoft.com/graph/api/resources/synchronization-filter, inputFilterGroups.
func (c *cycle) overlooked(k *kind, o *directory.Object) bool {
	return c.now.entitled(o) && !k.mapping.Scope().Considers(c.filtered(o))
}

func (c *cycle) filtered(o *directory.Object) sourceObject {
	return sourceObject{Object: o, scope: c.now, soft: o.Type() == directory.User && !o.Bool("accountEnabled")}
}

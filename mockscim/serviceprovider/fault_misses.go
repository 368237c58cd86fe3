package serviceprovider

// staleMisses is a cache of look-ups by userName that found nobody. A POST does not clear its entry; the first request that
// addresses the user by id does.
func staleMisses() hooks { return missesOf("User", "userName") }

// missesOf is such a cache of another kind's name.
func missesOf(kind, name string) hooks {
	var missed memory[string, bool] // folded name
	return hooks{
		selected: func(q *request, rs []*record) []*record {
			asked, ok := equality(q.filter, name)
			switch {
			case !ok || !q.on(kind, verbList):
				return rs
			case missed.has(fold(asked)):
				return nil
			case len(rs) == 0:
				missed.store(fold(asked), true)
			}
			return rs
		},
		find: func(q *request, _ *state, found *record) *record {
			if found != nil && q.on(kind) {
				missed.forget(fold(found.resource().String(name)))
			}
			return found
		},
	}
}

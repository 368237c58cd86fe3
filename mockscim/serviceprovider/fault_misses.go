package serviceprovider

// staleMisses is a cache of look-ups by userName that found nobody. A POST does not clear its entry; the first request that
// addresses the user by id does.
func staleMisses() hooks {
	var missed memory[string, bool] // folded userName
	return hooks{
		selected: func(q *request, rs []*record) []*record {
			asked, ok := equality(q.filter, "userName")
			switch {
			case !ok || !q.on("User", verbList):
				return rs
			case missed.has(fold(asked)):
				return nil
			case len(rs) == 0:
				missed.store(fold(asked), true)
			}
			return rs
		},
		find: func(q *request, _ *state, found *record) *record {
			if found != nil && q.on("User") {
				missed.forget(fold(found.resource().String("userName")))
			}
			return found
		},
	}
}

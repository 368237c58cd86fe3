package serviceprovider

import "sync"

// staleMisses is a cache of look-ups by userName that found nobody. A POST does not clear its entry; the first request that
// addresses the user by id does.
func staleMisses() hooks {
	var missed sync.Map // folded userName
	stale := func(userName string) bool {
		_, ok := missed.Load(fold(userName))
		return ok
	}
	return hooks{
		selected: func(q *request, rs []*record) []*record {
			asked, ok := equality(q.filter, "userName")
			switch {
			case !ok || !q.on("User", verbList):
				return rs
			case stale(asked):
				return nil
			case len(rs) == 0:
				missed.Store(fold(asked), true)
			}
			return rs
		},
		find: func(q *request, _ *state, found *record) *record {
			if found != nil && q.on("User") {
				missed.Delete(fold(found.resource.String("userName")))
			}
			return found
		},
	}
}

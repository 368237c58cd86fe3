package serviceprovider

import (
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// loadFaults break what only many requests or many users at once bring to light.
func loadFaults() []Fault {
	return []Fault{
		{
			Name:     "load-group-lock-timeout",
			Summary:  "changes of a group whose members come and go in many requests are 503, since they wait too long for its lock",
			CaughtBy: "endpoint.load.sustained",
			hooks: busyGroups(func() error {
				return scim.Errorf(http.StatusServiceUnavailable, "", "lock wait timeout exceeded")
			}),
		},
		{
			Name:     "load-group-serialised",
			Summary:  "changes of a group whose members come and go in many requests are done one after another, each slowly",
			CaughtBy: "endpoint.load.sustained",
			hooks: func() hooks {
				var turn sync.Mutex
				return busyGroups(func() error {
					turn.Lock()
					defer turn.Unlock()
					time.Sleep(slowWrite)
					return nil
				})()
			},
		},
		{
			Name:     "load-create-race",
			Summary:  "of many POSTs of one userName at the same moment one is let through, since the check for duplicates runs out of time",
			CaughtBy: "endpoint.load.create-race",
			hooks:    crowdedInserts,
		},
		{
			Name:     "load-user-patches-lost",
			Summary:  "a PATCH of a user's title writes back the whole user as she was when it came, so that what others change meanwhile is lost",
			CaughtBy: "endpoint.load.user-patches",
			hooks:    staleUsers,
		},
		{
			Name:     "load-group-adds-lost",
			Summary:  "members are added to the list as it was when the request came, so that members added meanwhile are lost",
			CaughtBy: "endpoint.load.group-adds",
			hooks:    staleMembers("add"),
		},
		{
			Name:     "load-group-removes-lost",
			Summary:  "members are removed from the list as it was when the request came, so that what others change meanwhile is undone",
			CaughtBy: "endpoint.load.group-changes",
			hooks:    staleMembers("remove"),
		},
		{
			Name:     "load-page-repeats",
			Summary:  "a startIndex beyond 100 is answered with the first page again",
			CaughtBy: "endpoint.load.paging",
			hooks: bends(hooks{page: func(q *request, startIndex, count int) (int, int) {
				if startIndex > manyUsers && crowded(q) {
					startIndex = 1
				}
				return startIndex, count
			}}),
		},
		{
			Name:     "load-filter-scans",
			Summary:  "a filter takes long as soon as there are more than 100 users",
			CaughtBy: "endpoint.load.filter-many",
			hooks: bends(hooks{filter: func(q *request, e scim.Expr) (scim.Expr, error) {
				if crowded(q) {
					time.Sleep(slowWrite)
				}
				return e, nil
			}}),
		},
		{
			Name:     "load-filter-first-page",
			Summary:  "a filter looks at the first 100 users only",
			CaughtBy: "endpoint.load.filter-many",
			hooks: bends(hooks{match: func(q *request, _ scim.Expr, r *record, matched bool) bool {
				return matched && (q.kind == nil || !crowded(q) || early(q, r))
			}}),
		},
		{
			Name:     "load-burst-mute",
			Summary:  "what is too much at once is refused with 429 without Retry-After",
			CaughtBy: "endpoint.load.burst",
			hooks:    muteThrottle,
		},
	}
}

const (
	manyUsers   = 100
	fewChanges  = 4 // of one group, which no ordinary cycle exceeds
	slowWrite   = 60 * time.Millisecond
	raceMoment  = 10 * time.Millisecond // how long a write is worked on between reading and writing back
	fewAtOnce   = 6
	someFilters = 12 // every so many is slow
	crowd       = 8  // POSTs of one userName, which no retry comes to
)

// crowded says whether there are more resources of the request's kind than a small test makes.
func crowded(q *request) bool {
	if q.kind == nil { // a search of all resource types
		return false
	}
	s := q.endpoint.store.read()
	defer s.release()
	return s.tables[q.kind.slot].ordered.Len() > manyUsers
}

// early says whether a record is one of the first of its kind.
func early(q *request, r *record) bool {
	s := q.endpoint.store.read()
	defer s.release()
	n := 0
	for one := range s.all(q.kind) {
		if one == r {
			return true
		}
		if n++; n >= manyUsers {
			return false
		}
	}
	return false
}

// busyGroups does what with a PATCH of a group whose members come and go in many requests, as they do under load.
func busyGroups(what func() error) func() hooks {
	return func() hooks {
		var mu sync.Mutex
		changes, removals := map[string]int{}, map[string]int{}
		return hooks{body: func(q *request, data []byte) error {
			if !q.on("Group", verbPatch) {
				return nil
			}
			mu.Lock()
			if changes[q.id]++; strings.Contains(strings.ToLower(string(data)), `"remove"`) {
				removals[q.id]++
			}
			busy := changes[q.id] > fewChanges && removals[q.id] > 1
			mu.Unlock()
			if !busy {
				return nil
			}
			return what()
		}}
	}
}

// crowdedInserts lets a POST of a userName through that was asked for many times: the check for duplicates waits for those before, runs out
// of time and is taken for passed. It counts instead of waiting, so that it shows on a slow machine too.
func crowdedInserts() hooks {
	var mu sync.Mutex
	asked := map[string]int{}
	var late memory[*request, bool]
	return hooks{
		incoming: func(q *request, document scim.Resource) error {
			if !q.on("User", verbCreate) {
				return nil
			}
			mu.Lock()
			defer mu.Unlock()
			name := strings.ToLower(document.String("userName"))
			if asked[name]++; asked[name] == crowd {
				late.store(q, true)
			}
			return nil
		},
		conflict: func(q *request, _ *state, _ scim.Resource, owner *record) *record {
			if late.has(q) {
				return nil
			}
			return owner
		},
		answering: func(q *request, _ *answer) { late.forget(q) },
	}
}

// stale remembers what a resource was when a PATCH of it came, and works on it for a moment.
func stale(kind string, slow func(data []byte) bool) (*memory[*request, scim.Resource], hooks) {
	known := &memory[*request, scim.Resource]{}
	return known, hooks{
		body: func(q *request, data []byte) error {
			if !q.on(kind, verbPatch) || !slow(data) {
				return nil
			}
			s := q.endpoint.store.snapshot()
			if r := s.get(q.kind, q.id); r != nil {
				known.store(q, r.resource())
				time.Sleep(raceMoment)
			}
			return nil
		},
		answering: func(q *request, _ *answer) { known.forget(q) },
	}
}

// staleUsers writes a user back as she was when a PATCH of her title came.
func staleUsers() hooks {
	known, h := stale("User", func(data []byte) bool { return strings.Contains(string(data), `"title"`) })
	h.storing = func(q *request, _, after scim.Resource) error {
		if old, ok := known.load(q); ok && onlyTitle(q) {
			title := after["title"]
			for name := range after {
				if name != "id" && name != "meta" && name != "schemas" {
					delete(after, name)
				}
			}
			for name, value := range old {
				if name != "id" && name != "meta" && name != "schemas" {
					after[name] = value
				}
			}
			after["title"] = title
		}
		return nil
	}
	return h
}

// onlyTitle says whether a PATCH is about the title alone.
func onlyTitle(q *request) bool {
	return len(q.ops) == 1 && strings.EqualFold(q.ops[0].Path, "title")
}

// staleMembers does the operations of this name on the members a group had when the request came.
func staleMembers(op string) func() hooks {
	return func() hooks {
		known, h := stale("Group", func(data []byte) bool { return strings.Contains(strings.ToLower(string(data)), `"`+op+`"`) })
		h.storing = func(q *request, before, after scim.Resource) error {
			old, ok := known.load(q)
			if !ok || before == nil {
				return nil
			}
			had, has := memberSet(before), memberSet(after)
			var members []any
			for _, m := range membersOf(old) {
				if id := idOf(m); !had[id] || has[id] { // not removed by this request
					members = append(members, m)
				}
			}
			for _, m := range membersOf(after) {
				if !had[idOf(m)] { // added by this request
					members = append(members, m)
				}
			}
			if delete(after, "members"); len(members) > 0 {
				after["members"] = members
			}
			return nil
		}
		return h
	}
}

func membersOf(group scim.Resource) []any {
	members, _ := group["members"].([]any)
	return members
}

func idOf(member any) string {
	m, _ := member.(map[string]any)
	id, _ := m["value"].(string)
	return id
}

func memberSet(group scim.Resource) map[string]bool {
	set := map[string]bool{}
	for _, m := range membersOf(group) {
		set[idOf(m)] = true
	}
	return set
}

// muteThrottle counts the filters that are worked on at once. Some of them are slow, and all are that meet another, as in a database.
func muteThrottle() hooks {
	var working, asked atomic.Int64
	counted := func(q *request) bool { return q.on("User", verbList) && q.URL.Query().Has("filter") }
	return hooks{
		before: func(q *request) *answer {
			if !counted(q) {
				return nil
			}
			switch n := working.Add(1); {
			case n > fewAtOnce:
				return refuse(scim.Errorf(http.StatusTooManyRequests, "", "too many requests"))
			case n > 1 || asked.Add(1)%someFilters == 0:
				time.Sleep(raceMoment)
			}
			return nil
		},
		answering: func(q *request, _ *answer) {
			if counted(q) {
				working.Add(-1)
			}
		},
	}
}

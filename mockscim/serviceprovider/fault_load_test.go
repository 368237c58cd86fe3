package serviceprovider_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// rounds bounds how often a race is tried: one in which two requests do not meet shows nothing.
const rounds = 60

var loadTrials = []trial{
	{"load-group-lock-timeout", func(c *client) string { return comings(c, 6) }, "204 204 204 204 204 204", "204 204 204 204 503 503"},
	{"load-group-serialised", func(c *client) string {
		comings(c, 4)
		return pace(c, func() { c.patch("/Groups/u2", member("add", 1)) })
	}, "quick", "slow"},
	{"load-create-race", func(c *client) string {
		var all []string
		for range 9 {
			all = append(all, status(c.do("POST", "/Users", document(scim.UserURN, ada))))
		}
		return strings.Join(all, " ")
	}, "201 409 409 409 409 409 409 409 409", "201 409 409 409 409 409 409 201 409"},
	{"load-user-patches-lost", func(c *client) string {
		c.user(ada)
		return raced(func(i int) bool {
			name := fmt.Sprint("Ada ", i)
			others := []string{"displayName", "nickName", "userType", "preferredLanguage", "locale", "timezone"}
			together(
				func() { c.patch("/Users/u1", fmt.Sprintf(`{"op":"replace","path":"title","value":"Title %d"}`, i)) },
				func() { // one after another, so that some of them meet it
					for _, other := range others {
						c.patch("/Users/u1", fmt.Sprintf(`{"op":"replace","path":%q,"value":%q}`, other, name))
					}
				},
			)
			ada := c.get("/Users/u1").body
			return slices.ContainsFunc(others, func(other string) bool { return ada.String(other) != name })
		})
	}, "kept", "lost"},
	{"load-group-adds-lost", func(c *client) string {
		people(c, 8)
		c.group(`"displayName":"Crew"`)
		return raced(func(int) bool {
			c.patch("/Groups/u9", `{"op":"remove","path":"members"}`)
			var adds []func()
			for i := range 8 {
				adds = append(adds, func() { c.patch("/Groups/u9", member("add", i+1)) })
			}
			together(adds...)
			return members(c) != 8
		})
	}, "kept", "lost"},
	{"load-group-removes-lost", func(c *client) string {
		people(c, 8)
		c.group(`"displayName":"Crew"`)
		return raced(func(int) bool {
			var removes []func()
			for i := range 8 {
				c.patch("/Groups/u9", member("add", i+1))
				removes = append(removes, func() { c.patch("/Groups/u9", fmt.Sprintf(`{"op":"remove","path":"members[value eq \"u%d\"]"}`, i+1)) })
			}
			together(removes...)
			return members(c) != 0
		})
	}, "kept", "lost"},
	{"load-page-repeats", func(c *client) string { people(c, 102); return c.get("/Users?startIndex=102&count=1").ids() }, "u102", "u1"},
	{"load-filter-first-page", func(c *client) string {
		people(c, 102)
		return c.found("/Users", `id eq "u102"`)
	}, "u102", ""},
	{"load-filter-scans", func(c *client) string {
		people(c, 102)
		return pace(c, func() { c.found("/Users", `userName eq "nobody"`) })
	}, "quick", "slow"},
	{"load-burst-mute", func(c *client) string {
		c.user(ada)
		var mu sync.Mutex
		mute := false
		return raced(func(int) bool {
			var asks []func()
			for range 40 {
				asks = append(asks, func() {
					answer := c.do("GET", "/Users?filter=userName+eq+%22ada%22", "")
					mu.Lock()
					defer mu.Unlock()
					mute = mute || answer.status == 429 && answer.header.Get("Retry-After") == ""
				})
			}
			together(asks...)
			return mute
		})
	}, "kept", "lost"},
}

// comings makes a user and a group, and gives the statuses of n changes in which she comes and goes.
func comings(c *client, n int) string {
	c.user(ada)
	c.group(`"displayName":"Crew"`)
	var all []string
	for i := range n {
		all = append(all, status(c.patch("/Groups/u2", member([]string{"add", "remove"}[i%2], 1))))
	}
	return strings.Join(all, " ")
}

// pace says whether the endpoint waits when something is done, on a clock that goes on only while it does.
func pace(c *client, do func()) string {
	var took time.Duration
	synctest.Test(c.t.(*testing.T), func(*testing.T) {
		began := time.Now()
		do()
		took = time.Since(began)
	})
	if took > 0 {
		return "slow"
	}
	return "quick"
}

// raced says whether something was lost in any round.
func raced(lost func(round int) bool) string {
	for i := range rounds {
		if lost(i) {
			return "lost"
		}
	}
	return "kept"
}

// together does all at the same time.
func together(all ...func()) {
	var running sync.WaitGroup
	for _, one := range all {
		running.Go(one)
	}
	running.Wait()
}

func member(op string, i int) string {
	return fmt.Sprintf(`{"op":%q,"path":"members","value":[{"value":"u%d"}]}`, op, i)
}

func members(c *client) int {
	all, _ := c.get("/Groups/u9").body["members"].([]any)
	return len(all)
}

package serviceprovider_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// Writers and readers at once: nobody is lost, nothing races, and each list is consistent in itself.
func TestConcurrentUse(t *testing.T) {
	const writers, each = 8, 20
	c := newClient(t)
	c.group(`"displayName":"All"`)
	var working sync.WaitGroup
	for w := range writers {
		working.Go(func() {
			for i := range each {
				name := fmt.Sprintf("user%d.%d@x.example", w, i)
				id := c.user(`"userName":"` + name + `"`)
				c.patch("/Groups/u1", op("Add", "members", `[{"value":"`+id+`"}]`))
				if got := c.found("/Users", `userName eq "`+name+`"`); got != id {
					t.Errorf("%s finds %q, want %q", name, got, id)
				}
				if i%2 == 0 {
					c.delete("/Users/" + id)
				}
				list := c.get("/Users")
				if n := len(list.body["Resources"].([]any)); fmt.Sprint(n) != list.at("totalResults") {
					t.Errorf("%d of %s resources", n, list.at("totalResults"))
				}
			}
		})
	}
	working.Wait()
	want := fmt.Sprint(writers * each / 2)
	if got := c.get("/Users?count=0").at("totalResults"); got != want {
		t.Errorf("%s users, want %s", got, want)
	}
	if got := len(c.get("/Groups/u1").body["members"].([]any)); fmt.Sprint(got) != want {
		t.Errorf("%d members, want %s", got, want)
	}
}

// One of many simultaneous POSTs of the same userName wins.
func TestConcurrentDuplicates(t *testing.T) {
	c := newClient(t)
	var posting sync.WaitGroup
	statuses := make([]int, 16)
	for i := range statuses {
		posting.Go(func() { statuses[i] = c.do("POST", "/Users", document(scim.UserURN, ada)).status })
	}
	posting.Wait()
	slices.Sort(statuses)
	if statuses[0] != 201 || statuses[1] != 409 || c.get("/Users?count=0").at("totalResults") != "1" {
		t.Errorf("got %v", statuses)
	}
}

// Faults with a memory are used from many goroutines too.
func TestConcurrentFaults(t *testing.T) {
	for _, fault := range []string{
		"filter-lags-behind-writes", "rename-keeps-old-index", "delete-leaves-filter-ghost", "deleted-username-reserved", "lockout-after-wrong-token", "unknown-id-500",
	} {
		c := newClient(t, serviceprovider.WithFaults(fault))
		var working sync.WaitGroup
		for w := range 4 {
			working.Go(func() {
				for i := range 5 {
					name := fmt.Sprintf("user%d.%d", w, i)
					c.with("Authorization", "Bearer guess").get("/Users")
					c.found("/Users", `userName eq "`+name+`"`)
					id := c.do("POST", "/Users", document(scim.UserURN, `"userName":"`+name+`"`)).body.ID()
					c.patch("/Users/"+id, op("Replace", "userName", `"new`+name+`"`))
					c.delete("/Users/" + id)
					c.get("/Users/" + id)
				}
			})
		}
		working.Wait()
	}
}

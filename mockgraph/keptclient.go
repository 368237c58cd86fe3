package mockgraph

import (
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/sample"
)

// clientName is what the client is called that people are given, and the secret of each client.
const clientName = "Rehearse"

// KeepClient says which client people were given. Where the admin API seeds the tenant anew, that client is made again under the ids
// and with the secret they have, so that whoever read those once goes on; without one, seeding makes a new client each time.
func (t *Tenant) KeepClient(c Client) {
	t.admin.Lock()
	defer t.admin.Unlock()
	t.kept = c
}

// reinstateClient makes the client again that people were given, or a new one.
func (t *Tenant) reinstateClient() (Client, error) {
	t.admin.Lock()
	defer t.admin.Unlock()
	defer t.replaced() // the oldest state that lagging reads see has the client
	c := t.kept
	if c == (Client{}) {
		return t.Register(clientName, EveryPermission()...)
	}
	if err := t.RegisterAs(clientName, c, EveryPermission()...); err != nil {
		return Client{}, err
	}
	return c, nil
}

// without is a source of ids that never gives those of a client, which is there already: in their place it gives others, so that all
// other ids of a sample are the same as without the client.
func (c Client) without(ids func() string, seed uint64) func() string {
	taken, others := []string{c.ID, c.ObjectID, c.PrincipalID}, sample.IDs(^seed)
	return func() string {
		id := ids()
		for slices.Contains(taken, id) {
			id = others()
		}
		return id
	}
}

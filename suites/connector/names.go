package connector

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"sync"

	"github.com/google/uuid"
)

// names makes the names and ids of one check out of the run's seed and the check's id, so that a run can be repeated.
type names struct {
	mu   sync.Mutex
	rand *rand.Rand
	n    int
	tag  string // in the nicknames, so that no other check has them
}

var firstNames = [...]string{"Ada", "Grace", "Alan", "Edsger", "Barbara", "Donald", "Frances", "John", "Radia", "Niklaus", "Hedy", "Tony", "Joan", "Ken", "Mary", "Claude"}

var lastNames = [...]string{"Byron", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Backus", "Perlman", "Wirth", "Lamarr", "Hoare", "Clarke", "Thompson", "Jackson", "Shannon"}

func newNames(seed uint64, owner string) *names {
	h := fnv.New64a()
	_, _ = h.Write([]byte(owner))
	return &names{rand: rand.New(rand.NewPCG(seed, h.Sum64()))}
}

// uuid returns a random GUID.
func (n *names) uuid() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var id uuid.UUID
	binary.LittleEndian.PutUint64(id[:8], n.rand.Uint64())
	binary.LittleEndian.PutUint64(id[8:], n.rand.Uint64())
	id[6] = id[6]&0x0f | 0x40
	id[8] = id[8]&0x3f | 0x80
	return id.String()
}

// who is a made-up person.
type who struct{ given, family, nick string }

func (w who) display() string { return w.given + " " + w.family }

func (w who) upn() string { return w.nick + "@" + tenantDomain }

// person returns the next person of this check, whose nickname nobody else has.
func (n *names) person() who {
	n.mu.Lock()
	defer n.mu.Unlock()
	first, last := firstNames[n.n%len(firstNames)], lastNames[n.n%len(lastNames)]
	n.n++
	return who{given: first, family: last, nick: fmt.Sprintf("%s.%s%d%s", strings.ToLower(first), strings.ToLower(last), n.n, n.tag)}
}

// text returns a few letters that are no word.
func (n *names) text(length int) string {
	const alphabet = "bcdfghjkmnpqrstvwxz"
	n.mu.Lock()
	defer n.mu.Unlock()
	b := make([]byte, length)
	for i := range b {
		b[i] = alphabet[n.rand.IntN(len(alphabet))]
	}
	return string(b)
}

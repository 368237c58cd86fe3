package endpoint

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strconv"
	"sync"

	"github.com/google/uuid"
)

// names makes the names and ids of one check out of the run's seed and the check's id, so that a run can be repeated.
type names struct {
	prefix, domain, tag string

	mu   sync.Mutex
	rand *rand.Rand
	n    int
}

var firstNames = [...]string{
	"ada", "grace", "alan", "edsger", "barbara", "donald", "frances", "john", "radia", "niklaus", "hedy", "tony", "joan", "ken", "mary", "claude",
}

var lastNames = [...]string{
	"Byron", "Hopper", "Turing", "Dijkstra", "Liskov", "Knuth", "Allen", "Backus", "Perlman", "Wirth", "Lamarr", "Hoare", "Clarke", "Thompson", "Jackson", "Shannon",
}

func newNames(seed uint64, prefix, domain, owner string) *names {
	h := fnv.New64a()
	_, _ = h.Write([]byte(owner))
	r := rand.New(rand.NewPCG(seed, h.Sum64()))
	return &names{prefix: prefix, domain: domain, rand: r, tag: letters(r, 6)}
}

// DefaultPrefix is the beginning of the names of a run with this seed for which [Config] gives none: "rehearse-" and four letters.
func DefaultPrefix(seed uint64) string {
	return "rehearse-" + letters(rand.New(rand.NewPCG(seed, 0)), 4)
}

// letters avoids vowels, so that no word comes out.
func letters(r *rand.Rand, n int) string {
	const alphabet = "bcdfghjkmnpqrstvwxz"
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
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

// number returns a number of nine digits, which does not begin with a nought.
func (n *names) number() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strconv.Itoa(100_000_000 + n.rand.IntN(900_000_000))
}

// person is a made-up person.
type person struct{ given, family, nick, upn string }

func (p person) display() string { return p.given + " " + p.family }

// person returns the next person of this check. Nobody else on the target has the same user name or nickname, and no name is
// part of another.
func (n *names) person() person {
	n.mu.Lock()
	defer n.mu.Unlock()
	first, last := firstNames[n.n%len(firstNames)], lastNames[n.n%len(lastNames)]
	n.n++
	nick := fmt.Sprintf("%s-%s%d-%s", n.prefix, n.tag, n.n, first)
	return person{given: string(first[0]-'a'+'A') + first[1:], family: last, nick: nick, upn: nick + "@" + n.domain}
}

// group returns the name of a group, which begins with the run's prefix.
func (n *names) group(words string) string { return n.prefix + " " + n.tag + " " + words }

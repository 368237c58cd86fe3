package rehearsal

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// maxShards bounds the shards of a run; there are never that many checks.
const maxShards = 1000

// Shard is one of several parts of a run, which may be run on machines of their own and joined again. The zero value is the whole run.
//
// A check belongs to the shard that a hash of its id names, in all its dialects, so that neither the selection nor other checks move it.
// What it needs is run again where it lives elsewhere, and so is what it blames, but reported only there: nearly everything needs the same
// few checks, so parts that keep all needs together would be one part.
type Shard struct {
	Index int // from 1
	Of    int // how many shards there are; 0 means no shards
}

// ParseShard reads "2/3". The error is a [*UsageError].
func ParseShard(text string) (Shard, error) {
	index, of, ok := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if !ok || err != nil || err2 != nil || i < 1 || n < 1 || i > n || n > maxShards {
		return Shard{}, usage("the shard %q: want I/N such as 2/3, with I from 1 to N and N at most %d", text, maxShards)
	}
	return Shard{Index: i, Of: n}, nil
}

// String is the shard as [ParseShard] reads it, "" for the whole run.
func (s Shard) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

// holds says whether a check is reported by the shard.
func (s Shard) holds(id string) bool {
	if s.Of <= 1 {
		return true
	}
	h := fnv.New32a()
	_, _ = h.Write([]byte(id))
	return int(h.Sum32()%uint32(s.Of))+1 == s.Index //nolint:gosec // at most maxShards
}

// want makes a check run, and all it needs.
func (s *schedule) want(i int) {
	if s.wanted[i] {
		return
	}
	s.wanted[i] = true
	for _, n := range s.needs[i] {
		s.want(n)
	}
}

// unsettled says whether anything that is to run has no outcome yet.
func (s *schedule) unsettled() bool {
	for i := range s.rs {
		if s.wanted[i] && s.state[i] != settled {
			return true
		}
	}
	return false
}

// dismiss lets go of whoever awaits a check that belongs to other shards and is not run here.
func (s *schedule) dismiss() {
	for i := range s.rs {
		if !s.wanted[i] {
			s.outcomes[i] = suites.Outcome{Status: result.NotRun, Reason: "belongs to another shard"}
			close(s.done[i])
		}
	}
}

// tell tells an event of a check that this run reports.
func (s *schedule) tell(kind EventKind, i int, c result.Check) {
	if !s.mine[i] {
		return
	}
	total := 0
	for _, mine := range s.mine {
		if mine {
			total++
		}
	}
	s.plan.Events(Event{Kind: kind, Check: c, Done: s.finished, Total: total})
}

// reported returns the checks of the shard and their places in the whole.
func (s *schedule) reported() (checks []result.Check, positions []int) {
	checks = make([]result.Check, 0, len(s.checks))
	for i, c := range s.checks {
		if s.mine[i] {
			checks, positions = append(checks, c), append(positions, i)
		}
	}
	return checks, positions
}

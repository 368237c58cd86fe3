package rehearsal

import (
	"fmt"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// KnownFailures is a list of checks that are known to fail. They are run all the same.
type KnownFailures struct {
	name    string
	entries []KnownFailure
}

// KnownFailure is one entry of the list.
type KnownFailure struct {
	ID      string    // or an alias
	Dialect string    // "" means whichever dialects it fails in; an entry that names the dialect goes before one that does not
	Reason  string    // why it fails
	Owner   string    // who mends it
	Expires time.Time // midnight UTC of the day from which it counts as a failure again
	Line    int       // where in the file it begins
}

// Entries returns the entries in the order of the file.
func (k *KnownFailures) Entries() []KnownFailure {
	if k == nil {
		return nil
	}
	return slices.Clone(k.entries)
}

// knownIn is a list of known failures held against a catalogue.
type knownIn struct {
	name    string
	entries []KnownFailure
	byCheck map[checkKey]int
}

type checkKey struct{ id, dialect string }

// bind finds the checks of the entries. An entry that matches no check of the catalogue is a mistake of the user; one for a dialect that
// exists but is not in this run is not.
func (k *KnownFailures) bind(p Plan) (*knownIn, error) {
	in := &knownIn{byCheck: make(map[checkKey]int)}
	if k == nil {
		return in, nil
	}
	in.name, in.entries = k.name, k.entries
	dialects := slices.Clone(p.Dialects)
	for _, r := range p.Runnables {
		if !slices.Contains(dialects, r.Dialect) {
			dialects = append(dialects, r.Dialect)
		}
	}
	for i, entry := range k.entries {
		if entry.Dialect != "" && !slices.Contains(dialects, entry.Dialect) {
			return nil, usage("%s:%d: there is no dialect %q: the dialects are %s", k.name, entry.Line, entry.Dialect, join(dialects))
		}
		found := false
		for _, r := range p.Runnables {
			if !slices.Contains(names(r.Spec), entry.ID) {
				continue
			}
			found = true
			if entry.Dialect != "" && entry.Dialect != r.Dialect {
				continue
			}
			key := checkKey{r.ID, r.Dialect}
			if other, taken := in.byCheck[key]; taken {
				specific := k.entries[other].Dialect != ""
				if specific == (entry.Dialect != "") {
					return nil, usage("%s:%d: %s is listed already in line %d", k.name, entry.Line, named(r), k.entries[other].Line)
				}
				if specific {
					continue
				}
			}
			in.byCheck[key] = i
		}
		if !found {
			return nil, usage("%s:%d: the known failure matches no check: %s%s", k.name, entry.Line, noSuchCheck(entry.ID), nearestIDs(entry.ID, p.Runnables))
		}
	}
	return in, nil
}

func (in *knownIn) of(r suites.Runnable) (KnownFailure, bool) {
	i, ok := in.byCheck[checkKey{r.ID, r.Dialect}]
	if !ok {
		return KnownFailure{}, false
	}
	return in.entries[i], true
}

// stale complains of entries whose checks, as far as they were chosen, do not apply any more.
func (in *knownIn) stale(checks []result.Check) []string {
	skipped, alive := make(map[int]string), make(map[int]bool)
	for _, c := range checks {
		i, ok := in.byCheck[checkKey{c.ID, c.Dialect}]
		switch {
		case !ok:
		case c.Status == result.Skipped:
			skipped[i] = c.Reason
		default:
			alive[i] = true
		}
	}
	var sentences []string
	for i, entry := range in.entries {
		if reason, ok := skipped[i]; ok && !alive[i] {
			sentences = append(sentences, fmt.Sprintf("The known failure %s (%s:%d) is stale: the check does not apply to this target (%s).", entry.ID, in.name, entry.Line, reason))
		}
	}
	return sentences
}

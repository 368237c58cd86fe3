package odata

import "github.com/rehearse-id/rehearse/mockgraph/directory"

// probe is one look into an index.
type probe struct {
	property string // "id" for the objects themselves
	value    string // folded
	prefix   bool
	many     bool // property holds several values
}

// plan is a set of probes that together find every item a filter can match, and perhaps more. rank says how good it is: the
// less the better. Without probes everything must be scanned.
type plan struct {
	probes []probe
	rank   int
}

// Ranks of plans: how many items one value can bring.
const (
	rankUnique = iota
	rankSame
	rankSeveral
	rankPrefix
	rankScan
)

func scanAll() plan { return plan{rank: rankScan} }

func exact(row *directory.Property, value string) plan {
	if row.Index == directory.Unindexed && row.Name != "id" {
		return scanAll()
	}
	rank := rankSame
	if row.Index == directory.Unique || row.Name == "id" {
		rank = rankUnique
	}
	return plan{rank: rank, probes: []probe{{property: row.Name, value: value, many: row.Collection}}}
}

func startingWith(row *directory.Property, prefix string) plan {
	if row.Index == directory.Unindexed || row.Name == "id" || prefix == "" {
		return scanAll()
	}
	return plan{rank: rankPrefix, probes: []probe{{property: row.Name, value: prefix, prefix: true, many: row.Collection}}}
}

// both returns the better plan: what matches both is found by either.
func both(a, b plan) plan {
	if b.rank < a.rank || a.rank == rankPrefix && b.rank == rankPrefix && len(b.probes) == 1 && len(a.probes) == 1 && len(b.probes[0].value) > len(a.probes[0].value) {
		return b
	}
	return a
}

// either returns the union.
func either(a, b plan) plan {
	if a.rank == rankScan || b.rank == rankScan {
		return scanAll()
	}
	probes := make([]probe, 0, len(a.probes)+len(b.probes))
	return plan{probes: append(append(probes, a.probes...), b.probes...), rank: max(a.rank, b.rank, rankSeveral)}
}

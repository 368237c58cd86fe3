package directory

import "testing"

// An object keeps which properties it has, and its booleans, in the same bits.
func TestEveryTableFitsIntoTheBitsOfAnObject(t *testing.T) {
	for _, table := range schema {
		lowest := maxOrdinals
		for i, row := range table.properties {
			if row.Kind == Boolean {
				lowest = min(lowest, int(table.truths[i]))
			}
		}
		if n := len(table.properties); n > lowest {
			t.Errorf("%s has %d properties, and its booleans begin at %d", table.typ, n, lowest)
		}
	}
}

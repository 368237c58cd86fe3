package odata

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// sortKey is one property of $orderby.
type sortKey struct {
	row        *directory.Property
	get        getter
	descending bool
}

const maxSortKeys = 4

// parseOrder checks the text of $orderby.
func (s *settings) parseOrder(text string, t *Schema, m mode) ([]sortKey, error) {
	if len(text) > maxOptionLength {
		return nil, malformed("Invalid orderby clause: the text is longer than %d characters.", maxOptionLength)
	}
	var keys []sortKey
	for at, part := range pieces(text, ',') {
		words := strings.Fields(part)
		if len(words) == 0 || len(words) > 2 || len(words) == 2 && words[1] != "asc" && words[1] != "desc" {
			return nil, malformed("Invalid orderby clause: Syntax error at position %d in '%s'.", at, excerpt(text))
		}
		row, ok := t.property(words[0])
		if !ok {
			return nil, unknownProperty(words[0])
		}
		if !t.Unrestricted && (row.Sort == directory.NotSortable || row.Sort == directory.SortAdvanced && !m.advanced()) || row.Collection || !ordered(row.Kind) {
			return nil, unsupported(row.Name, textSorting)
		}
		keys = append(keys, sortKey{row: row, get: t.ofRecord(row), descending: len(words) == 2 && words[1] == "desc"})
	}
	if len(keys) > maxSortKeys || len(keys) > 1 && !m.advanced() && !t.Unrestricted {
		return nil, unsupported("$orderby", textSorting)
	}
	return keys, nil
}

// ordered says whether values of a kind have an order.
func ordered(k directory.Kind) bool {
	return slices.Contains([]directory.Kind{directory.String, directory.Boolean, directory.DateTime, directory.Guid, directory.Integer}, k)
}

package odata

import (
	"maps"
	"regexp"
	"slices"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// extensionName is the form of the name of a directory extension: extension_{appId without dashes}_{name}.
// Source: learn.microsoft.com/graph/extensibility-overview, directory extensions.
var extensionName = regexp.MustCompile(`(?i)\bextension_[0-9a-f]{32}_[a-z0-9_]+`)

// maxExtensions bounds how many a query may name.
const maxExtensions = 100

// extended returns the schema with the directory extensions the options name, as the collection knows them; the schema itself
// when they name none.
func (s *Schema) extended(c Collection, o options) *Schema {
	if c.Extensions == nil || s.typ == "" {
		return s
	}
	var rows []directory.Property
	for _, option := range []string{optionSelect, optionFilter, optionOrder} {
		for _, name := range extensionName.FindAllString(o[option], maxExtensions) {
			if row, known := c.Extensions(s.typ, name); known {
				rows = append(rows, row)
			}
		}
	}
	if len(rows) == 0 {
		return s
	}
	own := *s
	own.rows, own.byName = slices.Clone(s.rows), maps.Clone(s.byName)
	for _, row := range rows {
		own.add(row)
	}
	own.compile()
	return &own
}

package odata

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// extensionName is the form of the name of a directory extension: extension_{appId without dashes}_{name}.
// Source: learn.microsoft.com/graph/extensibility-overview, directory extensions.
var extensionName = regexp.MustCompile(`(?i)\bextension_[0-9a-f]{32}_[a-z0-9_]+`)

// maxExtensions bounds how many a query may name.
const maxExtensions = 100

// extended returns the schema with the directory extensions the options name, and with the values other services keep when they name
// some, as the collection knows them; the schema itself when they name none.
func (s *Schema) extended(c Collection, o options) *Schema {
	if s.typ == "" {
		return s
	}
	rows, elsewhere := c.extensions(s.typ, o), c.namesElsewhere(o)
	if len(rows) == 0 && !elsewhere {
		return s
	}
	own := *s
	own.rows, own.byName = slices.Clone(s.rows), maps.Clone(s.byName)
	for _, row := range rows {
		own.add(row)
	}
	if elsewhere {
		own.elsewhere = c.Elsewhere
	}
	own.compile()
	return &own
}

// namesElsewhere says whether the options name a property another service keeps.
func (c Collection) namesElsewhere(o options) bool {
	for name := range c.Elsewhere {
		for _, option := range []string{optionSelect, optionFilter, optionOrder} {
			if text := o[option]; len(text) <= maxOptionLength && strings.Contains(fold(text), fold(name)) {
				return true
			}
		}
	}
	return false
}

// extensions returns the rows of the directory extensions the options name.
func (c Collection) extensions(t directory.Type, o options) []directory.Property {
	if c.Extensions == nil {
		return nil
	}
	var rows []directory.Property
	for _, option := range []string{optionSelect, optionFilter, optionOrder} {
		text := o[option]
		if len(text) > maxOptionLength || !strings.Contains(fold(text), "extension_") { // the one will be refused, the other names none
			continue
		}
		for _, name := range extensionName.FindAllString(text, maxExtensions) {
			if row, known := c.Extensions(t, name); known {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

package odata

import (
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// column is one member of an item as it is written.
type column struct {
	prefix string // "name":
	get    getter
	text   texter // instead of get for strings, nil for none
	many   bool
}

// columns are the members that are shown, by type of item; "" for items that have no type.
type columns map[directory.Type][]column

// compile makes the columns of all properties and of the default selection.
func (s *Schema) compile() {
	s.columns, s.standard, s.beta = make([]column, len(s.rows)), nil, nil
	for i := range s.rows {
		row := &s.rows[i]
		s.columns[i] = column{prefix: string(appendString(nil, row.Name)) + ":", get: shaped(row.Name, s.ofRecord(row)), text: s.textOf(row), many: row.Collection}
		if row.DefaultSelect {
			s.standard = append(s.standard, s.columns[i])
		}
		if row.DefaultSelect || row.BetaSelect {
			s.beta = append(s.beta, s.columns[i])
		}
	}
}

// columns returns what a selection shows, nil for the default of a version.
func (s *settings) columns(t *Schema, chosen *selection, beta bool) columns {
	switch {
	case !t.mixed && chosen == nil && beta:
		return columns{"": t.beta}
	case !t.mixed:
		return columns{"": t.chosen(t, chosen)}
	case chosen == nil && beta:
		return s.beta
	case chosen == nil:
		return s.standard
	}
	all := make(columns, len(s.schemas))
	for typ, each := range s.schemas {
		if typ != "" {
			all[typ] = each.chosen(t, chosen)
		}
	}
	return all
}

// chosen returns the members of a type that a selection made on a schema shows. What the type lacks is left out.
func (s *Schema) chosen(on *Schema, chosen *selection) []column {
	if chosen == nil {
		return s.standard
	}
	var list []column
	for at, shown := range chosen.rows {
		if !shown {
			continue
		}
		if s == on {
			list = append(list, s.columns[at])
		} else if i, ok := s.byName[fold(on.rows[at].Name)]; ok {
			list = append(list, s.columns[i])
		}
	}
	return list
}

// Append writes an item as a JSON object: the selected members, null or [] for those without a value, and what is expanded.
// Items of mixed collections begin with their @odata.type.
func (q *Query) Append(dst []byte, s Source, item Record) []byte {
	dst = append(dst, '{')
	e := env{source: s, record: item, annotate: q.annotate}
	dst = q.columns.append(dst, &e, q.schema.mixed)
	if q.expansion != nil {
		dst = q.expansion.append(dst, &e)
	}
	return append(dst, '}')
}

// Annotated returns the query with control information of the caller's for each object, expanded ones included, instead of the
// @odata.type of items in mixed collections: the function appends members without a comma at either end, or nothing.
func (q *Query) Annotated(annotate func(dst []byte, item Record) []byte) *Query {
	annotated := *q
	annotated.annotate = annotate
	return &annotated
}

// append writes the members of an item, without braces.
func (c columns) append(dst []byte, e *env, typed bool) []byte {
	list, ok := c[""]
	if typed || !ok {
		t := directory.Type("")
		if o, has := e.record.(interface{ Type() directory.Type }); has {
			t = o.Type()
		}
		if e.annotate == nil {
			dst = append(dst, `"@odata.type":`...)
			dst = appendString(dst, "#microsoft.graph."+string(t))
		}
		list = c[t]
	}
	if e.annotate != nil {
		dst = e.annotate(dst, e.record)
	}
	for i := range list {
		dst = separate(dst)
		dst = append(dst, list[i].prefix...)
		if list[i].text != nil {
			dst = appendNullable(dst, list[i].text(e))
			continue
		}
		dst = appendValue(dst, list[i].get(e), list[i].many)
	}
	return dst
}

// separate writes a comma unless the object has just begun.
func separate(dst []byte) []byte {
	if n := len(dst); n > 0 && dst[n-1] != '{' && dst[n-1] != '[' {
		return append(dst, ',')
	}
	return dst
}

// append writes the related objects of an item: at most 20 of a collection; nothing for a single one that is absent.
func (x *expansion) append(dst []byte, e *env) []byte {
	if x.single {
		return x.appendSingle(dst, e)
	}
	dst = separate(dst)
	dst = append(dst, `"`+x.name+`":[`...)
	if x.hidden != nil && x.hidden(e.record) {
		return append(dst, ']')
	}
	n := 0
	for id := range x.via.ids(e.source, e.record.ID()) {
		o, ok := e.source.Object(id)
		if !ok {
			continue
		}
		if n++; n > maxExpanded {
			break
		}
		dst = append(separate(dst), '{')
		dst = x.columns.append(dst, &env{source: e.source, record: o, annotate: e.annotate}, true)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

// appendSingle writes one related object and, for $levels, the chain behind it. A circle ends where it closes.
func (x *expansion) appendSingle(dst []byte, e *env) []byte {
	levels := x.levels
	if levels == 0 {
		levels = 1
	}
	if levels == allLevels {
		levels = maxLevels
	}
	depth, record, visited := 0, e.record, []string{e.record.ID()}
	for ; depth < levels; depth++ {
		var next *directory.Object
		for id := range x.via.ids(e.source, record.ID()) {
			next, _ = e.source.Object(id)
		}
		if next == nil || x.levels != 0 && slices.Contains(visited, next.ID()) {
			break
		}
		visited = append(visited, next.ID())
		dst = separate(dst)
		dst = append(dst, `"`+x.name+`":{`...)
		dst = x.columns.append(dst, &env{source: e.source, record: next, annotate: e.annotate}, true)
		record = next
	}
	for range depth {
		dst = append(dst, '}')
	}
	return dst
}

// AppendValue writes the value of a property as Graph does: dates in UTC, no value as null or, of a collection, as [].
func AppendValue(dst []byte, p directory.Property, v any) []byte {
	if of, ok := shapesByName[p.Name]; ok {
		v = of(v)
	}
	return appendValue(dst, v, p.Collection)
}

// appendValue writes a value as Graph does: dates in UTC, no value as null, an empty collection as [].
func appendValue(dst []byte, v any, many bool) []byte {
	switch v := v.(type) {
	case nil:
		if many {
			return append(dst, "[]"...)
		}
		return append(dst, "null"...)
	case string:
		return appendString(dst, v)
	case bool:
		return strconv.AppendBool(dst, v)
	case int:
		return strconv.AppendInt(dst, int64(v), 10)
	case time.Time:
		dst = append(dst, '"')
		dst = v.UTC().Truncate(tick).AppendFormat(dst, time.RFC3339Nano)
		return append(dst, '"')
	case []string:
		dst = append(dst, '[')
		for i, s := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendString(dst, s)
		}
		return append(dst, ']')
	}
	return appendComplex(dst, reflect.ValueOf(v))
}

// tick is the finest time Graph tells: seven digits, which is what many clients can read.
const tick = 100 * time.Nanosecond

// appendNullable writes a string, null for an empty one: the directory keeps no empty strings.
func appendNullable(dst []byte, s string) []byte {
	if s == "" {
		return append(dst, "null"...)
	}
	return appendString(dst, s)
}

// AppendString writes a JSON string; what is not UTF-8 becomes U+FFFD.
func AppendString(dst []byte, s string) []byte { return appendString(dst, s) }

const hexDigits = "0123456789abcdef"

// appendString writes a JSON string; what is not UTF-8 becomes U+FFFD.
func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			dst = append(dst, s[start:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, `\n`...)
			case '\r':
				dst = append(dst, `\r`...)
			case '\t':
				dst = append(dst, `\t`...)
			default:
				dst = append(dst, `\u00`...)
				dst = append(dst, hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, `\ufffd`...)
			start = i + 1
		}
		i += size
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

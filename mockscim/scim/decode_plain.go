package scim

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of what the plain reader takes on; it leaves the rest to encoding/json.
const (
	maxPlainMembers = 64      // of one object: names are compared with one another
	maxSharedText   = 8 << 10 // bytes of a body whose strings stay in one piece of memory
)

// plainReader reads JSON as encoding/json does with numbers as json.Number, but for what is rare: invalid text, names twice in an
// object or not in ASCII, characters that are not UTF-8. There it gives up, and the caller lets encoding/json say what it is.
type plainReader struct {
	text    string
	at      int
	depth   int
	shared  bool     // strings are parts of text, otherwise copies
	skipped bool     // what is read now is dropped: it is only looked at whether it is JSON
	only    []string // members of the outermost object that are kept, in any case; nil: all
}

type plainMember struct {
	name  string
	value any
}

// decodePlain reads one JSON value; false when it gave up. Of an object it keeps only the members named, if some are.
func decodePlain(data []byte, only ...string) (any, bool) {
	return readPlain(string(data), len(data) <= maxSharedText, only)
}

func readPlain(text string, shared bool, only []string) (any, bool) {
	r := plainReader{text: text, shared: shared, only: only}
	v, ok := r.value()
	r.space()
	return v, ok && r.at == len(r.text)
}

func (r *plainReader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\r', '\n':
			r.at++
		default:
			return
		}
	}
}

// next takes a character after blanks.
func (r *plainReader) next(c byte) bool {
	r.space()
	if r.at < len(r.text) && r.text[r.at] == c {
		r.at++
		return true
	}
	return false
}

func (r *plainReader) value() (any, bool) {
	r.space()
	if r.at >= len(r.text) {
		return nil, false
	}
	switch c := r.text[r.at]; {
	case c == '"':
		s, ok := r.string()
		if !ok || r.skipped {
			return nil, ok
		}
		return s, true
	case c == '{':
		return r.object()
	case c == '[':
		return r.array()
	case c == '-' || '0' <= c && c <= '9':
		return r.number()
	}
	for _, l := range [...]struct {
		text  string
		value any
	}{{"true", true}, {"false", false}, {"null", nil}} {
		if strings.HasPrefix(r.text[r.at:], l.text) {
			r.at += len(l.text)
			return l.value, true
		}
	}
	return nil, false
}

// object reads an object. Its members wait in a list, so that the map is made at its size.
func (r *plainReader) object() (any, bool) {
	r.at++
	if r.depth++; r.depth > MaxDepth {
		return nil, false
	}
	var few [16]plainMember
	members := few[:0]
	for !r.next('}') {
		if len(members) > 0 && !r.next(',') {
			return nil, false
		}
		r.space()
		name, ok := r.string()
		if !ok || !r.next(':') || r.twin(name, members) {
			return nil, false
		}
		kept := r.skipped
		r.skipped = kept || r.depth == 1 && !r.keeps(name)
		v, ok := r.value()
		r.skipped = kept
		if !ok {
			return nil, false
		}
		if members = append(members, plainMember{name, v}); len(members) > maxPlainMembers {
			return nil, false
		}
	}
	r.depth--
	if r.skipped {
		return nil, true
	}
	if r.depth == 0 && r.only != nil {
		members = slices.DeleteFunc(members, func(m plainMember) bool { return !r.keeps(m.name) })
	}
	object := make(map[string]any, len(members))
	for _, m := range members {
		object[m.name] = m.value
	}
	return object, true
}

// keeps says whether a member of the outermost object is asked for.
func (r *plainReader) keeps(name string) bool {
	return r.only == nil || slices.ContainsFunc(r.only, func(o string) bool { return equalFold(o, name) })
}

// twin says whether a name stands there already, in any case, or cannot be compared as ASCII.
func (r *plainReader) twin(name string, members []plainMember) bool {
	for i := range len(name) {
		if name[i] >= utf8.RuneSelf {
			return true
		}
	}
	for i := range members {
		if equalFold(members[i].name, name) {
			return true
		}
	}
	return false
}

func (r *plainReader) array() (any, bool) {
	r.at++
	if r.depth++; r.depth > MaxDepth {
		return nil, false
	}
	array, first := []any{}, true
	for !r.next(']') {
		if !first && !r.next(',') {
			return nil, false
		}
		v, ok := r.value()
		if !ok {
			return nil, false
		}
		if first = false; !r.skipped {
			array = append(array, v)
		}
	}
	r.depth--
	if r.skipped {
		return nil, true
	}
	return array, true
}

// string reads a string. One with escapes is decoded by encoding/json.
func (r *plainReader) string() (string, bool) {
	if r.at >= len(r.text) || r.text[r.at] != '"' {
		return "", false
	}
	begin, ascii, escaped := r.at+1, true, false
	for i := begin; i < len(r.text); i++ {
		switch c := r.text[i]; {
		case c == '"':
			r.at = i + 1
			s := r.text[begin:i]
			if !ascii && !utf8.ValidString(s) {
				return "", false
			}
			if escaped {
				return unescaped(r.text[begin-1 : r.at])
			}
			if !r.shared {
				s = strings.Clone(s)
			}
			return s, true
		case c == '\\':
			escaped = true
			i++
		case c < ' ':
			return "", false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return "", false
}

// unescaped reads a quoted string with escapes: those of quotes, backslashes and slashes, of others by encoding/json.
func unescaped(quoted string) (string, bool) {
	var b strings.Builder
	for rest := quoted[1 : len(quoted)-1]; ; {
		i := strings.IndexByte(rest, '\\')
		if i < 0 {
			b.WriteString(rest)
			return b.String(), true
		}
		c := rest[i+1] // is there: no string ends with a backslash that is alone
		if c != '"' && c != '\\' && c != '/' {
			var s string
			err := json.Unmarshal([]byte(quoted), &s)
			return s, err == nil
		}
		b.WriteString(rest[:i])
		b.WriteByte(c)
		rest = rest[i+2:]
	}
}

// number reads a number as it stands (RFC 8259 §6).
func (r *plainReader) number() (any, bool) {
	begin := r.at
	for r.at < len(r.text) && strings.IndexByte("+-.0123456789Ee", r.text[r.at]) >= 0 {
		r.at++
	}
	n := r.text[begin:r.at]
	if (n[0] < '1' || strings.Trim(n, "0123456789") != "") && !validNumber(n) {
		return nil, false
	}
	switch {
	case r.skipped:
		return nil, true
	case !r.shared:
		n = strings.Clone(n)
	}
	return json.Number(n), true
}

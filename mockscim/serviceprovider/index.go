package serviceprovider

import (
	"encoding/binary"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// index says which values of a resource an equality filter finds without a scan. Keys ignore case, so a look-up yields
// candidates: the filter still decides, with the schema's own case rule.
type index struct {
	name string // attribute, as in the schema
	sub  string // sub-attribute of a multi-valued attribute, "" for a plain string

	exact bool // where values are unique: case tells them apart
}

func (x index) values(r scim.Resource) []string {
	if x.sub == "" {
		if value, ok := r[x.name].(string); ok {
			return []string{value}
		}
		return nil
	}
	var values []string
	for _, element := range elements(r, x.name) {
		if value, ok := element[x.sub].(string); ok {
			values = append(values, value)
		}
	}
	return values
}

// covers says whether the index answers an equality on that path. A multi-valued attribute without a sub-attribute means
// its "value" (RFC 7644 §3.4.2.2).
func (x index) covers(k *kind, p scim.AttributePath) bool {
	if p.URN != "" && !strings.EqualFold(p.URN, k.urn) || !strings.EqualFold(p.Name, x.name) {
		return false
	}
	return strings.EqualFold(p.Sub, x.sub) || p.Sub == "" && x.sub == "value"
}

const sequenceBytes = 8

// indexKey sorts by folded value, then by order of creation.
func indexKey(value string, seq uint64) string {
	var few [128]byte
	return string(binary.BigEndian.AppendUint64(appendPrefix(few[:0], value), seq))
}

// entries are index entries on their way in. Their keys lie in one piece of memory, for the garbage collector to look at once.
type entries struct {
	text []byte
	each []entry
}

// entry is an index, by its place, and where the key ends.
type entry struct{ index, end int }

// with adds an entry.
func (e entries) with(index int, value string, seq uint64) entries {
	e.text = binary.BigEndian.AppendUint64(appendPrefix(e.text, value), seq)
	e.each = append(e.each, entry{index, len(e.text)})
	return e
}

// keys yields the indexes and the keys.
func (e entries) keys() iter.Seq2[int, string] {
	return func(yield func(int, string) bool) {
		text, begin := string(e.text), 0
		for _, entry := range e.each {
			if !yield(entry.index, text[begin:entry.end]) {
				return
			}
			begin = entry.end
		}
	}
}

func indexPrefix(value string) string {
	var few [128]byte
	return string(appendPrefix(few[:0], value))
}

func appendPrefix(to []byte, value string) []byte {
	for _, r := range value { // as strings.Map does: broken UTF-8 becomes U+FFFD
		to = utf8.AppendRune(to, foldRune(r))
	}
	return append(to, 0)
}

// fold maps strings that are equal under Unicode simple case folding to the same string.
func fold(s string) string { return strings.Map(foldRune, s) }

func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'a' <= r && r <= 'z' {
			return r - ('a' - 'A')
		}
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// elements are the complex elements of a multi-valued attribute, in their order.
func elements(r map[string]any, name string) []map[string]any {
	list, _ := r[name].([]any)
	found := make([]map[string]any, 0, len(list))
	for _, item := range list {
		if element, ok := item.(map[string]any); ok {
			found = append(found, element)
		}
	}
	return found
}

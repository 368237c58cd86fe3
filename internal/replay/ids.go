package replay

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// unmistakable is from how many characters an id is taken for one wherever it is a whole value. Shorter ones ("1", "42") are only where
// SCIM has ids.
const unmistakable = 12

// ids maps what an endpoint chose when it was recorded to what it gives now: ids, cursors of lists and versions of resources.
type ids struct {
	now      map[string]string
	versions map[version]string
	oldBase  string
	newBase  string
}

// version is a recorded entity tag of the resource with a recorded id.
type version struct{ id, tag string }

// tagged pairs the versions of a resource. Source: RFC 7644 §3.14.
func (m *ids) tagged(s Step, now answer) {
	id := text(member(s.Answer, "id"))
	if id == "" && len(s.Path) > 1 {
		id = s.Path[1]
	}
	got := now.header.Get("ETag")
	if got == "" {
		got = text(member(member(now.body, "meta"), "version"))
	}
	if s.version != "" && got != "" {
		m.versions[version{id, s.version}] = got
	}
}

// header is the header of a step with the versions of now in its conditions.
func (m *ids) header(s Step) http.Header {
	h := s.Header.Clone()
	for _, name := range []string{"If-Match", "If-None-Match"} {
		if tag, ok := m.versions[version{last("/" + strings.Join(s.Path[1:], "/")), h.Get(name)}]; ok {
			h.Set(name, tag)
		}
	}
	return h
}

// learn pairs the resources of a recorded answer with those that came now: the resource itself, or those of a list that have the same name.
// The cursors of a list are pairs too. Source: RFC 9865 §2.
func (m *ids) learn(recorded, now any) {
	old, _ := recorded.(map[string]any)
	got, _ := now.(map[string]any)
	if old == nil || got == nil {
		return
	}
	for _, name := range []string{"id", "nextCursor", "previousCursor"} {
		m.pair(text(member(old, name)), text(member(got, name)))
	}
	olds, _ := member(old, "Resources").([]any)
	gots, _ := member(got, "Resources").([]any)
	for _, o := range olds {
		for _, g := range gots {
			if sameResource(o, g) || len(olds) == 1 && len(gots) == 1 {
				m.pair(text(member(o, "id")), text(member(g, "id")))
			}
		}
	}
	// Answers to bulk requests tell where what was made is. Source: RFC 7644 §3.7.
	olds, _ = member(old, "Operations").([]any)
	gots, _ = member(got, "Operations").([]any)
	for i := range min(len(olds), len(gots)) {
		m.located(text(member(olds[i], "location")), text(member(gots[i], "location")))
	}
}

// located pairs the last segments of two addresses.
func (m *ids) located(old, now string) { m.pair(last(old), last(now)) }

func (m *ids) pair(old, now string) {
	if old != "" && now != "" {
		m.now[old] = now
	}
}

// last is the last segment of an address's path.
func last(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path[strings.LastIndexByte(u.Path, '/')+1:]
}

// id is what a recorded id is now.
func (m *ids) id(old string) string {
	if now, ok := m.now[old]; ok {
		return now
	}
	return old
}

// path is a recorded path with the ids of now.
func (m *ids) path(segments []string) string {
	var b strings.Builder
	for i, s := range segments {
		if i > 0 {
			s = m.id(s)
		}
		b.WriteString("/" + url.PathEscape(s))
	}
	return b.String()
}

var quoted = regexp.MustCompile(`"[^"]*"`)

// quotedIn maps what stands in quotes in a filter or a path.
func (m *ids) quotedIn(expression string) string {
	return quoted.ReplaceAllStringFunc(expression, func(q string) string { return `"` + m.id(q[1:len(q)-1]) + `"` })
}

// query is a recorded query with the ids of now in its filter, and the cursor of now. What does not change is sent as it was.
func (m *ids) query(raw string) string {
	parts := strings.Split(raw, "&")
	for i, part := range parts {
		name, value, ok := strings.Cut(part, "=")
		plain, err := url.QueryUnescape(value)
		mapped := plain
		switch {
		case !ok || err != nil:
		case strings.EqualFold(name, "filter"):
			mapped = m.quotedIn(plain)
		case strings.EqualFold(name, "cursor"):
			mapped = m.id(plain)
		}
		if mapped != plain {
			parts[i] = name + "=" + strings.ReplaceAll(url.QueryEscape(mapped), "+", "%20")
		}
	}
	return strings.Join(parts, "&")
}

// body is a recorded body with the ids of now. What is no JSON, or holds none, is sent as it was, byte for byte.
func (m *ids) body(raw []byte) []byte {
	v := decode(raw)
	if v == nil {
		return raw
	}
	changed := false
	mapped := m.value("", v, &changed)
	if !changed {
		return raw
	}
	out, err := json.Marshal(mapped)
	if err != nil {
		return raw
	}
	return out
}

// value maps the ids in the value of an attribute.
func (m *ids) value(name string, v any, changed *bool) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for key, inner := range v {
			out[key] = m.value(key, inner, changed)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = m.value(name, inner, changed)
		}
		return out
	case string:
		mapped := m.word(name, v)
		*changed = *changed || mapped != v
		return mapped
	default:
		return v
	}
}

func (m *ids) word(name, s string) string {
	switch strings.ToLower(name) {
	case "path":
		if below, ok := strings.CutPrefix(s, "/"); ok { // of a bulk operation
			return m.path(strings.Split(below, "/"))
		}
		return m.quotedIn(s)
	case "$ref", "location":
		if rest, ok := strings.CutPrefix(s, m.oldBase); ok && m.oldBase != "" {
			s = m.newBase + rest
		}
		if cut := strings.LastIndexByte(s, '/') + 1; cut > 0 {
			return s[:cut] + m.id(s[cut:])
		}
		return s
	case "value", "id", "members", "manager":
		return m.id(s)
	default:
		if len(s) >= unmistakable {
			return m.id(s)
		}
		return s
	}
}

// member is a member of a JSON object, whose name's case does not count. Source: RFC 7643 §2.1.
func member(v any, name string) any {
	object, _ := v.(map[string]any)
	if found, ok := object[name]; ok {
		return found
	}
	for key, found := range object {
		if strings.EqualFold(key, name) {
			return found
		}
	}
	return nil
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// sameResource says whether two resources go by the same name.
func sameResource(a, b any) bool {
	for _, name := range []string{"userName", "externalId", "displayName", "name"} {
		if x, y := text(member(a, name)), text(member(b, name)); x != "" && y != "" {
			return strings.EqualFold(x, y)
		}
	}
	return false
}

package replay

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Difference is one thing that an answer has otherwise than the recorded one. Recorded or Now is "" where there was nothing.
type Difference struct {
	What     string `json:"what"` // status, media type, or the path of an attribute
	Recorded string `json:"recorded"`
	Now      string `json:"now"`
}

// maxDifferences bounds what is told of one answer.
const maxDifferences = 20

// answer is what came now.
type answer struct {
	status int
	header http.Header
	body   any // decoded JSON, nil when it was none
}

// compare says where an answer differs from the recorded one: status, media type, which attributes there are, and their values. What an
// endpoint chooses anew each time does not count: ids that were learnt, times, versions and addresses. Neither do the words of an error.
func (m *ids) compare(s Step, a answer) []Difference {
	c := comparison{ids: m}
	if s.Status != a.status {
		c.differ("status", strconv.Itoa(s.Status), strconv.Itoa(a.status))
		if s.Status/100 != a.status/100 {
			return c.found // an error and a resource have nothing in common
		}
	}
	if now := media(a.header); s.Media != "" && s.Media != now {
		c.differ("media type", s.Media, now)
	}
	switch {
	case s.Answer == nil:
	case a.body == nil:
		c.differ("body", "JSON", "no JSON")
	default:
		c.open = !strings.Contains(strings.ToLower(s.Query), "filter=") && len(s.Path) == 1
		c.unsettled = s.unsettled
		c.values("", s.Answer, a.body)
	}
	return c.found
}

type comparison struct {
	ids   *ids
	open  bool // a list of everything there is: others may have put something there
	found []Difference

	unsettled bool // something was changed meanwhile: what others have put there may be in any state
}

func (c *comparison) differ(what, recorded, now string) {
	if len(c.found) < maxDifferences {
		c.found = append(c.found, Difference{what, recorded, now})
	}
}

// aside are attributes that differ between any two runs. Sources: RFC 7643 §3.1, RFC 7644 §3.12, RFC 9865 §2.
var aside = []string{"id", "meta.created", "meta.lastmodified", "meta.version", "meta.location", "location", "$ref", "detail", "version", "nextcursor", "previouscursor"}

func isAside(path string) bool {
	path = strings.ToLower(path)
	for _, name := range aside {
		if path == name || strings.HasSuffix(path, "."+name) {
			return true
		}
	}
	return false
}

func (c *comparison) values(path string, old, now any) {
	switch old := old.(type) {
	case map[string]any:
		object, ok := now.(map[string]any)
		if !ok {
			c.differ(name(path), "an object", kind(now))
			return
		}
		c.objects(path, old, object)
	case []any:
		list, ok := now.([]any)
		if !ok {
			c.differ(name(path), "a list", kind(now))
			return
		}
		c.lists(path, old, list)
	default:
		switch {
		case kind(old) != kind(now):
			c.differ(name(path), short(old), short(now))
		case isAside(path), c.equal(old, now):
		default:
			c.differ(name(path), short(old), short(now))
		}
	}
}

func (c *comparison) objects(path string, old, now map[string]any) {
	names := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(old)) {
		names[strings.ToLower(key)] = true
		at := join(path, key)
		if c.open && path == "" && slices.Contains([]string{"totalresults", "itemsperpage", "startindex"}, strings.ToLower(key)) {
			continue
		}
		other := member(now, key)
		switch {
		case other == nil && old[key] != nil:
			c.differ(at, short(old[key]), "")
		case old[key] != nil:
			c.values(at, old[key], other)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(now)) {
		if !names[strings.ToLower(key)] && now[key] != nil {
			c.differ(join(path, key), "", short(now[key]))
		}
	}
}

// lists compares elements whatever their order: those that are equal are taken away, what is left is compared in its order.
func (c *comparison) lists(path string, old, now []any) {
	resources := strings.EqualFold(path, "Resources")
	left := slices.Clone(now)
	var missing []any
	for _, o := range old {
		i := slices.IndexFunc(left, func(n any) bool { return resources && sameResource(o, n) || c.equal(o, n) })
		if i < 0 {
			missing = append(missing, o)
			continue
		}
		if resources && (!c.open || !c.unsettled) {
			c.values(path+"[]", o, left[i])
		}
		left = slices.Delete(left, i, i+1)
	}
	if resources && c.open {
		return // who else is there is no difference
	}
	for i, o := range missing {
		if i < len(left) {
			c.values(path+"[]", o, left[i])
		} else {
			c.differ(name(path), short(o), "")
		}
	}
	for i := len(missing); i < len(left); i++ {
		c.differ(name(path), "", short(left[i]))
	}
}

// equal says whether two values are the same but for ids, times and what is aside.
func (c *comparison) equal(old, now any) bool {
	switch old := old.(type) {
	case string:
		s, ok := now.(string)
		return ok && (s == old || s == c.ids.id(old) || isTime(old) && isTime(s) || s == c.ids.word("$ref", old) && strings.Contains(old, "://") || s == c.ids.moved(old))
	case map[string]any:
		sub := comparison{ids: c.ids}
		object, ok := now.(map[string]any)
		if ok {
			sub.objects("", old, object)
		}
		return ok && len(sub.found) == 0
	case []any:
		sub := comparison{ids: c.ids}
		list, ok := now.([]any)
		if ok {
			sub.lists("", old, list)
		}
		return ok && len(sub.found) == 0
	default:
		return old == now
	}
}

// moved is a text with the endpoint's address of now.
func (m *ids) moved(s string) string {
	if m.oldBase == "" {
		return s
	}
	return strings.ReplaceAll(s, m.oldBase, m.newBase)
}

func isTime(s string) bool {
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

func kind(v any) string {
	switch v.(type) {
	case nil:
		return "nothing"
	case map[string]any:
		return "an object"
	case []any:
		return "a list"
	case string:
		return "a text"
	case bool:
		return "a boolean"
	default:
		return "a number"
	}
}

// join is the path of a member, in the notation of SCIM.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func name(path string) string {
	if path == "" {
		return "body"
	}
	return path
}

// short is a value as JSON, cut after some characters.
func short(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return kind(v)
	}
	const most = 120
	if len(data) > most {
		return strings.ToValidUTF8(string(data[:most]), "") + " …"
	}
	return string(data)
}

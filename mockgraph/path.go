package mockgraph

import (
	"net/url"
	"strings"
)

// The limits of what is taken as a path.
const (
	maxPath     = 4 << 10
	maxSegments = 24
)

// address is a request path in its canonical form: no version, no tenant, no empty segments, keys as segments of their own and
// every word the routes know spelled as they spell it.
//
//	/V1.0//Users('ann@contoso.com')/microsoft.graph.assignLicense  →  v1.0, [users ann@contoso.com assignLicense]
type address struct {
	version  string   // v1.0 or beta
	segments []string // decoded
}

// path returns the address as one path, for routers and logs.
func (a address) path() string { return "/" + strings.Join(a.segments, "/") }

// parsePath reads an escaped path that begins with the version. isTenant says whether a segment names the tenant, which some
// clients put before or behind the version; words are the canonical spellings by lower case. The error text names what is wrong.
// Source: OASIS OData 4.01 URL Conventions 4; learn.microsoft.com/graph/use-the-api.
func parsePath(escaped string, isTenant func(string) bool, words map[string]string) (address, string) {
	var a address
	if len(escaped) > maxPath {
		return a, "The request URI is too long."
	}
	for raw := range strings.SplitSeq(escaped, "/") {
		if raw == "" {
			continue
		}
		segment, err := url.PathUnescape(raw)
		if err != nil {
			return a, "The request URI is not valid: '" + raw + "'."
		}
		switch {
		case len(a.segments) >= maxSegments:
			return a, "The request URI is not valid: it has too many segments."
		case a.version == "" && isTenant(segment):
		case a.version == "":
			a.version = strings.ToLower(segment)
		case len(a.segments) == 0 && isTenant(segment):
		default:
			a.segments = appendSegment(a.segments, segment, words)
		}
	}
	return a, ""
}

// appendSegment adds one decoded segment, with its key when it has one in parentheses.
func appendSegment(segments []string, segment string, words map[string]string) []string {
	name, key, keyed := segment, "", false
	if open := strings.IndexByte(segment, '('); open > 0 && strings.HasSuffix(segment, ")") {
		name, key, keyed = segment[:open], segment[open+1:len(segment)-1], true
	}
	segments = append(segments, canonicalWord(name, words))
	if keyed && key != "" {
		segments = append(segments, unquoteKey(key))
	}
	return segments
}

// namespace is of Graph's types and functions. Its alias is graph, which Graph's own SDKs write.
// Source: graph.microsoft.com/v1.0/$metadata; OASIS OData CSDL 4.01, schema alias.
const namespace = "microsoft.graph."

// canonicalWord spells a word as the routes do. Functions and actions may carry their namespace, type casts must.
func canonicalWord(name string, words map[string]string) string {
	lower := strings.ToLower(name)
	if word, known := words[lower]; known {
		return word
	}
	short, alias := strings.CutPrefix(lower, "graph.")
	if !alias {
		short = strings.TrimPrefix(lower, namespace)
	}
	if word, known := words[short]; known {
		return word
	}
	if alias && strings.Trim(short, "abcdefghijklmnopqrstuvwxyz") == "" { // and not a key such as graph.hopper@contoso.com
		return namespace + short
	}
	return name
}

// unquoteKey takes the quotes off a key: 'O”Neil' with doubled quotes inside, or name='value' for alternate keys, which keep
// their name. What has no quotes stays.
func unquoteKey(key string) string {
	name, value, named := strings.Cut(key, "=")
	if !named || strings.HasPrefix(strings.TrimSpace(key), "'") {
		return unquote(key)
	}
	return strings.TrimSpace(name) + "=" + unquote(value)
}

func unquote(s string) string {
	s = strings.TrimSpace(s)
	if len(s) >= 2 && s[0] == '\'' && s[len(s)-1] == '\'' {
		return strings.ReplaceAll(s[1:len(s)-1], "''", "'")
	}
	return s
}

// alternateKey splits a key of the form name=value, false when it is a plain one.
func alternateKey(key string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(key, "=")
	if !ok || name == "" || strings.ContainsAny(name, "@. ") {
		return "", "", false
	}
	return name, value, true
}

package exchange

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Redacted stands where a secret stood.
const Redacted = "[redacted]"

// minSecret is the length from which a string is taken for a secret; shorter ones would black out half a body.
const minSecret = 4

// sensitive lists the headers whose value is a credential whatever it says.
var sensitive = map[string]bool{
	"Authorization": true, "Proxy-Authorization": true, "Cookie": true, "Set-Cookie": true,
	"X-Api-Key": true, "Api-Key": true, "X-Auth-Token": true,
}

// credentialMembers finds what carries a credential by definition (RFC 6749 §5.1, RFC 6750 §2, RFC 7523 §2.2, RFC 7617 §2,
// RFC 7643 §4.1.1) or by custom, so that it is hidden even when it is not registered: members of forms, queries and fragments, of
// JSON objects and of JSON objects in a JSON string, and what stands behind the name of a scheme and has a digit in it. Most texts hold none,
// and to look for what each must hold costs a small part of what the expressions cost: the names end in one of credentialEnds, and what is
// said to follow them follows.
var credentialMembers = []struct {
	ends    []string // in lower case; the text must hold one of them
	follows string   // what stands behind it, next or after white space
	pattern *regexp.Regexp
}{
	{append([]string{"code", "sig", "auth"}, credentialEnds...), "=", regexp.MustCompile(`(?i)(?:^|[?&#])(?:` + credentialNames + `|code|sig|auth)=([^&#\s]+)`)},
	{quoted(credentialEnds), ":", regexp.MustCompile(`(?i)"(?:` + credentialNames + `|` + credentialFields + `)"\s*:\s*"((?:[^"\\]|\\.)+)`)},
	{credentialEnds, `\`, regexp.MustCompile(`(?i)\\"(?:` + credentialNames + `|` + credentialFields + `)\\+"\s*:\s*\\+"((?:[^"\\]|\\+[^"\\])+)`)},
	{[]string{"bearer", "basic"}, "", regexp.MustCompile(`(?i)\b(?:bearer|basic)\s+([a-z._~+/=-]*[0-9][0-9a-z._~+/=-]*)`)},
}

var credentialEnds = []string{"token", "secret", "assertion", "password", "key", "authorization", "cookie"}

// credentialWords are what every text with a credential holds one of, in lower case.
var credentialWords = []string{"token", "secret", "assertion", "password", "key", "auth", "cookie", "code=", "sig=", "bearer", "basic"}

func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, name := range names {
		all[i] = name + `"`
	}
	return all
}

// mayFollow says whether in a text in lower case one of the ends is followed by what follows.
func mayFollow(lower []byte, ends []string, follows string) bool {
	for _, end := range ends {
		for rest := lower; ; {
			_, after, found := bytes.Cut(rest, []byte(end))
			if !found {
				break
			}
			if bytes.HasPrefix(bytes.TrimLeft(after, " \t\n\v\f\r"), []byte(follows)) {
				return true
			}
			rest = after
		}
	}
	return false
}

const (
	credentialNames  = `access_?token|refresh_?token|id_?token|token|client_?secret|secret|client_assertion|assertion|password|api[_-]?key`
	credentialFields = `authorization|proxy-authorization|x-api-key|x-auth-token|cookie|set-cookie`
)

// redactor knows the secrets of a run. The zero value knows none. It never changes: [redactor.with] gives another.
type redactor struct {
	needles []needle
	begins  *beginnings // nil without needles
	reach   int         // bytes the longest encoded secret can take
}

// needle is one text that gives a secret away.
type needle struct {
	text          []byte
	before, after int // neighbouring bytes that carry bits of the secret as well (base64)
}

// with gives a redactor that hides the secret too, without the white space around it.
func (d redactor) with(secret string) redactor {
	secret = strings.TrimSpace(secret)
	if len(secret) < minSecret || slices.ContainsFunc(d.needles, func(n needle) bool { return string(n.text) == secret }) {
		return d
	}
	d.needles = append(slices.Clone(d.needles), needle{text: []byte(secret)})
	if !utf8.ValidString(secret) { // encoders of JSON replace each such byte
		d.needles = append(d.needles, needle{text: []byte(string([]rune(secret)))})
	}
	d.needles = append(d.needles, base64Needles(secret)...)
	d.begins = newBeginnings(d.needles)
	d.reach = max(d.reach, utf8.UTFMax*len(secret)*maxEncodedByte)
	return d
}

// base64Needles gives the texts that betray a secret inside a longer base64 text, such as the user:password of RFC 7617:
// one for each of the three places it can take within a group of three bytes, in both alphabets.
func base64Needles(secret string) []needle {
	var needles []needle
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for shift := range 3 {
			bits := (shift + len(secret)) * 8
			text := enc.EncodeToString(append(make([]byte, shift), secret...))
			from, to := (shift*8+5)/6, bits/6
			n := needle{text: []byte(text[from:to])}
			if shift > 0 {
				n.before = 1
			}
			if bits%6 > 0 {
				n.after = 1
			}
			if !slices.ContainsFunc(needles, func(o needle) bool { return bytes.Equal(o.text, n.text) }) {
				needles = append(needles, n)
			}
		}
	}
	return needles
}

// header gives a copy with every credential and every secret hidden; the scheme of a credential stays readable.
func (d redactor) header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		key := d.text(name)
		for _, v := range values {
			if sensitive[http.CanonicalHeaderKey(name)] {
				v = hideCredential(v)
			}
			out[key] = append(out[key], d.text(v))
		}
	}
	return out
}

var schemes = regexp.MustCompile(`^(?i:bearer|basic|digest|negotiate|ntlm|dpop|hoba|mutual|token|apikey)$`)

func isScheme(word string) bool { return len(word) <= len("negotiate") && schemes.MatchString(word) }

func hideCredential(value string) string {
	scheme, credential, found := strings.Cut(value, " ")
	switch {
	case strings.TrimSpace(value) == "", isScheme(strings.TrimSpace(value)):
		return value
	case found && isScheme(scheme) && strings.TrimSpace(credential) != "":
		return scheme + " " + Redacted
	default:
		return Redacted
	}
}

func (d redactor) text(s string) string {
	if b := []byte(s); len(d.find(b, len(b))) > 0 {
		return string(d.bytes(b, len(b)))
	}
	return s
}

// error gives an error that says the same without secrets; errors.Is and errors.As see the original.
func (d redactor) error(err error) error {
	if text := d.text(err.Error()); text != err.Error() {
		return &redactedError{text: text, cause: err}
	}
	return err
}

type redactedError struct {
	text  string
	cause error
}

func (e *redactedError) Error() string { return e.text }
func (e *redactedError) Unwrap() error { return e.cause }

// bytes gives the first limit bytes of b with every secret that begins in them hidden, in fresh memory.
func (d redactor) bytes(b []byte, limit int) []byte {
	limit = min(limit, len(b))
	window := b[:min(len(b), limit+d.reach)]
	spans := d.find(window, limit)
	out := make([]byte, 0, limit+len(spans)*len(Redacted))
	at := 0
	for _, s := range spans {
		if s.to <= at {
			continue
		}
		if s.from >= at {
			out = append(append(out, window[at:s.from]...), Redacted...)
		}
		at = s.to
	}
	if at < limit {
		out = append(out, window[at:limit]...)
	}
	return out
}

type span struct{ from, to int }

// find gives the places that begin before limit, ordered, possibly overlapping.
func (d redactor) find(b []byte, limit int) []span {
	spans := credentials(b, limit)
	if d.begins != nil {
		for at := range limit {
			for _, n := range d.begins.at(b[at:]) {
				if end, ok := matchEncoded(b, at, n.text); ok {
					spans = append(spans, span{max(at-n.before, 0), min(end+n.after, len(b))})
				}
			}
		}
	}
	slices.SortFunc(spans, func(x, y span) int { return cmp.Or(cmp.Compare(x.from, y.from), cmp.Compare(x.to, y.to)) })
	return spans
}

// credentials gives what the expressions find that begins before limit.
func credentials(b []byte, limit int) []span {
	var spans []span
	lower := bytes.ToLower(b)
	holds := func(word string) bool { return bytes.Contains(lower, []byte(word)) }
	odd := holds("ſ") // an s where case does not count, and not in lower case
	if !odd && !slices.ContainsFunc(credentialWords, holds) {
		return nil
	}
	for _, c := range credentialMembers {
		if !odd && !mayFollow(lower, c.ends, c.follows) {
			continue
		}
		for _, m := range c.pattern.FindAllSubmatchIndex(b, -1) {
			if m[2] < limit {
				spans = append(spans, span{m[2], m[3]})
			}
		}
	}
	return spans
}

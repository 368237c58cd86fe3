package wire

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// equals is one comparison of a filter. Entra uses eq and and, nothing else.
type equals struct{ path, value string }

// query composes a query string in the order of the reference code's composer: attributes, excludedAttributes, filter.
// Source: github.com/AzureAD/SCIMReferenceCode, Protocol/Query.cs.
func query(attributes, excluded string, filter ...equals) string {
	var few [256]byte
	to, before := few[:0], "?"
	for _, p := range [...]struct{ name, value string }{{"attributes=", attributes}, {"excludedAttributes=", excluded}} {
		if p.value != "" {
			to = appendForm(append(append(to, before...), p.name...), p.value)
			before = "&"
		}
	}
	for i, f := range filter {
		if i == 0 {
			to = append(append(to, before...), "filter="...)
		} else {
			to = append(to, "+and+"...)
		}
		to = append(appendForm(to, f.path), "+eq+%22"...)
		to = append(appendValue(to, f.value), "%22"...)
	}
	return string(to)
}

// unreserved are the characters that stay as they are everywhere (RFC 3986 §2.3).
const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"

// appendForm encodes as HttpUtility.UrlEncode of .NET does: space is +, hex digits are lower case, and ! ( ) * stay.
func appendForm(to []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			to = append(to, '+')
		case c != '~' && strings.IndexByte(unreserved, c) >= 0 || strings.IndexByte("!()*", c) >= 0:
			to = append(to, c)
		default:
			to = append(to, '%', lowerHex[c>>4], lowerHex[c&15])
		}
	}
	return to
}

const (
	lowerHex = "0123456789abcdef"
	upperHex = "0123456789ABCDEF"
)

// appendValue encodes a comparison value as the reference code does: of the reserved characters each but ! ( ) * becomes
// lower-case hex, space becomes +. Quote, backslash and percent sign are not escaped, neither for SCIM nor for the URL, so a
// value with a quote makes a malformed filter: joining properties with such characters are a documented limitation. What
// cannot stand in a URL at all is then escaped by .NET's Uri, in upper-case hex; a percent sign before two hex digits
// stays and reads as an escape.
// Sources: github.com/AzureAD/SCIMReferenceCode, Protocol/Filter.cs; learn.microsoft.com/entra/identity/app-provisioning/known-issues.
func appendValue(to []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ':
			to = append(to, '+')
		case strings.IndexByte(";/?:@&=+$,#[]'", c) >= 0:
			to = append(to, '%', lowerHex[c>>4], lowerHex[c&15])
		case strings.IndexByte(unreserved, c) >= 0, strings.IndexByte("!()*", c) >= 0, c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			to = append(to, c)
		default:
			to = append(to, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return to
}

func isHex(c byte) bool { return strings.IndexByte(lowerHex+upperHex, c) >= 0 }

// resource is the path of one resource. The id is the target's own; it is escaped so that it stays one segment (RFC 3986 §3.3),
// also when it is a dot segment.
func resource(collection, id string) string {
	var few [128]byte
	to := append(append(few[:0], collection...), '/')
	dots := id == "." || id == ".."
	for i := range len(id) {
		if c := id[i]; strings.IndexByte(unreserved, c) >= 0 && !dots {
			to = append(to, c)
		} else {
			to = append(to, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(to)
}

// readable renders a URL as Uri.ToString of .NET does: what need not be escaped is not, so quotes show as quotes, while %40
// and the other reserved characters stay escaped.
func readable(url string) string {
	var b strings.Builder
	for i := 0; i < len(url); {
		if run := escapedRun(url[i:]); run > 0 {
			b.WriteString(unescapeRun(url[i : i+run]))
			i += run
			continue
		}
		b.WriteByte(url[i])
		i++
	}
	return b.String()
}

// escapedRun is the length of the escapes at the beginning of s.
func escapedRun(s string) int {
	n := 0
	for n+2 < len(s) && s[n] == '%' && isHex(s[n+1]) && isHex(s[n+2]) {
		n += 3
	}
	return n
}

func unescapeRun(run string) string {
	var raw []byte
	for i := 0; i < len(run); i += 3 {
		var c byte
		_, _ = fmt.Sscanf(run[i+1:i+3], "%02x", &c) // two hex digits, as escapedRun saw
		raw = append(raw, c)
	}
	var b strings.Builder
	for i := 0; i < len(raw); {
		r, size := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && size <= 1 || size == 1 && !strings.ContainsRune(unreserved+"\"<>\\^`{|}", r) {
			b.WriteString(run[3*i : 3*i+3])
			i++
			continue
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

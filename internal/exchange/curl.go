package exchange

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// Curl gives one line for a POSIX shell that sends the request again, with a shell variable where a secret stood: CLIENT_SECRET, PASSWORD and others by the
// name of the field, TOKEN for all that has none of these.
// Every other character is quoted; what a line cannot hold is written as $'…', which bash, zsh and POSIX.1-2024 know. A
// body that was cut or holds NUL cannot be given on a line: curl is told to read it from the file body.
func (e *Exchange) Curl() string {
	r := e.Request
	args := []string{"curl", "-sS"}
	if r.Method == http.MethodHead {
		args = append(args, "--head")
	} else {
		args = append(args, "-i", "-X", quote(r.Method))
	}
	if strings.ContainsAny(strings.ReplaceAll(r.URL, Redacted, ""), "[]{}") {
		args = append(args, "--globoff")
	}
	if strings.Contains(r.URL, "/.") {
		args = append(args, "--path-as-is")
	}
	args = append(args, quote(r.URL))
	hasBody := r.Body.Size > 0 || len(r.Body.Bytes) > 0
	args = append(args, curlHeaders(r.Header, hasBody)...)
	switch {
	case !hasBody:
	case r.Body.Truncated || bytes.ContainsRune(r.Body.Bytes, 0):
		args = append(args, "--data-binary", "@body", fmt.Sprintf("# body: %d bytes, not shown", r.Body.Size))
	default:
		args = append(args, curlBody(r.Header, string(r.Body.Bytes))...)
	}
	return strings.Join(args, " ")
}

// curlHeaders repeats the headers and takes away those that curl would add of its own.
func curlHeaders(h http.Header, hasBody bool) []string {
	var args []string
	for _, name := range slices.Sorted(maps.Keys(h)) {
		if strings.HasPrefix(name, "@") {
			continue // curl would read a file of that name
		}
		for _, v := range h[name] {
			if v == "" {
				args = append(args, "-H", quote(name+";"))
				continue
			}
			args = append(args, "-H", quote(name+": "+v))
		}
	}
	if len(h["Accept"]) == 0 {
		args = append(args, "-H", "'Accept:'")
	}
	if hasBody && len(h["Content-Type"]) == 0 {
		args = append(args, "-H", "'Content-Type:'")
	}
	return args
}

// quote makes one shell word of s.
func quote(s string) string {
	parts := strings.Split(s, Redacted)
	if len(parts) == 2 && parts[1] == "" && !strings.ContainsFunc(s, beyondDoubleQuotes) {
		return `"` + parts[0] + "$" + variableAfter(parts[0]) + `"`
	}
	var word strings.Builder
	for i, p := range parts {
		word.WriteString(quoteLiteral(p))
		if i < len(parts)-1 {
			word.WriteString(`"$` + variableAfter(p) + `"`)
		}
	}
	if word.Len() == 0 {
		return "''"
	}
	return word.String()
}

func quoteLiteral(s string) string {
	switch {
	case s == "":
		return ""
	case !strings.ContainsFunc(s, beyondShell):
		return s
	case !strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\uFFFD' || steering(c) }):
		return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
	}
	var b strings.Builder
	b.WriteString("$'")
	for i, c := range s {
		switch raw := s[i : i+width(s[i:])]; {
		case c == '\'' || c == '\\':
			b.WriteString(`\` + raw)
		case c == '\n':
			b.WriteString(`\n`)
		case c < ' ' || c == 0x7f || c == '\uFFFD' || steering(c):
			for _, octet := range []byte(raw) {
				fmt.Fprintf(&b, `\%03o`, octet)
			}
		default:
			b.WriteString(raw)
		}
	}
	b.WriteString("'")
	return b.String()
}

// beyondDoubleQuotes says whether c means something between double quotes.
func beyondDoubleQuotes(c rune) bool {
	return strings.ContainsRune("\"$`\\!", c) || c < ' ' || c >= 0x7f
}

// beyondShell says whether c needs quotes.
func beyondShell(c rune) bool {
	plain := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./:@%+,=", c)
	return !plain
}

// width is the length of the first character of s in bytes, 1 for one that is not UTF-8.
func width(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

package exchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The bounds of a rendered body.
const (
	maxText  = 128 << 10 // bytes of text
	maxDepth = 32        // nesting up to which JSON is indented; indenting deeper grows with the square
)

// Text renders the exchange as HTTP text, JSON bodies indented. It is meant for eyes and safe for a terminal: control and
// direction-changing characters are written as \uXXXX, binary bodies are only described, and long ones are cut.
func (e *Exchange) Text() string {
	answer := e.Response.Text()
	if e.Err != "" {
		answer += "(" + Visible(e.Err) + ")\n"
	}
	return e.Request.Text() + "\n" + answer
}

// Text renders the request as HTTP text, in the way of [Exchange.Text].
func (r Request) Text() string {
	var b strings.Builder
	target, host := r.URL, ""
	if u, err := url.Parse(r.URL); err == nil && u.Host != "" {
		host = u.Host
		target = "/" + strings.TrimPrefix(strings.TrimPrefix(r.URL, u.Scheme+"://"+u.Host), "/")
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\n", Visible(r.Method), Visible(target))
	if r.Header.Get("Host") == "" && host != "" {
		fmt.Fprintf(&b, "Host: %s\n", Visible(host))
	}
	writeHeader(&b, r.Header)
	writeBody(&b, r.Body)
	return b.String()
}

// Text renders the response as HTTP text, in the way of [Exchange.Text]. It is empty when no response came.
func (r Response) Text() string {
	if r.Status == 0 {
		return ""
	}
	var b strings.Builder
	status := fmt.Sprintf("%s %d %s", Visible(r.Proto), r.Status, http.StatusText(r.Status))
	fmt.Fprintln(&b, strings.TrimSpace(status))
	writeHeader(&b, r.Header)
	writeBody(&b, r.Body)
	return b.String()
}

func writeHeader(b *strings.Builder, h http.Header) {
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			fmt.Fprintf(b, "%s: %s\n", Visible(name), Visible(v))
		}
	}
}

func writeBody(b *strings.Builder, body Body) {
	if body.Size == 0 && len(body.Bytes) == 0 {
		return
	}
	b.WriteString("\n")
	b.WriteString(body.Text())
	b.WriteString("\n")
}

// Text renders the body for eyes, without a line end: JSON indented, control characters visible, bounded.
func (b Body) Text() string {
	if !printable(b.Bytes) {
		return fmt.Sprintf("(%d bytes that are not text)", b.Size)
	}
	text := strings.TrimRight(Visible(string(indent(b.Bytes))), "\r\n")
	if len(text) > maxText {
		text = strings.ToValidUTF8(text[:maxText], "") + "\n…"
	}
	if b.Truncated {
		text += fmt.Sprintf("\n… (cut, %d bytes in all)", b.Size)
	}
	return text
}

// printable says whether a body is text: valid UTF-8, but for a character cut at its end, and without NUL.
func printable(b []byte) bool {
	for cut := 0; cut < utf8.UTFMax && cut <= len(b); cut++ {
		if utf8.Valid(b[:len(b)-cut]) {
			return !bytes.ContainsRune(b, 0)
		}
	}
	return len(b) == 0
}

// indent lays out JSON; anything else is given back as it is.
func indent(b []byte) []byte {
	if depth(b) > maxDepth {
		return b
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		return b
	}
	return out.Bytes()
}

// depth measures how deep brackets nest, whatever they stand in.
func depth(b []byte) int {
	now, deepest := 0, 0
	for _, c := range b {
		switch c {
		case '{', '[':
			now++
			deepest = max(deepest, now)
		case '}', ']':
			now--
		}
	}
	return deepest
}

// Visible writes what would steer a terminal or reorder text as \uXXXX, but for line ends and tabs. Bytes that are not
// UTF-8 become U+FFFD.
func Visible(s string) string {
	if !strings.ContainsFunc(s, steering) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for _, c := range strings.ToValidUTF8(s, "\uFFFD") {
		if steering(c) {
			fmt.Fprintf(&b, "\\u%04x", c)
		} else {
			b.WriteRune(c)
		}
	}
	return b.String()
}

func steering(c rune) bool {
	switch {
	case c == '\n', c == '\t':
		return false
	case c >= 0x202a && c <= 0x202e, c >= 0x2066 && c <= 0x2069, c == 0x2028, c == 0x2029:
		return true
	default:
		return unicode.IsControl(c)
	}
}

package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
)

// Limits of what a message shows of an answer.
const (
	maxShownBody   = 2048
	maxShownURL    = 2048
	maxShownHeader = 256 // of a header's name, and of its value
	maxShownReason = 600
	maxShown       = 40 // headers
)

// redacted stands for a secret.
const redacted = "[redacted]"

// dump writes an answer the way Entra shows it to an administrator: the URL with its quotes readable, the name of the status
// as .NET has it, one header on each line.
// Source: learn.microsoft.com/entra/identity/app-provisioning/on-premises-ecma-troubleshoot.
func (r Response) dump() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Received response from Web resource. Resource: %s Operation: %s Response Status Code: %s Response Headers: ", r.shownURL(), r.Method, statusName(r.Status))
	names := make([]string, 0, len(r.Header))
	for name := range r.Header {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names[:min(len(names), maxShown)] {
		value := r.shown(strings.Join(r.Header[name], ", "), maxShownHeader)
		if slices.Contains(secretHeaders, name) {
			value = redacted
		}
		b.WriteString(r.shown(name, maxShownHeader) + ": " + value + "\n")
	}
	b.WriteString("Response Content: " + r.shown(string(r.Body), maxShownBody))
	return b.String()
}

// secretHeaders are never shown.
var secretHeaders = []string{"Authorization", "Cookie", "Proxy-Authorization", "Set-Cookie", "X-Api-Key"}

// shownURL is the URL as messages show it. A secret may stand in it as it was written or as it reads.
func (r Response) shownURL() string { return r.shown(readable(r.redact(r.URL)), maxShownURL) }

// shown is text from outside as messages show it: on one line, without secrets, bounded. It is cut last, or half a secret
// could remain.
func (r Response) shown(s string, limit int) string { return clip(r.redact(printable(s)), limit) }

func (r Response) redact(s string) string {
	for _, secret := range r.secrets {
		s = strings.ReplaceAll(s, secret, redacted)
	}
	return s
}

// secrets are the token and whatever other credential the configuration brings, also as they look inside a URL.
func (c *Client) secrets(token string) []string {
	raw := []string{token}
	for name, values := range c.config.Header {
		if name = http.CanonicalHeaderKey(name); slices.Contains(secretHeaders, name) ||
			strings.Contains(name, "Token") || strings.Contains(name, "Key") || strings.Contains(name, "Secret") {
			for _, value := range values {
				raw = append(raw, value, value[strings.LastIndexByte(value, ' ')+1:])
			}
		}
	}
	for parameter := range strings.SplitSeq(c.query, "&") {
		name, value, _ := strings.Cut(parameter, "=")
		if name = strings.ToLower(name); strings.Contains(name, "token") || strings.Contains(name, "key") || strings.Contains(name, "secret") || name == "code" || name == "sig" {
			raw = append(raw, value)
			if plain, err := url.QueryUnescape(value); err == nil {
				raw = append(raw, plain)
			}
		}
	}
	var secrets []string
	for _, s := range raw {
		if len(s) < 4 { // too short to be one, and everything would be redacted
			continue
		}
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			if !slices.Contains(secrets, form) {
				secrets = append(secrets, form)
			}
		}
	}
	slices.SortFunc(secrets, func(a, b string) int { return len(b) - len(a) }) // one may contain another
	return secrets
}

// statusNames are the members of .NET's HttpStatusCode that are not the reason phrase without blanks.
var statusNames = map[int]string{
	http.StatusRequestEntityTooLarge: "RequestEntityTooLarge", http.StatusRequestURITooLong: "RequestUriTooLong",
	http.StatusRequestedRangeNotSatisfiable: "RequestedRangeNotSatisfiable", http.StatusNonAuthoritativeInfo: "NonAuthoritativeInformation",
	http.StatusHTTPVersionNotSupported: "HttpVersionNotSupported",
}

// statusName is the name of a status in .NET, such as NotFound; the number when it has none.
func statusName(status int) string {
	if name, ok := statusNames[status]; ok {
		return name
	}
	name := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) {
			return r
		}
		return -1
	}, http.StatusText(status))
	if name == "" {
		return strconv.Itoa(status)
	}
	return name
}

// printable takes control characters and broken UTF-8 out of text; line breaks become blanks.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// clip bounds text, and shows that there was more.
func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return strings.ToValidUTF8(s[:limit], "") + "…"
}

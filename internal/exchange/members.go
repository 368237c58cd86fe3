package exchange

import (
	"bytes"
	"cmp"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// What a server sees is redacted by its structure, in one pass over each body: members of JSON objects, of forms, of queries and of
// the hidden fields of a page that carry a credential by definition. The texts of a client's exchanges are searched instead, because
// a target may answer anything.

// secretMembers are members of JSON objects, fields of forms and parameters of queries whose value is a credential, in lower case and
// without underscores. Sources: RFC 6749, RFC 7521, RFC 7636, RFC 8628, RFC 8693; learn.microsoft.com/graph/api/resources:
// passwordProfile, passwordCredential, user-changepassword, application-addkey; login.microsoftonline.com's own sign-in form.
var secretMembers = names(
	"password", "newpassword", "currentpassword", "oldpassword", "passwd", "pwd", "secrettext", "secret", "clientsecret", "clientassertion", "assertion", "accesstoken",
	"refreshtoken", "idtoken", "idtokenhint", "subjecttoken", "actortoken", "token", "devicecode", "codeverifier", "secrettoken", "apikey", "proof", "sig", "samlresponse",
	"authorization", "proxyauthorization", "cookie", "setcookie", "xapikey", "xauthtoken",
)

// secretFields are such only outside JSON: there "code" is what every error of Graph has.
var secretFields = names("code", "otc", "auth")

// secretKeys are the values of "key" that make the "value" beside it a credential.
// Source: learn.microsoft.com/graph/api/resources/synchronization-synchronizationsecretkeystringvaluepair.
var secretKeys = names(
	"password", "secrettoken", "appkey", "clientsecret", "consumersecret", "tokenkey", "oauth2accesstoken", "oauth2refreshtoken", "oauth2clientsecret",
	"oauth2authorizationcode", "syncagentcompatibilitykey", "connectionstring",
)

func names(all ...string) map[string]bool {
	set := make(map[string]bool, len(all))
	for _, name := range all {
		set[name] = true
	}
	return set
}

// maxName is the length up to which a text is looked up as a name.
const maxName = 40

// has says whether a set has a name, whatever its letter case, underscores and hyphens.
func has(set map[string]bool, name []byte) bool {
	if len(name) > maxName {
		return false
	}
	var buffer [maxName]byte
	plain := buffer[:0]
	for _, c := range name {
		switch {
		case c == '_' || c == '-':
		case c >= 'A' && c <= 'Z':
			plain = append(plain, c+'a'-'A')
		default:
			plain = append(plain, c)
		}
	}
	return set[string(plain)]
}

// frame is one JSON object or array that is open.
type frame struct {
	object, naming bool // naming: a member's name comes next
	secret         bool // the member, or each element, is a credential
	isKey, isValue bool // the member is "key" or "value"
	secretKey      bool // "key" said that "value" is a credential
	anyKey         bool // "key" has been seen
	value          span // of "value"
}

// jsonSecrets finds the credentials in JSON, whole or cut. It takes anything and never fails.
func jsonSecrets(b []byte, cut bool) []span {
	var spans []span
	stack := make([]frame, 1, 16)
	for i := 0; i < len(b); {
		top := &stack[len(stack)-1]
		switch c := b[i]; c {
		case '{':
			stack = append(stack, frame{object: true, naming: true})
		case '[':
			stack = append(stack, frame{secret: top.secret})
		case '}', ']':
			if len(stack) > 1 {
				spans = top.close(spans, false)
				stack = stack[:len(stack)-1]
			}
		case ',':
			if top.object {
				top.naming, top.secret, top.isKey, top.isValue = true, false, false, false
			}
		case ':':
			top.naming = false
		case ' ', '\t', '\r', '\n':
		case '"':
			end := stringEnd(b, i+1)
			if found := top.take(b, span{i + 1, end}); found.to > found.from {
				spans = append(spans, found)
			}
			i = end
		default:
			end := i + 1
			for end < len(b) && strings.IndexByte(",]}\" \t\r\n", b[end]) < 0 {
				end++
			}
			if found := top.scalar(b, span{i, end}); found.to > found.from {
				spans = append(spans, found)
			}
			i = end
			continue
		}
		i++
	}
	for i := range stack {
		spans = stack[i].close(spans, cut)
	}
	slices.SortFunc(spans, func(x, y span) int { return cmp.Compare(x.from, y.from) })
	return spans
}

// stringEnd returns where the string that begins at i ends: at its quote, or at the end.
func stringEnd(b []byte, i int) int {
	for i < len(b) {
		switch b[i] {
		case '"':
			return i
		case '\\':
			i++
		}
		i++
	}
	return len(b)
}

// take reads a string: a name, or a value, whose span it returns when it is a credential.
func (f *frame) take(b []byte, s span) span {
	text := b[s.from:s.to]
	if f.object && f.naming {
		text = plainName(text)
		f.secret, f.isKey, f.isValue = has(secretMembers, text), strings.EqualFold(string(text), "key"), strings.EqualFold(string(text), "value")
		return span{}
	}
	switch {
	case f.secret:
		return s
	case f.isKey:
		f.secretKey, f.anyKey = has(secretKeys, plainName(text)), true
	case f.isValue:
		f.value = s
	}
	return span{}
}

// scalar reads a number or a literal.
func (f *frame) scalar(b []byte, s span) span {
	switch text := string(b[s.from:s.to]); {
	case text == "null", text == "true", text == "false", f.naming:
		return span{}
	case f.secret:
		return s
	case f.isValue:
		f.value = s
	}
	return span{}
}

// close ends an object: its "value" is hidden when its "key" says so, and when the body was cut before its key.
func (f *frame) close(spans []span, cut bool) []span {
	if f.value.to > f.value.from && (f.secretKey || cut && !f.anyKey) {
		return append(spans, f.value)
	}
	return spans
}

// plainName undoes the escapes of a JSON string, which may hide a name.
func plainName(raw []byte) []byte {
	if bytes.IndexByte(raw, '\\') < 0 || len(raw) > 6*maxName {
		return raw
	}
	var text string
	if json.Unmarshal(append(append([]byte{'"'}, raw...), '"'), &text) != nil {
		return raw
	}
	return []byte(text)
}

// What parts the fields of a form, and those of a URL's query and fragment from what stands before.
const (
	betweenFields     = "&"
	betweenParameters = "&?#"
)

// formSecrets finds the credentials in a form or a URL.
func formSecrets(b []byte, between string) []span {
	var spans []span
	for at := 0; at < len(b); {
		end := at + indexAny(b[at:], between)
		name, _, found := bytes.Cut(b[at:end], []byte("="))
		if found && len(name) <= 3*maxName && at+len(name)+1 < end {
			text := name
			if bytes.IndexByte(name, '%') >= 0 {
				if plain, err := url.QueryUnescape(string(name)); err == nil {
					text = []byte(plain)
				}
			}
			if has(secretMembers, text) || has(secretFields, text) {
				spans = append(spans, span{at + len(name) + 1, end})
			}
		}
		at = end + 1
	}
	return spans
}

// indexAny is where the first of some characters stands, the length when none does.
func indexAny(b []byte, chars string) int {
	if i := bytes.IndexAny(b, chars); i >= 0 {
		return i
	}
	return len(b)
}

// pageSecrets finds the values of input fields, as pages that post themselves carry them (response_mode=form_post).
func pageSecrets(b []byte) []span {
	var spans []span
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte(`name="`))
		if i < 0 {
			return spans
		}
		at += i + len(`name="`)
		name := b[at : at+indexAny(b[at:], `"`)]
		rest := b[at : at+indexAny(b[at:], ">")]
		value := bytes.Index(rest, []byte(`value="`))
		if value < 0 || !has(secretMembers, name) && !has(secretFields, name) {
			continue
		}
		from := at + value + len(`value="`)
		spans = append(spans, span{from, from + indexAny(b[from:], `"`)})
	}
}

// hide writes b with the spans hidden.
func hide(b []byte, spans []span) []byte {
	out := make([]byte, 0, len(b)+len(spans)*len(Redacted))
	at := 0
	for _, s := range spans {
		if s.from < at {
			continue
		}
		out = append(append(out, b[at:s.from]...), Redacted...)
		at = s.to
	}
	return append(out, b[at:]...)
}

// members hides the credentials of a body by its structure; cut says that b is only its beginning.
func (d redactor) members(contentType string, b []byte, cut bool) []byte {
	var spans []span
	kind := mediaType(contentType)
	begin := bytes.TrimLeft(b, "\xef\xbb\xbf \t\r\n")
	switch {
	case kind == "application/x-www-form-urlencoded":
		spans = formSecrets(b, betweenFields)
	case kind == "text/html":
		spans = pageSecrets(b)
	case strings.HasSuffix(kind, "json"), len(begin) > 0 && (begin[0] == '{' || begin[0] == '['):
		spans = jsonSecrets(b, cut)
		if !bytes.Contains(b, []byte(`\"`)) {
			break
		}
		b = hide(b, spans) // JSON in a JSON string
		return d.bytes(b, len(b))
	default: // whatever it is
		return d.bytes(b, len(b))
	}
	b = hide(b, spans)
	if len(d.needles) == 0 {
		return b
	}
	return d.bytes(b, len(b))
}

// mediaType is the type of a Content-Type without its parameters, in lower case.
func mediaType(contentType string) string {
	kind, _, _ := strings.Cut(contentType, ";")
	kind = strings.TrimSpace(kind)
	if kind == "application/json" {
		return kind
	}
	if parsed, _, err := mime.ParseMediaType(contentType); err == nil {
		return parsed
	}
	return strings.ToLower(kind)
}

// address hides the credentials in the query and the fragment of a URL.
func (d redactor) address(text string) string {
	if strings.IndexByte(text, '=') >= 0 {
		text = string(hide([]byte(text), formSecrets([]byte(text), betweenParameters)))
	}
	return d.known(text)
}

// known hides the secrets that were registered.
func (d redactor) known(text string) string {
	if len(d.needles) == 0 {
		return text
	}
	return d.text(text)
}

// fields is a copy of a header without credentials.
func (d redactor) fields(h http.Header) http.Header {
	out := make(http.Header, len(h)+1)
	all := make([]string, 0, len(h))
	for name, values := range h {
		from := len(all)
		for _, v := range values {
			switch {
			case sensitive[name]:
				v = d.known(hideCredential(v))
			case name == "Location" || name == "Referer":
				v = d.address(v)
			default:
				v = d.known(v)
			}
			all = append(all, v)
		}
		out[d.known(name)] = all[from:len(all):len(all)]
	}
	return out
}

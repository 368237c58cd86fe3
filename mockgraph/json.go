package mockgraph

import (
	"encoding/json"
	"net/http"
	"unicode/utf8"
)

// appendString appends a JSON string.
func appendString(dst []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf || c == '<' || c == '>' || c == '&' {
			quoted, err := json.Marshal(s)
			if err != nil { // strings always marshal
				return append(dst, `""`...)
			}
			return append(dst, quoted...)
		}
	}
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

// object answers with a value that marshals to a JSON object, behind its context. set "" leaves the context out.
func (c *call) object(status int, set string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	if set == "" {
		return c.respond(status, data)
	}
	return c.respond(status, join(c.open(set), data))
}

// value answers {"@odata.context", "value": v}.
func (c *call) value(set string, v any) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	body := append(c.open(set), `,"value":`...)
	body = append(body, data...)
	return c.respond(http.StatusOK, append(body, '}'))
}

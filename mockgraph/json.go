package mockgraph

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// appendString appends a JSON string. Graph escapes no ampersands, and scripts cut links out of answers with text tools.
func appendString(dst []byte, s string) []byte { return odata.AppendString(dst, s) }

// marshal is json.Marshal with < > & as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// object answers with a value that marshals to a JSON object, behind its context. set "" leaves the context out.
func (c *call) object(status int, set string, v any) error {
	data, err := marshal(v)
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
	data, err := marshal(v)
	if err != nil {
		return err
	}
	body := append(c.open(set), `,"value":`...)
	body = append(body, data...)
	return c.respond(http.StatusOK, append(body, '}'))
}

package mockgraph

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
)

// maxBody is how much a request body may unpack to. Source: learn.microsoft.com/graph/json-batching names about 4 MB.
const maxBody = 4 << 20

// maxDrained is how much more of a body that is too large is read: a client that still writes would not get to read the answer.
const maxDrained = 32 << 20

// WithAnyContentType reads a body as JSON whatever its Content-Type says. By default one that is not application/json, or none, is
// refused; how exactly Graph does that is not documented, its words for a body it cannot read name the header.
func WithAnyContentType() Option { return func(o *options) { o.anyContentType = true } }

// readBody reads the body, unpacking gzip, which Graph's own SDKs send. DELETE and GET bodies are ignored.
func (c *call) readBody() error {
	if c.r.Body == nil || c.r.Method == http.MethodGet || c.r.Method == http.MethodDelete {
		return nil
	}
	var from io.Reader = c.r.Body
	if c.r.ContentLength > maxBody {
		return c.tooLarge()
	}
	switch strings.ToLower(c.r.Header.Get("Content-Encoding")) {
	case "", "identity":
	case "gzip":
		unpacked, err := gzip.NewReader(io.LimitReader(c.r.Body, maxBody+1))
		if err != nil {
			return unreadable()
		}
		from = unpacked
	default:
		return refuse(http.StatusUnsupportedMediaType, codeBadRequest, "Content-Encoding '%s' is not supported.", c.r.Header.Get("Content-Encoding"))
	}
	body, err := io.ReadAll(io.LimitReader(from, maxBody+1))
	if err != nil {
		return unreadable()
	}
	if len(body) > maxBody {
		return c.tooLarge()
	}
	c.body = body
	return nil
}

func (c *call) tooLarge() *refusal {
	_, _ = io.CopyN(io.Discard, c.r.Body, maxDrained) // what cannot be read need not be
	return refuse(http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The request body is larger than the %d bytes that are accepted.", maxBody)
}

func unreadable() *refusal {
	return refuse(http.StatusBadRequest, codeBadRequest, "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.")
}

// members reads the body as a JSON object. An empty body is refused in Graph's words.
func (c *call) members() (map[string]json.RawMessage, error) {
	body := bytes.TrimPrefix(c.body, []byte("\xef\xbb\xbf"))
	c.body = body
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, refuse(http.StatusBadRequest, codeBadRequest,
			"An unexpected 'EndOfInput' node was found when reading from the JSON reader. A 'StartObject' node was expected.")
	}
	if !c.saysJSON() {
		return nil, unreadable()
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil || all == nil {
		return nil, unreadable()
	}
	return all, nil
}

// saysJSON says whether the request calls its body JSON.
func (c *call) saysJSON() bool {
	if c.t.options.anyContentType || c.batched && c.t.options.lenientBatches {
		return true
	}
	kind, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	return (err == nil || errors.Is(err, mime.ErrInvalidMediaParameter)) && kind == "application/json"
}

// decode reads the body into a value with JSON tags. optional says that there may be none.
func (c *call) decode(into any, optional bool) error {
	if optional && len(bytes.TrimSpace(c.body)) == 0 {
		return nil
	}
	if _, err := c.members(); err != nil {
		return err
	}
	var wrong *json.UnmarshalTypeError
	if err := json.Unmarshal(c.body, into); errors.As(err, &wrong) {
		return badValue(wrong.Field)
	} else if err != nil {
		return unreadable()
	}
	return nil
}

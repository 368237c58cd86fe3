package driver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/suites/connector"
)

// The operations that are not connector.Operations.
const (
	describe  connector.Operation = "describe"
	configure connector.Operation = "configure"
)

// envelope is what every message has.
type envelope struct {
	Version int    `json:"v"`
	ID      int64  `json:"id"`
	Session string `json:"session,omitempty"` // of [NewWebhook]
}

// told is a message that tells a connector to do something, or to describe itself.
type told struct {
	envelope
	connector.Request
}

// configured is a message that configures a connector.
type configured struct {
	envelope
	named
	connector.Configuration
}

// named is what a message is about, where no request says it.
type named struct {
	Operation connector.Operation `json:"op"`
}

// reply is an answer as it comes.
type reply struct {
	ID     json.RawMessage  `json:"id"`
	OK     *bool            `json:"ok"`
	Result json.RawMessage  `json:"result"`
	Error  *connector.Error `json:"error"`
}

// line writes a message as a line.
func line(message any) ([]byte, error) {
	data, err := json.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("write message: %w", err)
	}
	return append(data, '\n'), nil
}

// read reads the answer to the message with an id into result, unless it is nil. The error is a [*connector.Error] when the connector answers with one, and
// a [*connector.BrokenError] when what came is no answer.
func read(data []byte, id int64, o connector.Operation, result any) error {
	wrong := func(format string, args ...any) error {
		return &connector.BrokenError{Kind: connector.Garbage, Detail: fmt.Sprintf("the connector answered %s with %s: %s", o, fmt.Sprintf(format, args...), clip(data))}
	}
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] != '{' {
		return wrong("something that is no JSON object")
	}
	if !utf8.Valid(data) {
		return wrong("bytes that are not UTF-8")
	}
	var r reply
	if err := json.Unmarshal(data, &r); err != nil {
		return wrong("something that is no message (%v)", err)
	}
	switch {
	case len(r.ID) == 0:
		return wrong("a message without an id")
	case string(r.ID) != strconv.FormatInt(id, 10):
		return wrong("the id %s in the place of %d", clip(r.ID), id)
	case r.OK == nil:
		return wrong("a message that has no ok")
	case *r.OK && r.Error != nil:
		return wrong("a message that says ok and has an error")
	case !*r.OK && r.Error == nil:
		return wrong("a message that is not ok and has no error")
	case !*r.OK:
		return known(*r.Error)
	case result == nil || len(r.Result) == 0 || bytes.Equal(r.Result, []byte("null")):
		return nil
	}
	if err := json.Unmarshal(r.Result, result); err != nil {
		return wrong("a result that cannot be read (%v)", err)
	}
	return nil
}

// known is an error with one of the codes there are.
func known(e connector.Error) *connector.Error {
	if slices.Contains(connector.Codes(), e.Code) {
		return &connector.Error{Code: e.Code, Message: clip([]byte(e.Message))}
	}
	return &connector.Error{Code: connector.OtherError, Message: clip(fmt.Appendf(nil, "%s (%s)", e.Message, e.Code))}
}

// shown is how much of what came is shown.
const shown = 300

// clip is the beginning of what came, in one line, fit for a terminal.
func clip(data []byte) string {
	cut := len(data) > shown
	if cut {
		data = data[:shown]
	}
	text := visible(string(bytes.ToValidUTF8(data, []byte("\ufffd"))))
	if cut {
		text += "…"
	}
	return text
}

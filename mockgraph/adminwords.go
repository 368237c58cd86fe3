package mockgraph

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
)

// wrong is a refusal in one sentence. Errors among what it is made of are put in words.
func wrong(status int, format string, args ...any) error {
	for i, arg := range args {
		if err, is := arg.(error); is {
			args[i] = inWords(err)
		}
	}
	message := fmt.Sprintf(format, args...)
	if before, asks := strings.CutSuffix(message, "?."); asks {
		message = before + "?"
	}
	return &problem{status, message}
}

// inWords is what an error says to people who do not know this program's libraries.
func inWords(err error) string {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	var moment *time.ParseError
	var within error
	var plain string
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &syntax) && strings.HasPrefix(syntax.Error(), "unexpected end"):
		within, plain = io.ErrUnexpectedEOF, "it breaks off"
		if syntax != nil {
			within = syntax
		}
	case errors.As(err, &syntax):
		within, plain = syntax, fmt.Sprintf("it is no JSON at byte %d", syntax.Offset)
	case errors.As(err, &kind):
		within, plain = kind, fmt.Sprintf("%s takes no %s", kind.Field, kind.Value)
		if kind.Field == "" {
			plain = fmt.Sprintf("it is a JSON %s, want an object", kind.Value)
		}
	case errors.As(err, &moment):
		within, plain = moment, fmt.Sprintf("%.60s is no time such as 2026-03-01T09:00:00Z", moment.Value)
	default:
		return strings.TrimPrefix(err.Error(), "json: ")
	}
	return strings.Replace(err.Error(), within.Error(), plain, 1)
}

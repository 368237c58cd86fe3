package suites

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rehearse-id/rehearse/internal/exchange"
)

// value renders a value for a reader who does not know Go: text in quotes, lists and objects as JSON, nil as "nothing".
func value(x any) string {
	switch x := x.(type) {
	case nil:
		return "nothing"
	case string:
		return strconv.Quote(x)
	case json.Number:
		return x.String()
	case json.RawMessage:
		return raw(x)
	case []byte:
		return raw(x)
	case time.Time:
		return x.Format(time.RFC3339Nano)
	case time.Duration:
		return x.String()
	}
	v := reflect.ValueOf(x)
	if nilable(v.Kind()) && v.IsNil() {
		return "nothing"
	}
	switch x := x.(type) {
	case *http.Response:
		return "an answer with HTTP status " + statuses([]any{x.StatusCode})
	case *exchange.Exchange:
		return fmt.Sprintf("%s %s, answered %d", x.Request.Method, x.Request.URL, x.Response.Status)
	case error:
		return x.Error()
	}
	return structured(x, v)
}

func structured(x any, v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return strconv.Quote(v.String())
	case reflect.Pointer:
		return value(v.Elem().Interface())
	case reflect.Func, reflect.Chan:
		return "a " + v.Type().String()
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(x); err == nil {
			return strings.TrimSuffix(b.String(), "\n")
		}
		return fmt.Sprintf("%+v", x)
	default:
		return fmt.Sprintf("%+v", x)
	}
}

// raw shows bytes as the text they are, and what is not text as its size. Strings count as bytes.
func raw(x any) string {
	var b []byte
	switch x := x.(type) {
	case string:
		b = []byte(x)
	case []byte:
		b = x
	case json.RawMessage:
		b = x
	default:
		return value(x)
	}
	switch {
	case len(b) == 0:
		return "nothing"
	case !utf8.Valid(b):
		return fmt.Sprintf("%d bytes that are no text", len(b))
	}
	return oneLine(string(b))
}

func nilable(k reflect.Kind) bool {
	switch k {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Func, reflect.Chan, reflect.Interface:
		return true
	default:
		return false
	}
}

func isBytes(v reflect.Value) bool { return v.Type().Elem().Kind() == reflect.Uint8 }

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// clip bounds a text to maxWords characters and says how much is missing.
func clip(s string) string {
	if len(s) <= maxWords {
		return s
	}
	runes := []rune(s)
	if len(runes) <= maxWords {
		return s
	}
	return fmt.Sprintf("%s… (%d more characters)", string(runes[:maxWords]), len(runes)-maxWords)
}

// clipPair clips two texts so that the place where they first differ stays in sight.
func clipPair(expected, got string) (string, string) {
	const context = 40
	e, g := []rune(expected), []rune(got)
	same := 0
	for same < len(e) && same < len(g) && e[same] == g[same] {
		same++
	}
	if same > maxWords/2 && (len(e) > maxWords || len(g) > maxWords) {
		expected = "…" + string(e[same-context:])
		got = "…" + string(g[same-context:])
	}
	return clip(expected), clip(got)
}

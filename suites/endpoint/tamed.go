package endpoint

import (
	"encoding/json"
	"errors"
	"fmt"
)

// tamedDepth is how many levels [Tamed] leaves: a list of resources with attributes of parts has six.
const tamedDepth = 32

// Tamed returns JSON text without what readers choke on: bare words that are no JSON, such as the Infinity and NaN that some servers write for
// numbers they cannot hold (RFC 8259 §6), and what is nested deeper than 32 levels, become null. Strings stay as they are. It is for finding the
// ids of what has to be removed, not for judging; the result of text that is broken in another way is still broken.
func Tamed(body []byte) []byte {
	tame := make([]byte, 0, len(body))
	depth := 0
	for i := 0; i < len(body); {
		end := tokenEnd(body, i)
		token := body[i:end]
		i = end
		switch token[0] {
		case '{', '[':
			if depth++; depth == tamedDepth+1 {
				tame = append(tame, "null"...)
			}
		case '}', ']':
			if depth--; depth >= tamedDepth {
				continue
			}
			tame = append(tame, token...)
			continue
		}
		switch {
		case depth > tamedDepth:
		case isWord(token[0]) && !json.Valid(token):
			tame = append(tame, "null"...)
		default:
			tame = append(tame, token...)
		}
	}
	return tame
}

// tokenEnd is where the token that begins at i ends: a string, a run of letters and digits, or one byte.
func tokenEnd(body []byte, i int) int {
	end := i + 1
	switch {
	case body[i] == '"':
		for ; end < len(body); end++ {
			switch body[end] {
			case '\\':
				end++
			case '"':
				return end + 1
			}
		}
		return len(body)
	case isWord(body[i]):
		for end < len(body) && isWord(body[end]) {
			end++
		}
	}
	return end
}

func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.'
}

// brokenAround is how many bytes [Broken] quotes on either side of the place.
const brokenAround = 40

// Broken says where a body stops being JSON, and with which bytes; nil when it is JSON.
func Broken(body []byte) error {
	var whole json.RawMessage
	err := json.Unmarshal(body, &whole)
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if err == nil || !ok {
		return err
	}
	at := max(0, min(int(syntax.Offset)-1, len(body)))
	around := string(body[max(0, at-brokenAround):min(len(body), at+brokenAround)])
	return fmt.Errorf("it is not valid JSON: %w at byte %d, in %s", err, at, quoted(around))
}

package mapping

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// textFunctions: a null source gives null. Source for all: the functions page.
func textFunctions() []function {
	return []function{
		{name: "Append", params: params(required, "source", "suffix"), run: appendText},
		{name: "ConvertToBase64", params: params(required, "source"), run: mapText(utf16Base64)},
		{name: "ConvertToUTF8Hex", params: params(required, "source"), run: mapText(func(s string) string { return fmt.Sprintf("%X", s) })},
		{name: "CStr", params: params(required, "value"), run: mapText(func(s string) string { return s })},
		{name: "InStr", params: append(params(required, "value1", "value2"), params(optional, "start", "compare")...), run: inStr},
		{name: "Join", params: params(blankable, "separator", "source1"), repeat: 1, run: join},
		{name: "Left", params: params(required, "source", "length"), run: left},
		{name: "Mid", params: params(required, "source", "start", "length"), run: mid},
		{name: "Prepend", params: params(required, "prefix", "source"), run: prepend},
		{name: "StripSpaces", params: params(required, "source"), run: mapText(func(s string) string { return strings.ReplaceAll(s, " ", "") })},
		{name: "ToLower", params: append(params(required, "source"), params(optional, "culture")...), run: changeCase(unicode.LowerCase)},
		{name: "ToUpper", params: append(params(required, "source"), params(optional, "culture")...), run: changeCase(unicode.UpperCase)},
		{name: "Word", params: params(required, "source", "wordNumber", "delimiters"), run: word},
	}
}

// mapText makes a function of one text argument.
func mapText(f func(string) string) func(*call) (any, error) {
	return func(c *call) (any, error) {
		s, ok, err := c.text(0)
		if !ok {
			return nil, err
		}
		return c.bounded(f(s))
	}
}

// Append(null, suffix) is null, see [Choices].
func appendText(c *call) (any, error) {
	source, ok, err := c.text(0)
	if err != nil || !ok && !c.in.env.Choices.AppendTakesNullAsEmpty {
		return nil, err
	}
	suffix, _, err := c.text(1)
	if err != nil {
		return nil, err
	}
	return c.bounded(source + suffix)
}

// Prepend is Append with its arguments the other way round.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions.
func prepend(c *call) (any, error) {
	source, ok, err := c.text(1)
	if err != nil || !ok && !c.in.env.Choices.AppendTakesNullAsEmpty {
		return nil, err
	}
	prefix, _, err := c.text(0)
	if err != nil {
		return nil, err
	}
	return c.bounded(prefix + source)
}

// utf16Base64 encodes the UTF-16 little-endian bytes, as .NET's Unicode encoding does.
func utf16Base64(s string) string {
	var b []byte
	for _, unit := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, unit)
	}
	return base64.StdEncoding.EncodeToString(b)
}

// InStr compares exactly unless vbTextCompare is given, as in Visual Basic.
func inStr(c *call) (any, error) {
	source, ok, err := c.text(0)
	if !ok {
		return nil, err
	}
	part, _, err := c.text(1)
	if err != nil {
		return nil, err
	}
	start, given, err := c.number(2)
	if err != nil {
		return nil, err
	}
	if !given {
		start = 1
	}
	if start < 1 {
		return nil, c.fail(2, "the first character is 1, got %d", start)
	}
	mode, _, err := c.number(3)
	if err != nil {
		return nil, err
	}
	if mode == 1 {
		source, part = strings.ToLower(source), strings.ToLower(part)
	}
	runes := []rune(source)
	if start > int64(len(runes)) {
		return int64(0), nil
	}
	tail := string(runes[start-1:])
	at := strings.Index(tail, part)
	if at < 0 {
		return int64(0), nil
	}
	return start + int64(utf8.RuneCountInString(tail[:at])), nil
}

// Join leaves out sources that are null or empty; a list contributes each of its values.
func join(c *call) (any, error) {
	separator, _, err := c.text(0)
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	for i := 1; i < len(c.node.args); i++ {
		values, err := c.list(i)
		if err != nil {
			return nil, err
		}
		for _, v := range values {
			if v == "" {
				continue
			}
			if b.Len() > 0 {
				b.WriteString(separator)
			}
			if b.WriteString(v); b.Len() > maxText {
				return c.bounded(b.String())
			}
		}
	}
	return c.bounded(b.String())
}

func left(c *call) (any, error) {
	s, ok, err := c.text(0)
	if err != nil {
		return nil, err
	}
	n, _, err := c.number(1)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return "", nil
	case n < 0:
		return s, nil
	}
	runes := []rune(s)
	return string(runes[:min(n, int64(len(runes)))]), nil
}

func mid(c *call) (any, error) {
	s, ok, err := c.text(0)
	if !ok {
		return nil, err
	}
	start, _, err := c.number(1)
	if err != nil {
		return nil, err
	}
	length, _, err := c.number(2)
	switch {
	case err != nil:
		return nil, err
	case start < 1:
		return nil, c.fail(1, "the first character is 1, got %d", start)
	case length < 0:
		return nil, c.fail(2, "a length cannot be negative, got %d", length)
	}
	runes := []rune(s)
	from := min(start-1, int64(len(runes)))
	return string(runes[from : from+min(length, int64(len(runes))-from)]), nil
}

// changeCase is invariant except for the cultures with a dotless i.
func changeCase(to int) func(*call) (any, error) {
	return func(c *call) (any, error) {
		s, ok, err := c.text(0)
		if !ok {
			return nil, err
		}
		culture, _, err := c.text(1)
		if err != nil {
			return nil, err
		}
		language, _, _ := strings.Cut(strings.ToLower(culture), "-")
		turkish := language == "tr" || language == "az"
		return c.bounded(strings.Map(func(r rune) rune {
			switch {
			case turkish && to == unicode.LowerCase:
				return unicode.TurkishCase.ToLower(r)
			case turkish:
				return unicode.TurkishCase.ToUpper(r)
			}
			return unicode.To(to, r)
		}, s))
	}
}

func word(c *call) (any, error) {
	s, _, err := c.text(0)
	if err != nil {
		return nil, err
	}
	n, _, err := c.number(1)
	if err != nil {
		return nil, err
	}
	delimiters, _, err := c.text(2)
	if err != nil {
		return nil, err
	}
	words := strings.FieldsFunc(s, func(r rune) bool { return strings.ContainsRune(delimiters, r) })
	if n < 1 || n > int64(len(words)) {
		return "", nil
	}
	return words[n-1], nil
}

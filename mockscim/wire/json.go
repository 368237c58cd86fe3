package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// object is a JSON object whose members keep their order.
type object struct {
	members []member
}

type member struct {
	name  string
	value any // string, bool, json.Number, nil, *object or []any of these
}

// set adds a member, or replaces the value of the one with that name.
func (o *object) set(name string, value any) *object {
	for i := range o.members {
		if o.members[i].name == name {
			o.members[i].value = value
			return o
		}
	}
	o.members = append(o.members, member{name, value})
	return o
}

func (o *object) get(name string) any {
	for _, m := range o.members {
		if m.name == name {
			return m.value
		}
	}
	return nil
}

// child returns the object under name, made when it is missing or something else.
func (o *object) child(name string) *object {
	if c, ok := o.get(name).(*object); ok {
		return c
	}
	c := &object{}
	o.set(name, c)
	return c
}

// encode writes compact JSON in UTF-8 without byte order mark or trailing newline. & < > stay as they are.
func encode(v any) []byte {
	var b bytes.Buffer
	write(&b, v)
	return b.Bytes()
}

func write(b *bytes.Buffer, v any) {
	switch v := v.(type) {
	case *object:
		b.WriteByte('{')
		for i, m := range v.members {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, m.name)
			b.WriteByte(':')
			write(b, m.value)
		}
		b.WriteByte('}')
	case []any:
		b.WriteByte('[')
		for i, element := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			write(b, element)
		}
		b.WriteByte(']')
	case string:
		writeText(b, v)
	case json.Number:
		b.WriteString(v.String())
	case bool, nil:
		text := fmt.Sprint(v)
		if v == nil {
			text = "null"
		}
		b.WriteString(text)
	default: // the composer makes no other values
		writeText(b, fmt.Sprint(v))
	}
}

func writeText(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(strings.ToValidUTF8(s, "\uFFFD")); err == nil {
		b.Truncate(b.Len() - 1) // the encoder's newline
	}
}

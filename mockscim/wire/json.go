package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
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
func encode(v any) []byte { return write(make([]byte, 0, 1024), v) }

func write(to []byte, v any) []byte {
	switch v := v.(type) {
	case *object:
		to = append(to, '{')
		for i, m := range v.members {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(writeText(to, m.name), ':')
			to = write(to, m.value)
		}
		return append(to, '}')
	case []any:
		to = append(to, '[')
		for i, element := range v {
			if i > 0 {
				to = append(to, ',')
			}
			to = write(to, element)
		}
		return append(to, ']')
	case string:
		return writeText(to, v)
	case json.Number:
		return append(to, v.String()...)
	case bool:
		return strconv.AppendBool(to, v)
	case nil:
		return append(to, "null"...)
	default: // the composer makes no other values
		return writeText(to, fmt.Sprint(v))
	}
}

func writeText(to []byte, s string) []byte {
	return scim.AppendText(to, strings.ToValidUTF8(s, "\uFFFD"))
}

package mockgraph

import (
	"bytes"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// control is how much control information an answer carries besides the data.
// Source: OData JSON Format 4.0 section 3.1; Graph's answers to Accept: application/json;odata.metadata=full.
type control uint8

const (
	minimalControl control = iota
	fullControl            // each object with @odata.type, @odata.id and @odata.editLink
	noControl              // nothing but links to further pages and counts
)

// controlOf reads the header Accept.
func controlOf(accept string) control {
	_, level, asked := strings.Cut(strings.ToLower(accept), "metadata=")
	if !asked {
		return minimalControl
	}
	level, _, _ = strings.Cut(level, ";")
	level, _, _ = strings.Cut(level, ",")
	switch strings.TrimSpace(level) {
	case "full":
		return fullControl
	case "none":
		return noControl
	}
	return minimalControl
}

// contentType names the level in the answer.
func (l control) contentType() string {
	switch l {
	case fullControl:
		return contentFull
	case noControl:
		return contentNone
	default:
		return contentJSON
	}
}

const (
	contentPrefix = "application/json;odata.metadata="
	contentRest   = ";odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
	contentJSON   = contentPrefix + "minimal" + contentRest
	contentFull   = contentPrefix + "full" + contentRest
	contentNone   = contentPrefix + "none" + contentRest
)

// annotated is a query whose objects carry the control information the client asked for.
func (c *call) annotated(q *odata.Query) *odata.Query {
	switch c.control {
	case fullControl:
		return q.Annotated(c.annotate)
	case noControl:
		return q.Annotated(func(dst []byte, _ odata.Record) []byte { return dst })
	default:
		return q
	}
}

// annotate writes the control information of an object. Its address is in the form the directory gives away, which leaks into
// all answers of Graph.
func (c *call) annotate(dst []byte, item odata.Record) []byte {
	o, ok := item.(*directory.Object)
	if !ok {
		return dst
	}
	dst = append(dst, `"@odata.type":`...)
	dst = appendString(dst, "#microsoft.graph."+string(o.Type()))
	address := entitySet(o.Type()) + "('" + o.ID() + "')"
	if setOf[o.Type()] != "" {
		address = c.t.location(c.origin, o)
	}
	for _, name := range []string{`,"@odata.id":`, `,"@odata.editLink":`} {
		dst = append(dst, name...)
		dst = appendString(dst, address)
	}
	return dst
}

// withoutContext takes away the context an answer begins with.
func withoutContext(body []byte) []byte {
	const begin = `{"@odata.context":"`
	if !bytes.HasPrefix(body, []byte(begin)) {
		return body
	}
	for i := len(begin); i < len(body); i++ {
		switch body[i] {
		case '\\':
			i++
		case '"':
			return append([]byte("{"), bytes.TrimPrefix(body[i+1:], []byte(","))...)
		}
	}
	return body
}

package serviceprovider

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"strconv"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// mediaType is the content type of every answer with a body (RFC 7644 §8.1).
const mediaType = "application/scim+json"

// answer is what goes back. Until it is written its body is a value, so that a fault can bend it.
type answer struct {
	status int
	header http.Header
	body   any // nil (no body), scim.Resource, *list, *scim.Error, text, or anything else JSON can express
}

// text is a body that is sent as it stands.
type text string

// list is a page of resources on its way out.
type list struct {
	Schemas      []string        `json:"schemas,omitempty"`
	TotalResults int             `json:"totalResults"`
	StartIndex   int             `json:"startIndex,omitempty"` // 0 in a page that is read by cursor
	ItemsPerPage int             `json:"itemsPerPage"`
	Resources    []scim.Resource `json:"Resources"`

	NextCursor     string `json:"nextCursor,omitempty"` // RFC 9865 §2
	PreviousCursor string `json:"previousCursor,omitempty"`
}

// newList is a page with room for its resources.
func newList(total, startIndex, items int) *list {
	return &list{
		Schemas: []string{scim.ListResponseURN}, TotalResults: total, StartIndex: startIndex, ItemsPerPage: items,
		Resources: make([]scim.Resource, 0, items),
	}
}

func reply(status int, body any) *answer {
	return &answer{status: status, header: http.Header{}, body: body}
}

func refuse(err *scim.Error) *answer { return reply(err.Status, err) }

// write sends the answer, whose text is put together in an empty buffer. HEAD gets the headers of GET (RFC 9110 §9.3.2).
func (a *answer) write(w http.ResponseWriter, head bool, text *bytes.Buffer) {
	if err := a.encode(text); err != nil { // a stored resource that is not JSON: nothing that came in as JSON can be
		a.status, a.body = http.StatusInternalServerError, scim.Errorf(http.StatusInternalServerError, "", "encode answer: %v", err)
		text.Reset()
		_ = a.encode(text) // of an error, which always can be
	}
	header := w.Header()
	maps.Copy(header, a.header)
	if a.body != nil {
		if header.Get("Content-Type") == "" {
			header.Set("Content-Type", mediaType)
		}
		header.Set("Content-Length", strconv.Itoa(text.Len()))
	}
	w.WriteHeader(a.status)
	if !head {
		_, _ = w.Write(text.Bytes()) // a client that went away is no concern of the endpoint
	}
}

// encode appends the body to a buffer; without a body there is nothing to append.
func (a *answer) encode(to *bytes.Buffer) error {
	var data []byte
	var err error
	switch body := a.body.(type) {
	case nil:
		return nil
	case text:
		to.WriteString(string(body))
		return nil
	case *scim.Error:
		to.Write(body.Body())
		return nil
	case scim.Resource: // nearly every answer has this body or the next
		data, err = scim.AppendJSON(to.AvailableBuffer(), body)
	case *list:
		data, err = body.append(to.AvailableBuffer())
	default:
		encoder := json.NewEncoder(to)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(body)
	}
	to.Write(append(data, '\n'))
	return err
}

// append writes the page as encoding/json would by the tags.
func (l *list) append(to []byte) ([]byte, error) {
	to = append(to, '{')
	if len(l.Schemas) > 0 {
		to = append(to, `"schemas":[`...)
		for i, urn := range l.Schemas {
			if i > 0 {
				to = append(to, ',')
			}
			to = scim.AppendText(to, urn)
		}
		to = append(to, `],`...)
	}
	to = strconv.AppendInt(append(to, `"totalResults":`...), int64(l.TotalResults), 10)
	if l.StartIndex != 0 {
		to = strconv.AppendInt(append(to, `,"startIndex":`...), int64(l.StartIndex), 10)
	}
	to = strconv.AppendInt(append(to, `,"itemsPerPage":`...), int64(l.ItemsPerPage), 10)
	to = append(to, `,"Resources":`...)
	if l.Resources == nil {
		return l.appendCursors(append(to, `null`...)), nil
	}
	to = append(to, '[')
	for i, r := range l.Resources {
		if i > 0 {
			to = append(to, ',')
		}
		var err error
		if to, err = scim.AppendJSON(to, r); err != nil {
			return nil, err
		}
	}
	return l.appendCursors(append(to, ']')), nil
}

func (l *list) appendCursors(to []byte) []byte {
	if l.NextCursor != "" {
		to = scim.AppendText(append(to, `,"nextCursor":`...), l.NextCursor)
	}
	if l.PreviousCursor != "" {
		to = scim.AppendText(append(to, `,"previousCursor":`...), l.PreviousCursor)
	}
	return append(to, '}')
}

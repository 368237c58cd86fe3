package mockgraph

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
)

// maxBatch is how many requests a batch may hold. Source: learn.microsoft.com/graph/json-batching.
const maxBatch = 20

// WithLenientBatches takes batch items that have a body and no Content-Type, which Graph is believed to refuse.
func WithLenientBatches() Option { return func(o *options) { o.lenientBatches = true } }

// batchRoutes are the routes of /$batch. Source: learn.microsoft.com/graph/json-batching.
func batchRoutes() []route {
	return []route{{method: http.MethodPost, template: "/$batch", serve: batch, free: true}}
}

type batchBody struct {
	Requests []batchRequest `json:"requests"`
}

type batchRequest struct {
	ID        batchID           `json:"id"`
	Method    string            `json:"method"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers"`
	Body      json.RawMessage   `json:"body"`
	DependsOn []batchID         `json:"dependsOn"`
}

// batchID is the id of an item: text, says the documentation. Clients that have worked with Graph for years send numbers, too, and read them as text
// in the answer. Source: github.com/pnp/cli-microsoft365, src/m365/entra/commands/group/group-member-add.ts.
type batchID string

// UnmarshalJSON reads text or a number.
func (id *batchID) UnmarshalJSON(data []byte) error {
	var number json.Number // which takes a number, and text that is one
	if json.Unmarshal(data, &number) == nil && len(data) > 0 && data[0] != '"' {
		*id = batchID(number)
		return nil
	}
	var text string
	err := json.Unmarshal(data, &text)
	*id = batchID(text)
	return err
}

type batchResponse struct {
	ID      batchID           `json:"id"`
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    json.RawMessage   `json:"body,omitempty"`
}

func batch(c *call) error {
	if c.batched {
		return refuse(http.StatusBadRequest, codeBadRequest, "A batch cannot be part of a batch.")
	}
	var body batchBody
	if _, err := c.members(); err != nil {
		return err
	}
	if err := json.Unmarshal(c.body, &body); err != nil || body.Requests == nil {
		return invalidBatch("Invalid batch payload format.")
	}
	if err := c.checkBatch(body.Requests); err != nil {
		return err
	}
	responses := make([]batchResponse, 0, len(body.Requests))
	statuses := map[batchID]int{}
	for _, item := range ordered(body.Requests) {
		response := c.item(item, statuses)
		statuses[item.ID] = response.Status
		responses = append(responses, response)
	}
	return c.object(http.StatusOK, "", map[string]any{"responses": responses})
}

func invalidBatch(message string) *refusal {
	return refuse(http.StatusBadRequest, codeBadRequest, "%s", message)
}

// checkBatch refuses a batch that cannot be run.
func (c *call) checkBatch(items []batchRequest) error {
	if len(items) > maxBatch {
		return refuse(http.StatusBadRequest, "MaximumValueExceeded", "Number of batch request steps exceeds the maximum value of %d.", maxBatch)
	}
	seen := map[batchID]bool{}
	for _, item := range items {
		switch {
		case item.ID == "" || item.Method == "" || item.URL == "":
			return invalidBatch("Invalid batch payload format.")
		case seen[item.ID]:
			return invalidBatch("Request Id '" + string(item.ID) + "' is not unique in the batch.")
		case item.hasBody() && item.header("Content-Type") == "" && !c.t.options.lenientBatches:
			return invalidBatch("Write request id : " + string(item.ID) + " does not contain Content-Type header or body.")
		}
		seen[item.ID] = true
	}
	for _, item := range items {
		for _, prerequisite := range item.DependsOn {
			if !seen[prerequisite] {
				return invalidBatch("Request Id '" + string(item.ID) + "' depends on '" + string(prerequisite) + "', which is not in the batch.")
			}
		}
	}
	if len(ordered(items)) < len(items) {
		return invalidBatch("The dependsOn members of the batch form a circle.")
	}
	return nil
}

// ordered returns the requests so that each comes behind what it depends on; those in a circle are left out.
func ordered(items []batchRequest) []batchRequest {
	done, all := map[batchID]bool{}, make([]batchRequest, 0, len(items))
	for range items {
		for _, item := range items {
			ready := !done[item.ID]
			for _, prerequisite := range item.DependsOn {
				ready = ready && done[prerequisite]
			}
			if ready {
				done[item.ID] = true
				all = append(all, item)
			}
		}
	}
	return all
}

func (b batchRequest) hasBody() bool {
	return len(b.Body) > 0 && !bytes.Equal(bytes.TrimSpace(b.Body), []byte("null"))
}

func (b batchRequest) header(name string) string {
	for key, value := range b.Headers {
		if strings.EqualFold(key, name) {
			return value
		}
	}
	return ""
}

// item runs one request of a batch.
func (c *call) item(item batchRequest, statuses map[batchID]int) batchResponse {
	for _, prerequisite := range item.DependsOn {
		if status := statuses[prerequisite]; status >= http.StatusBadRequest {
			return c.itemResponse(item.ID, c.refusedItem(refuse(http.StatusFailedDependency, "FailedDependency",
				"The request depends on request '%s', which failed.", prerequisite)))
		}
	}
	r, problem := c.itemRequest(item)
	if problem != nil {
		return c.itemResponse(item.ID, c.refusedItem(problem))
	}
	inner := c.t.begin(r)
	inner.claims, inner.origin, inner.batched = c.claims, c.origin, true
	c.t.answer(inner)
	c.inherit(inner)
	return c.itemResponse(item.ID, inner)
}

// refusedItem is a call that ended before it began.
func (c *call) refusedItem(problem *refusal) *call {
	inner := &call{t: c.t, r: c.r, now: c.now, requestID: requestID(), clientRequestID: c.clientRequestID}
	inner.fail(problem)
	return inner
}

// itemRequest makes an HTTP request of an item. Its address is relative to the version; a leading slash does not matter.
func (c *call) itemRequest(item batchRequest) (*http.Request, *refusal) {
	address, err := url.Parse("/" + strings.TrimLeft(item.URL, "/"))
	if err != nil || strings.Contains(item.URL, "://") {
		return nil, invalidBatch("Invalid URL found for request id '" + string(item.ID) + "'.")
	}
	address.Path = "/" + c.address.version + address.Path
	if address.RawPath != "" {
		address.RawPath = "/" + c.address.version + address.RawPath
	}
	r, err := http.NewRequestWithContext(c.r.Context(), strings.ToUpper(item.Method), c.origin, http.NoBody)
	if err != nil {
		return nil, invalidBatch("Invalid method found for request id '" + string(item.ID) + "'.")
	}
	address.Scheme, address.Host = r.URL.Scheme, r.URL.Host
	r.URL = address
	for name, value := range item.Headers {
		r.Header.Set(name, value)
	}
	if item.hasBody() {
		content := itemContent(item)
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(content)), int64(len(content))
	}
	return r, nil
}

// itemContent is the body of an item: JSON as it stands, anything else in base64.
func itemContent(item batchRequest) []byte {
	var text string
	kind, _, err := mime.ParseMediaType(item.header("Content-Type"))
	if err == nil && kind != "application/json" && json.Unmarshal(item.Body, &text) == nil {
		if raw, err := base64.StdEncoding.DecodeString(text); err == nil {
			return raw
		}
	}
	return item.Body
}

// itemResponse makes a batch response of a call.
func (c *call) itemResponse(id batchID, inner *call) batchResponse {
	response := batchResponse{ID: id, Status: inner.reply.status, Headers: map[string]string{}}
	for name := range inner.reply.header {
		response.Headers[name] = inner.reply.header.Get(name)
	}
	if units := inner.unitsHeader(); units != nil {
		response.Headers["x-ms-resource-unit"] = units[0]
	}
	if inner.reply.contentType == "" {
		return response
	}
	response.Headers["Content-Type"] = inner.reply.contentType
	response.Body = inner.reply.body
	if !strings.HasPrefix(inner.reply.contentType, "application/json") {
		encoded, err := json.Marshal(base64.StdEncoding.EncodeToString(inner.reply.body))
		if err == nil { // strings always marshal
			response.Body = encoded
		}
	}
	return response
}

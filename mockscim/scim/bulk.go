package scim

// BulkRequest is the body of a POST to /Bulk (RFC 7644 §3.7).
type BulkRequest struct {
	FailOnErrors int // how many errors end it; 0 for none
	Operations   []BulkOperation
}

// BulkOperation is one request of a [BulkRequest]. What the client left out is empty. Nothing but types is checked.
type BulkOperation struct {
	Method  string // as it was written
	BulkID  string // by which other operations name what this one creates, as "bulkId:" and this
	Version string // entity tag for If-Match
	Path    string // relative to the base URL, such as /Users/2819c223
	Data    any    // decoded JSON as in [Resource]; nil when there is none
}

// BulkResponse is the answer to a [BulkRequest] (RFC 7644 §3.7).
type BulkResponse struct {
	Schemas    []string     `json:"schemas"`
	Operations []BulkResult `json:"Operations"`
}

// BulkResult is the answer to one operation (RFC 7644 §3.7.3).
type BulkResult struct {
	Method   string `json:"method"`
	BulkID   string `json:"bulkId,omitempty"`
	Version  string `json:"version,omitempty"`
	Location string `json:"location,omitempty"` // absent when a POST failed
	Response any    `json:"response,omitempty"` // the error of an operation that failed
	Status   string `json:"status"`             // HTTP status code, as text
}

// DecodeBulk reads the body of a bulk request; member names count in any case, members it does not know are passed over.
//
// The error is an [*Error]: 400 [InvalidSyntax] for a malformed body, a missing [BulkRequestURN], a member of the wrong type or no
// operations; 413 for more than maxOperations (RFC 7644 §3.7.4).
func DecodeBulk(data []byte, maxOperations int) (BulkRequest, error) {
	object, err := decodeObject(data)
	if err != nil {
		return BulkRequest{}, Errorf(400, InvalidSyntax, "decode bulk request: %v", err)
	}
	_, schemas, _ := member(object, "schemas")
	if !(Resource{"schemas": schemas}).HasSchema(BulkRequestURN) {
		return BulkRequest{}, Errorf(400, InvalidSyntax, "schemas does not name %s", BulkRequestURN)
	}
	r := BulkRequest{}
	if _, v, _ := member(object, "failOnErrors"); v != nil {
		if r.FailOnErrors, err = wholeNumber(v); err != nil || r.FailOnErrors < 0 {
			return BulkRequest{}, Errorf(400, InvalidSyntax, "failOnErrors is no number of errors")
		}
	}
	_, v, _ := member(object, "Operations")
	array, ok := v.([]any)
	if !ok || len(array) == 0 {
		return BulkRequest{}, Errorf(400, InvalidSyntax, "Operations is not an array with at least one operation")
	}
	if len(array) > maxOperations {
		return BulkRequest{}, Errorf(413, "", "%d operations, at most %d are done at once", len(array), maxOperations)
	}
	for i, element := range array {
		op, err := decodeBulkOperation(element, i+1)
		if err != nil {
			return BulkRequest{}, err
		}
		r.Operations = append(r.Operations, op)
	}
	return r, nil
}

func decodeBulkOperation(v any, number int) (BulkOperation, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return BulkOperation{}, Errorf(400, InvalidSyntax, "operation %d is %s, not an object", number, kindOf(v))
	}
	op := BulkOperation{}
	_, op.Data, _ = member(object, "data")
	for _, text := range []struct {
		name string
		to   *string
	}{{"method", &op.Method}, {"bulkId", &op.BulkID}, {"version", &op.Version}, {"path", &op.Path}} {
		_, v, _ := member(object, text.name)
		if *text.to, ok = v.(string); !ok && v != nil {
			return BulkOperation{}, Errorf(400, InvalidSyntax, "operation %d: %s is %s, not a string", number, text.name, kindOf(v))
		}
	}
	return op, nil
}

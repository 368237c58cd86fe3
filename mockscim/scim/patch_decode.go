package scim

// PatchRequest is the body of a PATCH (RFC 7644 §3.5.2).
type PatchRequest struct {
	Schemas    []string    `json:"schemas"`
	Operations []Operation `json:"Operations"`
}

// Operation is one change. An empty Path means none. Value is decoded JSON as in [Resource]; nil is null or no value.
type Operation struct {
	Op    string `json:"op"`
	Path  string `json:"path,omitempty"`
	Value any    `json:"value,omitempty"`
}

// DecodePatch reads a PATCH body. Member names and ops count in any case, ops stay as they were written; whether another case
// than the RFC's is accepted is up to the [Patcher]. Members it does not know are passed over.
//
// The error is an [*Error] of status 400: [InvalidSyntax] for a malformed body, a missing PatchOp schema, no or more than
// [MaxOperations] operations or an unknown op, [InvalidPath] for a path that is no string, [InvalidValue] for an add or
// replace without a value.
func DecodePatch(data []byte) (PatchRequest, error) {
	object, err := decodeObject(data)
	if err != nil {
		return PatchRequest{}, Errorf(400, InvalidSyntax, "decode PATCH body: %v", err)
	}
	_, schemas, _ := member(object, "schemas")
	r := PatchRequest{}
	for v := range elements(schemas) {
		if s, ok := v.(string); ok {
			r.Schemas = append(r.Schemas, s)
		}
	}
	if !(Resource{"schemas": schemas}).HasSchema(PatchOpURN) {
		return PatchRequest{}, Errorf(400, InvalidSyntax, "schemas does not name %s", PatchOpURN)
	}
	_, v, _ := member(object, "Operations")
	array, ok := v.([]any)
	if !ok || len(array) == 0 {
		return PatchRequest{}, Errorf(400, InvalidSyntax, "Operations is not an array with at least one operation")
	}
	if len(array) > MaxOperations {
		return PatchRequest{}, Errorf(400, InvalidSyntax, "%d operations, at most %d are read", len(array), MaxOperations)
	}
	for i, element := range array {
		op, err := decodeOperation(element, i+1)
		if err != nil {
			return PatchRequest{}, err
		}
		r.Operations = append(r.Operations, op)
	}
	return r, nil
}

func decodeOperation(v any, number int) (Operation, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return Operation{}, Errorf(400, InvalidSyntax, "operation %d is %s, not an object", number, kindOf(v))
	}
	_, op, _ := member(object, "op")
	text, ok := op.(string)
	if !ok || verbOf(text) == "" {
		return Operation{}, Errorf(400, InvalidSyntax, "operation %d: op is %s, not add, remove or replace", number, shown(op))
	}
	_, path, _ := member(object, "path")
	where, ok := path.(string)
	if !ok && path != nil {
		return Operation{}, Errorf(400, InvalidPath, "operation %d: path is %s, not a string", number, kindOf(path))
	}
	_, value, given := member(object, "value")
	if !given && verbOf(text) != verbRemove {
		return Operation{}, Errorf(400, InvalidValue, "operation %d: %s has no value", number, text)
	}
	return Operation{Op: text, Path: where, Value: value}, nil
}

// verb is what an operation does.
type verb string

const (
	verbAdd     verb = "add"
	verbRemove  verb = "remove"
	verbReplace verb = "replace"
)

// verbOf reads an op in any case; unknown ones are empty.
func verbOf(op string) verb {
	for _, v := range [...]verb{verbAdd, verbRemove, verbReplace} {
		if equalFold(op, string(v)) {
			return v
		}
	}
	return ""
}

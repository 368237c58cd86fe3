package scim

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// ListResponse is the answer to a query (RFC 7644 §3.4.2). Resources is always written, as an empty array when there are none.
type ListResponse struct {
	Schemas      []string   `json:"schemas"`
	TotalResults int        `json:"totalResults"` // of the whole query
	StartIndex   int        `json:"startIndex"`   // 1-based index of the first resource of this page
	ItemsPerPage int        `json:"itemsPerPage"` // resources in this page
	Resources    []Resource `json:"Resources"`
}

// NewListResponse makes the answer with one page of a query that has total results.
func NewListResponse(total, startIndex int, page []Resource) ListResponse {
	if page == nil {
		page = []Resource{}
	}
	return ListResponse{Schemas: []string{ListResponseURN}, TotalResults: total, StartIndex: startIndex, ItemsPerPage: len(page), Resources: page}
}

// DecodeListResponse reads a list response; member names count in any case. It refuses a body that is no object, a totalResults
// that is missing or no whole number, and Resources that are no array of objects. Whether Schemas names [ListResponseURN] is
// left to the caller. Absent startIndex and itemsPerPage are 0, absent Resources are none.
func DecodeListResponse(data []byte) (ListResponse, error) {
	object, err := decodeObject(data)
	if err != nil {
		return ListResponse{}, fmt.Errorf("decode list response: %w", err)
	}
	l := ListResponse{Resources: []Resource{}}
	if _, v, _ := member(object, "totalResults"); v == nil {
		return ListResponse{}, errors.New("decode list response: totalResults is missing")
	}
	for name, to := range map[string]*int{"totalResults": &l.TotalResults, "startIndex": &l.StartIndex, "itemsPerPage": &l.ItemsPerPage} {
		if _, v, _ := member(object, name); v != nil {
			if *to, err = wholeNumber(v); err != nil {
				return ListResponse{}, fmt.Errorf("decode list response: %s %w", name, err)
			}
		}
	}
	_, schemas, _ := member(object, "schemas")
	for v := range elements(schemas) {
		if s, ok := v.(string); ok {
			l.Schemas = append(l.Schemas, s)
		}
	}
	_, v, _ := member(object, "Resources")
	array, ok := v.([]any)
	if !ok && v != nil {
		return ListResponse{}, fmt.Errorf("decode list response: Resources is %s, not an array", kindOf(v))
	}
	for i, element := range array {
		r, ok := element.(map[string]any)
		if !ok {
			return ListResponse{}, fmt.Errorf("decode list response: Resources[%d] is %s, not an object", i, kindOf(element))
		}
		l.Resources = append(l.Resources, r)
	}
	return l, nil
}

func wholeNumber(v any) (int, error) {
	number, ok := v.(json.Number)
	if !ok {
		return 0, fmt.Errorf("is %s, not a number", kindOf(v))
	}
	n, err := strconv.Atoi(number.String())
	if err != nil {
		return 0, fmt.Errorf("is %s, not a whole number", clip(number.String(), 40))
	}
	return n, nil
}

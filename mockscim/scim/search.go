package scim

import (
	"net/url"
	"strconv"
	"strings"
)

// DecodeSearch reads the body of a POST to /.search (RFC 7644 §3.4.3, RFC 9865 §3) and gives the query parameters a GET would have
// asked the same with: attributes and excludedAttributes (joined by commas), filter, sortBy, sortOrder, startIndex, count, cursor. Names count
// in any case; null is absent, members it does not know are passed over.
//
// The error is an [*Error] of status 400: [InvalidSyntax] for a malformed body or a missing [SearchRequestURN], [InvalidValue] for a
// parameter of the wrong JSON type.
func DecodeSearch(data []byte) (url.Values, error) {
	object, err := decodeObject(data)
	if err != nil {
		return nil, Errorf(400, InvalidSyntax, "decode search request: %v", err)
	}
	_, schemas, _ := member(object, "schemas")
	if !(Resource{"schemas": schemas}).HasSchema(SearchRequestURN) {
		return nil, Errorf(400, InvalidSyntax, "schemas does not name %s", SearchRequestURN)
	}
	query := url.Values{}
	for _, p := range searchParameters {
		_, v, _ := member(object, p.name)
		if v == nil {
			continue
		}
		text, ok := p.read(v)
		if !ok {
			return nil, Errorf(400, InvalidValue, "%s is %s, not %s", p.name, kindOf(v), p.wants)
		}
		query.Set(p.name, text)
	}
	return query, nil
}

// searchParameters are the members of a SearchRequest (RFC 7644 §3.4.3, RFC 9865 §3).
var searchParameters = []struct {
	name, wants string
	read        func(v any) (text string, ok bool)
}{
	{"attributes", "an array of names", joinedNames},
	{"excludedAttributes", "an array of names", joinedNames},
	{"filter", "a string", plainText},
	{"sortBy", "a string", plainText},
	{"sortOrder", "a string", plainText},
	{"startIndex", "a whole number", wholeText},
	{"count", "a whole number", wholeText},
	{"cursor", "a string", plainText},
}

func plainText(v any) (string, bool) {
	s, ok := v.(string)
	return s, ok
}

func wholeText(v any) (string, bool) {
	n, err := wholeNumber(v)
	return strconv.Itoa(n), err == nil
}

// joinedNames reads an array of names; one string, which some clients send, is taken as in a URL.
func joinedNames(v any) (string, bool) {
	if s, ok := v.(string); ok {
		return s, true
	}
	array, ok := v.([]any)
	if !ok {
		return "", false
	}
	names := make([]string, 0, len(array))
	for _, element := range array {
		name, ok := element.(string)
		if !ok {
			return "", false
		}
		names = append(names, name)
	}
	return strings.Join(names, ","), true
}

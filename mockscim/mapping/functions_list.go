package mapping

import (
	"slices"
	"strings"
)

// listFunctions work on multi-valued attributes. Source for all: the functions page.
func listFunctions() []function {
	return []function{
		{name: "Count", params: params(required, "attribute"), run: count},
		{name: "Item", params: params(required, "attribute", "index"), run: item},
		{name: "RemoveDuplicates", params: params(required, "attribute"), run: removeDuplicates},
		{name: "Split", params: params(required, "source", "delimiter"), run: split},
	}
}

func count(c *call) (any, error) {
	v, err := c.value(0)
	if err != nil {
		return nil, err
	}
	if roles, ok := v.([]Role); ok {
		return int64(len(roles)), nil
	}
	values, err := c.list(0)
	return int64(len(values)), err
}

// Item counts from 1; what happens out of range is not documented, here the result is null.
func item(c *call) (any, error) {
	values, err := c.list(0)
	if err != nil {
		return nil, err
	}
	n, _, err := c.number(1)
	if err != nil || n < 1 || n > int64(len(values)) {
		return nil, err
	}
	return values[n-1], nil
}

func removeDuplicates(c *call) (any, error) {
	values, err := c.list(0)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	var distinct []string
	for _, v := range values {
		if !slices.Contains(distinct, v) {
			distinct = append(distinct, v)
		}
	}
	return distinct, nil
}

// Split keeps blanks around the parts; whether Entra trims them is not documented.
func split(c *call) (any, error) {
	s, ok, err := c.text(0)
	if !ok {
		return nil, err
	}
	delimiter, _, err := c.text(1)
	if err != nil {
		return nil, err
	}
	if delimiter == "" {
		return nil, c.fail(1, "the delimiter is empty")
	}
	return strings.Split(s, delimiter), nil
}

package mapping

import "strings"

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

// Item counts from 1; see [Choices] about what is out of range.
func item(c *call) (any, error) {
	values, err := c.list(0)
	if err != nil {
		return nil, err
	}
	n, _, err := c.number(1)
	switch {
	case err != nil:
		return nil, err
	case n >= 1 && n <= int64(len(values)):
		return values[n-1], nil
	case c.in.env.Choices.ItemOutOfRangeFails && len(values) > 0:
		return nil, c.fail(1, "there are %d values, the first is 1, got %d", len(values), n)
	}
	return null, nil
}

func removeDuplicates(c *call) (any, error) {
	values, err := c.list(0)
	if err != nil || len(values) == 0 {
		return nil, err
	}
	seen := make(map[string]bool, len(values))
	distinct := make([]string, 0, len(values))
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			distinct = append(distinct, v)
		}
	}
	return distinct, nil
}

// Split takes the blanks off around the parts, as the documented example shows; see [Choices].
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
	if n := strings.Count(s, delimiter); n >= maxValues {
		return nil, c.fail(-1, "the text has %d parts, the limit is %d", n+1, maxValues)
	}
	parts := strings.Split(s, delimiter)
	if !c.in.env.Choices.SplitKeepsBlanks {
		for i, part := range parts {
			parts[i] = strings.TrimSpace(part)
		}
	}
	return parts, nil
}

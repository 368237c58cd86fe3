package odata

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// The query options that are known, by name without the dollar.
const (
	optionFilter    = "filter"
	optionSearch    = "search"
	optionSelect    = "select"
	optionExpand    = "expand"
	optionOrder     = "orderby"
	optionCount     = "count"
	optionTop       = "top"
	optionSkip      = "skip"
	optionSkipToken = "skiptoken"
	optionFormat    = "format"
	optionDelta     = "deltatoken"
)

// options are query options by canonical name.
type options map[string]string

// readOptions sorts out a query string: names count in any letter case, with or without the dollar, as Graph takes them.
// Names without a dollar that OData does not know are somebody else's.
func readOptions(values url.Values) (options, error) {
	known := []string{
		optionFilter, optionSearch, optionSelect, optionExpand, optionOrder, optionCount, optionTop, optionSkip, optionSkipToken, optionFormat, optionDelta,
	}
	o := options{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		bare, dollar := strings.CutPrefix(strings.ToLower(strings.TrimSpace(name)), "$")
		if !slices.Contains(known, bare) {
			if dollar {
				return nil, malformed("The query parameter '%s' is not supported.", excerpt(name))
			}
			continue
		}
		for _, value := range values[name] {
			if _, twice := o[bare]; twice {
				return nil, malformed("Query option '$%s' was specified more than once, but it must be specified at most once.", bare)
			}
			o[bare] = strings.TrimSpace(value)
		}
	}
	for name, value := range o {
		if value == "" && name != optionSkipToken && name != optionDelta {
			return nil, malformed("The value for OData query '$%s' cannot be empty.", name)
		}
	}
	return o, nil
}

// canonical returns the options that make the query what it is, in a fixed order.
func (o options) canonical() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(o)) {
		if name == optionSkipToken || name == optionFormat || name == optionDelta {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString("$" + name + "=" + strings.ReplaceAll(url.QueryEscape(o[name]), "+", "%20"))
	}
	return b.String()
}

// count reads $count.
func (o options) count() (bool, error) {
	switch strings.ToLower(o[optionCount]) {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	}
	return false, malformed("Invalid value '%s' for $count query option found. Valid values are 'true' and 'false'.", excerpt(o[optionCount]))
}

// top reads $top, 0 when it is not there.
func (o options) top(limit int) (int, error) {
	text, ok := o[optionTop]
	if !ok {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil && strings.Trim(text, "0123456789-") != "" {
		return 0, malformed("Invalid value '%s' for $top query option found. The $top query option requires a non-negative integer value.", excerpt(text))
	}
	if err != nil || n < 1 || n > limit {
		return 0, badRequest("$top", "Invalid page size specified: '%s'. Must be between 1 and %d inclusive.", excerpt(text), limit)
	}
	return n, nil
}

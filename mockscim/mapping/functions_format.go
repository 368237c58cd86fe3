package mapping

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
)

// dateStyles are the members of .NET's DateTimeStyles.
// Source: learn.microsoft.com/dotnet/api/system.globalization.datetimestyles.
var dateStyles = []string{
	"None", "AllowLeadingWhite", "AllowTrailingWhite", "AllowInnerWhite", "AllowWhiteSpaces", "NoCurrentDateDefault",
	"AdjustToUniversal", "AssumeLocal", "AssumeUniversal", "RoundtripKind",
}

// readStyles reads names separated by commas, with or without DateTimeStyles. in front. Of all styles only the blanks make a
// difference here: a date without an offset is in UTC, and the service's local time is UTC.
func readStyles(text string) (trim dateTrim, unknown string) {
	if strings.TrimSpace(text) == "" {
		return dateTrim{leading: true, trailing: true}, "" // the documented default
	}
	for name := range strings.SplitSeq(text, ",") {
		name = strings.TrimPrefix(strings.TrimSpace(name), "DateTimeStyles.")
		i := slices.IndexFunc(dateStyles, func(known string) bool { return strings.EqualFold(known, name) })
		if i < 0 {
			return trim, name
		}
		switch dateStyles[i] {
		case "AllowLeadingWhite":
			trim.leading = true
		case "AllowTrailingWhite":
			trim.trailing = true
		case "AllowInnerWhite":
			trim.inner = true
		case "AllowWhiteSpaces":
			trim = dateTrim{leading: true, trailing: true, inner: true}
		}
	}
	return trim, ""
}

// checkFormats refuses constant formats and styles that .NET does not have.
func checkFormats(n invocation) *ExpressionError {
	if styles, ok := n.constant(1); ok {
		if _, unknown := readStyles(styles); unknown != "" {
			return n.refuse(1, "there is no date and time style %.40q%s", unknown, nearest.DidYouMean(unknown, dateStyles, 1))
		}
	}
	for _, i := range [...]int{2, 3} {
		if format, ok := n.constant(i); ok {
			if _, err := readDateFormat(format); err != nil {
				return n.refuse(i, "%s", err)
			}
		}
	}
	return nil
}

// formatDateTime reads a date in one format and writes it in another. A date with an offset is turned into UTC.
// Source: the functions page, FormatDateTime.
func formatDateTime(c *call) (any, error) {
	source, ok, err := c.text(0)
	if !ok || source == "" {
		return nil, err
	}
	styles, _, err := c.text(1)
	if err != nil {
		return nil, err
	}
	trim, unknown := readStyles(styles)
	if unknown != "" {
		return nil, c.fail(1, "there is no date and time style %.40q%s", unknown, nearest.DidYouMean(unknown, dateStyles, 1))
	}
	var formats [2]dateFormat
	for i := range formats {
		text, _, err := c.text(2 + i)
		if err != nil {
			return nil, err
		}
		if formats[i], err = readDateFormat(text); err != nil {
			return nil, c.fail(2+i, "%s", err)
		}
	}
	t, err := formats[0].parse(source, trim)
	if err != nil {
		return nil, c.fail(0, "%s", err)
	}
	return c.bounded(formats[1].format(t))
}

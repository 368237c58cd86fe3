package mapping

import (
	"math"
	"strings"
	"time"
)

// dateFunctions compute with dates, which are texts: "DateTime isn't a native attribute type". All of them are in UTC.
// Source: the functions page.
func dateFunctions() []function {
	return []function{
		{name: "CDate", params: params(required, "expression"), run: ofDate(func(c *call, t time.Time) (any, error) { return c.date(t) })},
		{name: "DateAdd", params: params(required, "interval", "value", "dateTime"), static: checkInterval, run: dateAdd},
		{name: "DateDiff", params: params(required, "interval", "date1", "date2"), static: checkInterval, run: dateDiff},
		{name: "DateFromNum", params: params(required, "value"), run: dateFromNum},
		{name: "FormatDateTime", params: append(params(required, "source"), param{"dateTimeStyles", blankable},
			param{"inputFormat", required}, param{"outputFormat", required}), static: checkFormats, run: formatDateTime},
		{name: "Now", run: func(c *call) (any, error) { return c.date(c.in.env.now()) }},
		{name: "NumFromDate", params: params(required, "value"), run: ofDate(numFromDate)},
	}
}

// dateLayout is how the functions return a date: M/d/yyyy h:mm:ss tt. Source: the functions page, CDate.
const dateLayout = "1/2/2006 3:04:05 PM"

// date is a date as a value; .NET has the years 1 to 9999.
func (c *call) date(t time.Time) (any, error) {
	if t = t.UTC(); t.Year() < 1 || t.Year() > 9999 {
		return nil, c.fail(-1, "the date is outside the years 1 to 9999")
	}
	return t.Format(dateLayout), nil
}

// time reads argument index as a date; ok is false when it is null or empty.
func (c *call) time(index int) (t time.Time, ok bool, err error) {
	s, ok, err := c.text(index)
	if s = strings.TrimSpace(s); !ok || s == "" {
		return time.Time{}, false, err
	}
	t, ok = parseDate(s)
	if !ok {
		return time.Time{}, false, c.fail(index, "%.60q is not a date", s)
	}
	return t, true, nil
}

// ofDate makes a function of one date, which is null for null.
func ofDate(f func(*call, time.Time) (any, error)) func(*call) (any, error) {
	return func(c *call) (any, error) {
		t, ok, err := c.time(0)
		if !ok {
			return nil, err
		}
		return f(c, t)
	}
}

// dateLayouts are the forms a date may have without FormatDateTime. One without an offset is in UTC.
// Sources: the functions page, examples of CDate, DateAdd and NumFromDate; ISO 8601; RFC 1123.
var dateLayouts = []string{
	"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00", "2006-01-02T15:04",
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05", "2006-01-02 15:04",
	"2006-01-02Z07:00", "2006-01-02", "20060102", "2006/01/02 15:04:05", "2006/01/02",
	"1/2/2006 3:04:05 PM", "1/2/2006 3:04 PM", "1/2/2006 15:04:05", "1/2/2006 15:04", "1/2/2006",
	"1/2/2006 3:04:05 PM Z07:00", "1/2/2006 15:04:05 Z07:00",
	time.RFC1123, "Mon, 2 Jan 2006", "2 Jan 2006", "2 January 2006", "January 2, 2006", "Jan 2, 2006",
}

func parseDate(s string) (time.Time, bool) {
	if len(s) > 64 {
		return time.Time{}, false
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// intervals say how many seconds an interval of fixed length has; 0: the calendar decides.
var intervals = map[string]int64{"yyyy": 0, "m": 0, "d": 86_400, "ww": 7 * 86_400, "h": 3600, "n": 60, "s": 1}

const intervalNames = "yyyy, m, d, ww, h, n or s"

func checkInterval(n invocation) *ExpressionError {
	if name, ok := n.constant(0); ok {
		if _, known := intervals[name]; !known {
			return n.refuse(0, "there is no interval %.20q, it is %s", name, intervalNames)
		}
	}
	return nil
}

// interval reads the first argument.
func (c *call) interval() (string, error) {
	name, _, err := c.text(0)
	if err != nil {
		return "", err
	}
	if _, ok := intervals[name]; !ok {
		return "", c.fail(0, "there is no interval %.20q, it is %s", name, intervalNames)
	}
	return name, nil
}

func dateAdd(c *call) (any, error) {
	interval, err := c.interval()
	if err != nil {
		return nil, err
	}
	value, given, err := c.number(1)
	if err != nil {
		return nil, err
	}
	t, ok, err := c.time(2)
	if !ok || !given {
		return nil, err
	}
	const most = 10_000 * 366 * 86_400 // seconds, more than .NET's calendar has
	if value > most || value < -most {
		return nil, c.fail(1, "%d is too much to add to a date", value)
	}
	switch interval {
	case "yyyy":
		return c.date(addMonths(t, value*12))
	case "m":
		return c.date(addMonths(t, value))
	}
	seconds := intervals[interval]
	if value > most/seconds || value < -most/seconds {
		return nil, c.fail(1, "%d is too much to add to a date", value)
	}
	return c.date(time.Unix(t.Unix()+value*seconds, int64(t.Nanosecond())))
}

// addMonths keeps the day of the month, or takes the month's last day, as .NET does.
func addMonths(t time.Time, months int64) time.Time {
	total := int64(t.Year())*12 + int64(t.Month()) - 1 + months
	if total < 12 || total >= 10_000*12 {
		return time.Time{}.AddDate(-1, 0, 0) // outside the calendar
	}
	first := time.Date(int(total/12), time.Month(total%12+1), 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(t.Day(), last)-1)
}

// dateDiff counts from date1 to date2 as Visual Basic's DateDiff: years and months by the calendar's fields, weeks by the Sundays
// between, the rest by elapsed time, truncated.
// Source: learn.microsoft.com/dotnet/api/microsoft.visualbasic.dateandtime.datediff.
func dateDiff(c *call) (any, error) {
	interval, err := c.interval()
	if err != nil {
		return nil, err
	}
	one, ok, err := c.time(1)
	if !ok {
		return nil, err
	}
	two, ok, err := c.time(2)
	if !ok {
		return nil, err
	}
	switch interval {
	case "yyyy":
		return int64(two.Year() - one.Year()), nil
	case "m":
		return int64(two.Year()-one.Year())*12 + int64(two.Month()) - int64(one.Month()), nil
	case "ww":
		return (sunday(two).Unix() - sunday(one).Unix()) / intervals["ww"], nil
	}
	return (two.Unix() - one.Unix()) / intervals[interval], nil
}

// sunday is midnight of the last Sunday.
func sunday(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day()-int(t.Weekday()), 0, 0, 0, 0, time.UTC)
}

// fileTimeEpoch is 1601-01-01 in Unix seconds: Active Directory counts from there in steps of 100 ns.
// Source: learn.microsoft.com/windows/win32/adschema/a-accountexpires.
const fileTimeEpoch = -11_644_473_600

func dateFromNum(c *call) (any, error) {
	n, ok, err := c.number(0)
	if !ok {
		return nil, err
	}
	if n < 0 {
		return nil, c.fail(0, "a date of Active Directory is not negative, got %d", n)
	}
	return c.date(time.Unix(n/1e7+fileTimeEpoch, n%1e7*100))
}

func numFromDate(c *call, t time.Time) (any, error) {
	seconds := t.Unix() - fileTimeEpoch
	if seconds < 0 || seconds > math.MaxInt64/10_000_000-1 {
		return nil, c.fail(0, "Active Directory has no dates before 1601")
	}
	return seconds*1e7 + int64(t.Nanosecond()/100), nil
}

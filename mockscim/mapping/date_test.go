package mapping

import (
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

// evaluates compares each expression's value, as text, or its error.
func evaluates(t *testing.T, env Environment, src Source, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		e, err := Parse(c[0])
		var v any
		if err == nil {
			v, err = env.Evaluate(e, src)
		}
		got, _ := textOf(v)
		if v == nil {
			got = "null"
		}
		if err != nil {
			got = err.Error()
		}
		if got != c[1] && (err == nil || !strings.Contains(got, c[1])) {
			t.Errorf("%s: got %s, want %s", c[0], got, c[1])
		}
	}
}

func TestNowIsTheClockOfTheEnvironment(t *testing.T) {
	t.Parallel()
	clock := clockwork.NewFakeClockAt(time.Date(2021, 7, 2, 15, 33, 38, 0, time.FixedZone("", 3600)))
	evaluates(t, Environment{Clock: clock}, nil, [][2]string{{`Now()`, "7/2/2021 2:33:38 PM"}})
	clock.Advance(24 * time.Hour)
	evaluates(t, Environment{Clock: clock}, nil, [][2]string{{`Now()`, "7/3/2021 2:33:38 PM"}})
	v, err := Environment{}.Evaluate(Expression{invocation{fn: functions["Now"]}}, nil)
	if s, _ := v.(string); err != nil || !strings.Contains(s, time.Now().UTC().Format("/2006 ")) {
		t.Errorf("without a clock: %v, %v", v, err)
	}
}

func TestDatesComputeByTheCalendar(t *testing.T) {
	t.Parallel()
	evaluates(t, Environment{}, Attributes{"empty": "", "date": "2024-02-29"}, [][2]string{
		{`DateAdd("m", 1, "2021-01-31")`, "2/28/2021 12:00:00 AM"}, // the month's last day, as in .NET
		{`DateAdd("yyyy", 1, [date])`, "2/28/2025 12:00:00 AM"},
		{`DateAdd("yyyy", 4, [date])`, "2/29/2028 12:00:00 AM"},
		{`DateAdd("m", -1, "2021-01-15")`, "12/15/2020 12:00:00 AM"},
		{`DateAdd("h", 25, "2021-01-01")`, "1/2/2021 1:00:00 AM"},
		{`DateAdd("n", -1, "2021-01-01")`, "12/31/2020 11:59:00 PM"},
		{`DateAdd("s", 1, "12/31/2020 11:59:59 PM")`, "1/1/2021 12:00:00 AM"},
		{`DateAdd("d", [missing], [date])`, "null"},
		{`DateAdd("d", 1, [missing])`, "null"},
		{`DateAdd("d", 1, [empty])`, "null"},
		{`DateAdd("q", 1, [date])`, `DateAdd argument 1: there is no interval "q", it is yyyy, m, d, ww, h, n or s`},
		{`DateAdd([date], 1, [date])`, `DateAdd argument 1: there is no interval "2024-02-29"`},
		{`DateAdd("d", "many", [date])`, "DateAdd argument 2: needs a whole number"},
		{`DateAdd("d", 1, "soon")`, `DateAdd argument 3: "soon" is not a date`},
		{`DateAdd("yyyy", 9000, [date])`, "the date is outside the years 1 to 9999"},
		{`DateAdd("m", -99999, [date])`, "the date is outside the years 1 to 9999"},
		{`DateAdd("s", 9223372036854775807, [date])`, "DateAdd argument 2: 9223372036854775807 is too much to add to a date"},
		{`DateAdd("ww", 300000000000, [date])`, "DateAdd argument 2: 300000000000 is too much"},
		{`DateDiff("ww", "2021-08-28", "2021-08-29")`, "1"}, // Saturday to Sunday
		{`DateDiff("ww", "2021-08-29", "2021-09-04")`, "0"}, // Sunday to Saturday
		{`DateDiff("yyyy", "2020-12-31", "2021-01-01")`, "1"},
		{`DateDiff("m", "2021-01-31", "2021-02-01")`, "1"},
		{`DateDiff("d", "2021-01-01T00:00:00Z", "2021-01-01T23:59:59Z")`, "0"},
		{`DateDiff("d", [missing], "2021-01-01")`, "null"},
		{`DateDiff("d", "2021-01-01", [missing])`, "null"},
		{`DateDiff("d", "2021-01-01", "then")`, `DateDiff argument 3: "then" is not a date`},
		{`CDate("3/16/2020 7:00:00 AM")`, "3/16/2020 7:00:00 AM"},
		{`CDate("2021-02-29")`, `CDate argument 1: "2021-02-29" is not a date`},
		{`CDate([missing])`, "null"},
		{`DateFromNum(0)`, "1/1/1601 12:00:00 AM"},
		{`DateFromNum(-1)`, "DateFromNum argument 1: a date of Active Directory is not negative"},
		{`DateFromNum(9223372036854775807)`, "the date is outside the years 1 to 9999"},
		{`DateFromNum([missing])`, "null"},
		{`NumFromDate(DateFromNum(129699324000000000))`, "129699324000000000"},
		{`NumFromDate("1600-12-31")`, "Active Directory has no dates before 1601"},
	})
}

func TestDatesAreReadAndWrittenInTheFormatsOfDotNet(t *testing.T) {
	t.Parallel()
	read := func(text, format string) string {
		return `FormatDateTime("` + text + `", , "` + format + `", "yyyy-MM-ddTHH:mm:ss.fff")`
	}
	write := func(format string) string {
		return `FormatDateTime("2009-06-05T13:45:30.617", , "s.fff", "` + format + `")`
	}
	_ = write
	evaluates(t, Environment{}, Attributes{"empty": "", "format": "dd.MM.yyyy", "bad": "yyyy'"}, [][2]string{
		{read("5/6/2009", "M/d/yyyy"), "2009-05-06T00:00:00.000"},
		{read("05/16/09 1:05 PM", "MM/dd/yy h:mm tt"), "2009-05-16T13:05:00.000"},
		{read("12:30 AM 2009-05-16", "hh:mm tt yyyy-MM-dd"), "2009-05-16T00:30:00.000"},
		{read("16-May-2049", "dd-MMM-yyyy"), "2049-05-16T00:00:00.000"},
		{read("Friday, 5 june 2009", "dddd, d MMMM yyyy"), "2009-06-05T00:00:00.000"},
		{read("Fri 5.6.50", "ddd d.M.yy"), "is a date that does not exist"}, // it was a Monday
		{read("2009-06-05T13:45:30.6170000Z", "o"), "2009-06-05T13:45:30.617"},
		{read("2009-06-05 13:45:30+02:00", "yyyy-MM-dd HH:mm:sszzz"), "2009-06-05T11:45:30.000"},
		{read("2009-06-05 13:45:30-3", "yyyy-MM-dd HH:mm:ssz"), "2009-06-05T16:45:30.000"},
		{read("20090605", "yyyyMMdd"), "2009-06-05T00:00:00.000"},
		{read("  2009-06-05 ", "yyyy-MM-dd"), "2009-06-05T00:00:00.000"},
		{read("day 5 of 6, 2009", "'day' d 'of' M, yyyy"), "2009-06-05T00:00:00.000"},
		{read("2009-06-05", `\\d`), "does not have the date format expected"},
		{read("2009-13-05", "yyyy-MM-dd"), "is a date that does not exist"},
		{read("2009-06-31", "yyyy-MM-dd"), "is a date that does not exist"},
		{read("2009-06-05 25", "yyyy-MM-dd HH"), "is a date that does not exist"},
		{read("2009-06-05 13 PM", "yyyy-MM-dd hh tt"), "is a date that does not exist"},
		{read("2009-06-05x", "yyyy-MM-dd"), `"x" is left over`},
		{read("2009-6-05", "yyyy-MM-dd"), `FormatDateTime argument 1: "2009-6-05" does not have the date format expected, at "6-05"`},
		{`FormatDateTime([missing], , "d", "d")`, "null"},
		{`FormatDateTime([empty], , "d", "d")`, "null"},
		{`FormatDateTime("2009-06-05", "AllowWhiteSpaces, DateTimeStyles.AssumeUniversal", "yyyy-MM-dd", [format])`, "05.06.2009"},
		{`FormatDateTime(" 2009-06-05", "None", "yyyy-MM-dd", "yyyy")`, "does not have the date format expected"},
		{`FormatDateTime("2009 - 06 - 05", "AllowInnerWhite", "yyyy-MM-dd", "yyyy")`, "2009"},
		{`FormatDateTime("x", "AllowLeadingWite", "d", "d")`, `FormatDateTime argument 2: there is no date and time style "AllowLeadingWite"; did you mean AllowLeadingWhite?`},
		{`FormatDateTime("x", , "q", "d")`, `FormatDateTime argument 3: there is no standard date format "q"`},
		{`FormatDateTime("x", , "", "d")`, "FormatDateTime argument 3: the date format is empty"},
		{`FormatDateTime("x", , "d", "ffffffff")`, "FormatDateTime argument 4: ffffffff is not a date and time specifier"},
		{`FormatDateTime("x", , "d", "yyyy \\")`, "FormatDateTime argument 4: the date format ends with a backslash"},
		{`FormatDateTime("06/05/2009", , "d", [bad])`, "FormatDateTime argument 4: a quote in the date format is not closed"},
	})
}

func TestDatesAreWrittenInTheFormatsOfDotNet(t *testing.T) {
	t.Parallel()
	at := time.Date(2009, 6, 5, 13, 4, 7, 617_500_000, time.UTC)
	for format, want := range map[string]string{
		"yyyy-MM-ddTHH:mm:ssZ": "2009-06-05T13:04:07Z", "d": "06/05/2009", "D": "Friday, 05 June 2009", "t": "13:04", "T": "13:04:07",
		"o": "2009-06-05T13:04:07.6175000Z", "r": "Fri, 05 Jun 2009 13:04:07 GMT", "s": "2009-06-05T13:04:07", "u": "2009-06-05 13:04:07Z",
		"yy y yyy yyyyy": "09 9 2009 02009", "M MM MMM MMMM": "6 06 Jun June", "%d": "5", "d dd ddd dddd": "5 05 Fri Friday",
		"h:m:s t": "1:4:7 P", "hh:mm:ss tt": "01:04:07 PM", "H": "there is no standard date format", "%H": "13", "fff|FFFF|f": "617|6175|6",
		"z zz zzz": "+0 +00 +00:00", "yyyy K": "2009 Z", `'yyyy' \d "d" é`: "yyyy d d é", "gg": "A.D.", //nolint:dupword // a format
	} {
		f, err := readDateFormat(format)
		if err != nil {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", format, err)
			}
			continue
		}
		if got := f.format(at); got != want {
			t.Errorf("%s: got %s, want %s", format, got, want)
		}
	}
}

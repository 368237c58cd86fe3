package mapping

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// dateFormat is a date and time format of .NET, taken apart. The culture is the invariant one, which writes English names.
// Source: learn.microsoft.com/dotnet/standard/base-types/custom-date-and-time-format-strings.
type dateFormat []datePart

// datePart is a specifier such as yyyy, or text that stands for itself.
type datePart struct {
	specifier byte // 0: text
	count     int
	text      string
}

// standardFormats are the formats of one letter. Source:
// learn.microsoft.com/dotnet/standard/base-types/standard-date-and-time-format-strings.
var standardFormats = map[string]string{
	"d": "MM/dd/yyyy", "D": "dddd, dd MMMM yyyy", "f": "dddd, dd MMMM yyyy HH:mm", "F": "dddd, dd MMMM yyyy HH:mm:ss",
	"g": "MM/dd/yyyy HH:mm", "G": "MM/dd/yyyy HH:mm:ss", "m": "MMMM dd", "M": "MMMM dd",
	"o": "yyyy-MM-ddTHH:mm:ss.fffffffK", "O": "yyyy-MM-ddTHH:mm:ss.fffffffK",
	"r": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "R": "ddd, dd MMM yyyy HH:mm:ss 'GMT'", "s": "yyyy-MM-ddTHH:mm:ss",
	"t": "HH:mm", "T": "HH:mm:ss", "u": "yyyy-MM-dd HH:mm:ss'Z'", "U": "dddd, dd MMMM yyyy HH:mm:ss", "y": "yyyy MMMM", "Y": "yyyy MMMM",
}

// maxDateText bounds a format and a date, in bytes.
const maxDateText = 200

// specifiers says how often each letter may stand in a row; 0: any number, which means as much as the longest form.
var specifiers = map[byte]int{'d': 0, 'f': 7, 'F': 7, 'h': 0, 'H': 0, 'K': 1, 'm': 0, 'M': 0, 's': 0, 't': 0, 'y': 5, 'z': 0, 'g': 0}

func readDateFormat(text string) (dateFormat, error) {
	if len(text) > maxDateText {
		return nil, fmt.Errorf("the date format has %d bytes, the limit is %d", len(text), maxDateText)
	}
	switch standard, ok := standardFormats[text]; {
	case ok:
		text = standard
	case text == "":
		return nil, errors.New("the date format is empty")
	case len(text) == 1:
		return nil, fmt.Errorf("there is no standard date format %q", text)
	case len(text) == 2 && text[0] == '%': // a single specifier that is no standard format
		text = text[1:]
	}
	var f dateFormat
	for text != "" {
		c := text[0]
		most, known := specifiers[c]
		switch {
		case known:
			n := 1
			for n < len(text) && text[n] == c {
				n++
			}
			if most > 0 && n > most {
				return nil, fmt.Errorf("%s is not a date and time specifier", text[:n])
			}
			f = append(f, datePart{specifier: c, count: n})
			text = text[n:]
		case c == '\'' || c == '"':
			end := strings.IndexByte(text[1:], c)
			if end < 0 {
				return nil, errors.New("a quote in the date format is not closed")
			}
			f = append(f, datePart{text: text[1 : end+1]})
			text = text[end+2:]
		case c == '\\' && len(text) == 1:
			return nil, errors.New("the date format ends with a backslash")
		default:
			if c == '\\' {
				text = text[1:]
			}
			_, n := utf8.DecodeRuneInString(text)
			f = append(f, datePart{text: text[:n]})
			text = text[n:]
		}
	}
	return f, nil
}

// format writes a date, which is in UTC.
func (f dateFormat) format(t time.Time) string {
	var b strings.Builder
	for _, p := range f {
		b.WriteString(p.format(t))
	}
	return b.String()
}

func (p datePart) format(t time.Time) string {
	number := func(n int) string { return fmt.Sprintf("%0*d", min(p.count, 2), n) }
	switch p.specifier {
	case 'y':
		if p.count <= 2 {
			return number(t.Year() % 100)
		}
		return fmt.Sprintf("%0*d", p.count, t.Year())
	case 'M':
		return byCount(p.count, number(int(t.Month())), t.Month().String())
	case 'd':
		return byCount(p.count, number(t.Day()), t.Weekday().String())
	case 'H':
		return number(t.Hour())
	case 'h':
		return number((t.Hour()+11)%12 + 1)
	case 'm':
		return number(t.Minute())
	case 's':
		return number(t.Second())
	case 'f', 'F':
		fraction := fmt.Sprintf("%07d", t.Nanosecond()/100)[:p.count]
		if p.specifier == 'F' {
			fraction = strings.TrimRight(fraction, "0")
		}
		return fraction
	case 't':
		return t.Format("PM")[:min(p.count, 2)]
	case 'z':
		return [...]string{"+0", "+00", "+00:00"}[min(p.count, 3)-1]
	case 'K':
		return "Z"
	case 'g':
		return "A.D."
	default:
		return p.text
	}
}

// byCount is the number for one or two letters, the short name for three, the whole one for more.
func byCount(count int, number, name string) string {
	switch {
	case count <= 2:
		return number
	case count == 3:
		return name[:3]
	}
	return name
}

// dateTrim says where blanks are allowed.
type dateTrim struct{ leading, trailing, inner bool }

// parse reads a date and returns it in UTC.
func (f dateFormat) parse(text string, trim dateTrim) (time.Time, error) {
	if len(text) > maxDateText {
		return time.Time{}, fmt.Errorf("a date of %d bytes is too long", len(text))
	}
	r := dateReader{rest: text, year: -1, month: 1, day: 1, hour: -1, hour12: -1, half: -1}
	if trim.leading {
		r.rest = strings.TrimLeft(r.rest, " \t\r\n")
	}
	for _, p := range f {
		if trim.inner {
			r.rest = strings.TrimLeft(r.rest, " \t")
			p.text = strings.TrimSpace(p.text)
		}
		if !r.read(p) {
			return time.Time{}, fmt.Errorf("%.60q does not have the date format expected, at %.20q", text, r.rest)
		}
	}
	if trim.trailing || trim.inner {
		r.rest = strings.TrimRight(r.rest, " \t\r\n")
	}
	if r.rest != "" {
		return time.Time{}, fmt.Errorf("%.60q does not have the date format expected, %.20q is left over", text, r.rest)
	}
	t, ok := r.time()
	if !ok {
		return time.Time{}, fmt.Errorf("%.60q is a date that does not exist", text)
	}
	return t, nil
}

// dateReader collects the fields of a date.
type dateReader struct {
	rest                             string
	year, month, day                 int
	hour, hour12, half, minute, secs int // half: 0 in the morning, 1 in the afternoon; -1 stands for not given
	nanos, offset                    int // offset in seconds
	weekday                          string
}

func (r *dateReader) time() (time.Time, bool) {
	year, hour := max(r.year, 1), max(r.hour, 0)
	if r.hour12 >= 0 {
		if r.hour12 < 1 || r.hour12 > 12 {
			return time.Time{}, false
		}
		if hour = r.hour12 % 12; r.half == 1 {
			hour += 12
		}
	}
	t := time.Date(year, time.Month(r.month), r.day, hour, r.minute, r.secs, r.nanos, time.UTC)
	exists := t.Year() == year && int(t.Month()) == r.month && t.Day() == r.day && t.Hour() == hour && t.Minute() == r.minute && t.Second() == r.secs
	if r.weekday != "" && !strings.HasPrefix(t.Weekday().String(), r.weekday) {
		return time.Time{}, false
	}
	return t.Add(-time.Duration(r.offset) * time.Second), exists
}

// digits reads from least to most digits.
func (r *dateReader) digits(least, most int) (string, bool) {
	n := 0
	for n < most && n < len(r.rest) && r.rest[n] >= '0' && r.rest[n] <= '9' {
		n++
	}
	if n < least {
		return "", false
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s, true
}

// number reads one or two digits where one letter stands, else as many as there are letters.
func (r *dateReader) number(into *int, count int) bool {
	least, most := count, count
	switch {
	case count == 1:
		most = 2
	case count > 4:
		least, most = 4, count
	}
	s, ok := r.digits(least, most)
	if ok {
		*into, _ = strconv.Atoi(s)
	}
	return ok
}

func (r *dateReader) read(p datePart) (ok bool) {
	switch p.specifier {
	case 'y':
		if ok = r.number(&r.year, p.count); ok && p.count <= 2 { // .NET's calendars turn the century at 2049
			r.year += 1900
			if r.year < 1950 {
				r.year += 100
			}
		}
		return ok
	case 'M':
		if p.count >= 3 {
			return r.monthName(p.count)
		}
		return r.number(&r.month, p.count)
	case 'd':
		if p.count >= 3 {
			return r.weekdayName(p.count)
		}
		return r.number(&r.day, p.count)
	case 'H':
		return r.number(&r.hour, min(p.count, 2))
	case 'h':
		return r.number(&r.hour12, min(p.count, 2))
	case 'm':
		return r.number(&r.minute, min(p.count, 2))
	case 's':
		return r.number(&r.secs, min(p.count, 2))
	case 'f', 'F':
		least := p.count
		if p.specifier == 'F' {
			least = 0
		}
		s, ok := r.digits(least, p.count)
		if ok {
			r.nanos, _ = strconv.Atoi((s + "000000000")[:9])
		}
		return ok
	case 't':
		return r.afternoon(p.count)
	case 'z':
		return r.zone(p.count)
	case 'K':
		if rest, zulu := strings.CutPrefix(r.rest, "Z"); zulu {
			r.rest = rest
			return true
		}
		return r.rest == "" || r.rest[0] != '+' && r.rest[0] != '-' || r.zone(3)
	case 'g':
		return r.literal("A.D.")
	default:
		return r.literal(p.text)
	}
}

func (r *dateReader) literal(text string) bool {
	rest, ok := strings.CutPrefix(r.rest, text)
	if ok {
		r.rest = rest
	}
	return ok
}

// name reads one of the names from first on, in whatever letter case, and returns its number, -1 for none.
func (r *dateReader) name(count, n int, name func(i int) string) int {
	for i := range n {
		text := name(i)
		if count == 3 {
			text = text[:3]
		}
		if len(r.rest) >= len(text) && strings.EqualFold(r.rest[:len(text)], text) {
			r.rest = r.rest[len(text):]
			return i
		}
	}
	return -1
}

func (r *dateReader) monthName(count int) bool {
	r.month = 1 + r.name(count, 12, func(i int) string { return time.Month(i + 1).String() })
	return r.month > 0
}

func (r *dateReader) weekdayName(count int) bool {
	i := r.name(count, 7, func(i int) string { return time.Weekday(i).String() })
	if i >= 0 {
		r.weekday = time.Weekday(i).String()
	}
	return i >= 0
}

func (r *dateReader) afternoon(count int) bool {
	for half, text := range [...]string{"AM", "PM"} {
		text = text[:min(count, 2)]
		if len(r.rest) >= len(text) && strings.EqualFold(r.rest[:len(text)], text) {
			r.rest, r.half = r.rest[len(text):], half
			return true
		}
	}
	return false
}

// zone reads an offset: +h, +hh or +hh:mm.
func (r *dateReader) zone(count int) bool {
	if r.rest == "" || r.rest[0] != '+' && r.rest[0] != '-' {
		return false
	}
	sign := 1
	if r.rest[0] == '-' {
		sign = -1
	}
	r.rest = r.rest[1:]
	var hours, minutes int
	if !r.number(&hours, min(count, 2)) {
		return false
	}
	if count >= 3 && (!r.literal(":") || !r.number(&minutes, 2)) {
		return false
	}
	r.offset = sign * (hours*3600 + minutes*60)
	return hours <= 14 && minutes <= 59
}

package synchronization

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Duration is an ISO 8601 duration of days, hours, minutes and seconds, such as PT40M. Calendar units (years, months) have
// no fixed length and are refused. Negative durations are refused.
type Duration time.Duration

// Never is the interval of a job that has no schedule yet: Graph shows the largest time span of .NET. Every duration that
// is longer than Go can hold decodes to it.
const Never Duration = math.MaxInt64

const never = "P10675199DT2H48M5.4775807S"

// String returns the ISO 8601 form.
func (d Duration) String() string {
	switch {
	case d == Never:
		return never
	case d <= 0:
		return "PT0S"
	}
	var b strings.Builder
	b.WriteByte('P')
	rest := time.Duration(d)
	if days := rest / (24 * time.Hour); days > 0 {
		fmt.Fprintf(&b, "%dD", days)
		rest %= 24 * time.Hour
	}
	if rest == 0 {
		return b.String()
	}
	b.WriteByte('T')
	if hours := rest / time.Hour; hours > 0 {
		fmt.Fprintf(&b, "%dH", hours)
		rest %= time.Hour
	}
	if minutes := rest / time.Minute; minutes > 0 {
		fmt.Fprintf(&b, "%dM", minutes)
		rest %= time.Minute
	}
	if rest > 0 {
		fmt.Fprintf(&b, "%d", rest/time.Second)
		if nanos := rest % time.Second; nanos > 0 {
			b.WriteString("." + strings.TrimRight(fmt.Sprintf("%09d", nanos), "0"))
		}
		b.WriteByte('S')
	}
	return b.String()
}

// MarshalJSON writes the ISO 8601 form.
func (d Duration) MarshalJSON() ([]byte, error) { return json.Marshal(d.String()) }

// UnmarshalJSON reads the ISO 8601 form; null leaves d as it is.
func (d *Duration) UnmarshalJSON(data []byte) error {
	if isNull(data) {
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("read duration: %w", err)
	}
	parsed, err := ParseDuration(text)
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

// units lists the designators in the order in which they may stand, false before the T and true after it.
var units = []struct {
	letter byte
	time   bool
	length time.Duration
}{
	{'W', false, 7 * 24 * time.Hour}, {'D', false, 24 * time.Hour},
	{'H', true, time.Hour}, {'M', true, time.Minute}, {'S', true, time.Second},
}

// ParseDuration reads an ISO 8601 duration. Only seconds may have a fraction; what is finer than a nanosecond is cut.
func ParseDuration(text string) (Duration, error) {
	fail := func(reason string) (Duration, error) {
		return 0, fmt.Errorf("parse duration %.40q: %s", text, reason)
	}
	rest, ok := strings.CutPrefix(text, "P")
	if !ok {
		return fail("it does not begin with P")
	}
	total, inTime, next := 0.0, false, 0
	var exact time.Duration
	for parts := 0; rest != "" || parts == 0; parts++ {
		if !inTime && strings.HasPrefix(rest, "T") {
			inTime, rest = true, rest[1:]
		}
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < '0' || r > '9') && r != '.' })
		if end <= 0 {
			return fail("a number and its unit are missing")
		}
		number, letter := rest[:end], rest[end]
		rest = rest[end+1:]
		for next < len(units) && (units[next].letter != letter || units[next].time != inTime) {
			next++
		}
		if next == len(units) {
			return fail(fmt.Sprintf("unit %q is unknown or out of place", letter))
		}
		unit := units[next]
		next++
		whole, fraction, dotted := strings.Cut(number, ".")
		if dotted && (letter != 'S' || fraction == "" || strings.Contains(fraction, ".")) {
			return fail("only seconds may have a fraction")
		}
		n, err := strconv.ParseUint(whole, 10, 63)
		if err != nil {
			return fail("a number is missing or too large")
		}
		total += float64(n) * float64(unit.length)
		exact += time.Duration(n) * unit.length
		if dotted {
			nanos, err := strconv.Atoi((fraction + "000000000")[:9])
			if err != nil {
				return fail("the fraction is not a number")
			}
			exact += time.Duration(nanos)
		}
	}
	if total >= math.MaxInt64-float64(time.Second) {
		return Never, nil
	}
	return Duration(exact), nil
}

package weather

import (
	"math"
	"strconv"
	"time"
)

// retryAfter writes a wait as a Retry-After header, "" for none. now is the server's clock as clients see it.
func (s Style) retryAfter(wait time.Duration, now time.Time) string {
	switch s {
	case Missing:
		return ""
	case Decimal:
		return strconv.FormatFloat(math.Ceil(wait.Seconds()*1000)/1000, 'f', -1, 64)
	case Date:
		// IMF-fixdate of RFC 9110 section 5.6.7, rounded up so that nobody comes too early.
		return now.Add(wait + time.Second - 1).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
	default:
		return strconv.FormatInt(int64(math.Ceil(wait.Seconds())), 10)
	}
}

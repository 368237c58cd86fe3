package endpoint

import (
	"cmp"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

// The defaults of [Load].
const (
	DefaultLoadFor            = 10 * time.Second
	DefaultLoadRate           = 25 // requests per second: what an application in Microsoft's gallery must bear from one tenant
	DefaultLoadInFlight       = 16
	DefaultLoadRacers         = 20
	DefaultLoadUsers          = 10_000 // on this machine
	DefaultLoadUsersElsewhere = 1_000
	DefaultLoadPageTime       = 5 * time.Second
	DefaultLoadFilterTime     = 250 * time.Millisecond
)

// Load says how hard the checks of the pack load press the target. A field that is zero has its default.
type Load struct {
	For        time.Duration // how long the steady load lasts
	Rate       float64       // requests per second of the steady load
	InFlight   int           // the most requests of the steady load that wait for an answer at once
	Racers     int           // requests that are sent at the same moment
	Users      int           // made to read them page by page; the default depends on whether the target is on this machine
	PageTime   time.Duration // the most one page may take
	FilterTime time.Duration // up to which a filter among many users is quick, however quick it is among few
}

// pressure is a [Load] with its defaults, and what was measured under it.
type pressure struct {
	Load

	time time.Duration // what a check of the pack, or its clean-up, may take

	mu       sync.Mutex
	measured *result.Load
	filters  *filterTimes
}

// newPressure fills in the defaults. pace is the most requests per second that the run sends, 0 for no limit.
func newPressure(l *Load, loopback bool, pace float64) *pressure {
	if l == nil {
		return &pressure{}
	}
	many := DefaultLoadUsersElsewhere
	if loopback {
		many = DefaultLoadUsers
	}
	p := &pressure{Load: Load{
		For: cmp.Or(l.For, DefaultLoadFor), Rate: cmp.Or(l.Rate, DefaultLoadRate), InFlight: cmp.Or(l.InFlight, DefaultLoadInFlight),
		Racers: cmp.Or(l.Racers, DefaultLoadRacers), Users: cmp.Or(l.Users, many),
		PageTime: cmp.Or(l.PageTime, DefaultLoadPageTime), FilterTime: cmp.Or(l.FilterTime, DefaultLoadFilterTime),
	}}
	each := 40 * time.Millisecond // of one of the users, without a pace: some targets hash a password
	if pace > 0 {
		each = max(each, time.Duration(1.5*float64(time.Second)/pace))
	}
	p.time = 2*time.Minute + 2*p.For + time.Duration(p.Users)*each
	return p
}

// Load returns what was measured under a steady load, nil when nothing was.
func (t *Target) Load() *result.Load {
	t.load.mu.Lock()
	defer t.load.mu.Unlock()
	return t.load.measured
}

// loadApart parts the checks of the pack load from the others.
func loadApart(all []Check) (plain, pressing []Check) {
	for _, c := range all {
		if c.Stage == suites.Performance {
			pressing = append(pressing, c)
		} else {
			plain = append(plain, c)
		}
	}
	return plain, pressing
}

// loadParts are the checks of many requests and many users at once. A failure of the steady load explains failures of the others.
var loadParts = []func() []Check{sustainedChecks, raceChecks, groupRaceChecks, manyUsersChecks, burstChecks}

const sustained = "endpoint.load.sustained"

// Where the rules about load come from.
const (
	learnThrottle = learnSCIM + "#publish-your-application-to-the-microsoft-entra-application-gallery"
	rfcRetryAfter = "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3"
	rfcTooMany    = "https://www.rfc-editor.org/rfc/rfc6585#section-4"
)

package connector

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// archive is what the checks of a run saw of the connector, for the rules that hold of every request. It is bounded.
type archive struct {
	mu       sync.Mutex
	journeys []journey
	size     int // calls in all
	said     []saying
	strays   []stray
	read     map[string]bool // lines of logs
}

// journey is what a connector asked in one check, in order.
type journey []*Call

// saying is a text of the connector's with a secret in it.
type saying struct {
	what  string // the secret is: "the client secret"
	where string // such as "the error of create"
	calls []*Call
}

// unread are the lines of a log that were not read before.
func (a *archive) unread(lines []string) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.read == nil {
		a.read = map[string]bool{}
	}
	var fresh []string
	for _, line := range lines {
		if !a.read[line] && len(a.read) < maxLines {
			a.read[line] = true
			fresh = append(fresh, line)
		}
	}
	return fresh
}

// The bounds of an archive.
const (
	maxLines   = 10_000
	maxJourney = 2_000
	maxArchive = 50_000
	maxSayings = 100
)

// keep keeps what one check saw.
func (a *archive) keep(calls []*Call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := min(len(calls), maxJourney, maxArchive-a.size)
	if n > 0 {
		a.journeys, a.size = append(a.journeys, calls[:n]), a.size+n
	}
}

// stray keeps the tokens that went astray in one check.
func (a *archive) stray(all []stray) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.strays) < maxSayings {
		a.strays = append(a.strays, all...)
	}
}

// astray are the tokens that went astray so far.
func (a *archive) astray() []stray {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.strays)
}

// all are the journeys so far.
func (a *archive) all() []journey {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.journeys)
}

// sayings are those with a kind of secret.
func (a *archive) sayings(secrets ...string) []saying {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(a.said), func(s saying) bool { return !slices.Contains(secrets, s.what) })
}

func (a *archive) hear(s saying) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.said) < maxSayings {
		a.said = append(a.said, s)
	}
}

// What a text may hold.
const (
	clientSecret = "the client secret"
	aPassword    = "a password"
	aToken       = "an access token"
)

// jwt is the form of an access token (RFC 7519): header, claims, and the signature unless the line was cut before it.
var jwt = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}(\.[A-Za-z0-9_-]+)?`)

// overheard notes what of a connector's own words is a secret, and returns the first text without it.
func (r *Rig) overheard(o Result, message string, output ...string) string {
	given, _ := o.Request.Attributes["password"].(string)
	for i, text := range append([]string{message}, output...) {
		where := fmt.Sprintf("the error of %s", o.Request.Operation)
		if i > 0 {
			where = fmt.Sprintf("the output of %s", o.Request.Operation)
		}
		for what, found := range map[string]bool{
			clientSecret: holds(text, r.config.ClientSecret), aPassword: holds(text, r.config.BasePassword, r.config.Password) || isUnlike(given) && holds(text, given), aToken: jwt.MatchString(text),
		} {
			if found {
				r.target.heard.hear(saying{what, where, o.Calls})
			}
		}
	}
	return jwt.ReplaceAllString(r.target.config.Recorder.Redact(message), "[redacted]")
}

// isUnlike says whether a password can be told from the words that tell of it, such as "password".
func isUnlike(given string) bool { return len(given) >= 12 && strings.ContainsAny(given, "0123456789") }

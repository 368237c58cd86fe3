package weather

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// The bounds of a forecast.
const (
	maxRules     = 100
	maxName      = 200
	maxPath      = 1024
	maxMessage   = 2000
	maxCount     = 1_000_000_000
	maxLatency   = 10 * time.Minute
	maxWait      = time.Hour
	maxLag       = 24 * time.Hour
	maxSkew      = 24 * time.Hour
	maxLifetime  = 365 * 24 * time.Hour
	leastFactor  = 0.0001
	mostFactor   = 1000
	leastStatus  = 400
	mostStatus   = 599
	leastVisible = 1 * time.Millisecond // what Retry-After can say
)

var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// Validate returns an error that lists every member that is wrong and what it may be, nil when none is.
func (f Forecast) Validate() error {
	p := &problems{}
	if len(f.Rules) > maxRules {
		p.addf("rules", "want at most %d, got %d", maxRules, len(f.Rules))
		return p.err()
	}
	for i, r := range f.Rules {
		r.validate(p.in(fmt.Sprintf("rules[%d]", i)))
	}
	if f.Quota != nil {
		q := p.in("quota")
		q.oneOf("size", string(f.Quota.Size), string(Small), string(Medium), string(Large))
		if v := f.Quota.Factor; v != 0 && !(v >= leastFactor && v <= mostFactor) {
			q.addf("factor", "want a number from 0.0001 to 1000, or 0 for the documented limits, got %v", v)
		}
	}
	l := p.in("lag")
	l.span("readAfterWrite", f.Lag.ReadAfterWrite, 0, maxLag)
	l.span("list", f.Lag.List, 0, maxLag)
	l.span("advanced", f.Lag.Advanced, 0, maxLag)
	l.share("probability", f.Lag.Probability)
	if f.Lag != (Lag{}) && f.Lag.ReadAfterWrite == 0 && f.Lag.List == 0 && f.Lag.Advanced == 0 {
		l.addf("", "want a duration above 0 in readAfterWrite, list or advanced")
	}
	d := p.in("delta")
	d.oneOf("expired", string(f.Delta.Expired), string(Gone410), string(BadRequest400))
	d.span("lifetime", f.Delta.Lifetime, 0, maxLifetime)
	p.span("skew", f.Skew, -maxSkew, maxSkew)
	return p.err()
}

func (r Rule) validate(p *problems) {
	p.length("name", r.Name, maxName)
	m := p.in("match")
	for i, method := range r.Match.Methods {
		if !slices.Contains(methods, method) {
			m.addf(fmt.Sprintf("methods[%d]", i), "want one of %s, got %q", strings.Join(methods, ", "), method)
		}
	}
	if _, err := compile(r.Match.Path); err != nil {
		m.addf("path", "%s, got %q", err, excerpt(r.Match.Path))
	}
	m.oneOf("only", string(r.Match.Only), string(Batched), string(Outer))
	m.share("share", r.Match.Share)
	m.number("skip", r.Match.Skip)
	m.number("count", r.Match.Count)
	e := p.in("effect")
	set := r.Effect.set()
	if len(set) != 1 {
		names := make([]string, 0, len(set))
		for _, s := range set {
			names = append(names, s.name)
		}
		e.addf("", "want exactly one of throttle, fail, latency, drop, truncate, got %d%s", len(set), among(names))
	}
	for _, s := range set {
		s.validate(e.in(s.name))
	}
}

func (t Throttle) validate(p *problems) {
	p.wait(t.RetryAfter)
	p.style(t.Style)
	p.oneOf("code", t.Code, codeTooMany, codeActivity, codeAppThrottled)
	p.length("message", t.Message, maxMessage)
	p.oneOf("scope", t.Scope, "Tenant_Application", "Tenant", "Application")
	p.oneOf("limit", t.Limit, "Read", "Write", "ReadWrite")
	p.oneOf("information", t.Information, unitsExceeded, writesExceeded, cpuExceeded)
}

func (f Failure) validate(p *problems) {
	if f.Status < leastStatus || f.Status > mostStatus {
		p.addf("status", "want an HTTP status from 400 to 599, got %d", f.Status)
		return
	}
	if f.code() == "" {
		p.addf("code", "want Graph's error code, because status %d has none by itself", f.Status)
	} else if f.text() == "" {
		p.addf("message", "want Graph's text, because neither status %d nor code %q has one by itself", f.Status, excerpt(f.Code))
	}
	p.length("code", f.Code, maxName)
	p.length("message", f.Message, maxMessage)
	p.wait(f.RetryAfter)
	p.style(f.Style)
}

func (l Latency) validate(p *problems) {
	p.span("fixed", l.Fixed, 0, maxLatency)
	p.span("jitter", l.Jitter, 0, maxLatency)
	if l.Fixed == 0 && l.Jitter == 0 {
		p.addf("fixed", "want a duration above 0 here or in jitter")
	}
}

func (Drop) validate(*problems) {}

func (t Truncate) validate(p *problems) {
	if t.Keep != 0 && !(t.Keep > 0 && t.Keep < 1) {
		p.addf("keep", "want a share above 0 and below 1, or 0 for a random one, got %v", t.Keep)
	}
}

// problems gathers what is wrong, each under the path of its member.
type problems struct {
	path  string
	found *[]error
}

func (p *problems) in(member string) *problems {
	if p.found == nil {
		p.found = &[]error{}
	}
	return &problems{path: join(p.path, member), found: p.found}
}

func (p *problems) addf(member, format string, args ...any) {
	if p.found == nil {
		p.found = &[]error{}
	}
	*p.found = append(*p.found, fmt.Errorf("%s: %s", join(p.path, member), fmt.Sprintf(format, args...)))
}

func (p *problems) err() error {
	if p.found == nil {
		return nil
	}
	return errors.Join(*p.found...)
}

func (p *problems) oneOf(member, got string, allowed ...string) {
	if got != "" && !slices.Contains(allowed, got) {
		p.addf(member, "want one of %s, or nothing, got %q", strings.Join(allowed, ", "), excerpt(got))
	}
}

func (p *problems) share(member string, got float64) {
	if !(got >= 0 && got <= 1) { // so that NaN is refused too
		p.addf(member, "want a share above 0 up to 1, got %v", got)
	}
}

func (p *problems) number(member string, got int) {
	if got < 0 || got > maxCount {
		p.addf(member, "want a number from 0 to %d, got %d", maxCount, got)
	}
}

func (p *problems) span(member string, got, least, most time.Duration) {
	if got < least || got > most {
		p.addf(member, "want a duration from %s to %s, got %s", least, most, got)
	}
}

func (p *problems) wait(got time.Duration) {
	if got != 0 && (got < leastVisible || got > maxWait) {
		p.addf("retryAfter", "want a duration from %s to %s, or 0 for the default, got %s", leastVisible, maxWait, got)
	}
}

func (p *problems) style(got Style) {
	p.oneOf("style", string(got), string(Seconds), string(Decimal), string(Date), string(Missing))
}

func (p *problems) length(member, got string, most int) {
	if len(got) > most {
		p.addf(member, "want at most %d bytes, got %d", most, len(got))
	}
}

func join(path, member string) string {
	if path == "" || member == "" {
		return path + member
	}
	return path + "." + member
}

func among(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return " (" + strings.Join(names, ", ") + ")"
}

func excerpt(s string) string {
	if len(s) > 60 {
		return s[:60] + "…"
	}
	return s
}

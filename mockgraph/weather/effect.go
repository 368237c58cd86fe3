package weather

import (
	"cmp"
	"time"
)

// strike is one request that a rule hits.
type strike struct {
	request Request
	tenant  string
	now     time.Time // as clients see the server's clock
	seed    uint64
	number  uint64 // of the request
	rule    int
}

// random returns the strike's number in [0, 1).
func (s strike) random() float64 { return draw(s.seed, s.number, purpose(s.rule, drawEffect)) }

// effector is one member of [Effect].
type effector interface {
	apply(s strike, o *Outcome)
	validate(p *problems)
}

// named is a member of [Effect] that is set.
type named struct {
	effector

	name string
}

// set returns the members that are set.
func (e Effect) set() []named {
	var all []named
	if e.Throttle != nil {
		all = append(all, named{*e.Throttle, "throttle"})
	}
	if e.Fail != nil {
		all = append(all, named{*e.Fail, "fail"})
	}
	if e.Latency != nil {
		all = append(all, named{*e.Latency, "latency"})
	}
	if e.Drop != nil {
		all = append(all, named{*e.Drop, "drop"})
	}
	if e.Truncate != nil {
		all = append(all, named{*e.Truncate, "truncate"})
	}
	return all
}

// The waits of Retry-After when a rule names none: the documentation's example, and the decimal one that was recorded.
const (
	defaultWait        = 10 * time.Second
	defaultDecimalWait = 2128 * time.Millisecond
)

func (t Throttle) apply(s strike, o *Outcome) {
	o.Status, o.Code = 429, cmp.Or(t.Code, codeTooMany)
	o.Message = cmp.Or(t.Message, messages[o.Code])
	if o.Code == codeTooMany {
		o.Inner = innerTooMany
	}
	wait := cmp.Or(t.RetryAfter, defaultWait)
	if t.RetryAfter == 0 && t.Style == Decimal {
		wait = defaultDecimalWait
	}
	if value := t.Style.retryAfter(wait, s.now); value != "" {
		o.set("Retry-After", value)
	}
	if o.Code == codeTooMany || t.Scope != "" {
		o.set("x-ms-throttle-scope", scope(cmp.Or(t.Scope, "Tenant_Application"), cmp.Or(t.Limit, "ReadWrite"), s.request.Application, s.tenant))
		o.set("x-ms-throttle-information", cmp.Or(t.Information, unitsExceeded))
	}
}

func (f Failure) apply(s strike, o *Outcome) {
	o.Status, o.Code, o.Message, o.After = f.Status, f.code(), f.text(), f.After
	if f.RetryAfter > 0 {
		if value := f.Style.retryAfter(f.RetryAfter, s.now); value != "" {
			o.set("Retry-After", value)
		}
	}
}

func (l Latency) apply(s strike, o *Outcome) {
	o.Delay += l.Fixed + time.Duration(s.random()*float64(l.Jitter))
}

func (d Drop) apply(_ strike, o *Outcome) { o.Drop, o.After = true, d.After }

func (t Truncate) apply(s strike, o *Outcome) {
	o.Cut = t.Keep
	if o.Cut == 0 {
		o.Cut = max(s.random(), 0.001) // 0 would be all of it
	}
}

// scope writes x-ms-throttle-scope. Source: learn.microsoft.com/graph/throttling-limits, additional headers.
func scope(reach, limit, application, tenant string) string {
	return reach + "/" + limit + "/" + application + "/" + tenant
}

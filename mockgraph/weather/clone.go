package weather

import "slices"

// clone returns a copy that shares nothing.
func (f Forecast) clone() Forecast {
	f.Quota = copied(f.Quota)
	f.Rules = slices.Clone(f.Rules)
	for i := range f.Rules {
		r := &f.Rules[i]
		r.Match.Methods = slices.Clone(r.Match.Methods)
		e := &r.Effect
		e.Throttle, e.Fail, e.Latency = copied(e.Throttle), copied(e.Fail), copied(e.Latency)
		e.Drop, e.Truncate = copied(e.Drop), copied(e.Truncate)
	}
	return f
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

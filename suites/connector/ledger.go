package connector

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
)

// ledger adds up the calls of a whole run.
type ledger struct {
	mu   sync.Mutex
	rows map[row]*result.Request
	took map[row][]time.Duration
	used map[string]int
}

type row struct{ method, path, permission string }

// maxSamples bounds the durations that are kept of one row.
const maxSamples = 1000

func (l *ledger) add(e *exchange.Exchange) {
	calls := e.Served
	if len(calls) == 0 {
		path, _ := url.Parse(e.Request.URL)
		template := ""
		if path != nil {
			template = path.Host + generic(path.Path)
		}
		calls = []exchange.Served{{Method: e.Request.Method, Template: template, Status: e.Response.Status}}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rows == nil {
		l.rows, l.took, l.used = map[row]*result.Request{}, map[row][]time.Duration{}, map[string]int{}
	}
	for _, s := range calls {
		k := row{s.Method, s.Template, s.Used}
		r := l.rows[k]
		if r == nil {
			r = &result.Request{Method: s.Method, Path: s.Template, Permission: s.Used, Statuses: map[int]int{}}
			l.rows[k] = r
		}
		r.Count++
		r.Statuses[s.Status]++
		if len(l.took[k]) < maxSamples {
			l.took[k] = append(l.took[k], e.Duration)
		}
		if s.Used != "" {
			l.used[s.Used]++
		}
		for _, besides := range s.With {
			l.used[besides]++
		}
	}
}

// requests are the rows, the most frequent first.
func (l *ledger) requests() []result.Request {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := make([]result.Request, 0, len(l.rows))
	for k, r := range l.rows {
		took := slices.Sorted(slices.Values(l.took[k]))
		one := *r
		one.P50Ms, one.P95Ms = milliseconds(took, 50), milliseconds(took, 95)
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b result.Request) int {
		return cmp.Or(b.Count-a.Count, strings.Compare(a.Path, b.Path), strings.Compare(a.Method, b.Method), strings.Compare(a.Permission, b.Permission))
	})
	return all
}

func milliseconds(sorted []time.Duration, percent int) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := min(len(sorted)*percent/100, len(sorted)-1)
	return float64(sorted[i]) / float64(time.Millisecond)
}

// permissions compares what was granted with what was used.
func (l *ledger) permissions(granted []string) *result.Permissions {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := &result.Permissions{Granted: slices.Sorted(slices.Values(granted)), Used: map[string]int{}, Unused: []string{}}
	maps.Copy(p.Used, l.used)
	for _, name := range p.Granted {
		if p.Used[name] == 0 {
			p.Unused = append(p.Unused, name)
		}
	}
	return p
}

// generic puts {id} in the place of a tenant's id in the path of the login host.
func generic(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if len(p) == 36 && strings.Count(p, "-") == 4 {
			parts[i] = "{id}"
		}
	}
	return strings.Join(parts, "/")
}

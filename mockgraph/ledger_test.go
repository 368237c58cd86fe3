package mockgraph_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph"
)

// ledger notes what the tests asked and what was answered, for docs/fidelity.md. It is safe for concurrent use, and what it says
// does not depend on the order of the tests.
type ledger struct {
	mu      sync.Mutex
	entries map[entry]map[string]bool // by what was seen: the tests that saw it
	breadth map[string]map[string]bool
}

// entry is something that was seen.
type entry struct {
	method, template string
	status           int
	code             string
	caller           string
	under            string // the option or the weather it was seen under; "" for a tenant as it is by default
}

func (e entry) route() string { return e.method + " " + e.template }

// notes is the ledger of this run of the tests about Graph, hearsay the one about the login host.
var notes, hearsay = newLedger(), newLedger()

func newLedger() *ledger {
	return &ledger{entries: map[entry]map[string]bool{}, breadth: map[string]map[string]bool{}}
}

// watch lets the ledger note what a tenant answers in a test.
func (l *ledger) watch(t *testing.T, tenant *mockgraph.Tenant, opts ...mockgraph.Option) {
	t.Helper()
	under := behavioural(opts)
	tenant.Witness(func(s mockgraph.Sighting) {
		each := under
		if s.Weather {
			each = []string{"WithWeather"}
		}
		l.note(t.Name(), s, each)
	})
}

func (l *ledger) note(test string, s mockgraph.Sighting, under []string) {
	e := entry{method: s.Method, template: s.Template, status: s.Status, caller: s.Caller}
	var refusal struct {
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
	}
	if s.Status >= 400 && json.Unmarshal(s.Body, &refusal) == nil {
		e.code = refusal.Error.Code
	}
	if s.Template == "" {
		e.method = ""
	}
	if len(under) == 0 {
		under = []string{""}
	}
	for _, e.under = range under {
		l.add(test, e)
	}
}

func (l *ledger) add(test string, e entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.entries[e] == nil {
		l.entries[e] = map[string]bool{}
	}
	l.entries[e][test] = true
	if l.breadth[test] == nil {
		l.breadth[test] = map[string]bool{}
	}
	l.breadth[test][e.route()] = true
}

// hear notes what the login host answered, if it was the login host: its paths begin with a tenant.
func (l *ledger) hear(test string, r *http.Request, status int, answer map[string]any) {
	segments := strings.FieldsFunc(strings.ToLower(r.URL.Path), func(c rune) bool { return c == '/' })
	if len(segments) < 2 || slices.Contains([]string{"v1.0", "beta", "_rehearse"}, segments[0]) {
		return
	}
	segments[0] = "{tenant}"
	if segments[1] == "userrealm" {
		segments[2] = "{user}"
	}
	e := entry{method: r.Method, template: "/" + strings.Join(segments, "/"), status: status}
	if e.code, _ = answer["error"].(string); e.code != "" {
		if codes, _ := answer["error_codes"].([]any); len(codes) > 0 {
			e.code += fmt.Sprintf(" (AADSTS%.0f)", codes[0])
		}
	}
	l.add(test, e)
}

// settings are the options that say what a tenant is or what serves it, and leave its behaviour as it is.
var settings = map[string]bool{
	"WithClock": true, "WithIDs": true, "WithRandom": true, "WithTenant": true, "WithAdministrator": true, "WithDirectory": true, "WithBase": true, "WithSample": true, "WithDirectoryOptions": true,
	"WithLogin": true, "WithExchanges": true, "WithAdminHosts": true, "WithSynchronization": true, "WithManualNotifications": true, "WithNotificationClient": true, "WithDomainProof": true,
}

// behavioural returns the names of the options that change behaviour. An option is a function made by the one it is named after.
func behavioural(opts []mockgraph.Option) []string {
	var names []string
	for _, o := range opts {
		full := runtime.FuncForPC(reflect.ValueOf(o).Pointer()).Name()
		for part := range strings.SplitSeq(full, ".") {
			if strings.HasPrefix(part, "With") && !settings[part] && !slices.Contains(names, part) {
				names = append(names, part)
			}
		}
	}
	slices.Sort(names)
	return names
}

// seen is what the ledger knows of a route under an option.
type seen struct {
	statuses map[int][]string // codes by status
	callers  []string
	tests    []string // those that asked the fewest other routes first
}

func (s *seen) worked() bool {
	for status := range s.statuses {
		if status < 400 {
			return true
		}
	}
	return false
}

// routes returns what was seen under an option, by route; "" is a tenant as it is by default.
func (l *ledger) routes(under string) map[string]*seen {
	l.mu.Lock()
	defer l.mu.Unlock()
	all := map[string]*seen{}
	for e, tests := range l.entries {
		if e.under != under {
			continue
		}
		s := all[e.route()]
		if s == nil {
			s = &seen{statuses: map[int][]string{}}
			all[e.route()] = s
		}
		s.statuses[e.status] = with(s.statuses[e.status], e.code)
		s.callers = with(s.callers, e.caller)
		for test := range tests {
			s.tests = with(s.tests, test)
		}
	}
	for _, s := range all {
		slices.SortFunc(s.tests, func(a, b string) int {
			return cmp.Or(cmp.Compare(len(l.breadth[a]), len(l.breadth[b])), cmp.Compare(a, b))
		})
	}
	return all
}

// options returns what else things were seen under.
func (l *ledger) options() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for e := range l.entries {
		if e.under != "" {
			all = with(all, e.under)
		}
	}
	slices.Sort(all)
	return all
}

// with adds a text that is not there yet and not empty.
func with(all []string, text string) []string {
	if text == "" || slices.Contains(all, text) {
		return all
	}
	return append(all, text)
}

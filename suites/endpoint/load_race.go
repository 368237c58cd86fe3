package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func raceChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.load.create-race", Title: "Of several POSTs of one userName at the same moment exactly one makes a user",
				Level: result.Required, Breaks: breaksEntra,
				Needs: needs("endpoint.create.duplicate", "endpoint.create.filter-exact"), Causes: []string{sustained},
				Sources: sources(rfc7644("3.3"), learnSCIM),
				Why:     "Entra repeats a POST that was not answered in time, also while the first is still worked on. Two users with one name can never be matched again: the filter finds both (DuplicateTargetEntries).",
				Fix:     "Let the database keep userName unique (a unique index, without regard to case), and answer 409 with scimType uniqueness when it refuses the insert.",
			},
			Run: raceToCreate,
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.load.user-patches", Title: "PATCHes of different attributes of one user at the same moment all take effect",
				Level: result.Required, Breaks: breaksEntra, Needs: needs("endpoint.sync.replace"), Causes: []string{sustained},
				Sources: sources(rfc7644("3.5.2"), rfc7644("3.14")),
				Why:     "A cycle, a provisioning on demand and the application's own users change one user at the same time. A server that reads, changes and writes back the whole user without a lock loses a change that it has confirmed, and Entra never sends it again.",
				Fix:     "Lock the row for a PATCH, or check a version when you write and answer 409 or 412 when it has changed.",
			},
			Run: raceToChange,
		},
	}
}

// created is what came of a race to make one user.
type created struct {
	made, taken, other int
	found              int // users of that name afterwards
	odd                string
}

func raceToCreate(ctx context.Context, r *Rig) {
	n := r.target.load.Racers
	ada, request := r.draft()
	requests := make([]wire.Request, n)
	for i := range requests {
		requests[i] = request
	}
	var came created
	var shown []*exchange.Exchange
	for _, a := range atOnce(ctx, r.lanes(n, r.target.limiter), requests) {
		switch {
		case a.unsent(ctx):
			return
		case a.OK():
			came.made++
			shown = append(shown, a.Shown)
		case a.Status == http.StatusConflict:
			came.taken++
		case !refusedForNow(a.Status, a.Header):
			if came.other++; came.odd == "" {
				came.odd = a.String()
			}
			shown = append(shown, a.Shown)
		}
	}
	if came.made+came.taken+came.other == 0 {
		r.Skip("the target refused all POSTs at once for being too many")
	}
	f := r.FindSoon(ctx, ada, findsSome())
	came.found = f.Total
	r.That("of POSTs of one userName at the same moment one is answered 201, the others 409, and there is one user of that name", came, worded[created]{
		Want: "1 made, the others refused with 409, and 1 user of that name",
		OK:   func(c created) bool { return c.made == 1 && c.other == 0 && c.found == 1 },
		Got: func(c created) string {
			text := fmt.Sprintf("%d made, %d refused with 409, %d answered otherwise, and %d users of that name", c.made, c.taken, c.other, c.found)
			if c.odd != "" {
				text += "; one of the others: " + c.odd
			}
			return text
		},
	}, append(shown[:min(len(shown), maxTroubles)], f.Shown)...)
}

// raced are attributes of users that no other follows from.
var raced = []string{"displayName", "title", "preferredLanguage", "name.givenName", "name.familyName", department, employeeNumber}

// rounds is how often a race of changes is run: a single one may be won by luck.
const rounds = 3

func raceToChange(ctx context.Context, r *Rig) {
	var paths []string
	for _, path := range raced {
		if r.Has(path) {
			paths = append(paths, path)
		}
	}
	if len(paths) < 2 {
		r.Skip("the target has fewer than two attributes that can be changed at the same moment")
	}
	var set []wire.Attribute
	for _, path := range paths {
		set = append(set, wire.Attribute{Path: path, Value: "before-" + r.names.number()})
	}
	ada := r.Made(ctx, set...)
	before := r.Read(ctx, ada)
	lanes := r.lanes(len(paths), r.target.limiter)
	var lost []string
	var shown []*exchange.Exchange
	confirmed := 0
	for range rounds {
		requests, values := make([]wire.Request, len(paths)), make([]string, len(paths))
		for i, path := range paths {
			values[i] = "after-" + r.names.number()
			_, present := before.Get(path)
			requests[i] = r.Compose.PatchUser(ada.ID, []wire.Change{{Attribute: wire.Attribute{Path: path, Value: values[i]}, Present: present}})
		}
		answers := atOnce(ctx, lanes, requests)
		after := r.Read(ctx, ada)
		for i, a := range answers {
			if a.unsent(ctx) {
				return
			}
			have, _ := after.Get(paths[i])
			kept := wire.Same(values[i], have, false)
			if a.OK() {
				confirmed++
			}
			if a.OK() && !kept || refusedChange(a) && kept || failedChange(a) {
				lost = append(lost, fmt.Sprintf("%s was answered %d and is %v, sent was %q", nameOf(paths[i]), a.Status, plain(have), values[i]))
				shown = append(shown, a.Shown)
			}
		}
		before = after
		if len(lost) > 0 {
			shown = append(shown[:min(len(shown), maxTroubles)], after.Shown)
			break
		}
	}
	if confirmed == 0 && len(lost) == 0 {
		r.Skip("the target refused all changes of a user at once, so that there is nothing to read back")
	}
	r.That("of PATCHes of different attributes of one user at the same moment each that is confirmed is there afterwards, and none that is refused", lost, worded[[]string]{
		Want: "the values of all that were confirmed, and no refusal but 409, 412 or 429",
		OK:   func(lost []string) bool { return len(lost) == 0 },
		Got:  func(lost []string) string { return strings.Join(lost, "; ") },
	}, shown...)
}

// failedChange says whether a target fails over a change that comes at the same moment as others. What a gateway answers leaves open what became of it.
func failedChange(a Answer) bool {
	return a.Status/100 == 4 && !refusedChange(a) || a.Status == http.StatusInternalServerError
}

// refusedChange says whether a target answers that it has changed nothing because others did at the same time.
func refusedChange(a Answer) bool {
	return a.Status == http.StatusConflict || a.Status == http.StatusPreconditionFailed || a.Status == http.StatusTooManyRequests
}

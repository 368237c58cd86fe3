package endpoint

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/suites"
)

func manyUsersChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.load.paging", Title: "Thousands of users are read page by page, each once, no page slower than 5 seconds",
				Level: result.Recommended, Breaks: breaksGalleryRFC, Causes: []string{sustained},
				Needs:   needs("endpoint.connect.start-index", "endpoint.connect.count", "endpoint.create.user"),
				Sources: sources(rfc7644("3.4.2.4"), learnDiscovery, galleryTests),
				Why:     "Account discovery reads all users of the application page by page. What works for ten of them can lose or repeat some of ten thousand, or become so slow that requests run out of time.",
				Fix:     "Order by a column that is unique and never changes, such as the id, with an index on it, and count startIndex over that order; take totalResults from the same query.",
			},
			Run: pageThroughMany,
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.load.filter-many", Title: "A user is found among thousands about as quickly as among few",
				Level: result.Informational, Breaks: breaksGallery, Needs: needs("endpoint.load.paging", "endpoint.create.filter-exact"), Causes: []string{sustained},
				Sources: sources(learnSCIM, rfc7644("3.4.2.2")),
				Why:     "Entra asks by this filter before every change, and for everybody in a first cycle. A filter that reads all users makes that cycle grow with the square of their number.",
				Fix:     "Put an index on the attribute that people are matched by, in the form in which you compare it (in lower case, as a rule).",
			},
			Run: findAmongMany,
		},
	}
}

// manyPerPage is how many users one page asks for.
const manyPerPage = 100

// tooMany is how many users of others, as a multiple of its own, a target may hold for a walk through all of them to be reasonable.
const tooMany = 5

// manyWalk is what came to light on a walk through thousands of users.
type manyWalk struct {
	times  map[string]int // how often each id came
	totals map[int]bool
	slow   *exchange.Exchange // the slowest page
	last   *exchange.Exchange
	seen   int
}

func pageThroughMany(ctx context.Context, r *Rig) {
	load := r.target.load
	few := r.throng(ctx, 1)
	among := filterTimes{few: r.filterTime(ctx, few)}
	crowd := r.throng(ctx, load.Users)
	among.many = r.filterTime(ctx, crowd)
	load.mu.Lock()
	load.filters = &among
	load.mu.Unlock()
	if first := r.page(ctx, 1, 1); first.total > tooMany*load.Users+manyPerPage*maxPages {
		r.Skip(fmt.Sprintf("the target holds %d users, too many to read them all", first.total))
	}
	var w manyWalk
	var missing, repeated int
	for range 2 { // what one walk finds may be somebody else's change on the way
		w = r.strollFar(ctx, len(crowd))
		missing, repeated = 0, 0
		for _, a := range crowd {
			switch n := w.times[a.ID]; {
			case n == 0:
				missing++
			case n > 1:
				repeated++
			}
		}
		if missing+repeated == 0 {
			break
		}
	}
	if !r.That("page by page each of thousands of users comes exactly once", [2]int{missing, repeated}, worded[[2]int]{
		Want: fmt.Sprintf("each of %d users once, by %d a page", len(crowd), manyPerPage),
		OK:   func(wrong [2]int) bool { return wrong == [2]int{} },
		Got: func(wrong [2]int) string {
			return fmt.Sprintf("%d did not come and %d came more than once", wrong[0], wrong[1])
		},
	}, w.last) {
		return
	}
	r.That("totalResults of every page counts all of thousands of users", w, worded[manyWalk]{
		Want: fmt.Sprintf("%d, as many as came, or as many as there were when users came or went meanwhile", w.seen),
		OK: func(w manyWalk) bool {
			for total := range w.totals {
				if total < len(crowd) || len(w.totals) == 1 && total != w.seen {
					return false
				}
			}
			return true
		},
		Got: func(w manyWalk) string { return fmt.Sprintf("totalResults %v", slices.Sorted(maps.Keys(w.totals))) },
	}, w.last)
	r.That(fmt.Sprintf("a page of %d among thousands of users comes within %v", manyPerPage, load.PageTime), w.slow, worded[*exchange.Exchange]{
		Want: fmt.Sprintf("every page within %v", load.PageTime),
		OK:   func(e *exchange.Exchange) bool { return e == nil || e.Duration <= load.PageTime },
		Got: func(e *exchange.Exchange) string {
			return fmt.Sprintf("one took %v", e.Duration.Round(time.Millisecond))
		},
	}, w.slow)
}

// strollFar reads all users. A page may carry fewer than were asked for; one that carries none ends the walk.
func (r *Rig) strollFar(ctx context.Context, n int) manyWalk {
	w := manyWalk{times: map[string]int{}, totals: map[int]bool{}}
	for start, pages := 1, 0; pages <= 2*(tooMany+1)*n/manyPerPage+maxPages; pages++ {
		p := r.page(ctx, start, manyPerPage)
		w.totals[p.total], w.last = true, p.Shown
		if w.slow == nil || p.Shown.Duration > w.slow.Duration {
			w.slow = p.Shown
		}
		for _, one := range p.Resources {
			w.times[one.ID()]++
			w.seen++
		}
		if start += len(p.Resources); len(p.Resources) == 0 || start > p.total {
			break
		}
	}
	return w
}

// filterTimes are how long a filter by name took, the middle of several.
type filterTimes struct{ few, many filterTime }

type filterTime struct {
	took   time.Duration
	shown  *exchange.Exchange
	missed *Found // whom a filter did not find, nil when it found all
}

// filterTime asks a few times for one of the accounts by name.
func (r *Rig) filterTime(ctx context.Context, accounts []*Account) filterTime {
	const times = 5
	var all []filterTime
	var missed *Found
	for i := range times {
		one := accounts[i*(len(accounts)-1)/(times-1)]
		f := r.Find(ctx, one)
		if f.Shown == nil || f.Status != http.StatusOK {
			continue
		}
		all = append(all, filterTime{took: f.Shown.Duration, shown: f.Shown})
		if f.Total < 1 {
			f = r.FindSoon(ctx, one, findsSome())
		}
		if f.Total < 1 && missed == nil {
			missed = &f
		}
	}
	if len(all) == 0 {
		return filterTime{}
	}
	slices.SortFunc(all, func(a, b filterTime) int { return int(a.took - b.took) })
	middle := all[len(all)/2]
	middle.missed = missed
	return middle
}

// slower is by how much a filter among many may be slower than among few.
const slower = 10

func findAmongMany(_ context.Context, r *Rig) {
	load := r.target.load
	load.mu.Lock()
	among := load.filters
	load.mu.Unlock()
	if among == nil || among.few.shown == nil || among.many.shown == nil { // not by the times: on a coarse clock an answer takes none
		r.Skip("the target was not filled with users")
	}
	if missed := among.many.missed; missed != nil {
		r.Must("a filter by name finds the user among thousands", *missed, findsSome(), missed.Shown)
	}
	r.That("a filter by name among thousands of users is about as quick as among few", *among, worded[filterTimes]{
		Want: fmt.Sprintf("within %v, or %d times what it takes among few", load.FilterTime, slower),
		OK: func(f filterTimes) bool {
			return f.many.took <= max(load.FilterTime, slower*f.few.took)
		},
		Got: func(f filterTimes) string {
			return fmt.Sprintf("%v among %d users, %v among few", f.many.took.Round(100*time.Microsecond), load.Users, f.few.took.Round(100*time.Microsecond))
		},
	}, among.few.shown, among.many.shown)
}

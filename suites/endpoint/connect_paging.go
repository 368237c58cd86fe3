package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

func pagingChecks() []Check {
	return []Check{
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.count", Title: "count limits how many users one page carries",
				Level: result.Required, Breaks: breaksGalleryRFC, Exclusive: true,
				Sources: sources(rfc7644("3.4.2.4"), learnDiscovery, galleryTests),
				Why:     "Entra's account discovery and Microsoft's gallery validation read the users page by page. An endpoint that sends everybody at once runs into time-outs and size limits as soon as a customer is large.",
				Fix:     "Return at most count resources, keep totalResults at the number of all matches, and set itemsPerPage to the number of resources in this answer.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.enough(3)
				p := r.page(ctx, 1, 2)
				heeded := r.That("GET /Users?startIndex=1&count=2 returns one or two users", len(p.Resources), worded[int]{
					Want: "1 or 2 users", OK: func(n int) bool { return n == 1 || n == 2 }, Got: func(n int) string { return fmt.Sprintf("%d users", n) },
				}, p.Shown)
				r.That("totalResults of a page counts all users there are, not those on the page", p.total, worded[int]{
					Want: fmt.Sprintf("%d or more, which is how many users were made before", len(r.Bystanders())),
					OK:   func(n int) bool { return n >= len(r.Bystanders()) }, Got: func(n int) string { return fmt.Sprintf("totalResults %d", n) },
				}, p.Shown)
				if heeded && p.hasItems { // whoever ignores count has no page to tell the size of
					r.That("itemsPerPage of GET /Users?startIndex=1&count=2 is the number of users on that page", p.items, gomega.Equal(len(p.Resources)), p.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.start-index", Title: "startIndex walks through all users, each once",
				Level: result.Required, Breaks: breaksGalleryRFC, Exclusive: true,
				Sources: sources(rfc7644("3.4.2.4"), learnDiscovery, galleryTests),
				Why:     "Whoever reads page by page loses users or sees them twice when startIndex is ignored or counted from 0, and gallery validation compares the startIndex of each answer with what it asked for.",
				Fix:     "Count startIndex from 1, keep the order of users stable between two requests, begin the page with the user at that place, and return the startIndex that was asked for.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.enough(3)
				walk(ctx, r)
			},
		},
	}
}

// page is one page of users.
type page struct {
	Found

	total, start, items int
	hasStart, hasItems  bool
}

func (r *Rig) page(ctx context.Context, startIndex, count int) page {
	a := r.Send(ctx, wire.Request{Method: http.MethodGet, Target: fmt.Sprintf("/Users?startIndex=%d&count=%d", startIndex, count)})
	r.refusesTransport(ctx, a)
	r.readable(a)
	p := page{Found: foundIn(a)}
	object, err := a.JSON()
	r.Must("GET /Users with startIndex and count is answered 200 with a list", p.Found, worded[Found]{
		Want: "200 with a ListResponse",
		OK:   func(f Found) bool { return err == nil && f.Total >= 0 },
		Got:  func(f Found) string { return f.Answer.String() },
	}, a.Shown)
	p.total, _ = integer(member(object, "totalResults"))
	p.start, p.hasStart = integer(member(object, "startIndex"))
	p.items, p.hasItems = integer(member(object, "itemsPerPage"))
	return p
}

// readable fails the check for a list that begins as JSON and is none. It is one mistake wherever it shows, and another than what the check is about.
func (r *Rig) readable(a Answer) {
	if !a.OK() || !strings.HasPrefix(strings.TrimSpace(string(a.Body[:min(len(a.Body), 2000)])), "{") {
		return
	}
	why := Broken(a.Body)
	if why == nil {
		return
	}
	r.Fail(result.Finding{
		Rule:      "a list of users is valid JSON",
		Expected:  "JSON as RFC 8259 has it, which every client can read",
		Actual:    a.String(),
		Why:       "One user whose value is no JSON makes the whole page unreadable: neither Entra nor anybody else finds the others on it.",
		Fix:       "Write the answer with a strict JSON writer. JSON has no Infinity and no NaN: refuse a number you cannot hold with 400, or pass over it, and remove it where it is stored already (Python writes Infinity unless json.dumps has allow_nan=False).",
		Sources:   sources(rfc8259Numbers, rfc7644("3.4.2")),
		Exchanges: ids(a.Shown),
	})
	r.Skip("the list cannot be read")
}

// enough blocks the check unless the target holds at least n users.
func (r *Rig) enough(n int) {
	if len(r.Bystanders()) < n {
		r.Block("endpoint.create.user", fmt.Sprintf("the target took %d of the users it was given before the first check, paging needs %d", len(r.Bystanders()), n))
	}
}

// maxPages bounds the walk through a target with many users, where seeing that pages differ has to do.
const maxPages = 6

// maxWalks bounds how often a walk is begun again because the target's users changed on the way.
const maxWalks = 4

// walked is what came to light on one walk through all users.
type walked struct {
	wrong  []misstep
	totals map[int]bool // every totalResults on the way
}

// misstep is a rule that a page broke.
type misstep struct {
	rule   string
	actual any
	want   types.GomegaMatcher
	shown  *exchange.Exchange
}

// steady says that nobody came or went on the way, as far as the target tells.
func (w walked) steady() bool { return len(w.totals) == 1 }

// walk says that the pages together hold all users once. The target may be in use: what one walk finds counts only when nobody
// came or went meanwhile and a second walk finds it as well.
func walk(ctx context.Context, r *Rig) {
	found := map[string]bool{}
	for range maxWalks {
		w := r.stroll(ctx)
		if len(w.wrong) == 0 {
			return
		}
		if !w.steady() {
			continue
		}
		for _, m := range w.wrong {
			if found[m.rule] {
				for _, m := range w.wrong {
					r.That(m.rule, m.actual, m.want, m.shown)
				}
				return
			}
		}
		for _, m := range w.wrong {
			found[m.rule] = true
		}
	}
	r.Skip("users came and went on the target all the time, so its pages cannot be compared")
}

// stroll walks from the first page to the last, or as far as it needs to.
func (r *Rig) stroll(ctx context.Context) walked {
	w := walked{totals: map[int]bool{}}
	that := func(rule string, actual any, m types.GomegaMatcher, p page) bool {
		ok, err := m.Match(actual)
		if !ok || err != nil {
			w.wrong = append(w.wrong, misstep{rule, actual, m, p.Shown})
		}
		return ok
	}
	var first string
	seen := map[string]bool{}
	next, size := 1, 2
	for n := range maxPages {
		p := r.page(ctx, next, size)
		w.totals[p.total] = true
		size = min(max(p.total/(maxPages-1), 2), 100)
		if len(p.Resources) == 0 && n == 0 {
			r.Block("endpoint.connect.count", "the first page has no users: "+p.Answer.String())
		}
		if len(p.Resources) == 0 {
			that(holdAll, len(seen), gomega.Equal(p.total), p)
			return w
		}
		that("the answer to GET /Users?startIndex=N names N as its startIndex", p.start, gomega.Equal(next), p)
		if n == 0 {
			first = p.Resources[0].ID()
		}
		for _, u := range p.Resources {
			if id := u.ID(); id != "" && !that("when /Users is read page by page with startIndex and count, no user is on two pages", id, neverIn(seen, next), p) {
				return w
			}
			seen[u.ID()] = true
		}
		delete(seen, "")
		if next += len(p.Resources); next > p.total {
			that(holdAll, len(seen), gomega.Equal(p.total), p)
			missing := slices.DeleteFunc(slices.Clone(r.Bystanders()), func(a *Account) bool { return seen[a.ID] })
			that("when /Users is read page by page with startIndex and count, every user is on one of the pages", len(missing), worded[int]{
				Want: "none of the users that were made before missing", OK: func(n int) bool { return n == 0 },
				Got: func(n int) string { return fmt.Sprintf("%d of them on no page", n) },
			}, p)
			if n == 0 { // count was ignored, so nothing has been asked of startIndex yet
				p = r.page(ctx, 2, size)
				w.totals[p.total] = true
				that("GET /Users?startIndex=2 leaves the first user out", p.Values("id"), gomega.Not(gomega.ContainElement(first)), p)
			}
			return w
		}
	}
	return w
}

const holdAll = "when /Users is read page by page with startIndex and count, the pages together hold as many users as totalResults says"

func neverIn(seen map[string]bool, startIndex int) worded[string] {
	return worded[string]{
		Want: "users that were on no page before",
		OK:   func(id string) bool { return !seen[id] },
		Got: func(id string) string {
			return fmt.Sprintf("user %s again on the page with startIndex=%d", id, startIndex)
		},
	}
}

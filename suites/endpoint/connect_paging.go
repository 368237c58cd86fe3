package endpoint

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/onsi/gomega"

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
				Sources: sources(rfc7644("3.4.2.4"), learnGallery),
				Why:     "Gallery validation and account discovery read the users page by page. An endpoint that sends everybody at once runs into time-outs and size limits as soon as a customer is large.",
				Fix:     "Return at most count resources, keep totalResults at the number of all matches, and set itemsPerPage to the number of resources in this answer.",
			},
			Run: func(ctx context.Context, r *Rig) {
				r.enough(3)
				p := r.page(ctx, 1, 2)
				heeded := r.That("count=2 returns at most 2 users", len(p.Resources), gomega.BeNumerically("<=", 2), p.Shown)
				r.That("totalResults counts all users, not those on the page", p.total, gomega.BeNumerically(">=", len(r.Bystanders())), p.Shown)
				if heeded && p.hasItems { // whoever ignores count has no page to tell the size of
					r.That("itemsPerPage is the number of users on the page", p.items, gomega.Equal(len(p.Resources)), p.Shown)
				}
			},
		},
		{
			Spec: suites.Spec{
				ID: "endpoint.connect.start-index", Title: "startIndex walks through all users, each once",
				Level: result.Required, Breaks: breaksGalleryRFC, Exclusive: true,
				Sources: sources(rfc7644("3.4.2.4"), learnGallery),
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
	r.refusesTransport(a)
	p := page{Found: foundIn(a)}
	object, err := a.JSON()
	r.Must("a page of users is answered 200 with a list", p.Found, worded[Found]{
		want: "200 with a ListResponse",
		ok:   func(f Found) bool { return err == nil && f.Total >= 0 },
		got:  func(f Found) string { return f.Answer.String() },
	}, a.Shown)
	p.total, _ = integer(member(object, "totalResults"))
	p.start, p.hasStart = integer(member(object, "startIndex"))
	p.items, p.hasItems = integer(member(object, "itemsPerPage"))
	return p
}

// enough blocks the check unless the target holds at least n users.
func (r *Rig) enough(n int) {
	if len(r.Bystanders()) < n {
		r.Block("endpoint.create.user", fmt.Sprintf("the target took %d of the users it was given before the first check, paging needs %d", len(r.Bystanders()), n))
	}
}

// maxPages bounds the walk through a target with many users, where seeing that pages differ has to do.
const maxPages = 6

func walk(ctx context.Context, r *Rig) {
	seen := map[string]bool{}
	next, total, size := 1, 0, 2
	first := ""
	for n := 0; ; n++ {
		p := r.page(ctx, next, size)
		total, size = p.total, min(max(p.total/(maxPages-1), 2), 100)
		if len(p.Resources) == 0 {
			r.That("the pages together hold as many users as totalResults says", len(seen), gomega.Equal(total), p.Shown)
			return
		}
		r.That("each page says which startIndex it begins with", p.start, gomega.Equal(next), p.Shown)
		if first == "" {
			first = p.Resources[0].ID()
		}
		for _, u := range p.Resources {
			id := u.ID()
			if id == "" {
				continue
			}
			if seen[id] {
				r.Must("no user is on two pages", "user "+id+" again on the page with startIndex "+fmt.Sprint(next), gomega.Equal("users not seen before"), p.Shown)
			}
			seen[id] = true
		}
		next += len(p.Resources)
		if next > total {
			r.That("the pages together hold as many users as totalResults says", len(seen), gomega.Equal(total), p.Shown)
			missing := slices.DeleteFunc(slices.Clone(r.Bystanders()), func(a *Account) bool { return seen[a.ID] })
			r.That("the pages together hold every user", len(missing), gomega.BeZero(), p.Shown)
			if n == 0 { // count was ignored, so nothing has been asked of startIndex yet
				p = r.page(ctx, 2, size)
				r.That("startIndex=2 leaves the first user out", p.Values("id"), gomega.Not(gomega.ContainElement(first)), p.Shown)
			}
			return
		}
		if n+1 >= maxPages {
			return
		}
	}
}

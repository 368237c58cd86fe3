package endpoint

import (
	"context"
	"fmt"
	"net/http"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites"
)

// How the workflow reads pages: of five, with eleven resources at least.
const (
	pageSize  = 5
	pagedAt   = 11
	mostPages = 3
)

func galleryPagingTests() []test {
	const why = "The workflow makes eleven resources if there are fewer, reads pages of five, and compares the startIndex of each answer with what it asked for."
	return []test{
		{
			name: "SCIM_User_Pagination_Test", title: "Eleven users are read in pages of five, and each page says the startIndex that was asked for",
			why: asked + why, fix: "Count startIndex from 1, return the page that begins there with at most count users, and repeat startIndex in the answer.",
			covers: join([]string{"endpoint.connect.start-index", "endpoint.connect.count"}, coversCreate), within: []suites.Stage{suites.Connect},
			run: func(ctx context.Context, r *Rig) {
				r.paged(ctx, users, func() { r.madeDirectly(ctx) })
			},
		},
		{
			name: "SCIM_Group_Pagination_Test", title: "Eleven groups are read in pages of five, and each page says the startIndex that was asked for", level: result.Recommended,
			why: "The gallery validation runs this test and warns. " + why, fix: "Page groups as you page users: startIndex counted from 1 and repeated in the answer, at most count groups.",
			covers: join([]string{"endpoint.connect.start-index", "endpoint.connect.count"}, coversGroup), within: []suites.Stage{suites.Connect},
			run: func(ctx context.Context, r *Rig) {
				r.WithGroups()
				r.paged(ctx, groups, func() { r.postedGroup(ctx) })
			},
		},
	}
}

// paged reads the first pages of a collection, which it fills up before.
func (r *Rig) paged(ctx context.Context, kind string, add func()) {
	get := func(start, count int) (Found, int, bool) {
		a := r.Send(ctx, wire.Request{Method: http.MethodGet, Target: fmt.Sprintf("/%s?startIndex=%d&count=%d", kind, start, count)})
		object, _ := a.JSON()
		at, told := integer(member(object, "startIndex"))
		return foundIn(a), at, told
	}
	first, _, _ := get(1, 1)
	r.Must("GET /"+kind+"?startIndex=1&count=1 is answered 200 with a list", first, worded[Found]{
		Want: "200 with a ListResponse", OK: func(f Found) bool { return f.Total >= 0 }, Got: func(f Found) string { return f.Answer.String() },
	}, first.Shown)
	// Of those there now, only the bystanders stay while others are at work on the target.
	const many = 200
	stay := min(first.Total, 1)
	if kind == users {
		stay = min(first.Total, len(r.target.extras))
	}
	if first.Total > many {
		stay = pagedAt
	}
	for range max(0, pagedAt-stay) {
		add()
	}
	for page := range mostPages {
		start := page*pageSize + 1
		f, at, told := get(start, pageSize)
		r.Must(fmt.Sprintf("GET /%s?startIndex=%d&count=%d is answered 200 with a list", kind, start, pageSize), f, worded[Found]{
			Want: "200 with a ListResponse", OK: func(f Found) bool { return f.Total >= 0 }, Got: func(f Found) string { return f.Answer.String() },
		}, f.Shown)
		r.That("a page says the startIndex that was asked for", at, worded[int]{
			Want: fmt.Sprintf("startIndex %d", start),
			OK:   func(at int) bool { return told && at == start },
			Got: func(at int) string {
				if !told {
					return "no startIndex"
				}
				return fmt.Sprintf("startIndex %d", at)
			},
		}, f.Shown)
		if page > 0 && f.Total >= start {
			r.That("a page carries resources, and no more than were asked for", len(f.Resources), worded[int]{
				Want: fmt.Sprintf("1 to %d resources", pageSize), OK: func(n int) bool { return n >= 1 && n <= pageSize },
			}, f.Shown)
		}
	}
}

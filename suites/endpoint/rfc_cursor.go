package endpoint

import (
	"context"
	"net/http"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
)

func rfc9865(section string) string {
	return "https://www.rfc-editor.org/rfc/rfc9865#section-" + section
}

// cursorChecks are about lists read by cursor, which are optional: RFC 9865. They are judged when ServiceProviderConfig advertises them.
func cursorChecks() []Check {
	const why = "ServiceProviderConfig says that lists can be read by cursor. Whoever reads a large directory in this way loses people, or never comes to the end."
	cursor := func(topic, title, fix string, run func(ctx context.Context, r *Rig, c cast), needed ...string) Check {
		spec := standardSpec(topic, result.Recommended, title, why, fix, rfc9865("2"))
		spec.Needs = append(needs("endpoint.rfc.filter-sw"), needed...)
		return Check{Spec: spec, Run: func(ctx context.Context, r *Rig) {
			if yes, _ := r.cursors(); !yes {
				r.Skip("ServiceProviderConfig does not advertise cursors")
			}
			run(ctx, r, r.nicknamed(ctx))
		}}
	}
	invalid := cursor("cursor-invalid", "A cursor that was never given is refused with 400", "Answer 400 with scimType invalidCursor to a cursor you have not given.",
		func(ctx context.Context, r *Rig, _ cast) {
			a := r.ask(ctx, http.MethodGet, "/Users?count=1&cursor=rehearse-no-such-cursor", nil)
			r.That("GET /Users with a cursor that was never given is answered 400", a, badRequest(), a.Shown)
		})
	invalid.Sources = sources(rfc9865("2.1"))
	return []Check{
		cursor("cursor", "A list read by cursor has everybody once", "Give nextCursor with every page but the last, and begin the next page right behind it.",
			func(ctx context.Context, r *Rig, c cast) {
				seen := map[string]int{}
				r.follow(ctx, func(f Found) {
					r.That("a page of a list read by cursor carries no more users than count asks for", len(f.Resources), gomega.BeNumerically("<=", 1), f.Shown)
					for _, id := range f.Values("id") {
						seen[id]++
					}
				})
				for _, a := range c.people {
					r.That("a list read by cursor, one by one, has everybody once", seen[a.ID], gomega.Equal(1), r.session.Last())
				}
			}, "endpoint.rfc.cursor-ends"),
		cursor("cursor-ends", "The last page of a list read by cursor has no nextCursor", "Leave nextCursor out of the last page.",
			func(ctx context.Context, r *Rig, _ cast) {
				r.That("a list of three users read by cursor, one by one, ends", r.follow(ctx, func(Found) {}), gomega.BeTrue(), r.session.Last())
			}),
		cursor("cursor-total", "totalResults of a list read by cursor counts the list, not the page", "Return the number of all matches in totalResults, or leave it out when you do not know it.",
			func(ctx context.Context, r *Rig, c cast) {
				f, _ := r.pageAt(ctx, "")
				list, _ := f.JSON()
				total, told := integer(member(list, "totalResults"))
				if !told {
					return
				}
				r.That("totalResults of the first page is the number of matches", total, gomega.Equal(len(c.people)), f.Shown)
			}),
		cursor("cursor-stable", "A deletion between two pages loses nobody else", "Let a cursor remember where it stands, not how many came before.",
			func(ctx context.Context, r *Rig, c cast) {
				first, next := r.pageAt(ctx, "")
				if len(first.Resources) != 1 || next == "" {
					r.Block("endpoint.rfc.cursor", "the first page was "+first.String())
				}
				gone := first.Resources[0].ID()
				r.ask(ctx, http.MethodDelete, (&Account{Kind: users, ID: gone}).path(), nil)
				seen := map[string]bool{}
				for range len(c.people) {
					if next == "" {
						break
					}
					var f Found
					f, next = r.pageAt(ctx, next)
					for _, id := range f.Values("id") {
						seen[id] = true
					}
				}
				for _, a := range c.people {
					if a.ID != gone {
						r.That("everybody else is on a later page when the user of the first page was deleted meanwhile", seen[a.ID], gomega.BeTrue(), r.session.Last())
					}
				}
			}, "endpoint.rfc.cursor"),
		invalid,
	}
}

// pageAt is [Rig.cursorPage], answered 200.
func (r *Rig) pageAt(ctx context.Context, cursor string) (page Found, next string) {
	f, next := r.cursorPage(ctx, cursor)
	r.Must("a page of a list read by cursor is answered 200", f.Answer, answered(http.StatusOK), f.Shown)
	return f, next
}

// follow reads this check's users by cursor, and says whether the list ended.
func (r *Rig) follow(ctx context.Context, each func(Found)) (ended bool) {
	const enough = 8 // pages for three users
	cursor := ""
	for range enough {
		f, next := r.pageAt(ctx, cursor)
		each(f)
		if next == "" {
			return true
		}
		cursor = next
	}
	return false
}

package endpoint

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/onsi/gomega"

	"github.com/rehearse-id/rehearse/internal/result"
	"github.com/rehearse-id/rehearse/mockscim/scim"
)

// unadvertised is a row of the table of optional features that can work without being advertised.
type unadvertised struct {
	feature, title, why string
	section             string // of RFC 7644, "" for what RFC 9865 adds
	told                func(r *Rig) (supported, told bool)
	works               func(ctx context.Context, r *Rig) (works bool, a Answer)
}

// advertisedChecks are about features that work although ServiceProviderConfig says that they are not there: RFC 7643 §5, RFC 9865 §4.
// The other way round, what it advertises has checks of its own. Each asks for more than luck can answer.
func advertisedChecks() []Check {
	says := func(feature string) func(*Rig) (bool, bool) {
		return func(r *Rig) (bool, bool) { return r.advertised(feature) }
	}
	rows := []unadvertised{
		{"filter", "An endpoint that filters says so", "Clients that go by ServiceProviderConfig read the whole directory to find one person, although the endpoint could tell, by GET or by POST to .search.",
			"3.4.2.2", says("filter"), filtersAnyway},
		{"sort", "An endpoint that sorts says so", "Clients that go by ServiceProviderConfig sort by themselves, page by page, although the endpoint could.",
			"3.4.2.3", says("sort"), sortsAnyway},
		{"etag", "An endpoint that heeds versions says so", "Clients that go by ServiceProviderConfig write without If-Match, although the endpoint could keep them from losing changes.",
			"3.14", says("etag"), guardsAnyway},
		{"bulk", "An endpoint that does bulk requests says so", "Clients that go by ServiceProviderConfig send thousands of requests one by one, although the endpoint takes them together.",
			"3.7", says("bulk"), bulkAnyway},
		{"cursor", "An endpoint that lists by cursor says so", "Clients that go by ServiceProviderConfig read by index, where people are lost when others come and go, although the endpoint gives cursors.",
			"", (*Rig).cursors, cursorAnyway},
	}
	all := make([]Check, 0, len(rows))
	for _, u := range rows {
		source := rfc9865("4")
		if u.section != "" {
			source = rfc7644(u.section)
		}
		all = append(all, Check{
			Spec: standardSpec(u.feature+"-advertised", result.Informational, u.title, u.why,
				"Say in /ServiceProviderConfig what is there: "+u.feature+" as supported.", rfc7643("5"), source),
			Run: func(ctx context.Context, r *Rig) {
				switch supported, told := u.told(r); {
				case !told:
					r.Skip("ServiceProviderConfig says nothing of " + u.feature)
				case supported:
					return // the checks of the feature judge it
				}
				works, a := u.works(ctx, r)
				r.That(u.feature+", which ServiceProviderConfig does not advertise, does not work either", works, gomega.BeFalse(), a.Shown)
			},
		})
	}
	return all
}

// cursors says what ServiceProviderConfig tells of cursors. A document without pagination says that there are none: RFC 9865 §4.
func (r *Rig) cursors() (supported, told bool) {
	config, err := r.target.discovery.config.JSON()
	if err != nil || !r.target.discovery.config.OK() {
		return false, false
	}
	supported, _ = member(mapIn(config, "pagination"), "cursor").(bool)
	return supported, true
}

func filtersAnyway(ctx context.Context, r *Rig) (bool, Answer) {
	a := r.posted(ctx, nil)
	f := r.filtered(ctx, `userName eq "`+a.Name+`"`)
	if findsOnly("userName", a.Name).OK(f) {
		return true, f.Answer
	}
	search := r.ask(ctx, http.MethodPost, "/Users/.search", object{"schemas": []string{scim.SearchRequestURN}, "filter": `userName eq "` + a.Name + `"`})
	return findsOnly("userName", a.Name).OK(foundIn(search)), search
}

// sortsAnyway asks for four orders. A server that lists as its map happens to be would hit all of them once in some thousand runs.
func sortsAnyway(ctx context.Context, r *Rig) (bool, Answer) {
	c := r.nicknamed(ctx)
	var last Answer
	for _, q := range []struct {
		query string
		want  []int
	}{
		{"sortBy=name.familyName", []int{2, 0, 1}}, {"sortBy=name.familyName&sortOrder=descending", []int{1, 0, 2}},
		{"sortBy=userName", []int{0, 1, 2}}, {"sortBy=userName&sortOrder=descending", []int{2, 1, 0}},
	} {
		f := r.sorted(ctx, q.query)
		if last = f.Answer; !slices.Equal(f.Values("id"), c.ids(q.want)) {
			return false, last
		}
	}
	return true, last
}

// guardsAnyway wants a write refused too: web frameworks put tags on whatever they send, and answer 304 by them, without a thought of SCIM.
func guardsAnyway(ctx context.Context, r *Rig) (bool, Answer) {
	a := r.posted(ctx, nil)
	first := r.Get(ctx, a)
	tag := first.Header.Get("ETag")
	if tag == "" {
		return false, first
	}
	if again := r.ask(ctx, http.MethodGet, a.path(), nil, "If-None-Match", tag); again.Status != http.StatusNotModified {
		return false, again
	}
	put := r.ask(ctx, http.MethodPut, a.path(), r.documentOf(a, object{"displayName": "Nobody"}), "If-Match", outdated(tag))
	return put.Status == http.StatusPreconditionFailed, put
}

func bulkAnyway(ctx context.Context, r *Rig) (bool, Answer) {
	one := r.operation("one", nil)
	a := r.ask(ctx, http.MethodPost, "/Bulk", object{"schemas": []string{scim.BulkRequestURN}, "Operations": []object{one.operation}})
	if !a.OK() && a.Status != 0 {
		return false, a
	}
	r.made(ctx, one.account)
	return findsOnly("userName", one.account.Name).OK(r.Find(ctx, one.account)), a
}

func cursorAnyway(ctx context.Context, r *Rig) (bool, Answer) {
	r.nicknamed(ctx)
	first, next := r.cursorPage(ctx, "")
	if len(first.Resources) != 1 || next == "" {
		return false, first.Answer
	}
	second, _ := r.cursorPage(ctx, next)
	return len(second.Resources) == 1 && second.Resources[0].ID() != first.Resources[0].ID(), second.Answer
}

// cursorPage is one page of this check's users, of one user, at a cursor; "" is the first.
func (r *Rig) cursorPage(ctx context.Context, cursor string) (page Found, next string) {
	f := foundIn(r.ask(ctx, http.MethodGet, "/Users?filter="+url.QueryEscape(r.ours())+"&count=1&cursor="+url.QueryEscape(cursor), nil))
	list, _ := f.JSON()
	return f, list.String("nextCursor")
}

// ours is a filter that finds the users of this check.
func (r *Rig) ours() string { return `userName sw "` + r.names.prefix + "-" + r.names.tag + `"` }

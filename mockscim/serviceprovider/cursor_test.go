package serviceprovider_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/mockscim/serviceprovider"
)

// cursors are the next and the previous cursor of a page.
func (r response) cursors() (next, previous string) {
	return r.body.String("nextCursor"), r.body.String("previousCursor")
}

// page asks for a page by cursor.
func (c *client) page(cursor, query string) response {
	c.t.Helper()
	return c.get("/Users?cursor=" + url.QueryEscape(cursor) + query)
}

// people makes u1 to un.
func people(c *client, n int) {
	for i := range n {
		c.user(numbered(i))
	}
}

func TestReadByCursor(t *testing.T) {
	c := newClient(t)
	people(c, 5)
	first := c.page("", "&count=2")
	next, previous := first.cursors()
	if first.ids() != "u1 u2" || next == "" || previous != "" || first.at("totalResults") != "5" || first.at("itemsPerPage") != "2" || first.at("startIndex") != "" {
		t.Fatalf("the first page is %s", first.text)
	}
	second := c.page(next, "&count=2")
	next, previous = second.cursors()
	if second.ids() != "u3 u4" || next == "" || previous == "" || second.at("totalResults") != "5" {
		t.Fatalf("the second page is %s", second.text)
	}
	third := c.page(next, "&count=2")
	if last, _ := third.cursors(); third.ids() != "u5" || last != "" {
		t.Errorf("the last page is %s", third.text)
	}
	if got := c.page(previous, "&count=2"); got.ids() != "u1 u2" {
		t.Errorf("back from the second page are %s", got.ids())
	}
	if got := c.page(next, "&count=2"); got.ids() != "u5" {
		t.Errorf("a cursor used twice gives %s", got.ids())
	}
	third = c.page(next, "&count=1")
	_, previous = third.cursors()
	if got := c.page(previous, "&count=3"); got.ids() != "u4" {
		t.Errorf("back with a larger count are %s", got.ids()) // never past where it came from
	}
	if got := c.page("", ""); got.ids() != "u1 u2 u3 u4 u5" || strings.Contains(got.text, "Cursor") {
		t.Errorf("a page that holds all is %s", got.text)
	}
}

// A cursor goes with filter and order, and with searches by POST (RFC 9865 §2.2, §3).
func TestCursorsKeepTheQuery(t *testing.T) {
	c := newClient(t)
	people(c, 5)
	ask := "&count=2&sortBy=userName&sortOrder=descending&attributes=userName&filter=" + query(`userName sw "user"`)
	first := c.page("", ask)
	next, _ := first.cursors()
	if got := c.page(next, ask); first.ids()+" "+got.ids() != "u5 u4 u3 u2" || strings.Contains(got.text, "emails") {
		t.Errorf("got %s, then %s", first.ids(), got.text)
	}
	body := `"count":2,"sortBy":"userName","sortOrder":"descending","filter":"userName sw \"user\""`
	if got := c.searched("/Users/.search", body+`,"cursor":"`+next+`"`); got.ids() != "u3 u2" {
		t.Errorf("a search goes on with %s", got.ids())
	}
	first = c.searched("/.search", `"count":3,"cursor":""`)
	next, _ = first.cursors()
	if got := c.searched("/.search", `"count":3,"cursor":"`+next+`"`); first.ids()+"|"+got.ids() != "u1 u2 u3|u4 u5" {
		t.Errorf("at the root: %s, then %s", first.ids(), got.ids())
	}
}

// What is read by cursor is what was there at its first page, whatever others write meanwhile.
func TestACursorIsStable(t *testing.T) {
	c := newClient(t)
	people(c, 4)
	next, _ := c.page("", "&count=2&sortBy=title").cursors()
	c.delete("/Users/u1")
	c.delete("/Users/u3")
	c.patch("/Users/u2", op("Replace", "title", `"zz"`))
	c.user(`"userName":"another","title":"a"`)
	got := c.page(next, "&count=2&sortBy=title")
	if got.ids() != "u3 u4" || got.at("totalResults") != "4" {
		t.Errorf("the second page is %s", got.text)
	}
	if got := c.page("", "&count=9").ids(); got != "u2 u4 u5" {
		t.Errorf("a new reading is of %s", got)
	}
}

func TestBadCursors(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := newClient(t, serviceprovider.WithClock(clock), serviceprovider.WithLimits(serviceprovider.Limits{MaxResults: 3, CursorTimeout: time.Minute}))
	people(c, 5)
	other := newClient(t)
	people(other, 5)
	foreign, _ := other.page("", "&count=1").cursors()
	good, _ := c.page("", "&count=1").cursors()
	for _, test := range []struct{ query, scimType string }{
		{"?cursor=nonsense", "invalidCursor"},
		{"?cursor=" + foreign, "invalidCursor"},
		{"?cursor=" + good[1:], "invalidCursor"},
		{"?cursor=" + good + "A", "invalidCursor"},
		{"?cursor=" + strings.Repeat("A", 5000), "invalidCursor"},
		{"?cursor=" + good + "&filter=userName+pr", "invalidCursor"},
		{"?cursor=" + good + "&sortBy=title", "invalidCursor"},
		{"?cursor=&startIndex=1", "invalidCursor"},
		{"?cursor=&count=0", "invalidCount"},
		{"?cursor=&count=-1", "invalidCount"},
		{"?cursor=&count=many", "invalidCount"},
		{"?cursor=&filter=x", "invalidFilter"},
		{"?cursor=&sortBy=name", "invalidValue"},
	} {
		if got := c.get("/Users" + test.query); got.status != 400 || got.at("scimType") != `"`+test.scimType+`"` {
			t.Errorf("%s: %d %s, want %s", test.query, got.status, got.text, test.scimType)
		}
	}
	if got := c.get("/Groups?cursor=" + good); got.at("scimType") != `"invalidCursor"` {
		t.Errorf("a cursor of users at groups: %s", got.text)
	}
	if got := c.page("", "&count=50").at("itemsPerPage"); got != "3" {
		t.Errorf("a count beyond the largest page gives %s", got)
	}
	clock.Advance(time.Minute)
	if got := c.page(good, "&count=1"); got.status != 200 {
		t.Errorf("in time: %d %s", got.status, got.text)
	}
	clock.Advance(time.Minute + time.Second)
	if got := c.page(good, "&count=1"); got.status != 400 || got.at("scimType") != `"expiredCursor"` {
		t.Errorf("too late: %d %s", got.status, got.text)
	}
}

// Readings are bounded: the one that was asked for the longest ago ends first.
func TestReadingsAreBounded(t *testing.T) {
	clock := clockwork.NewFakeClock()
	c := newClient(t, serviceprovider.WithClock(clock))
	people(c, 2)
	oldest, _ := c.page("", "&count=1").cursors()
	kept, _ := c.page("", "&count=1").cursors()
	for range 255 {
		clock.Advance(time.Millisecond)
		c.page("", "&count=1")
	}
	if got := c.page(oldest, "&count=1").at("scimType"); got != `"expiredCursor"` {
		t.Errorf("the oldest: %s", got)
	}
	if got := c.page(kept, "&count=1").ids(); got != "u2" {
		t.Errorf("the next one: %s", got)
	}
}

func TestPaginationIsAdvertised(t *testing.T) {
	limits := serviceprovider.WithLimits(serviceprovider.Limits{MaxResults: 50, CursorTimeout: time.Hour})
	for _, test := range []struct {
		name string
		opts []serviceprovider.Option
		want string
	}{
		{"by default", nil, `{"cursor":true,"cursorTimeout":600,"defaultPageSize":1000,"defaultPaginationMethod":"index","index":true,"maxPageSize":1000}`},
		{"with limits", []serviceprovider.Option{limits}, `{"cursor":true,"cursorTimeout":3600,"defaultPageSize":50,"defaultPaginationMethod":"index","index":true,"maxPageSize":50}`},
		{"cursors first", []serviceprovider.Option{serviceprovider.WithCursorsFirst()}, `{"cursor":true,"cursorTimeout":600,"defaultPageSize":1000,"defaultPaginationMethod":"cursor","index":true,"maxPageSize":1000}`},
		{"without cursors", []serviceprovider.Option{serviceprovider.WithoutCursors()}, `{"cursor":false,"defaultPageSize":1000,"defaultPaginationMethod":"index","index":true,"maxPageSize":1000}`},
	} {
		if got := newClient(t, test.opts...).get("/ServiceProviderConfig").at("pagination"); got != test.want {
			t.Errorf("%s: %s", test.name, got)
		}
	}
}

func TestWhichMethodIsTaken(t *testing.T) {
	for _, test := range []struct {
		name, query string
		opts        []serviceprovider.Option
		cursor      bool
	}{
		{"neither", "", nil, false},
		{"neither, cursors first", "", []serviceprovider.Option{serviceprovider.WithCursorsFirst()}, true},
		{"startIndex, cursors first", "&startIndex=1", []serviceprovider.Option{serviceprovider.WithCursorsFirst()}, false},
		{"cursor", "&cursor=", nil, true},
		{"cursor, without them", "&cursor=", []serviceprovider.Option{serviceprovider.WithoutCursors()}, false},
	} {
		c := newClient(t, test.opts...)
		people(c, 2)
		got := c.get("/Users?count=1" + test.query)
		if next, _ := got.cursors(); (next != "") != test.cursor || (got.at("startIndex") == "") != test.cursor {
			t.Errorf("%s: %s", test.name, got.text)
		}
	}
}

// FuzzCursor: a cursor that was not given here is refused.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "AAAA", strings.Repeat("A", 43), "ÿ", "-_-_"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		c := newClient(t)
		people(c, 2)
		given, _ := c.page("", "&count=1").cursors()
		for _, text := range []string{cursor, given + cursor, given[:min(len(cursor), len(given))] + cursor} {
			got := c.page(text, "&count=1")
			if fine := text == "" || text == given; fine != (got.status == http.StatusOK) {
				t.Errorf("%q is %s", text, fmt.Sprint(got.status, got.text))
			}
			if got.status != http.StatusOK && got.at("scimType") != `"`+scim.InvalidCursor+`"` {
				t.Errorf("%q: %s", text, got.text)
			}
		}
	})
}

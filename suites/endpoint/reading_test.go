package endpoint

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockscim/scim"
)

func TestAListIsReadAsLooselyAsItCanBe(t *testing.T) {
	t.Parallel()
	for _, given := range []struct {
		status int
		body   string
		total  int
		held   int
	}{
		{200, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0}`, 0, 0},
		{200, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":"1","Resources":[{"id":"1"}]}`, 1, 1},
		{200, `{"totalResults":7,"Resources":[{"id":"1"}]}`, 7, 1},
		{200, `{"totalResults":0,"Resources":[{"id":"1"},{"id":"2"}]}`, 2, 2},
		{200, `{"resources":[{"id":"1"}]}`, 1, 1},
		{200, `{"Resources":[1,"x",null]}`, 0, 0},
		{200, `{"hello":"world"}`, -1, 0},
		{200, `[{"id":"1"}]`, -1, 0},
		{200, ``, -1, 0},
		{204, ``, -1, 0},
		{404, `{"totalResults":0}`, -1, 0},
	} {
		f := foundIn(Answer{Status: given.status, Body: []byte(given.body)})
		if f.Total != given.total || len(f.Resources) != given.held {
			t.Errorf("%d %s: total %d with %d, want %d with %d", given.status, given.body, f.Total, len(f.Resources), given.total, given.held)
		}
	}
}

func TestAManagerIsReadInAnyShape(t *testing.T) {
	t.Parallel()
	for shape, want := range map[string]string{
		`"m1"`: "m1", `{"value":"m1"}`: "m1", `{"value":"m1","displayName":"Boss"}`: "m1", `[{"value":"m1"}]`: "m1",
		`null`: "", `{}`: "", `[]`: "", `{"value":""}`: "", `7`: "",
	} {
		r, err := scim.DecodeResource([]byte(`{"` + enterprise + `":{"manager":` + shape + `}}`))
		if err != nil {
			t.Fatal(err)
		}
		if got := managerID(r); got != want {
			t.Errorf("manager %s is %q, want %q", shape, got, want)
		}
	}
}

func TestActiveIsReadInAnyShape(t *testing.T) {
	t.Parallel()
	for _, given := range []struct {
		body               string
		active             bool
		inactiveThatWasSo  bool // when it was shown as active before
		inactiveThatWasNot bool
	}{
		{`{"active":true}`, true, false, false},
		{`{"active":"True"}`, true, false, false},
		{`{"active":false}`, false, true, true},
		{`{"active":"False"}`, false, true, true},
		{`{}`, false, true, false},
		{`{"active":"maybe"}`, false, false, false},
	} {
		r, err := scim.DecodeResource([]byte(given.body))
		if err != nil {
			t.Fatal(err)
		}
		if active(r) != given.active || inactive(r, true) != given.inactiveThatWasSo || inactive(r, false) != given.inactiveThatWasNot {
			t.Errorf("%s: active %v, inactive %v and %v", given.body, active(r), inactive(r, true), inactive(r, false))
		}
	}
}

func TestKeepsAsksOnlyForWhatWasThere(t *testing.T) {
	t.Parallel()
	view := func(body string) View {
		r, err := scim.DecodeResource([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		return View{Resource: r}
	}
	before := view(`{"userName":"ada","displayName":"Ada","title":"Analyst"}`)
	for body, kept := range map[string]bool{
		`{"userName":"ada","displayName":"Ada","title":"Analyst","nickName":"new"}`: true,
		`{"userName":"ADA","displayName":"Ada","title":"analyst"}`:                  true, // Entra would not write it again
		`{"userName":"ada","displayName":"Ada"}`:                                    false,
		`{"userName":"ada","displayName":"Eve","title":"Analyst"}`:                  false,
	} {
		if ok, err := keeps(before).Match(view(body)); ok != kept || err != nil {
			t.Errorf("%s keeps: %v %v, want %v", body, ok, err, kept)
		}
	}
	if ok, _ := keeps(before, "displayName").Match(view(`{"userName":"ada","displayName":"Eve","title":"Analyst"}`)); !ok {
		t.Error("an attribute that was excepted is asked for")
	}
	expected, got := keeps(before).(keeping).Words(view(`{"userName":"ada","displayName":"Ada"}`))
	if expected != `title is "Analyst"` || got != "no title" {
		t.Errorf("words are %q and %q", expected, got)
	}
}

func TestNamesAreOfOneRunAndOneCheck(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, owner := range []string{"a", "b"} {
		n := newNames(1, "rehearse-x", "example.com", owner)
		for range 40 {
			p := n.person()
			if seen[p.upn] || seen[p.nick] || !strings.HasPrefix(p.upn, "rehearse-x-") || !strings.HasSuffix(p.upn, "@example.com") {
				t.Errorf("person %+v", p)
			}
			for other := range seen {
				if strings.Contains(other, p.upn) || strings.Contains(p.upn, other) && strings.Contains(other, "@") {
					t.Errorf("%s and %s contain one another", p.upn, other)
				}
			}
			seen[p.upn], seen[p.nick] = true, true
		}
	}
	if first, again := newNames(1, "p", "d", "a").uuid(), newNames(1, "p", "d", "a").uuid(); first != again {
		t.Error("the same seed gives other ids")
	}
	if one, other := newNames(1, "p", "d", "a").uuid(), newNames(2, "p", "d", "a").uuid(); one == other {
		t.Error("another seed gives the same ids")
	}
}

func TestTheGuardKnowsResourcesFromTheURL(t *testing.T) {
	t.Parallel()
	g := &guard{base: "https://scim.example/tenant/7"}
	for raw, want := range map[string][2]string{
		"https://scim.example/tenant/7/Users":             {users, ""},
		"https://scim.example/tenant/7/Users/42":          {users, "42"},
		"https://scim.example/tenant/7/Users/a%2Fb":       {users, "a/b"},
		"https://scim.example/tenant/7/Groups/42/":        {groups, "42"},
		"https://scim.example/tenant/7/Schemas/urn:x":     {"", ""},
		"https://scim.example/tenant/7/Users?filter=id+x": {users, ""},
	} {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		if kind, id := g.resource(u); kind != want[0] || id != want[1] {
			t.Errorf("%s is %s %q, want %v", raw, kind, id, want)
		}
	}
}

func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"https://scim.example/v2", "http://[::1]:8080/scim?aadOptscim062020", "scim.example", "https://a:b@c/#d", "http://%zz", "https://x/Users/", "://", "",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := parseAddress(raw)
		if err != nil {
			if strings.TrimSpace(err.Error()) == "" {
				t.Error("an error without words")
			}
			return
		}
		u, err := url.Parse(a.base)
		if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || strings.HasSuffix(a.base, "/") || !slices.Contains([]string{"http", "https"}, u.Scheme) {
			t.Errorf("%q became %q (%v)", raw, a.base, err)
		}
		if again, err := parseAddress(a.base); err != nil || again.base != a.base {
			t.Errorf("%q is not in normal form: %q, %v", a.base, again.base, err)
		}
	})
}

func FuzzAnswer(f *testing.F) {
	for _, seed := range []string{
		`{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":1,"Resources":[{"id":"1","userName":"ada","roles":[{"value":"{\"value\":\"x\"}"}]}]}`,
		`<!DOCTYPE html>`, `[]`, `{"Resources":{}}`, `{"id":7,"active":"True","emails":{"value":1},"members":[{"value":[]}]}`, `{"totalResults":1e400}`, "\xff", "",
	} {
		f.Add(200, seed)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		a := Answer{Status: status, Body: []byte(body), Header: http.Header{}}
		found := foundIn(a)
		if found.Total >= 0 && found.Total < len(found.Resources) {
			t.Errorf("total %d with %d resources", found.Total, len(found.Resources))
		}
		if e, _ := judgeFirst("asked", a, "the token of 9 characters"); e != nil && e.Message == "" {
			t.Error("an error without words")
		}
		if len(found.String()) > 4000 || len(a.String()) > 4000 {
			t.Error("words without end")
		}
		r, err := a.JSON()
		if err != nil {
			return
		}
		v := View{Resource: r}
		_, _ = keeps(v).Match(v)
		_ = roleNames(r)
		_ = memberIDs(r)
		_ = managerID(r)
		_ = inactive(r, true)
		_ = lists().OK(v)
	})
}

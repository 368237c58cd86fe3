package example_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/internal/example"
	"github.com/rehearse-id/rehearse/internal/exchange"
)

// run makes the exchanges of a run, one for each line: METHOD PATH STATUS [SENT] => CAME.
func run(name string, lines ...string) []*exchange.Exchange {
	var all []*exchange.Exchange
	for i, text := range lines {
		left, came, _ := strings.Cut(text, " => ")
		words := strings.SplitN(left, " ", 4)
		e := &exchange.Exchange{ID: fmt.Sprintf("%s-%d", name, i+1), Owner: "endpoint.some.check"}
		e.Request.Method, e.Request.URL = words[0], "http://127.0.0.1:1234"+words[1]
		if _, err := fmt.Sscan(words[2], &e.Response.Status); err != nil {
			panic(err)
		}
		if len(words) > 3 {
			e.Request.Body = whole(words[3])
		}
		e.Response.Body, e.Response.Header = whole(came), http.Header{}
		all = append(all, e)
	}
	return all
}

func whole(text string) exchange.Body {
	return exchange.Body{Bytes: []byte(text), Size: int64(len(text))}
}

const (
	one   = "11111111-1111-4111-8111-111111111111"
	two   = "22222222-2222-4222-8222-222222222222"
	three = "33333333-3333-4333-8333-333333333333"
)

func TestFindTakesTheFirstCitedExchangeWhoseAnswerDiffers(t *testing.T) {
	t.Parallel()
	for _, given := range []struct {
		name          string
		faulty, sound []string
		cited         []string
		shows, beside string // ids; "" for none
		then          string
	}{
		{
			"a read after a write", []string{`PATCH /Users/1 204 {"a":1}`, `GET /Users/1 200 => {"active":true}`}, []string{`PATCH /Users/1 204 {"a":1}`, `GET /Users/1 200 => {"active":false}`},
			[]string{"f-1", "f-2"}, "f-2", "s-2", "",
		},
		{
			"ids are other ones in every run", []string{"GET /Users/" + one + ` 200 => {"id":"` + one + `","n":1}`}, []string{"GET /Users/" + two + ` 200 => {"id":"` + two + `","n":2}`},
			[]string{"f-1"}, "f-1", "s-1", "",
		},
		{
			"another id than the one before", []string{"POST /Users 201 => {\"id\":\"" + one + `"}`, "GET /Users/" + one + ` 200 => {"id":"` + two + `"}`},
			[]string{"POST /Users 201 => {\"id\":\"" + three + `"}`, "GET /Users/" + three + ` 200 => {"id":"` + three + `"}`}, []string{"f-2"}, "f-2", "s-2", "",
		},
		{"the same request for the second time", []string{"GET /Users 200 => 1", "GET /Users 200 => 1"}, []string{"GET /Users 200 => 1", "GET /Users 200 => 2"}, []string{"f-2"}, "f-2", "s-2", ""},
		{"what the sound run never sends follows from what it was answered before", []string{`GET /Users 200 => {"a":1}`, "PATCH /Users/1 204 {}"}, []string{`GET /Users 200 => {"a":2}`}, []string{"f-2"}, "f-1", "s-1", "f-2"},
		{"a request that the sound run never sends", []string{"DELETE /Users/1 204"}, []string{"GET /Users 200"}, []string{"f-1"}, "f-1", "", ""},
		{"the moment counts when nothing else differs", []string{`POST /Users 201 => {"created":"2026-01-01T00:00:00Z","lastModified":"2026-01-01T00:00:00Z"}`}, []string{`POST /Users 201 => {"created":"2026-01-01T00:00:00Z","lastModified":"2026-01-01T00:00:01Z"}`}, []string{"f-1"}, "f-1", "s-1", ""},
		{"the order of members is no difference", []string{`GET /A 200 => {"a":1,"b":2}`, "GET /B 200 => 1"}, []string{`GET /A 200 => {"b":2,"a":1}`, "GET /B 200 => 2"}, []string{"f-1", "f-2"}, "f-2", "s-2", ""},
	} {
		t.Run(given.name, func(t *testing.T) {
			t.Parallel()
			p, found := example.Find(run("f", given.faulty...), run("s", given.sound...), given.cited)
			if !found || id(p.Faulty) != given.shows || id(p.Right) != given.beside || id(p.Then) != given.then {
				t.Errorf("found %v: %q beside %q, then %q; want %q beside %q, then %q", found, id(p.Faulty), id(p.Right), id(p.Then), given.shows, given.beside, given.then)
			}
		})
	}
}

func id(e *exchange.Exchange) string {
	if e == nil {
		return ""
	}
	return e.ID
}

func TestFindFindsNothingWhenNothingCitedWasKept(t *testing.T) {
	t.Parallel()
	if _, found := example.Find(run("f", "GET /Users 200"), nil, []string{"f-9"}); found {
		t.Error("found a pair without a cited exchange")
	}
}

func TestTextShowsWhatDiffersAndWhereItIs(t *testing.T) {
	t.Parallel()
	p, _ := example.Find(
		run("f", `PATCH /scim/Users/1 204 {"active":"False"}`, `GET /scim/Users/1 200 => {"a":1,"b":2,"c":{"d":3,"e":4,"f":true,"g":5,"h":6},"i":7,"j":8}`),
		run("s", `PATCH /scim/Users/1 204 {"active":"False"}`, `GET /scim/Users/1 200 => {"a":1,"b":2,"c":{"d":3,"e":4,"f":false,"g":5,"h":6},"i":7,"j":8}`), []string{"f-2"})
	const want = `After
  PATCH /scim/Users/1
    {
      "active": "False"
    }
  204 No Content

Faulty
  GET /scim/Users/1
  200 OK
    {
    ...
      "c": {
    ...
        "e": 4,
  >     "f": true,
        "g": 5,
    ...

Right
  GET /scim/Users/1
  200 OK
    {
    ...
      "c": {
    ...
        "e": 4,
  >     "f": false,
        "g": 5,
    ...
`
	if got := p.Text(example.Style{ASCII: true}); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestTextIsColouredOnlyWhenAsked(t *testing.T) {
	t.Parallel()
	p, _ := example.Find(run("f", "GET /Users 500 => 1"), run("s", "GET /Users 200 => 2"), []string{"f-1"})
	if text := p.Text(example.Style{}); strings.Contains(text, "\x1b") {
		t.Errorf("coloured: %q", text)
	}
	if text := p.Text(example.Style{Color: true}); !strings.Contains(text, "\x1b[31m500 Internal Server Error\x1b[0m") {
		t.Errorf("not coloured: %q", text)
	}
}

func TestTextOfLongBodiesIsClippedAndSaysSo(t *testing.T) {
	t.Parallel()
	long := `{"a":"` + strings.Repeat("x", 5000) + `","l":[` + strings.Repeat("1,", 5000) + `1]}`
	p, _ := example.Find(run("f", "POST /Users 500 "+long+" => "+long), run("s", "POST /Users 201 "+long+" => 2"), []string{"f-1"})
	text := p.Text(example.Style{})
	if len(text) > 8000 || !strings.Contains(text, "lines in all)") || !strings.Contains(text, "characters)") {
		t.Errorf("%d bytes, want few and a word that they are clipped:\n%.2000s", len(text), text)
	}
}

func TestTextMakesHostileAnswersHarmless(t *testing.T) {
	t.Parallel()
	f := run("f", "GET /Users 200 => \x1b[2J\x00")
	f[0].Response.Header.Set("X-Evil", "\x1b]0;title\a")
	p, _ := example.Find(f, run("s", "GET /Users 200 => {}"), []string{"f-1"})
	if text := p.Text(example.Style{}); strings.ContainsAny(text, "\x1b\x00\a") {
		t.Errorf("%q would steer a terminal", text)
	}
}

func FuzzText(f *testing.F) {
	f.Add(`{"a":1}`, `{"a":2}`, "GET")
	f.Add("", "<html>", "PATCH")
	f.Add(`{"a":[1,2,3]`, strings.Repeat("[", 200), "")
	f.Fuzz(func(t *testing.T, faulty, right, method string) {
		one, other := run("f", "GET /Users/1 200 => "+faulty), run("s", "GET /Users/1 200 => "+right)
		one[0].Request.Method, other[0].Request.Method = method, method
		p, found := example.Find(one, other, []string{"f-1"})
		if !found {
			t.Fatal("no pair")
		}
		if text := p.Text(example.Style{}); strings.ContainsAny(text, "\x1b\x00") || !strings.Contains(text, "Right") {
			t.Errorf("drawn as %q", text)
		}
	})
}

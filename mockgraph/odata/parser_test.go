package odata

import (
	"strings"
	"testing"
	"time"
)

func TestParseFilterReadsTheGrammar(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`displayName eq 'Ada'`:                          `displayName eq 'Ada'`,
		`  displayName   eq 'Ada'  `:                    `displayName eq 'Ada'`,
		`displayName eq 'O''Brien'`:                     `displayName eq 'O''Brien'`,
		`displayName eq 'a and (b), c'`:                 `displayName eq 'a and (b), c'`,
		`displayName eq ''`:                             `displayName eq ''`,
		`'Ada' eq displayName`:                          `'Ada' eq displayName`,
		`a eq 1 or b eq 2 and c eq 3`:                   `a eq 1 or (b eq 2 and c eq 3)`,
		`(a eq 1 or b eq 2) and c eq 3`:                 `(a eq 1 or b eq 2) and c eq 3`,
		`a eq 1 and b eq 2 and c eq 3`:                  `a eq 1 and b eq 2 and c eq 3`,
		`not startsWith(displayName,'A')`:               `not (startswith(displayName,'A'))`,
		`not(startswith(displayName, 'A'))`:             `not (startswith(displayName,'A'))`,
		`not (a eq 1)`:                                  `not (a eq 1)`,
		`not a eq 1 and b eq 2`:                         `not (a eq 1) and b eq 2`,
		`NOT groupTypes/any(c:c eq 'Unified')`:          `not (groupTypes/any(c:c eq 'Unified'))`,
		`id in ('a','b')`:                               `id in ('a','b')`,
		`id in ( 'a' , 'b' )`:                           `id in ('a','b')`,
		`assignedLicenses/$count eq 0`:                  `assignedLicenses/$count eq 0`,
		`identities/any()`:                              `identities/any()`,
		`x/any(p:p/id eq 1 and p/b ne null)`:            `x/any(p:p/id eq 1 and p/b ne null)`,
		`x/all(p:p/y/any(q:q eq 'a' or p/b eq q))`:      `x/all(p:p/y/any(q:q eq 'a' or p/b eq q))`,
		`a/b/c eq true`:                                 `a/b/c eq true`,
		`createdDateTime ge 2026-01-02T03:04:05.678Z`:   `createdDateTime ge 2026-01-02T03:04:05.678Z`,
		`createdDateTime ge 2026-01-02`:                 `createdDateTime ge 2026-01-02`,
		`createdDateTime le 2026-01-02T03:04:05+01:00`:  `createdDateTime le 2026-01-02T03:04:05+01:00`,
		`skuId eq c7df2760-2c81-4ef7-b578-5b5392b571df`: `skuId eq c7df2760-2c81-4ef7-b578-5b5392b571df`,
		`skuId eq 07df2760-2c81-4ef7-b578-5b5392b571df`: `skuId eq 07df2760-2c81-4ef7-b578-5b5392b571df`,
		`n eq -12.5e1`:                                  `n eq -12.5e1`,
		`isof('microsoft.graph.user')`:                  `isof('microsoft.graph.user')`,
		`isof(microsoft.graph.user)`:                    `isof(microsoft.graph.user)`,
		`displayName eq 'Zoë'`:                          `displayName eq 'Zoë'`,
		`((((a eq 1))))`:                                `a eq 1`,
		`a eq (1)`:                                      `a eq 1`,
	} {
		e, err := parseFilter(text, false)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := canonical(e)
		if got != want {
			t.Errorf("%s\n read as %s\n want    %s", text, got, want)
		}
		again, err := parseFilter(got, false)
		if err != nil || canonical(again) != got {
			t.Errorf("%s does not read back as itself: %v", got, err)
		}
	}
}

func TestParseFilterSaysWhereItFails(t *testing.T) {
	t.Parallel()
	for text, at := range map[string]string{
		`displayName eq`:                "14",
		`displayName eq 'Ada`:           "15",
		`displayName eq Ada'`:           "18",
		`displayName eq "Ada"`:          "15",
		`displayName zz 'x'`:            "12",
		`displayName EQ 'x'`:            "12",
		`displayName eq 'x' AND a eq 1`: "19",
		`displayName eq 'x' and`:        "22",
		`(displayName eq 'x'`:           "19",
		`displayName eq 'x')`:           "18",
		`and`:                           "0",
		`a eq 1 b eq 2`:                 "7",
		`id in ()`:                      "7",
		`id in ('a',)`:                  "11",
		`id in 'a'`:                     "6",
		`id in (id)`:                    "9",
		`x/any(p p eq 1)`:               "8",
		`x/some(p:p eq 1)`:              "2",
		`x/all()`:                       "6",
		`x/$count/y eq 1`:               "9",
		`$it eq 1`:                      "0",
		`startswith(a,)`:                "13",
		`a eq 12abc`:                    "5",
		`a eq 2026-13-45`:               "5",
		`a/ eq 1`:                       "6",
		"a eq \x00":                     "5",
		`a eq 1;b`:                      "6",
	} {
		_, err := parseFilter(text, false)
		if err == nil {
			t.Errorf("%s: taken", text)
			continue
		}
		if want := "at position " + at + " in"; !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestUpperCaseOperatorsAreAnOption(t *testing.T) {
	t.Parallel()
	e, err := parseFilter(`a EQ 1 AND NOT b IN ('x') OR c NE 2`, true)
	if err != nil || canonical(e) != `(a eq 1 and not (b in ('x'))) or c ne 2` {
		t.Errorf("%v %v", e, err)
	}
}

func TestHostileFiltersAreRefusedFast(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"100 KB":           "displayName eq '" + strings.Repeat("x", 100<<10) + "'",
		"parentheses":      strings.Repeat("(", 8000) + "a eq 1" + strings.Repeat(")", 8000),
		"open parentheses": strings.Repeat("(", 16000),
		"not":              strings.Repeat("not ", 4000) + "a eq 1",
		"lambdas":          strings.Repeat("a/any(x:", 2000) + "x eq 1" + strings.Repeat(")", 2000),
		"calls":            strings.Repeat("f(", 8000) + strings.Repeat(")", 8000),
		"or":               strings.Repeat("a eq 1 or ", 1600) + "a eq 1",
		"in":               "a in (" + strings.Repeat("1,", 8000) + "1)",
		"right side":       "a eq " + strings.Repeat("(", 8000),
		"values":           "a in (" + strings.Repeat("'',", 5000) + "'')",
		"quotes":           strings.Repeat("'", 16001),
	} {
		start := time.Now()
		if _, err := parseFilter(text, false); err == nil {
			t.Errorf("%s: taken", name)
		} else if len(err.Error()) > 600 {
			t.Errorf("%s: refused with %d bytes", name, len(err.Error()))
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: took %s", name, took)
		}
	}
}

// FuzzParseFilter asks that what is read can be written and read again, and that no filter breaks the parser.
func FuzzParseFilter(f *testing.F) {
	for _, seed := range []string{
		`displayName eq 'O''Brien'`, `not startsWith(a,'b') and (c in ('d','e') or f/any(g:g/h eq null))`, `a/$count ne 0`,
		`id eq 00000000-0000-0000-0000-000000000000`, `a ge 2026-01-02T03:04:05Z`, `isof(microsoft.graph.user)`, `NOT a/any(x:x eq -1.5e3)`, `((`, `'`, `x/any()`, `And ()`, `Not (a eq 1)`, `True()`,
	} {
		f.Add(seed)
	}
	settings := New().settings
	f.Fuzz(func(t *testing.T, text string) {
		e, err := parseFilter(text, false)
		if err != nil {
			return
		}
		written := canonical(e)
		again, err := parseFilter(written, false)
		if err != nil {
			if len(written) > maxOptionLength || strings.Contains(err.Error(), "more than") {
				return // canonical text has more parentheses
			}
			t.Fatalf("%q is written %q: %v", text, written, err)
		}
		if canonical(again) != written {
			t.Fatalf("%q is written %q and then %q", text, written, canonical(again))
		}
		for _, schema := range settings.schemas {
			b := binder{schema: schema, settings: &settings, mode: mode{eventual: true, counted: true}}
			_, _ = b.bindFilter(e)
		}
	})
}

func FuzzParseSearch(f *testing.F) {
	for _, seed := range []string{`"displayName:ann"`, `"displayName:a" AND ("mail:b" OR "mail:c")`, `displayName:room`, `"a`, `"a\"b:c"`, `((((`} {
		f.Add(seed)
	}
	settings := New().settings
	user := settings.schemas["user"]
	f.Fuzz(func(_ *testing.T, text string) {
		if test, err := parseSearch(text, user); err == nil {
			test(&env{record: nobody{}})
		}
	})
}

func FuzzParseSelectExpand(f *testing.F) {
	for _, seed := range []string{`id,displayName`, `manager($levels=max;$select=id,displayName)`, `members($select=id)`, `*`, `,,`, `a(b(c`, `manager(`, `manager()`} {
		f.Add(seed)
	}
	settings := New().settings
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"user", "group", "directoryObject"} {
			schema := settings.schemas[""]
			for _, each := range settings.schemas {
				if each.Name == name {
					schema = each
				}
			}
			if s, err := settings.parseSelect(text, schema); err == nil && len(s.names)+len(s.relations) == 0 {
				t.Fatalf("%q selects nothing", text)
			}
			_, _ = settings.parseExpand(text, schema, mode{})
			_, _ = settings.parseOrder(text, schema, mode{eventual: true, counted: true})
		}
	})
}

func FuzzPageToken(f *testing.F) {
	for _, token := range []pageToken{{}, {collection: "user|", options: "$top=1", page: 3, started: true, id: "x", values: []any{"a", nil, true, 5, time.Unix(1, 0).UTC()}}} {
		f.Add(token.encode())
	}
	engine := New(WithTokenSecret([]byte("fuzz")))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if token, ok := decodePageToken(raw); ok {
			if again, ok := decodePageToken(token.encode()); !ok || again.id != token.id || again.options != token.options || again.page != token.page {
				t.Fatalf("%+v became %+v", token, again)
			}
		}
		if content, _, ok := engine.Open(pageKind, string(raw)); ok {
			t.Fatalf("a forged token opens: %q", content)
		}
		sealed := engine.Seal(pageKind, raw)
		if content, _, ok := engine.Open(pageKind, sealed); !ok || string(content) != string(raw) {
			if len(sealed) <= maxToken {
				t.Fatal("a token does not open again")
			}
		}
	})
}

// nobody is a record without values.
type nobody struct{}

func (nobody) ID() string          { return "" }
func (nobody) Property(string) any { return nil }

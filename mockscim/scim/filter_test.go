package scim

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// validFilters maps filters to their canonical text.
var validFilters = map[string]string{
	// RFC 7644 §3.4.2.2, figure 2
	`userName eq "bjensen"`:         `userName eq "bjensen"`,
	`name.familyName co "O'Malley"`: `name.familyName co "O'Malley"`,
	`userName sw "J"`:               `userName sw "J"`,
	`urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"`: `urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J"`,
	`title pr`: `title pr`,
	`meta.lastModified gt "2011-05-13T04:42:34Z"`:                                                       `meta.lastModified gt "2011-05-13T04:42:34Z"`,
	`meta.lastModified ge "2011-05-13T04:42:34Z"`:                                                       `meta.lastModified ge "2011-05-13T04:42:34Z"`,
	`meta.lastModified lt "2011-05-13T04:42:34Z"`:                                                       `meta.lastModified lt "2011-05-13T04:42:34Z"`,
	`meta.lastModified le "2011-05-13T04:42:34Z"`:                                                       `meta.lastModified le "2011-05-13T04:42:34Z"`,
	`title pr and userType eq "Employee"`:                                                               `title pr and userType eq "Employee"`,
	`title pr or userType eq "Intern"`:                                                                  `title pr or userType eq "Intern"`,
	`schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`:                           `schemas eq "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"`,
	`userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")`:             `userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")`,
	`userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")`:         `userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org")`,
	`userType eq "Employee" and (emails.type eq "work")`:                                                `userType eq "Employee" and emails.type eq "work"`,
	`userType eq "Employee" and emails[type eq "work" and value co "@example.com"]`:                     `userType eq "Employee" and emails[type eq "work" and value co "@example.com"]`,
	`emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]`: `emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"]`,
	// What Entra asks
	`userName eq "ada.byron@contoso.example"`:                     `userName eq "ada.byron@contoso.example"`,
	`emails[type eq "work"].value eq "ada.byron@contoso.example"`: `emails[type eq "work" and value eq "ada.byron@contoso.example"]`,
	`id eq "u1" and manager eq "u2"`:                              `id eq "u1" and manager eq "u2"`,
	`roles[primary eq "True"].value eq "Admin"`:                   `roles[primary eq "True" and value eq "Admin"]`,
	// Tricky ones
	`not (title pr)`:   `not (title pr)`,
	`not(title pr)`:    `not (title pr)`,
	`NOT ( title PR )`: `not (title pr)`,
	`urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "1"`: `urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "1"`,
	`USERNAME Eq "x" AND Title PR`:                        `USERNAME eq "x" and Title pr`,
	`displayName eq "a \"quoted\" \\ \u00e9"`:             `displayName eq "a \"quoted\" \\ é"`,
	`displayName eq "\u00E9\/\t"`:                         `displayName eq "é/\u0009"`,
	`loginCount ge -12.5e1`:                               `loginCount ge -12.5e1`,
	`manager eq null`:                                     `manager eq null`,
	`active eq true`:                                      `active eq true`,
	`a pr or b pr and c pr`:                               `a pr or b pr and c pr`,
	`(a pr or b pr) and c pr`:                             `(a pr or b pr) and c pr`,
	`a pr and (b pr and c pr)`:                            `a pr and (b pr and c pr)`,
	`members[value eq "x"].displayName eq "y"`:            `members[value eq "x" and displayName eq "y"]`,
	`members[value eq "x" or value eq "z"].type pr`:       `members[(value eq "x" or value eq "z") and type pr]`,
	`members.$ref pr`:                                     `members.$ref pr`,
	`  a   eq   "b"  `:                                    `a eq "b"`,
	`(a pr)and(b pr)`:                                     `a pr and b pr`,
	`not pr`:                                              `not pr`,
	`and eq "or"`:                                         `and eq "or"`,
	`http://schemas.example.com/2006/Group:name.x eq "1"`: `http://schemas.example.com/2006/Group:name.x eq "1"`,
}

func TestParseFilterReadsWhatTheRFCAndEntraWrite(t *testing.T) {
	for text, canonical := range validFilters {
		t.Run(text, func(t *testing.T) {
			e, err := ParseFilter(text)
			if err != nil {
				t.Fatal(err)
			}
			if got := e.String(); got != canonical {
				t.Fatalf("canonical text\n got %s\nwant %s", got, canonical)
			}
			again, err := ParseFilter(canonical)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(e, again); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParseFilterGivesTheTree(t *testing.T) {
	pr := func(name string) Expr { return Present{AttributePath{Name: name}} }
	tests := map[string]Expr{
		`a pr or b pr and c pr`:               Logical{Left: pr("a"), Right: Logical{And: true, Left: pr("b"), Right: pr("c")}},
		`a pr or b pr or c pr`:                Logical{Left: Logical{Left: pr("a"), Right: pr("b")}, Right: pr("c")},
		`not (a pr) and b pr`:                 Logical{And: true, Left: Not{pr("a")}, Right: pr("b")},
		`urn:x:2.0:User:manager.value eq "1"`: Comparison{AttributePath{"urn:x:2.0:User", "manager", "value"}, Eq, "1"},
		`n GE -12.5e1`:                        Comparison{AttributePath{Name: "n"}, Ge, json.Number("-12.5e1")},
		`n eq null`:                           Comparison{AttributePath{Name: "n"}, Eq, nil},
		`n ne false`:                          Comparison{AttributePath{Name: "n"}, Ne, false},
		`e[type eq "work"]`:                   ValuePath{AttributePath{Name: "e"}, Comparison{AttributePath{Name: "type"}, Eq, "work"}},
		`e[type eq "work"].value sw "x"`: ValuePath{AttributePath{Name: "e"}, Logical{And: true,
			Left: Comparison{AttributePath{Name: "type"}, Eq, "work"}, Right: Comparison{AttributePath{Name: "value"}, Sw, "x"}}},
	}
	for text, want := range tests {
		got, err := ParseFilter(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestParseFilterSaysWhereAndWhatWasExpected(t *testing.T) {
	tests := []struct {
		text     string
		offset   int
		expected string
	}{
		{``, 0, "an attribute name"},
		{`title pr and`, 12, "an attribute name"},
		{`userName eq bjensen`, 12, "a value"},
		{`userName eq True`, 12, "a value"},
		{`userName zz "x"`, 9, "an operator (eq"},
		{`userName`, 8, "an operator"},
		{`a or b and c`, 2, "an operator"},
		{`userName eq`, 11, "a space and a value"},
		{`userName eq"x"`, 11, "a space and a value"},
		{`userName eq "x`, 12, "ends with a double quote"},
		{`userName eq "\x"`, 12, "JSON escapes"},
		{"userName eq \"\t\"", 12, "JSON escapes"},
		{"userName eq \"\\\"\t\"", 12, "JSON escapes"},
		{`userName eq 01`, 12, "a value"},
		{`userName eq "x" title pr`, 16, `"and", "or" or the end`},
		{`userName eq "x"and title pr`, 15, `"and", "or" or the end`},
		{`(title pr`, 9, `")"`},
		{`title pr)`, 8, `"and", "or" or the end`},
		{`not title pr`, 4, "an operator"},
		{`emails[type eq "work"`, 21, `"]"`},
		{`emails[type eq "work"].value`, 28, "an operator"},
		{`emails[type eq "work" and value co "@ex"].value`, 47, "an operator"},
		{`emails[a[b pr]]`, 8, "brackets do not nest"},
		{`emails[]`, 7, "an attribute name"},
		{`a.b.c pr`, 3, "an operator"},
		{`name. pr`, 5, "a sub-attribute name"},
		{`urn:x: pr`, 6, "an attribute name"},
		{`User:name pr`, 0, "a schema URN"},
		{`1a pr`, 0, "an attribute name"},
		{`u$er pr`, 1, "an operator"},
		{`a pr and$b pr`, 5, `"and", "or" or the end`},
		{`$ pr`, 0, "an attribute name"},
		{"a eq \"\xff\"", 6, "UTF-8"},
		{`a eq 'x'`, 5, "a value"},
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			e, err := ParseFilter(test.text)
			var syntax *SyntaxError
			if !errors.As(err, &syntax) {
				t.Fatalf("parsed to %v, error %v; want a syntax error", e, err)
			}
			if syntax.Offset != test.offset || !strings.Contains(syntax.Expected, test.expected) {
				t.Errorf("got offset %d, expected %q; want offset %d, expected %q", syntax.Offset, syntax.Expected, test.offset, test.expected)
			}
		})
	}
}

func TestParseFilterErrorReadsWell(t *testing.T) {
	_, err := ParseFilter(`userName eq bjensen`)
	want := `parse "userName eq bjensen": at offset 12: expected a value (a string in double quotes, a number, true, false or null), found "bjensen"`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestParseFilterIsBounded(t *testing.T) {
	nested := func(n int) string { return strings.Repeat("(", n) + "a pr" + strings.Repeat(")", n) }
	if _, err := ParseFilter(nested(MaxDepth)); err != nil {
		t.Errorf("%d levels: %v", MaxDepth, err)
	}
	if _, err := ParseFilter(nested(MaxDepth + 1)); err == nil {
		t.Errorf("%d levels were accepted", MaxDepth+1)
	}
	if _, err := ParseFilter(strings.Repeat("not (", 2000) + "a pr"); err == nil {
		t.Error("2000 negations were accepted")
	}
	if _, err := ParseFilter(`a eq "` + strings.Repeat("x", MaxExpression-7) + `"`); err != nil {
		t.Errorf("%d bytes: %v", MaxExpression, err)
	}
	if _, err := ParseFilter(`a eq "` + strings.Repeat("x", MaxExpression-6) + `"`); err == nil {
		t.Errorf("%d bytes were accepted", MaxExpression+1)
	}
}

func TestParsePath(t *testing.T) {
	work := Comparison{AttributePath{Name: "type"}, Eq, "work"}
	tests := map[string]Path{
		`members`:                              {AttributePath: AttributePath{Name: "members"}},
		`name.givenName`:                       {AttributePath: AttributePath{Name: "name", Sub: "givenName"}},
		EnterpriseURN + `:department`:          {AttributePath: AttributePath{EnterpriseURN, "department", ""}},
		EnterpriseURN + `:manager.value`:       {AttributePath: AttributePath{EnterpriseURN, "manager", "value"}},
		EnterpriseURN:                          {AttributePath: AttributePath{strings.TrimSuffix(EnterpriseURN, ":User"), "User", ""}},
		`emails[type eq "work"]`:               {AttributePath: AttributePath{Name: "emails"}, Filter: work},
		`emails[type eq "work"].value`:         {AttributePath: AttributePath{Name: "emails"}, Filter: work, FilterSub: "value"},
		`urn:x:y:emails[type eq "work"].value`: {AttributePath: AttributePath{"urn:x:y", "emails", ""}, Filter: work, FilterSub: "value"},
		`members[value eq "2819c223-7f76-453a-919d-413861904646"].displayName`: {AttributePath: AttributePath{Name: "members"},
			Filter: Comparison{AttributePath{Name: "value"}, Eq, "2819c223-7f76-453a-919d-413861904646"}, FilterSub: "displayName"},
		`emails[type eq "work" and value co "@ex"].value`: {AttributePath: AttributePath{Name: "emails"},
			Filter: Logical{And: true, Left: work, Right: Comparison{AttributePath{Name: "value"}, Co, "@ex"}}, FilterSub: "value"},
		` active `: {AttributePath: AttributePath{Name: "active"}},
	}
	for text, want := range tests {
		got, err := ParsePath(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
		if again, err := ParsePath(got.String()); err != nil || !cmp.Equal(got, again) {
			t.Errorf("%s: %s does not parse back: %v", text, got, err)
		}
	}
}

func TestParsePathRefuses(t *testing.T) {
	for text, offset := range map[string]int{
		``: 0, `name.`: 5, `.name`: 0, `emails[type eq "work"`: 21, `emails[].value`: 7, `emails[type eq work]`: 15,
		`a b`: 2, `a.b.c`: 3, `a_b:c:title`: 0, `1a:c:title`: 0, `urn::title`: 0, `emails[a pr].b.c`: 14, `emails[a pr]b`: 12, `members eq "x"`: 8, `a[b[c pr]]`: 3,
	} {
		p, err := ParsePath(text)
		syntax, ok := errors.AsType[*SyntaxError](err)
		if !ok {
			t.Errorf("%q parsed to %#v", text, p)
		} else if syntax.Offset != offset {
			t.Errorf("%q: offset %d, want %d: %v", text, syntax.Offset, offset, err)
		}
	}
}

var drawName = rapid.SampledFrom([]string{"a", "userName", "$ref", "x-y_1", "and", "not", "or", "pr", "eq"})

func drawPath(t *rapid.T, inside bool) AttributePath {
	p := AttributePath{Name: drawName.Draw(t, "name")}
	if rapid.Bool().Draw(t, "has sub") {
		p.Sub = drawName.Draw(t, "sub")
	}
	if !inside && rapid.Bool().Draw(t, "has urn") {
		p.URN = rapid.SampledFrom([]string{EnterpriseURN, UserURN, "urn:a:b", "http://x.example/y"}).Draw(t, "urn")
	}
	return p
}

// drawExpr draws any tree the grammar can express.
func drawExpr(t *rapid.T, depth int, inside bool) Expr {
	kinds := []string{"comparison", "present", "logical", "not", "valuePath"}
	if inside {
		kinds = kinds[:4]
	}
	if depth > 5 {
		kinds = kinds[:2]
	}
	switch rapid.SampledFrom(kinds).Draw(t, "kind") {
	case "present":
		return Present{drawPath(t, inside)}
	case "logical":
		return Logical{rapid.Bool().Draw(t, "and"), drawExpr(t, depth+1, inside), drawExpr(t, depth+1, inside)}
	case "not":
		return Not{drawExpr(t, depth+1, inside)}
	case "valuePath":
		return ValuePath{drawPath(t, false), drawExpr(t, depth+1, true)}
	}
	c := Comparison{Path: drawPath(t, inside), Op: rapid.SampledFrom([]Operator{Eq, Ne, Co, Sw, Ew, Gt, Ge, Lt, Le}).Draw(t, "op")}
	switch rapid.IntRange(0, 3).Draw(t, "literal") {
	case 0:
		c.Value = rapid.String().Draw(t, "text")
	case 1:
		c.Value = rapid.Bool().Draw(t, "boolean")
	case 2:
		c.Value = json.Number(rapid.StringMatching(`-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?([eE][+-]?[0-9]{1,2})?`).Draw(t, "number"))
	}
	return c
}

func TestStringParsesBackToTheSameTree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawExpr(t, 0, false)
		text := want.String()
		if len(text) > MaxExpression {
			t.Skip("longer than a filter may be")
		}
		got, err := ParseFilter(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %s", text, diff)
		}
	})
}

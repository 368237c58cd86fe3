package mapping

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

func TestParseReturnsCanonicalText(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`[a]`, `[a]`},
		{`  "x"  `, `"x"`},
		{`"say \"hi\" \\ there"`, `"say \"hi\" \\ there"`},
		{`"\d+"`, `"\\d+"`},
		{`Switch([IsSoftDeleted], , "False","True","True","False")`, `Switch([IsSoftDeleted], , "False", "True", "True", "False")`},
		{`Append(Mid([givenName],1,3),Mid([surname],1,5))`, `Append(Mid([givenName], 1, 3), Mid([surname], 1, 5))`},
		{`Replace([mail],"@contoso.example", , ,"", ,)`, `Replace([mail], "@contoso.example", , , "", , )`},
		{`ToLower([a],)`, `ToLower([a], )`},
		{`BitAnd(&HF, &hf7)`, `BitAnd(&HF, &hf7)`},
		{`IIF([country]="USA",[country],[department])`, `IIF([country] = "USA", [country], [department])`},
		{`IIF([n] <> -1, "a", )`, `IIF([n] <> -1, "a", )`},
		{`CBool([a] >= 2)`, `CBool([a] >= 2)`},
		{`InStr("repEated","e",3,vbBinaryCompare)`, `InStr("repEated", "e", 3, vbBinaryCompare)`},
		{"Join(\n \" \",\t[givenName] , [surname] )", `Join(" ", [givenName], [surname])`},
		{`[ extension_0f_Badge ]`, `[extension_0f_Badge]`},
	} {
		t.Run(tt.in, func(t *testing.T) {
			e, err := Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if e.String() != tt.want {
				t.Errorf("got %s, want %s", e, tt.want)
			}
			again, err := Parse(e.String())
			if err != nil || again.String() != tt.want {
				t.Errorf("the canonical text parses to %s, %v", again, err)
			}
		})
	}
}

func TestParseErrorsNameFunctionPositionAndArgument(t *testing.T) {
	for _, tt := range []struct {
		in                 string
		function           string
		argument, position int
		reason             string
	}{
		{``, "", 0, 1, "a value is missing"},
		{`"open`, "", 0, 1, "not closed"},
		{`[open`, "", 0, 1, "not closed with ]"},
		{`[ ]`, "", 0, 1, "no name"},
		{`[a] [b]`, "", 0, 5, `unexpected '['`},
		{`[a] = "b"`, "", 0, 5, "condition of IIF or CBool"},
		{`hello`, "", 0, 1, "neither text"},
		{`Append("a",`, "Append", 2, 12, "before the closing"},
		{`Append("a" "b")`, "Append", 1, 12, "want a comma"},
		{`Append("a")`, "Append", 0, 1, "got 1 arguments, want Append(source, suffix)"},
		{`Append(, "b")`, "Append", 1, 1, "the argument source is empty"},
		{`Append("a", Nope("b"))`, "Append", 2, 13, `no function "Nope"`},
		{`append("a","b")`, "", 0, 1, "it is called Append"},
		{`Join(" ", Guit())`, "Join", 2, 11, `no function "Guit"; did you mean Guid?`},
		{`Guid([a])`, "Guid", 0, 1, "got 1 arguments, want Guid()"},
		{`Switch([a], "d", "k")`, "Switch", 0, 1, "want Switch(source, defaultValue, key1, value1, …)"},
		{`Switch([a], "d", "k", "v", "k2")`, "Switch", 0, 1, "got 5 arguments"},
		{`Append([a] = "b", "c")`, "Append", 1, 12, "condition of IIF or CBool"},
		{`IIF(IsPresent([a]), "b", "c")`, "IIF", 1, 5, "use Switch"},
		{`Mid("abc", 1, 99999999999999999999)`, "Mid", 3, 15, "too large"},
		{`BitAnd(&X1, 1)`, "BitAnd", 1, 8, "begins with &H"},
		{`BitAnd(&`, "BitAnd", 1, 8, "begins with &H"},
		{`BitAnd(&H, 1)`, "BitAnd", 1, 8, "missing its digits"},
		{`Replace([a], , , , "", , )`, "Replace", 2, 1, "text to replace is empty"},
		{`Replace([a], "x", , , , , )`, "Replace", 5, 1, "neither a replacement nor a template"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			_, err := Parse(tt.in)
			var e *ExpressionError
			if !errors.As(err, &e) {
				t.Fatalf("got %v, want an *ExpressionError", err)
			}
			if e.Function != tt.function || e.Argument != tt.argument || e.Position != tt.position {
				t.Errorf("got function %q argument %d position %d, want %q %d %d (%v)", e.Function, e.Argument, e.Position, tt.function, tt.argument, tt.position, e)
			}
			if !strings.Contains(e.Reason, tt.reason) {
				t.Errorf("got reason %q, want it to contain %q", e.Reason, tt.reason)
			}
		})
	}
}

func TestErrorReadsAsOneSentence(t *testing.T) {
	_, err := Parse(`Append("a", Nope("b"))`)
	if want := `expression, character 13, Append argument 2: there is no function "Nope"`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestLimits(t *testing.T) {
	at := `"` + strings.Repeat("é", maxExpression-2) + `"`
	if _, err := Parse(at); err != nil {
		t.Errorf("10,000 characters: %v", err)
	}
	if _, err := Parse(at + " "); err == nil || !strings.Contains(err.Error(), "the limit is 10000") {
		t.Errorf("10,001 characters: %v", err)
	}
	deep := strings.Repeat("Not(", maxNesting+1) + "[a]" + strings.Repeat(")", maxNesting+1)
	if _, err := Parse(deep); err == nil || !strings.Contains(err.Error(), "within each other") {
		t.Errorf("nesting: %v", err)
	}
}

func TestEveryFunctionOfTheTableIsNamedOnceAndBuilt(t *testing.T) {
	for _, name := range Functions() {
		if functions[name].run == nil {
			t.Errorf("%s does nothing", name)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`[a]`, `"\""`, `Switch([IsSoftDeleted], , "False","True","True","False")`, `Replace([mail],"-", , ,"_", ,)`,
		`IIF([a]<>"b",Join(",",[l],""),Left("é",1))`, `BitAnd(&HF,-3)`, `Item(Split([a],","),2)`, `SingleAppRoleAssignment([r])`,
		`Not(CBool([n] = 1))`, `InStr([a],"b",2,vbTextCompare)`, `Join("",[l],[l])`, `IgnoreFlowIfNullOrEmpty([none])`, `Count([r])`,
		`DateAdd("m", -3, CDate([d]))`, `DateDiff("ww", [d], Now())`, `FormatDateTime([d], "AllowInnerWhite", "yyyy-MM-ddzzz", "ddd d MMM ''yy")`,
		`Replace([a], , "(?<g>\\w+)", "g", "$1", , )`, `Replace([none], , "(?'g'.)\\b", "g", , [a], )`, `PCase(NormalizeDiacritics([a]), " ")`,
		`NumFromDate(DateFromNum([n]))`, `RemoveDuplicates(Split([a], "a"))`, `Prepend(Redact([a]), DefaultDomain())`, `AppRoleAssignments([r])`,
	} {
		f.Add(seed)
	}
	src := Attributes{"a": "Ada,Byron", "n": "7", "l": []string{"x", "y"}, "r": []Role{{ID: "1", Value: "v"}}, "IsSoftDeleted": "False", "d": "2021-03-31T10:00:00+02:00"}
	env := Environment{Clock: clockwork.NewFakeClock(), DefaultDomain: "contoso.example"}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := Parse(text)
		if err != nil {
			return
		}
		canonical := e.String()
		again, err := Parse(canonical)
		if err != nil {
			if len([]rune(canonical)) > maxExpression {
				return
			}
			t.Fatalf("%q does not parse again: %v", canonical, err)
		}
		if again.String() != canonical {
			t.Fatalf("%q became %q", canonical, again)
		}
		if e.calls("Guid", "RandomString") {
			return // never the same twice
		}
		one, err1 := env.Evaluate(e, src)
		two, err2 := env.Evaluate(again, src)
		if (err1 == nil) != (err2 == nil) || describeAny(one) != describeAny(two) {
			t.Fatalf("%q gives %v (%v), its canonical text %v (%v)", text, one, err1, two, err2)
		}
	})
}

// Whatever a pattern is, it compiles or is refused, and matches in bounded time: that of Go's engine, or until the other is stopped.
func FuzzPattern(f *testing.F) {
	for _, seed := range []string{`\+(?<isdCode>\d* )(?<phone>\d{10})`, `[()\s-]+`, `(?'n'a)`, `[]a]`, `[^]]`, `(?#x)`, `\u00e4`, `(?=a)`, `(a*)*b`, `[\w-[a]]`, `\`, `(?<=ä)(?<n>b)\k<n>(?!c)`, `(?>a+)a`, `^(?=(a+)+$)b`} {
		f.Add(seed, "aaaa +91 9998887777", "$1${n}$$")
	}
	f.Fuzz(func(t *testing.T, text, source, replacement string) {
		p, err := compileReplacePattern(text)
		if err != nil {
			return
		}
		matches, err := p.all(source, 10)
		if err != nil && !errors.Is(err, errPatternTime) {
			t.Fatal(err)
		}
		for _, match := range matches {
			p.expand(replacement, source, match)
		}
	})
}

// Whatever a date format is, it is read or refused, and neither reading nor writing a date with it fails otherwise.
func FuzzDateFormat(f *testing.F) {
	for _, seed := range []string{"yyyy-MM-ddTHH:mm:ss.fffffffK", "M/d/yyyy h:mm:ss tt", "ddd, dd MMMM yyyy", `'x' \d %d`, "o", "gg", "'"} {
		f.Add(seed, "2009-06-05T13:45:30.6170000Z")
	}
	at := time.Date(2009, 6, 5, 13, 4, 7, 617_500_000, time.UTC)
	f.Fuzz(func(_ *testing.T, format, text string) {
		d, err := readDateFormat(format)
		if err != nil {
			return
		}
		_, _ = d.parse(text, dateTrim{leading: true, trailing: true, inner: true})
		_ = d.format(at)
	})
}

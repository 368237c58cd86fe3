package mapping

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

func seeded() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{1}) }

// Source: the functions page, RandomString, both examples.
func TestRandomStringHasWhatItPromises(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		expression                                string
		length, digits, specials, capitals, lower int
		whole                                     *regexp.Regexp
	}{
		{`RandomString(6,3,0,0,3)`, 6, 3, 0, 0, 3, regexp.MustCompile(`^[0-9a-z]*$`)},
		{`RandomString(10,2,2,2,1,"?,")`, 10, 2, 2, 2, 1, regexp.MustCompile(`^[^?,]*$`)},
		{`RandomString(256,0,0,0,0)`, 256, 0, 0, 0, 0, regexp.MustCompile(`^[0-9A-Za-z]*$`)},
		{`RandomString(4,4,0,0,0,"012345678")`, 4, 4, 0, 0, 0, regexp.MustCompile(`^9999$`)},
		{`RandomString(0,0,0,0,0)`, 0, 0, 0, 0, 0, regexp.MustCompile(`^$`)},
	} {
		env := Environment{Random: seeded()}
		e, err := Parse(tt.expression)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[any]bool{}
		for range 50 {
			v, err := env.Evaluate(e, Attributes{})
			s, _ := v.(string)
			if err != nil || len(s) != tt.length || !tt.whole.MatchString(s) {
				t.Fatalf("%s: got %q, %v", tt.expression, s, err)
			}
			count := func(class string) (n int) {
				for _, r := range s {
					if strings.ContainsRune(class, r) {
						n++
					}
				}
				return n
			}
			if count(randomClasses[0]) < tt.digits || count(randomClasses[1]) < tt.specials || count(randomClasses[2]) < tt.capitals || count(randomClasses[3]) < tt.lower {
				t.Fatalf("%s: got %q", tt.expression, s)
			}
			seen[v] = true
		}
		if tt.length == 10 && len(seen) < 50 {
			t.Errorf("%s: %d values in 50 evaluations", tt.expression, len(seen))
		}
	}
}

func TestRandomStringRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	for expression, want := range map[string]string{
		`RandomString(257,0,0,0,0)`:                    "RandomString argument 1: needs a number from 0 to 256, got 257",
		`RandomString(5,3,3,0,0)`:                      "RandomString argument 1: a length of 5 is less than the minima together, 6",
		`RandomString(5,-1,0,0,0)`:                     "RandomString argument 2: needs a number",
		`RandomString(5,1,0,0,0,"0123456789")`:         "RandomString argument 2: every character of this kind is to be avoided",
		`RandomString(5,0,0,0,0,Join("",[a],[b],[c]))`: "RandomString argument 6: every character is to be avoided",
	} {
		e, err := Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		src := Attributes{"a": randomClasses[0], "b": randomClasses[2], "c": randomClasses[3]}
		if v, err := e.Evaluate(src); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, %v", expression, v, err)
		}
	}
}

func TestRandomnessComesIn(t *testing.T) {
	t.Parallel()
	for _, expression := range []string{`Guid()`, `RandomString(20,1,1,1,1)`} {
		e, err := Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		one, err1 := Environment{Random: seeded()}.Evaluate(e, Attributes{})
		two, err2 := Environment{Random: seeded()}.Evaluate(e, Attributes{})
		if one != two || err1 != nil || err2 != nil {
			t.Errorf("%s: %v (%v) and %v (%v) from one seed", expression, one, err1, two, err2)
		}
		if three, err := e.Evaluate(Attributes{}); err != nil || three == one {
			t.Errorf("%s: %v, %v without a seed", expression, three, err)
		}
		if v, err := (Environment{Random: bytes.NewReader(nil)}).Evaluate(e, Attributes{}); err == nil {
			t.Errorf("%s: %v from an empty source", expression, v)
		}
	}
	guid, _ := Parse(`Guid()`)
	v, err := guid.Evaluate(Attributes{})
	if s, _ := v.(string); err != nil || !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(s) {
		t.Errorf("got %v, %v", v, err)
	}
}

type repeating byte

func (r repeating) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(r)
	}
	return len(p), nil
}

func TestABrokenSourceOfRandomnessEnds(t *testing.T) {
	t.Parallel()
	e, err := Parse(`RandomString(5,5,0,0,0)`)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := (Environment{Random: repeating(255)}).Evaluate(e, Attributes{}); err == nil || !strings.Contains(err.Error(), "repeats itself") {
		t.Errorf("got %v, %v", v, err)
	}
}

// Source: the functions page, SelectUniqueValue, its example.
func TestSelectUniqueValueTakesTheFirstFreeOne(t *testing.T) {
	t.Parallel()
	const expression = `SelectUniqueValue(
        Join("@", NormalizeDiacritics(StripSpaces(Join(".",  [PreferredFirstName], [PreferredLastName]))), "contoso.com"),
        Join("@", NormalizeDiacritics(StripSpaces(Join(".",  Mid([PreferredFirstName], 1, 1), [PreferredLastName]))), "contoso.com"),
        Join("@", NormalizeDiacritics(StripSpaces(Join(".",  Mid([PreferredFirstName], 1, 2), [PreferredLastName]))), "contoso.com")
    )`
	taken := map[string]bool{}
	env := Environment{IsTaken: func(target, value string) (bool, error) {
		if target != "nickName" {
			return false, errors.New("asked about " + target)
		}
		return taken[value], nil
	}}
	m, err := env.Compile(rows(synchronization.AttributeMapping{TargetAttributeName: "nickName", FlowType: synchronization.FlowTypeObjectAddOnly, Source: source(expression)}))
	if err != nil {
		t.Fatal(err)
	}
	john := Attributes{"userPrincipalName": "j", "PreferredFirstName": "John", "PreferredLastName": "Smith"}
	for _, want := range []string{"John.Smith@contoso.com", "J.Smith@contoso.com", "Jo.Smith@contoso.com"} {
		flows, err := m.Evaluate(john)
		if err != nil || flows[1].Value != want {
			t.Errorf("got %+v, %v, want %s", flows, err, want)
		}
		taken[want] = true
	}
	if _, err := m.Evaluate(john); err == nil || !strings.Contains(err.Error(), "every value is taken") {
		t.Errorf("got %v", err)
	}
	broken := Environment{IsTaken: func(string, string) (bool, error) { return false, errors.New("no line") }}
	e, _ := Parse(expression)
	if _, err := broken.Evaluate(e, john); err == nil || !strings.Contains(err.Error(), "SelectUniqueValue argument 1: cannot ask whether the value is taken: no line") {
		t.Errorf("got %v", err)
	}
}

func TestRandomAndUniqueValuesAreRefusedWhereTheyCannotWork(t *testing.T) {
	t.Parallel()
	asks := Environment{IsTaken: func(string, string) (bool, error) { return false, nil }}
	for _, tt := range []struct {
		env        Environment
		expression string
		priority   int
		flow       FlowType
		want       string
	}{
		{Environment{}, `Guid()`, 2, "", "a matching attribute cannot have a random value"},
		{Environment{}, `Append("x", RandomString(3,0,0,0,0))`, 2, "", "a matching attribute cannot have a random value"},
		{Environment{}, `SelectUniqueValue("a", "b")`, 0, synchronization.FlowTypeObjectAddOnly, "is for applications of Active Directory, not for SCIM"},
		{asks, `ToLower(SelectUniqueValue("a", "b"))`, 0, synchronization.FlowTypeObjectAddOnly, "can only stand at the top"},
		{asks, `SelectUniqueValue(SelectUniqueValue("a", "b"), "b")`, 0, synchronization.FlowTypeObjectAddOnly, "can only stand at the top"},
		{asks, `SelectUniqueValue("a", "b")`, 2, synchronization.FlowTypeObjectAddOnly, "cannot be used on a matching attribute"},
		{asks, `SelectUniqueValue("a", "b")`, 0, "", "needs the flow type ObjectAddOnly"},
		{asks, `SelectUniqueValue("a")`, 0, synchronization.FlowTypeObjectAddOnly, "got 1 arguments"},
		{Environment{}, ``, 2, "", "a matching attribute needs a source"},
	} {
		row := synchronization.AttributeMapping{TargetAttributeName: "nickName", MatchingPriority: tt.priority, FlowType: tt.flow,
			Source: synchronization.AttributeMappingSource{Expression: tt.expression}}
		if _, err := tt.env.Compile(rows(row)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.expression, err, tt.want)
		}
	}
	e, _ := Parse(`SelectUniqueValue("a", "b")`)
	if _, err := e.Evaluate(Attributes{}); err == nil {
		t.Error("it is evaluated without a target to ask")
	}
}

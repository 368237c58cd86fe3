package mapping

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

func describeAny(v any) string { return fmt.Sprintf("%T %v", v, v) }

var ada = Attributes{
	"userPrincipalName": "ada.byron@contoso.example", "givenName": "Ada", "surname": "Byron", "mail": "ada@contoso.example",
	"IsSoftDeleted": "False", "country": "USA", "department": "R&D", "empty": "", "number": "12", "enabled": true,
	"proxyAddresses": []string{"SMTP:ada@contoso.example", "smtp:a@contoso.example"}, "one": []string{"only"}, "none": []string{},
	"twice":              []string{"a", "b", "a"},
	"appRoleAssignments": []Role{{"1", "Admin", "Administrator"}, {"2", "", "Reader"}},
	"noRoles":            []Role{}, "time": 3.5,
}

func TestEvaluate(t *testing.T) {
	for _, tt := range []struct {
		in   string
		want any
	}{
		{`[givenName]`, "Ada"}, {`[missing]`, nil}, {`[none]`, nil}, {`[enabled]`, true}, {`[one]`, []string{"only"}},
		{`Append("ada","@x.example")`, "ada@x.example"}, {`Append([missing],"@x.example")`, nil},
		{`Append(Mid([givenName],1,2),Mid([surname],1,5))`, "AdByron"},
		{`BitAnd(&HF, &HF7)`, "7"}, {`BitAnd("x", 1)`, nil}, {`BitAnd([missing], 1)`, nil},
		{`CBool([givenName] = "Ada")`, true}, {`CBool(0)`, false}, {`CBool("true")`, true}, {`CBool([missing])`, nil},
		{`Coalesce([missing],[mail],"none")`, "ada@contoso.example"}, {`Coalesce([missing],"none")`, "none"}, {`Coalesce([missing])`, nil},
		{`ConvertToBase64("Hello world!")`, "SABlAGwAbABvACAAdwBvAHIAbABkACEA"},
		{`ConvertToUTF8Hex("Hello world!")`, "48656C6C6F20776F726C6421"},
		{`Count([proxyAddresses])`, "2"}, {`Count([missing])`, "0"}, {`Count([appRoleAssignments])`, "2"},
		{`CStr([enabled])`, "True"}, {`CStr(&HF)`, "15"},
		{`IgnoreFlowIfNullOrEmpty([department])`, "R&D"}, {`IgnoreFlowIfNullOrEmpty([missing])`, nil}, {`ToLower(IgnoreFlowIfNullOrEmpty([empty]))`, nil},
		{`IIF([country]="USA",[country],[department])`, "USA"}, {`IIF([country]="usa",[country],[department])`, "R&D"},
		{`IIF([number] > 9, "many", "few")`, "many"}, {`IIF([number] <= 12, "yes", "no")`, "yes"}, {`IIF("b" < "a", 1, 2)`, "2"},
		{`IIF([number] >= 13, 1, )`, nil}, {`IIF([country]<>"USA", Item([mail], "x"), "not evaluated")`, "not evaluated"}, {`IIF(Not("False"), "y", "n")`, "y"},
		{`InStr("The quick brown fox","quick")`, "5"}, {`InStr("repEated","e",3,vbBinaryCompare)`, "7"}, {`InStr("repEated","e",3,vbTextCompare)`, "4"},
		{`InStr("a","b")`, "0"}, {`InStr("a","a",9)`, "0"}, {`InStr([missing],"a")`, nil},
		{`IsNull([missing])`, true}, {`IsNull([empty])`, false}, {`IsNullOrEmpty([empty])`, true}, {`IsPresent([empty])`, false},
		{`IsPresent([mail])`, true}, {`IsString([mail])`, true}, {`IsString([proxyAddresses])`, false},
		{`Item([proxyAddresses],1)`, "SMTP:ada@contoso.example"}, {`Item([proxyAddresses],3)`, nil}, {`Item([proxyAddresses],0)`, nil}, {`Item([mail],1)`, "ada@contoso.example"},
		{`Join(", ","",[surname],[givenName])`, "Byron, Ada"}, {`Join(" ",[missing],[surname])`, "Byron"}, {`Join(" ",[missing],[missing])`, ""},
		{`Join(";",[proxyAddresses],"x")`, "SMTP:ada@contoso.example;smtp:a@contoso.example;x"}, {`Join("", Left([givenName],1), [surname])`, "AByron"}, {`Join( ,"a","b")`, "ab"},
		{`Left("Ada",2)`, "Ad"}, {`Left("Ada",0)`, ""}, {`Left("Ada",-1)`, "Ada"}, {`Left("Ada",9)`, "Ada"}, {`Left([missing],1)`, ""}, {`Left("Žižek",2)`, "Ži"},
		{`Mid("Johnson",1,3)`, "Joh"}, {`Mid("Johnson",6,30)`, "on"}, {`Mid("Johnson",80,3)`, ""}, {`Mid([missing],1,3)`, nil},
		{`Not([enabled])`, false}, {`Not("False")`, true}, {`Not([missing])`, nil},
		{`RemoveDuplicates([twice])`, []string{"a", "b"}}, {`RemoveDuplicates([missing])`, nil},
		{`Replace("EN-US","-", , ,"_", ,)`, "EN_US"}, {`Replace([mail],"@contoso.example", , ,"", ,)`, "ada"}, {`Replace([mail],"nope", , ,"")`, "ada@contoso.example"},
		{`Replace([givenName],"<name>", , , , ,"Hello <name>")`, "Hello Ada"}, {`Replace([missing],"a", , ,"b", ,)`, nil},
		{`Split("A,B",",")`, []string{"A", "B"}}, {`Split([missing],",")`, nil}, {`Split("A, B",",")`, []string{"A", "B"}},
		{`StripSpaces("A B")`, "AB"},
		{`Switch([country],"Unknown","NSW","Sydney","USA","Chicago")`, "Chicago"}, {`Switch([country],"Unknown","usa","Sydney")`, "Unknown"},
		{`Switch([missing],"Unknown","","Empty")`, "Empty"}, {`Switch([missing], ,"a","b")`, nil}, {`Switch([enabled], ,"True","yes")`, "yes"},
		{`Switch([IsSoftDeleted], , "False","True","True","False")`, "True"},
		{`Switch(SingleAppRoleAssignment([appRoleAssignments]), "0", "Admin", "1")`, "1"},
		{`ToLower([surname],)`, "byron"}, {`ToUpper("istanbul")`, "ISTANBUL"}, {`ToUpper("istanbul","tr-TR")`, "İSTANBUL"}, {`ToLower("I","az")`, "ı"},
		{`Word("The quick brown fox",3," ")`, "brown"}, {`Word("This,string!has&many separators",3,",!&#")`, "has"}, {`Word("a",2," ")`, ""}, {`Word([missing],1," ")`, ""},
		{`SingleAppRoleAssignment([appRoleAssignments])`, Roles{SingleRole, []Role{{"1", "Admin", "Administrator"}}}},
		{`AppRoleAssignmentsComplex([appRoleAssignments])`, Roles{ComplexRoles, []Role{{"1", "Admin", "Administrator"}, {"2", "", "Reader"}}}},
		{`AssertiveAppRoleAssignmentsComplex([noRoles])`, Roles{AssertiveRoles, nil}},
		{`AppRoleAssignmentsComplex([noRoles])`, nil}, {`SingleAppRoleAssignment([missing])`, nil},
	} {
		t.Run(tt.in, func(t *testing.T) {
			e, err := Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			got, err := e.Evaluate(ada)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) {
				t.Errorf("got %s, want %s", describeAny(got), describeAny(tt.want))
			}
		})
	}
}

func TestEvaluationErrorsNameFunctionAndArgument(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{`IIF([missing]="USA","a","b")`, "character 5, IIF argument 1: cannot compare [missing], it is null or empty"},
		{`IIF([empty]="","a","b")`, "character 5, IIF argument 1: cannot compare [empty]"},
		{`IIF([missing],"a","b")`, "IIF argument 1: the condition is null or empty"},
		{`IIF([proxyAddresses]="a","a","b")`, "IIF argument 1: cannot compare 2 values"},
		{`Append([proxyAddresses],"x")`, "character 8, Append argument 1: needs a single value, got 2 values; choose one with Item"},
		{`Append("x", Mid("abc", 0, 1))`, "character 24, Mid argument 2: the first character is 1, got 0"},
		{`Mid("abc", 1, -1)`, "Mid argument 3: a length cannot be negative"},
		{`Left("a", "b")`, `Left argument 2: needs a whole number, got "b"`},
		{`InStr("a","a",0)`, "InStr argument 3"},
		{`Not("maybe")`, `Not argument 1: needs True or False, got "maybe"`},
		{`Not([proxyAddresses])`, "Not argument 1: needs True or False, got 2 values"},
		{`Split("a","")`, "Split argument 2: the delimiter is empty"},
		{`Replace("a",[empty], , ,"b", ,)`, "Replace argument 2: the text to replace is empty"},
		{`[appRoleAssignments]`, "use one of the functions SingleAppRoleAssignment"},
		{`ToLower([appRoleAssignments])`, "ToLower argument 1: needs a single value, got role assignments"},
		{`ToLower(AppRoleAssignmentsComplex([appRoleAssignments]))`, "got 2 roles"},
		{`SingleAppRoleAssignment([mail])`, "needs the attribute [appRoleAssignments]"},
		{`[time]`, "attribute [time] has a value of a kind that no mapping can read"},
	} {
		t.Run(tt.in, func(t *testing.T) {
			e, err := Parse(tt.in)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := e.Evaluate(ada); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, %v, want the error %q", got, err, tt.want)
			}
		})
	}
}

func TestValuesStayBounded(t *testing.T) {
	for _, step := range []string{`Replace(%s,"a", , ,"aaaaaaaaaaaaaaaa", ,)`, `Append(%[1]s,%[1]s)`, `Join("aaaa",%[1]s,%[1]s)`} {
		text := `"a"`
		for range 9 {
			text = fmt.Sprintf(step, text)
			if len(text) > maxExpression/3 {
				break
			}
		}
		e, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		v, err := e.Evaluate(Attributes{})
		if s, _ := v.(string); len(s) > maxText {
			t.Errorf("%s: a value of %d bytes, %v", step, len(s), err)
		}
		if strings.HasPrefix(step, "Replace") && (err == nil || !strings.Contains(err.Error(), "longer than")) {
			t.Errorf("%s: got %v, want an error about the length", step, err)
		}
	}
}

func TestOneEvaluationDoesBoundedWork(t *testing.T) {
	t.Parallel()
	src := Attributes{"big": strings.Repeat("a", maxText), "parts": strings.Repeat(",", maxValues)}
	for expression, want := range map[string]string{
		`Split([parts], ",")`:                               "Split: the text has 10001 parts, the limit is 10000",
		`Join("", Left(ToLower([big]), 1), ToUpper([big]))`: "Join: the result is longer than",
		`Append([big], "a")`:                                "Append: the result is longer than 1048576 bytes",
		`Count(` + strings.Repeat("ToLower(", 9) + `[big]` + strings.Repeat(")", 9) + `)`: "the values of the expression are longer than 8388608 bytes together",
	} {
		e, err := Parse(expression)
		if err != nil {
			t.Fatal(err)
		}
		_, err = e.Evaluate(src)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", expression, err, want)
		}
	}
}

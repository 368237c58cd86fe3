package mapping

import (
	"reflect"
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

func filterOf(operator, attribute string, values ...string) synchronization.Filter {
	return synchronization.Filter{Groups: synchronization.Collection[synchronization.FilterGroup]{{
		Name:    "Only them",
		Clauses: synchronization.Collection[synchronization.FilterClause]{{OperatorName: operator, SourceOperandName: attribute, TargetOperand: synchronization.FilterOperand{Values: values}}},
	}}}
}

var filtered = Attributes{
	"department": "Sales", "workerID": "1234567", "accountEnabled": true, "blocked": false, "flag": "TRUE", "flags": "5",
	"userPrincipalName": "ada@domain.com", "empty": "", "several": []string{"a", "b"},
}

// Sources: learn.microsoft.com/entra/identity/app-provisioning/define-conditional-rules-for-provisioning-user-accounts, its list of
// operators and its table of common filters.
func TestEveryOperator(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		operator, attribute string
		values              []string
		want                bool
	}{
		{"EQUALS", "department", []string{"Sales"}, true},
		{"EQUALS", "department", []string{"sales"}, false}, // letter case counts
		{"EQUALS", "department", []string{"IT", "Sales"}, true},
		{"EQUALS", "accountEnabled", []string{"true"}, true},
		{"EQUALS", "missing", []string{""}, false}, // null is never equal
		{"EQUALS", "several", []string{"a"}, false},
		{"NOT EQUALS", "department", []string{"IT"}, true},
		{"NOT EQUALS", "department", []string{"Sales"}, false},
		{"NOT EQUALS", "department", []string{"IT", "Sales"}, false},
		{"NOT EQUALS", "missing", []string{"IT"}, false}, // null passes no clause
		{"NOT EQUALS", "several", []string{"c"}, false},
		{"IS TRUE", "accountEnabled", nil, true},
		{"IS TRUE", "blocked", nil, false},
		{"IS TRUE", "flag", nil, true},
		{"IS TRUE", "missing", nil, false},
		{"IS FALSE", "blocked", nil, true},
		{"IS FALSE", "accountEnabled", nil, false},
		{"IS FALSE", "missing", nil, false},
		{"IS FALSE", "department", nil, false},
		{"IS NULL", "missing", nil, true},
		{"IS NULL", "empty", nil, true},
		{"IS NULL", "department", nil, false},
		{"IS NOT NULL", "department", nil, true},
		{"IS NOT NULL", "empty", nil, false},
		{"REGEX MATCH", "userPrincipalName", []string{`.*\@domain.com`}, true},
		{"REGEX MATCH", "userPrincipalName", []string{`DOMAIN`}, false},
		{"REGEX MATCH", "workerID", []string{`(1[0-9][0-9][0-9][0-9][0-9][0-9])`}, true},
		{"REGEX MATCH", "flags", []string{`([1-9][0-9])`}, false},
		{"REGEX MATCH", "missing", []string{`.*`}, false},
		{"NOT REGEX MATCH", "userPrincipalName", []string{`.*\@domain.com`}, false},
		{"NOT REGEX MATCH", "userPrincipalName", []string{`.*\@other.com`}, true},
		{"NOT REGEX MATCH", "missing", []string{`x`}, false},
		{"Greater_Than", "workerID", []string{"1234566"}, true},
		{"Greater_Than", "workerID", []string{"1234567"}, false},
		{"Greater_Than", "department", []string{"1"}, false}, // the attribute must be a whole number
		{"Greater_Than_OR_EQUALS", "workerID", []string{"1234567"}, true},
		{"Greater_Than_OR_EQUALS", "workerID", []string{"1234568"}, false},
		{"Includes", "department", []string{"ale"}, true},
		{"Includes", "department", []string{"ALE"}, false},
		{"ENDS_WITH", "userPrincipalName", []string{"@domain.com"}, true},
		{"ENDS_WITH", "userPrincipalName", []string{"domain"}, false},
		{"&", "flags", []string{"4"}, true},
		{"&", "flags", []string{"2"}, false},
		{"&", "department", []string{"4"}, false},
		{"!&", "flags", []string{"2"}, true},
		{"!&", "flags", []string{"4"}, false},
		{"!&", "missing", []string{"4"}, false},
		{"!&", "department", []string{"4"}, false},
		{"is_not_null", "department", nil, true}, // names in another form
		{"includes", "department", []string{"Sal"}, true},
		{"greater than", "flags", []string{"4"}, true},
	} {
		t.Run(strings.Join(append([]string{tt.attribute, tt.operator}, tt.values...), " "), func(t *testing.T) {
			t.Parallel()
			s, err := Environment{}.CompileScope(filterOf(tt.operator, tt.attribute, tt.values...), nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Holds(filtered); got != tt.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestClausesAreAndedAndGroupsOred(t *testing.T) {
	t.Parallel()
	clause := func(attribute, value string) synchronization.FilterClause {
		return synchronization.FilterClause{OperatorName: "EQUALS", SourceOperandName: attribute, TargetOperand: synchronization.FilterOperand{Values: []string{value}}}
	}
	filter := synchronization.Filter{Groups: []synchronization.FilterGroup{
		{Name: "Sales in Oslo", Clauses: []synchronization.FilterClause{clause("department", "Sales"), clause("city", "Oslo")}},
		{Name: "Bosses", Clauses: []synchronization.FilterClause{clause("jobTitle", "Boss")}},
	}, InputFilterGroups: []synchronization.FilterGroup{{Name: "members", Clauses: []synchronization.FilterClause{clause("userType", "Member")}}}}
	s, err := Environment{}.CompileScope(filter, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		department, city, title, kind string
		holds, considers              bool
	}{
		{"Sales", "Oslo", "", "Member", true, true},
		{"Sales", "Bergen", "", "Member", false, true},
		{"IT", "Bergen", "Boss", "Guest", true, false},
		{"IT", "Oslo", "", "", false, false},
	} {
		src := Attributes{"department": tt.department, "city": tt.city, "jobTitle": tt.title, "userType": tt.kind}
		if s.Holds(src) != tt.holds || s.Considers(src) != tt.considers {
			t.Errorf("%+v: holds %v, considers %v", tt, s.Holds(src), s.Considers(src))
		}
	}
	want := []Verdict{{"Sales in Oslo.department EQUALS 'Sales'", true}, {"Sales in Oslo.city EQUALS 'Oslo'", false}, {"Bosses.jobTitle EQUALS 'Boss'", false}}
	if got := s.Explain(Attributes{"department": "Sales"}); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

func TestWithoutGroupsEverythingIsInScope(t *testing.T) {
	t.Parallel()
	s, err := Environment{}.CompileScope(synchronization.Filter{}, nil)
	if err != nil || !s.Empty() || !s.Holds(Attributes{}) || !s.Considers(Attributes{}) {
		t.Errorf("got %+v, %v", s, err)
	}
}

func TestWhatTheDocumentationLeavesOpenAboutFilters(t *testing.T) {
	t.Parallel()
	holds := func(c Choices, f synchronization.Filter) bool {
		s, err := Environment{Choices: c}.CompileScope(f, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s.Holds(filtered)
	}
	part := filterOf("REGEX MATCH", "workerID", `12|7`)
	if !holds(Choices{}, part) || holds(Choices{RegexMatchIsWhole: true}, part) {
		t.Error("RegexMatchIsWhole makes no difference")
	}
	text := filterOf("&", "department", "IT;Sales;HR")
	if !holds(Choices{AmpersandIsText: true}, text) {
		t.Error("AmpersandIsText does not compare text")
	}
	if _, err := (Environment{}).CompileScope(text, nil); err == nil {
		t.Error("without AmpersandIsText a text is taken for a number")
	}
}

func TestBadFiltersAreRefusedWithASuggestion(t *testing.T) {
	t.Parallel()
	user := &synchronization.ObjectDefinition{Name: "User", Attributes: []synchronization.AttributeDefinition{
		{Name: "department", Type: synchronization.TypeString}, {Name: "accountEnabled", Type: synchronization.TypeBoolean},
		{Name: "proxyAddresses", Type: synchronization.TypeString, Multivalued: true},
	}}
	for _, tt := range []struct {
		filter synchronization.Filter
		want   string
	}{
		{filterOf("EQUAL", "department", "x"), `groups[0].clauses[0].operatorName: there is no operator "EQUAL"; did you mean EQUALS?`},
		{filterOf("contains", "department", "x"), "did you mean Includes?"},
		{filterOf("zzzzzzzz", "department", "x"), "; there are EQUALS, NOT EQUALS,"},
		{filterOf("IsMemberOf", "department", "x"), "IsMemberOf is listed and not supported"},
		{filterOf("EQUALS", "departmnt", "x"), `sourceOperandName: User has no attribute "departmnt"; did you mean department?`},
		{filterOf("EQUALS", "", "x"), "the attribute has no name"},
		{filterOf("EQUALS", "members", "x"), "filtering by members is not supported"},
		{filterOf("EQUALS", "proxyAddresses", "x"), "proxyAddresses has several values"},
		{filterOf("Greater_Than", "accountEnabled", "1"), "Greater_Than cannot compare accountEnabled, which is of type Boolean"},
		{filterOf("Includes", "department"), "targetOperand.values: Includes needs a value"},
		{filterOf("Greater_Than", "department", "many"), `targetOperand.values[0]: Greater_Than needs a whole number, got "many"`},
		{filterOf("REGEX MATCH", "department", "("), "the regular expression \"(\" is not valid: missing closing )"},
		{filterOf("REGEX MATCH", "department", "^(?!admin)"), "looking ahead, (?!…), is not built here"},
		{filterOf("EQUALS", "department", make([]string, maxOperand+1)...), "there are 101 values"},
		{synchronization.Filter{InputFilterGroups: make([]synchronization.FilterGroup, maxGroups+1)}, "inputFilterGroups: it has 101 groups"},
		{synchronization.Filter{CategoryFilterGroups: []synchronization.FilterGroup{{Name: "n"}}}, `categoryFilterGroups[0]: the group "n" has no clause`},
		{synchronization.Filter{Groups: []synchronization.FilterGroup{{Name: "n", Clauses: make([]synchronization.FilterClause, maxClauses+1)}}}, "has 101 clauses"},
	} {
		if _, err := (Environment{}).CompileScope(tt.filter, user); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
}

func TestAFilterDoesNotAllocate(t *testing.T) {
	s, err := Environment{}.CompileScope(synchronization.Filter{Groups: []synchronization.FilterGroup{{Clauses: []synchronization.FilterClause{
		{OperatorName: "EQUALS", SourceOperandName: "department", TargetOperand: synchronization.FilterOperand{Values: []string{"Sales"}}},
		{OperatorName: "IS TRUE", SourceOperandName: "accountEnabled"},
		{OperatorName: "Greater_Than", SourceOperandName: "workerID", TargetOperand: synchronization.FilterOperand{Values: []string{"1000000"}}},
		{OperatorName: "ENDS_WITH", SourceOperandName: "userPrincipalName", TargetOperand: synchronization.FilterOperand{Values: []string{".com"}}},
		{OperatorName: "NOT REGEX MATCH", SourceOperandName: "userPrincipalName", TargetOperand: synchronization.FilterOperand{Values: []string{`^guest`}}},
	}}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var src Source = filtered
	if n := testing.AllocsPerRun(100, func() {
		if !s.Holds(src) {
			t.Fatal("it does not hold")
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestFilterOperatorsInGraphsShape(t *testing.T) {
	t.Parallel()
	list := FilterOperators()
	if len(list) != 14 || list[0].Name != "EQUALS" || list[0].Arity != synchronization.Binary || list[4].Arity != synchronization.Unary {
		t.Errorf("got %+v", list)
	}
	for _, o := range list {
		if findOperator(o.Name) == nil || len(o.SupportedAttributeTypes) == 0 {
			t.Errorf("%+v", o)
		}
	}
}

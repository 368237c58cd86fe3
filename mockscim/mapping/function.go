package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
)

// kind says what may stand in the place of a parameter.
type kind int

const (
	required  kind = iota // a value
	blankable             // a value or an empty argument
	optional              // a value, an empty argument, or nothing at all
	condition             // a comparison, or a value that is True or False
)

type param struct {
	name string
	kind kind
}

// function is one line of the function table.
type function struct {
	name   string
	params []param
	repeat int // how many of the last parameters may be repeated as a group, 0: none
	static func(invocation) *ExpressionError
	// prepare makes constant arguments ready once, such as a regular expression.
	prepare func(invocation) (any, *ExpressionError)
	run     func(*call) (any, error)
}

func params(kind kind, names ...string) []param {
	list := make([]param, len(names))
	for i, name := range names {
		list[i] = param{name, kind}
	}
	return list
}

// functions is the function table: everything [Parse] can build. Read-only.
// Sources: the functions page; learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions, which lists four
// older ones besides (AppRoleAssignments, DefaultDomain, IsNothing, Prepend).
var functions = table(textFunctions(), replaceFunctions(), nameFunctions(), logicFunctions(), listFunctions(), dateFunctions(),
	randomFunctions(), roleTable(), tenantFunctions())

func table(groups ...[]function) map[string]*function {
	all := map[string]*function{}
	for _, group := range groups {
		for i := range group {
			all[group[i].name] = &group[i]
		}
	}
	return all
}

// Functions returns the names of the functions [Parse] builds, sorted.
func Functions() []string {
	return slices.Sorted(maps.Keys(functions))
}

func unknownFunction(name string, at int) *ExpressionError {
	reason := fmt.Sprintf("there is no function %.60q", name)
	names := Functions()
	if i := slices.IndexFunc(names, func(known string) bool { return strings.EqualFold(known, name) }); i >= 0 {
		reason += "; function names are case-sensitive, it is called " + names[i]
	} else {
		reason += nearest.DidYouMean(name, names, 1)
	}
	return &ExpressionError{Position: at, Reason: reason}
}

// check judges the number of arguments and the empty ones.
func (f *function) check(n invocation) error {
	least := 0
	for _, p := range f.params {
		if p.kind != optional {
			least++
		}
	}
	surplus := len(n.args) - len(f.params)
	if len(n.args) < least || surplus > 0 && (f.repeat == 0 || surplus%f.repeat != 0) {
		return &ExpressionError{Function: f.name, Position: n.at,
			Reason: fmt.Sprintf("got %d arguments, want %s", len(n.args), f.signature())}
	}
	for i, p := range f.params {
		if i < len(n.args) && n.args[i] == nil && (p.kind == required || p.kind == condition) {
			return &ExpressionError{Function: f.name, Argument: i + 1, Position: n.at, Reason: "the argument " + p.name + " is empty"}
		}
	}
	if f.static != nil {
		if err := f.static(n); err != nil {
			return err
		}
	}
	return nil
}

func (f *function) signature() string {
	var b strings.Builder
	b.WriteString(f.name + "(")
	for i, p := range f.params {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(p.name)
		if p.kind == optional {
			b.WriteString("?")
		}
	}
	if f.repeat > 0 {
		b.WriteString(", …")
	}
	return b.String() + ")"
}

// parameter is the name of argument index, as Graph's JSON keys it.
func (f *function) parameter(index int) string {
	if index < len(f.params) {
		return f.params[index].name
	}
	if f.repeat == 0 {
		return fmt.Sprint("parameter", index+1)
	}
	first := len(f.params) - f.repeat
	base := first + (index-first)%f.repeat
	name := strings.TrimRight(f.params[base].name, "0123456789")
	return fmt.Sprint(name, (index-first)/f.repeat+f.number(base))
}

// inConditions is where a comparison can stand.
const inConditions = "the condition of IIF or CBool"

package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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
	run    func(*call) (any, error)
}

func params(kind kind, names ...string) []param {
	list := make([]param, len(names))
	for i, name := range names {
		list[i] = param{name, kind}
	}
	return list
}

// functions is the function table: everything [Parse] can build. Read-only.
var functions = table(textFunctions(), logicFunctions(), listFunctions(), roleTable())

func table(groups ...[]function) map[string]*function {
	all := map[string]*function{}
	for _, group := range groups {
		for i := range group {
			all[group[i].name] = &group[i]
		}
	}
	return all
}

// notBuilt are functions Entra has and this cut has not.
// Sources: the functions page; learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions.
var notBuilt = map[string]bool{
	"AppRoleAssignments": true, "CDate": true, "DateAdd": true, "DateDiff": true, "DateFromNum": true, "DefaultDomain": true,
	"FormatDateTime": true, "Guid": true, "IsNothing": true, "NormalizeDiacritics": true, "Now": true, "NumFromDate": true,
	"PCase": true, "Prepend": true, "RandomString": true, "Redact": true, "SelectUniqueValue": true,
}

// Functions returns the names of the functions [Parse] builds, sorted.
func Functions() []string {
	return slices.Sorted(maps.Keys(functions))
}

func unknownFunction(name string, at int) *ExpressionError {
	reason := fmt.Sprintf("there is no function %.60q", name)
	if notBuilt[name] {
		reason = "Entra has this function, but it is not built here yet"
		return &ExpressionError{Function: name, Position: at, Reason: reason}
	}
	names := Functions()
	if i := slices.IndexFunc(names, func(known string) bool { return strings.EqualFold(known, name) }); i >= 0 {
		reason += "; function names are case-sensitive, it is called " + names[i]
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
	name := strings.TrimRight(f.params[first+(index-first)%f.repeat].name, "0123456789")
	return fmt.Sprint(name, (index-first)/f.repeat+1)
}

// inConditions is where a comparison can stand.
const inConditions = "the condition of IIF or CBool"

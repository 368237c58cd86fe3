package mapping

import (
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// parameterTypes are the parameters that are not text, by name. Source: the functions page, the tables of parameters.
var parameterTypes = map[string]synchronization.AttributeType{
	"start": synchronization.TypeInteger, "length": synchronization.TypeInteger, "Length": synchronization.TypeInteger,
	"index": synchronization.TypeInteger, "wordNumber": synchronization.TypeInteger, "value1": synchronization.TypeInteger,
	"value2": synchronization.TypeInteger, "MinimumNumbers": synchronization.TypeInteger, "MinimumSpecialCharacters": synchronization.TypeInteger,
	"MinimumCapital": synchronization.TypeInteger, "MinimumLowerCase": synchronization.TypeInteger,
	"condition": synchronization.TypeBoolean, "dateTime": synchronization.TypeDateTime,
	"date1": synchronization.TypeDateTime, "date2": synchronization.TypeDateTime,
}

// FunctionSchemas returns the functions of the expression language in Graph's shape, by name. A parameter that may be repeated stands
// once, without a number.
// Source: learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions.
func FunctionSchemas() []synchronization.FunctionSchema {
	names := Functions()
	list := make([]synchronization.FunctionSchema, len(names))
	for i, name := range names {
		fn := functions[name]
		list[i].Name = name
		for j, p := range fn.params {
			repeats := j >= len(fn.params)-fn.repeat
			if repeats {
				p.name = strings.TrimRight(p.name, "0123456789")
			}
			parameter := synchronization.FunctionParameter{
				Name: p.name, Type: synchronization.TypeString, AllowMultipleOccurrences: repeats,
				Required: p.kind != optional && p.name != "defaultValue" && p.name != "dateTimeStyles" && (name != "Replace" || j == 0),
			}
			if t, ok := parameterTypes[p.name]; ok && (name != "InStr" || !strings.HasPrefix(p.name, "value")) {
				parameter.Type = t
			}
			before := slices.IndexFunc(list[i].Parameters, func(known synchronization.FunctionParameter) bool {
				return repeats && strings.TrimRight(known.Name, "0123456789") == p.name
			})
			if before < 0 {
				list[i].Parameters = append(list[i].Parameters, parameter)
			} else { // a second one that is required besides
				list[i].Parameters[before] = parameter
			}
		}
	}
	return list
}

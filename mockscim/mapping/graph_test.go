package mapping

import (
	"strings"
	"testing"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// withoutText takes the text out of every function of a tree, so that reading it has to use the tree.
func withoutText(s synchronization.AttributeMappingSource) synchronization.AttributeMappingSource {
	if s.Type == synchronization.SourceFunction {
		s.Expression = ""
	}
	parameters := s.Parameters
	s.Parameters = nil
	for _, p := range parameters {
		s.Parameters = append(s.Parameters, synchronization.Parameter{Key: p.Key, Value: withoutText(p.Value)})
	}
	return s
}

func parameter(key string, value synchronization.AttributeMappingSource) synchronization.Parameter {
	return synchronization.Parameter{Key: key, Value: value}
}

func TestATreeIsReadByTheNamesOfItsParameters(t *testing.T) {
	t.Parallel()
	attribute := func(name string) synchronization.AttributeMappingSource {
		return synchronization.AttributeMappingSource{Name: name, Type: synchronization.SourceAttribute}
	}
	constant := func(name string) synchronization.AttributeMappingSource {
		return synchronization.AttributeMappingSource{Name: name, Type: synchronization.SourceConstant}
	}
	for _, tt := range []struct {
		title, function string
		parameters      []synchronization.Parameter
		want            string // the expression, or part of the error
	}{
		{"in any order", "Append", []synchronization.Parameter{parameter("suffix", constant("x")), parameter("source", attribute("a"))}, `Append([a], "x")`},
		{"in any letter case", "Mid", []synchronization.Parameter{parameter("SOURCE", attribute("a")), parameter("Start", constant("1")), parameter("length", constant("2"))}, `Mid([a], "1", "2")`},
		{"repeated with numbers", "Join", []synchronization.Parameter{parameter("source2", attribute("b")), parameter("separator", constant(" ")), parameter("source1", attribute("a"))}, `Join(" ", [a], [b])`},
		{"repeated without numbers", "Join", []synchronization.Parameter{parameter("separator", constant(" ")), parameter("source", attribute("a")), parameter("source", attribute("b"))}, `Join(" ", [a], [b])`},
		{"in pairs", "Switch", []synchronization.Parameter{parameter("source", attribute("a")), parameter("key", constant("1")), parameter("value", constant("x")), parameter("key2", constant("2")), parameter("value2", constant("y"))}, `Switch([a], , "1", "x", "2", "y")`},
		{"by the names of the functions page", "Replace", []synchronization.Parameter{parameter("source", attribute("a")), parameter("oldValue", constant("-")), parameter("replacementValue", constant("_"))}, `Replace([a], "-", , , "_")`},
		{"nested, with the text of one part", "ToLower", []synchronization.Parameter{parameter("source", synchronization.AttributeMappingSource{Expression: `Left([a], 2)`, Name: "Left", Type: synchronization.SourceFunction})}, `ToLower(Left([a], 2))`},
		{"a constant that holds quotes", "Append", []synchronization.Parameter{parameter("source", attribute("a")), parameter("suffix", constant(`"\`))}, `Append([a], "\"\\")`},
		{"hexadecimal numbers stay numbers", "BitAnd", []synchronization.Parameter{parameter("value1", attribute("a")), parameter("value2", constant("&H2"))}, `BitAnd([a], &H2)`},
		{"an unknown name", "Append", []synchronization.Parameter{parameter("prefix", constant("x"))}, `it has no parameter "prefix", want Append(source, suffix)`},
		{"a name twice", "Left", []synchronization.Parameter{parameter("source", constant("x")), parameter("source", constant("y"))}, `it has no parameter "source"`},
		{"an unknown function", "Trim", []synchronization.Parameter{parameter("source", attribute("a"))}, `there is no function "Trim"`},
		{"a part of nothing", "ToLower", []synchronization.Parameter{parameter("source", synchronization.AttributeMappingSource{})}, "ToLower argument 1: a part of the tree has neither a text nor a name"},
	} {
		t.Run(tt.title, func(t *testing.T) {
			t.Parallel()
			e, err := FromSource(synchronization.AttributeMappingSource{Name: tt.function, Type: synchronization.SourceFunction, Parameters: tt.parameters})
			got := e.String()
			if err != nil {
				got = err.Error()
			}
			if got != tt.want && (err == nil || !strings.Contains(got, tt.want)) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestTheTextOfASourceIsPreferredToItsTree(t *testing.T) {
	t.Parallel()
	e, err := FromSource(synchronization.AttributeMappingSource{
		Expression: `ToUpper([a])`, Name: "ToLower", Type: synchronization.SourceFunction,
		Parameters: []synchronization.Parameter{parameter("source", synchronization.AttributeMappingSource{Name: "b", Type: synchronization.SourceAttribute})},
	})
	if err != nil || e.String() != `ToUpper([a])` {
		t.Errorf("got %s, %v", e, err)
	}
}

func TestATreeIsBounded(t *testing.T) {
	t.Parallel()
	deep := synchronization.AttributeMappingSource{Name: "a", Type: synchronization.SourceAttribute}
	for range 5000 {
		deep = synchronization.AttributeMappingSource{Name: "ToLower", Type: synchronization.SourceFunction, Parameters: []synchronization.Parameter{parameter("source", deep)}}
	}
	if _, err := FromSource(deep); err == nil || !strings.Contains(err.Error(), "within each other") {
		t.Errorf("a deep tree: %v", err)
	}
	wide := synchronization.AttributeMappingSource{Name: "Join", Type: synchronization.SourceFunction}
	for range maxPlaces + 1 {
		wide.Parameters = append(wide.Parameters, parameter("source", synchronization.AttributeMappingSource{Name: "a", Type: synchronization.SourceAttribute}))
	}
	if _, err := FromSource(wide); err == nil || !strings.Contains(err.Error(), "the limit is 1000") {
		t.Errorf("a wide tree: %v", err)
	}
}

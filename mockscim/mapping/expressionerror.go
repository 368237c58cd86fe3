package mapping

import (
	"fmt"
	"strings"
)

// ExpressionError says what is wrong with an expression and where. It comes back from parsing and from evaluating.
type ExpressionError struct {
	Function string // the function it is about, "" when it is about none
	Argument int    // number of the argument, the first is 1; 0 when it is about none
	Position int    // character in the expression, the first is 1; 0 when unknown
	Reason   string // what is wrong, without a full stop
}

func (e *ExpressionError) Error() string {
	var b strings.Builder
	b.WriteString("expression")
	if e.Position > 0 {
		fmt.Fprintf(&b, ", character %d", e.Position)
	}
	if e.Function != "" {
		b.WriteString(", " + e.Function)
	}
	if e.Argument > 0 {
		fmt.Fprintf(&b, " argument %d", e.Argument)
	}
	b.WriteString(": " + e.Reason)
	return b.String()
}

package mapping

import (
	"fmt"
	"strings"

	"github.com/rehearse-id/rehearse/internal/nearest"
)

// Problem is one thing that is wrong with a mapping, and where it stands in Graph's JSON.
type Problem struct { //nolint:errname // the word users read; its list is Problems
	Where  string // such as attributeMappings[3].source, counted from 0; "" for the whole
	Target string // the target attribute it is about, "" when it is about none
	Err    error  // an *ExpressionError when an expression is wrong
}

// Error returns place and problem in one sentence.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Where)
	if p.Target != "" {
		fmt.Fprintf(&b, " (target %.100s)", p.Target)
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	return b.String() + p.Err.Error()
}

// Unwrap returns the problem without its place.
func (p Problem) Unwrap() error { return p.Err }

// Problems is everything that is wrong, the first 200 of it, in the order in which it is found. It is what saving a mapping is refused with; the
// old configuration stays.
type Problems []Problem //nolint:errname // see Problem

// Error lists all problems.
func (p Problems) Error() string {
	if len(p) == 1 {
		return p[0].Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d problems", len(p))
	for i, problem := range p {
		fmt.Fprintf(&b, "; (%d) %s", i+1, problem.Error())
	}
	return b.String()
}

// Unwrap returns the problems one by one.
func (p Problems) Unwrap() []error {
	list := make([]error, len(p))
	for i, problem := range p {
		list[i] = problem
	}
	return list
}

// report collects problems of one part of a schema.
type report struct {
	problems *Problems
	where    string
	target   string
}

// at is the report of a part of the part, such as attributeMappings[3].
func (r report) at(format string, args ...any) report {
	inner := fmt.Sprintf(format, args...)
	if r.where != "" {
		inner = r.where + "." + inner
	}
	return report{r.problems, inner, r.target}
}

// about is the report with the target attribute it is about.
func (r report) about(target string) report {
	r.target = target
	return r
}

// Limits of a report about something that is wrong throughout.
const (
	maxProblems    = 200
	maxSuggestions = 20 // problems with a suggestion, which costs time
)

func (r report) addf(format string, args ...any) {
	if r.count() >= maxProblems {
		return
	}
	*r.problems = append(*r.problems, Problem{r.where, r.target, fmt.Errorf(format, args...)})
}

// didYouMean is the end of a message about a wrong name.
func (r report) didYouMean(wrong string, known func() []string) string {
	if r.count() >= maxSuggestions {
		return ""
	}
	return nearest.DidYouMean(wrong, known(), 1)
}

// count is how many problems there are so far.
func (r report) count() int { return len(*r.problems) }

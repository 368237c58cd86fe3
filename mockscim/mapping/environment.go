package mapping

import (
	"crypto/rand"
	"io"
	"time"

	"github.com/jonboulle/clockwork"
)

// Environment is what expressions and scoping filters ask beside the object. The zero value is ready for use.
type Environment struct {
	// Clock is the time of Now; nil: the real one.
	Clock clockwork.Clock
	// Random feeds Guid and RandomString, and is safe for concurrent use; nil: crypto/rand.
	Random io.Reader
	// DefaultDomain is what DefaultDomain returns, such as contoso.example; "": null.
	DefaultDomain string
	// IsTaken says whether the target has an object with this value already; SelectUniqueValue takes the first value that is
	// free. nil refuses mappings with SelectUniqueValue, which Entra supports for Active Directory and not for SCIM applications.
	// Source: the functions page, SelectUniqueValue.
	IsTaken func(target, value string) (bool, error)
	// Choices decides what the documentation leaves open.
	Choices Choices
}

// Choices decides what Microsoft's pages leave open or contradict each other about. The zero value is what this package holds for
// most likely.
type Choices struct {
	// AppendTakesNullAsEmpty lets Append(null, suffix) be the suffix; otherwise it is null, which avoids an address that is only a
	// domain. The same goes for Prepend.
	AppendTakesNullAsEmpty bool
	// CoalesceSkipsEmpty lets Coalesce pass over empty texts too; otherwise over null only, as its description says.
	CoalesceSkipsEmpty bool
	// ItemOutOfRangeFails lets Item fail the object when there is no value of that number; otherwise it is null.
	ItemOutOfRangeFails bool
	// SplitKeepsBlanks keeps the blanks around what Split returns; otherwise they are taken off, as in the documented example.
	SplitKeepsBlanks bool
	// RegexMatchIsWhole asks the expression of REGEX MATCH to match the whole value; otherwise a part is enough, as in .NET.
	RegexMatchIsWhole bool
	// AmpersandIsText lets & hold when the attribute's value stands in the filter's value as text, as the page on scoping filters
	// describes it now; otherwise & is the binary AND of two numbers and holds when it is not 0. !& is the opposite.
	AmpersandIsText bool
}

// Evaluate computes an expression for one object, as [Expression.Evaluate] does in the zero environment. A nil source has no attributes.
func (env Environment) Evaluate(e Expression, src Source) (any, error) {
	v, _, err := e.evaluate(env.evaluation(src))
	return v, err
}

// evaluation is one expression being evaluated for one object.
type evaluation struct {
	src    Source
	env    *Environment
	target string // attribute of the target, "" when there is none
	spent  int    // bytes of values made so far
}

func (env Environment) evaluation(src Source) *evaluation {
	if src == nil {
		src = Attributes(nil)
	}
	return &evaluation{src: src, env: &env}
}

func (env *Environment) now() time.Time {
	if env.Clock == nil {
		return time.Now().UTC()
	}
	return env.Clock.Now().UTC()
}

func (env *Environment) random() io.Reader {
	if env.Random == nil {
		return rand.Reader
	}
	return env.Random
}

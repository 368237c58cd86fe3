package mapping

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/dlclark/regexp2"
)

// maxPatternText bounds what a regular expression searches, in bytes: its cost is the product of both lengths.
const maxPatternText = 64 << 10

// pattern is a regular expression as .NET writes it. It runs on Go's engine, which takes time in proportion to the text whatever the
// pattern; what that engine cannot do (looking ahead or behind, back references, atomic groups) is refused by name, or runs on one that goes
// back and tries again: see [compileReplacePattern].
// Source: learn.microsoft.com/dotnet/standard/base-types/regular-expression-language-quick-reference.
type pattern struct {
	*regexp.Regexp // nil where the other engine runs it

	backtracking *regexp2.Regexp // nil where Go's runs it

	names   map[string]int // group name -> index of the engine
	numbers []int          // .NET's group number -> index: it counts the unnamed groups first
}

func compilePattern(text string) (*pattern, error) {
	translated, err := translatePattern([]rune(text))
	if err != nil {
		return nil, fmt.Errorf("the regular expression %.60q is not understood: %w", text, err)
	}
	re, err := regexp.Compile(translated)
	if err != nil {
		return nil, fmt.Errorf("the regular expression %.60q is not valid: %s", text, strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	p := &pattern{Regexp: re, names: map[string]int{}, numbers: []int{0}}
	var named []int
	for i, name := range re.SubexpNames() {
		switch {
		case i == 0:
		case name == "":
			p.numbers = append(p.numbers, i)
		default:
			p.names[name] = i
			named = append(named, i)
		}
	}
	p.numbers = append(p.numbers, named...)
	return p, nil
}

// Character classes of .NET, which count all of Unicode where Go's engine counts ASCII; without their brackets.
const (
	wordClass  = `\p{L}\p{Mn}\p{Nd}\p{Pc}`
	spaceClass = `\s\v\x{85}\p{Z}`
)

// patternEscapes are the escapes that differ; the second column is for the inside of a character class, "" where it cannot be said.
var patternEscapes = map[rune][2]string{
	'd': {`\p{Nd}`, `\p{Nd}`},
	'D': {`\P{Nd}`, `\P{Nd}`},
	'w': {"[" + wordClass + "]", wordClass},
	'W': {"[^" + wordClass + "]", ""},
	's': {"[" + spaceClass + "]", spaceClass},
	'S': {"[^" + spaceClass + "]", ""},
	'Z': {`\z`, ""},
	'e': {`\x{1B}`, `\x{1B}`},
}

// patternGroups are the ways a group may begin that the engine does not have.
var patternGroups = []struct{ start, name string }{
	{"(?<=", "looking behind"}, {"(?<!", "looking behind"}, {"(?=", "looking ahead"}, {"(?!", "looking ahead"},
	{"(?>", "an atomic group"}, {"(?(", "a condition"},
}

func translatePattern(text []rune) (string, error) {
	var b strings.Builder
	class := false
	for i := 0; i < len(text); i++ {
		switch r := text[i]; {
		case r == '\\':
			n, err := translateEscape(&b, text[i+1:], class)
			if err != nil {
				return "", err
			}
			i += n
		case class && r == '[':
			if i > 0 && text[i-1] == '-' {
				return "", errors.New("subtracting one character class from another is not built here")
			}
			b.WriteString(`\[`) // .NET has no [:named:] classes
		case class:
			class = r != ']'
			b.WriteRune(r)
		case r == '[':
			class = true
			b.WriteRune(r)
			for i+1 < len(text) && (text[i+1] == '^' && text[i] == '[' || text[i+1] == ']') { // ] in first place is a character
				i++
				b.WriteRune(text[i])
				if text[i] == ']' {
					break
				}
			}
		case r == '(':
			n, err := translateGroup(&b, text[i:])
			if err != nil {
				return "", err
			}
			i += n - 1
		default:
			b.WriteRune(r)
		}
	}
	return b.String(), nil
}

// translateEscape writes what stands after a backslash and returns how many characters that is.
func translateEscape(b *strings.Builder, rest []rune, class bool) (int, error) {
	if len(rest) == 0 {
		return 0, errors.New("it ends with a backslash")
	}
	r := rest[0]
	switch forms, special := patternEscapes[r]; {
	case special && class && forms[1] == "":
		return 0, fmt.Errorf(`\%c within a character class is not built here`, r)
	case special && class:
		b.WriteString(forms[1])
	case special:
		b.WriteString(forms[0])
	case r == 'k', r >= '1' && r <= '9' && !class:
		return 0, errors.New("back references are not built here")
	case r == 'u':
		if len(rest) < 5 {
			return 0, errors.New(`\u needs four hexadecimal digits`)
		}
		b.WriteString(`\x{` + string(rest[1:5]) + `}`)
		return 5, nil
	default:
		b.WriteRune('\\')
		b.WriteRune(r)
	}
	return 1, nil
}

// translateGroup writes the beginning of a group and returns how many characters that is.
func translateGroup(b *strings.Builder, rest []rune) (int, error) {
	start := string(rest[:min(len(rest), 4)])
	for _, g := range patternGroups {
		if strings.HasPrefix(start, g.start) {
			return 0, fmt.Errorf("%s, %s…), is not built here", g.name, g.start)
		}
	}
	switch {
	case strings.HasPrefix(start, "(?#"):
		for i, r := range rest {
			if r == ')' {
				return i + 1, nil
			}
		}
		return 0, errors.New("a comment is not closed")
	case strings.HasPrefix(start, "(?'"):
		for i := 3; i < len(rest); i++ {
			if rest[i] == '\'' {
				b.WriteString("(?P<" + string(rest[3:i]) + ">")
				return i + 1, nil
			}
		}
		return 0, errors.New("the name of a group is not closed")
	}
	b.WriteRune('(')
	return 1, nil
}

// group is the index of a group by its name or number.
func (p *pattern) group(name string) (int, bool) {
	if i, ok := p.names[name]; ok {
		return i, true
	}
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && n < len(p.numbers) {
		return p.numbers[n], true
	}
	return 0, false
}

// expand returns a replacement in which ${name}, $1, $& and $$ are filled in; what names no group stands for itself.
// Source: learn.microsoft.com/dotnet/standard/base-types/substitutions-in-regular-expressions.
func (p *pattern) expand(replacement, source string, match []int) string {
	if !strings.Contains(replacement, "$") {
		return replacement
	}
	var b strings.Builder
	write := func(index int) {
		if match[2*index] >= 0 {
			b.WriteString(source[match[2*index]:match[2*index+1]])
		}
	}
	for rest := replacement; rest != ""; {
		before, after, found := strings.Cut(rest, "$")
		b.WriteString(before)
		if !found {
			break
		}
		name, length := substitution(after)
		switch index, ok := p.group(name); {
		case ok:
			write(index)
		case strings.HasPrefix(after, "$"):
			b.WriteByte('$')
			length = 1
		case strings.HasPrefix(after, "&"):
			write(0)
			length = 1
		default:
			b.WriteByte('$')
			length = 0
		}
		rest = after[length:]
	}
	return b.String()
}

// substitution is the group named at the beginning of what follows a dollar sign, and how many bytes that takes.
func substitution(after string) (name string, length int) {
	if inner, braced := strings.CutPrefix(after, "{"); braced {
		name, _, closed := strings.Cut(inner, "}")
		if closed {
			return name, len(name) + 2
		}
		return "", 0
	}
	for length < len(after) && after[length] >= '0' && after[length] <= '9' {
		length++
	}
	return after[:length], length
}

package mapping

import (
	"errors"
	"strconv"
	"time"

	"github.com/dlclark/regexp2"
)

// patternTime bounds what one regular expression of the backtracking engine takes for one value, in real time: some take time that doubles with
// each character of the text.
const patternTime = 250 * time.Millisecond

// errPatternTime says that the engine was stopped.
var errPatternTime = errors.New("the regular expression takes too long for this text and was stopped after " + patternTime.String())

// compileReplacePattern compiles a pattern of an expression. What Go's engine cannot do, .NET's way of matching does, in bounded time: looking ahead
// and behind, back references, atomic groups, conditions. An expression that takes too long fails its object; a scoping filter cannot fail, so
// that there such patterns are refused.
func compileReplacePattern(text string) (*pattern, error) {
	p, refused := compilePattern(text)
	if refused == nil {
		return p, nil
	}
	re, err := regexp2.Compile(text, regexp2.None)
	if err != nil {
		return nil, refused
	}
	re.MatchTimeout = patternTime
	p = &pattern{backtracking: re, names: map[string]int{}}
	for i, number := range re.GetGroupNumbers() {
		p.names[re.GroupNameFromNumber(number)] = i
		p.names[strconv.Itoa(number)] = i // which is what an unnamed group is called too
	}
	return p, nil
}

// all returns the first matches, at most so many unless most is negative, as pairs of byte offsets: of the whole, then of each group, -1 for one that has
// none. It fails when it takes too long.
func (p *pattern) all(source string, most int) ([][]int, error) {
	if p.backtracking == nil {
		return p.FindAllStringSubmatchIndex(source, most), nil
	}
	offsets := make([]int, 0, len(source)+1) // of each character
	for at := range source {
		offsets = append(offsets, at)
	}
	offsets = append(offsets, len(source))
	end := time.Now().Add(patternTime)
	var found [][]int
	match, err := p.backtracking.FindStringMatch(source)
	for ; match != nil && err == nil && len(found) != most; match, err = p.backtracking.FindNextMatch(match) {
		pairs := make([]int, 0, 2*match.GroupCount())
		for _, group := range match.Groups() {
			if len(group.Captures) == 0 {
				pairs = append(pairs, -1, -1)
				continue
			}
			pairs = append(pairs, offsets[group.Index], offsets[group.Index+group.Length])
		}
		if found = append(found, pairs); time.Now().After(end) {
			return nil, errPatternTime
		}
	}
	if err != nil {
		return nil, errPatternTime // it fails for nothing else
	}
	return found, nil
}

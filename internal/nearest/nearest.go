// Package nearest finds the name that is meant by a mistyped one.
package nearest

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
)

// longest bounds what is compared, in bytes: nobody mistypes so much, and the comparison would be dear.
const longest = 200

// Names returns the names most like the written one, the most like first and at most so many. Letter case does not count. A name that contains what
// was written is most like it, and one that begins nearly so is like it, too.
func Names(written string, names []string, most int) []string {
	written = written[:min(len(written), longest)]
	ranked := rank(written, names, func(d int, name string) int {
		if written != "" && strings.Contains(strings.ToLower(name), strings.ToLower(written)) {
			return 0
		}
		return min(d, 1+distance(written, name[:min(len(name), len(written)+1)]))
	})
	return first(ranked, most, func(int) bool { return true })
}

// Likely returns those of the names that a slip of the fingers makes the written one, the most like first and at most so many: a third of its letters
// may differ, two of a short one, but never half of them.
func Likely(written string, names []string, most int) []string {
	if len(written) > longest {
		return nil
	}
	ranked := rank(written, names, func(d int, _ string) int { return d })
	return first(ranked, most, func(d int) bool { return d <= max(2, len(written)/3) && 2*d < len(written) })
}

// DidYouMean is the end of a message about a wrong name, such as "; did you mean create?", "" when none is likely.
func DidYouMean(written string, names []string, most int) string {
	if near := Likely(written, names, most); len(near) > 0 {
		return "; did you mean " + strings.Join(near, ", ") + "?"
	}
	return ""
}

func distance(a, b string) int {
	return levenshtein.ComputeDistance(strings.ToLower(a), strings.ToLower(b))
}

type ranked struct {
	name     string
	distance int
}

func rank(written string, names []string, adjust func(distance int, name string) int) []ranked {
	all := make([]ranked, 0, len(names))
	for _, name := range names {
		all = append(all, ranked{name, adjust(distance(written, name), name)})
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return cmp.Compare(a.distance, b.distance) })
	return all
}

func first(all []ranked, most int, near func(distance int) bool) (names []string) {
	for _, r := range all {
		if len(names) < most && near(r.distance) && !slices.Contains(names, r.name) {
			names = append(names, r.name)
		}
	}
	return names
}

package mapping

import (
	"strings"

	"github.com/agnivade/levenshtein"
)

// nearest returns the known name that is most like a wrong one, "" when none is alike.
func nearest(wrong string, known []string) string {
	best, distance := "", 1+max(1, (len(wrong)+1)/3)
	if len(wrong) > 200 {
		return "" // nobody mistypes so much, and the comparison would be dear
	}
	for _, name := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(wrong), strings.ToLower(name)); d < distance {
			best, distance = name, d
		}
	}
	return best
}

// didYouMean is the end of a message about a wrong name, "" when no known name is alike.
func didYouMean(wrong string, known []string) string {
	if name := nearest(wrong, known); name != "" {
		return "; did you mean " + name + "?"
	}
	return ""
}

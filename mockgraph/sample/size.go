package sample

import (
	"fmt"
	"strconv"
	"strings"
)

// Size is how many live users a sample tenant has, administrator, guests and disabled accounts included.
type Size int

// The sizes with a name, and the largest one.
const (
	Small   Size = 10
	Contoso Size = 500
	Max     Size = 1_000_000
)

// SizeName is one way to ask for a size.
type SizeName struct{ Name, Description string }

// Sizes returns what [ParseSize] takes, for help texts.
func Sizes() []SizeName {
	return []SizeName{
		{"small", "10 users, one of each kind: guest, disabled, synchronized, without mail"},
		{"contoso", "500 users in ten departments"},
		{"N", fmt.Sprintf("N users, 1 to %d", Max)},
	}
}

// String returns the size's name, or its number.
func (s Size) String() string {
	switch s {
	case Small:
		return "small"
	case Contoso:
		return "contoso"
	default:
		return strconv.Itoa(int(s))
	}
}

// ParseSize reads "small", "contoso" or a number from 1 to 1000000, whatever the letter case. The error says what would have been
// right.
func ParseSize(text string) (Size, error) {
	asked := strings.ToLower(strings.TrimSpace(text))
	switch asked {
	case "small":
		return Small, nil
	case "contoso":
		return Contoso, nil
	}
	if n, err := strconv.Atoi(asked); err == nil && asked[0] != '+' {
		if Size(n) >= 1 && Size(n) <= Max {
			return Size(n), nil
		}
		return 0, fmt.Errorf("read tenant size %q: a tenant has 1 to %d users", clip(text), Max)
	}
	return 0, fmt.Errorf("read tenant size %q: want small (%d users), contoso (%d users) or a number from 1 to %d%s",
		clip(text), Small, Contoso, Max, suggestion(asked))
}

// clip shortens what was typed to what a message can bear.
func clip(text string) string {
	const longest = 40
	if runes := []rune(text); len(runes) > longest {
		return string(runes[:longest]) + "…"
	}
	return text
}

// suggestion guesses what was meant, "" when there is nothing to go by.
func suggestion(asked string) string {
	const longest = 40 // what is longer is no slip of the finger
	if asked == "" || len(asked) > longest {
		return ""
	}
	if n, ok := meant(asked); ok {
		return fmt.Sprintf("; did you mean %d?", n)
	}
	for _, each := range []Size{Small, Contoso} {
		if name := each.String(); distance(asked, name) <= len(name)/2 || strings.HasPrefix(name, asked) || strings.HasPrefix(asked, name) {
			return fmt.Sprintf("; did you mean %s?", name)
		}
	}
	return ""
}

// meant reads numbers as people write them: 10k, 1m, 1,000, 1_000, 1 000, 5e3.
func meant(asked string) (Size, bool) {
	digits := strings.NewReplacer(",", "", "_", "", " ", "", "'", "").Replace(asked)
	factor := 1.0
	switch {
	case strings.HasSuffix(digits, "k"):
		digits, factor = digits[:len(digits)-1], 1_000
	case strings.HasSuffix(digits, "m"):
		digits, factor = digits[:len(digits)-1], 1_000_000
	}
	f, err := strconv.ParseFloat(digits, 64)
	if n := f * factor; err == nil && n >= 1 && n <= float64(Max) {
		return Size(n), true
	}
	return 0, false
}

// distance is the number of characters to insert, delete or replace to make one string of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}

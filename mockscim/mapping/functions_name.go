package mapping

import (
	"strings"
	"unicode"
)

// nameFunctions shape the names of people. Source: the functions page, PCase and NormalizeDiacritics.
func nameFunctions() []function {
	return []function{
		{name: "NormalizeDiacritics", params: params(required, "source"), run: mapText(normalizeDiacritics)},
		{name: "PCase", params: append(params(required, "source"), params(optional, "wordSeparators")...), run: properCase},
	}
}

func properCase(c *call) (any, error) {
	s, ok, err := c.text(0)
	if !ok {
		return nil, err
	}
	separators, given, err := c.text(1)
	if err != nil {
		return nil, err
	}
	if given && separators != "" {
		return c.bounded(capitalize(strings.ToLower(s), separators))
	}
	return c.bounded(titleCase(strings.ToLower(s)))
}

// capitalize writes the first character and each one after a separator as a capital.
func capitalize(s, separators string) string {
	first := true
	return strings.Map(func(r rune) rune {
		begins := first
		if first = strings.ContainsRune(separators, r); begins {
			return unicode.ToUpper(r)
		}
		return r
	}, s)
}

// titleCase does as .NET's ToTitleCase: the first letter of a word is a capital; an apostrophe inside a word does not end it.
// Source: learn.microsoft.com/dotnet/api/system.globalization.textinfo.totitlecase.
func titleCase(s string) string {
	word := false
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsLetter(r) && !word:
			word = true
			return unicode.ToTitle(r)
		case word && !unicode.In(r, unicode.L, unicode.M, unicode.N) && r != '\'':
			word = false
		}
		return r
	}, s)
}

// diacritics are the letters of the documented table, each list behind what it becomes. Marks that combine with a letter of the table
// (U+0300 to U+036F) are taken off besides, which makes up the table's entries of more than one character.
// Source: the functions page, NormalizeDiacritics.
var diacritics = diacriticTable(`a äàâãåáąăāǟǡ A ÄÀÂÃÅÁĄĂĀǞǠ ae æǣ AE ÆǢ c çčć C ÇČĆ d ďḏ D ĎḎ e ëèéêęěėēḗḕ E ËÈÉÊĘĚĖĒḖḔ g ğḡ G ĞḠ
	i ïîìíıī I ÏÎÌÍİĪ l ľłḹḻ L ŁĽḸḺ n ñńňṉ N ÑŃŇṈ o öòőõôóōṓṑȫǭȭȱ O ÖÒŐÕÔÓŌṒṐȪǬȬȰ oe øœ OE ØŒ r řṟṝ R ŘṞṜ ss ß
	s šśșş S ŠŚȘŞ t ťțṯ T ŤȚṮ u üùûúůűūǖṻ U ÜÙÛÚŮŰŪǕṺ y ÿýȳ Y ŸÝȲ z źžżẕ Z ŹŽŻẔ`)

func diacriticTable(list string) map[rune]string {
	table := map[rune]string{}
	words := strings.Fields(list)
	for i := 0; i+1 < len(words); i += 2 {
		for _, r := range words[i+1] {
			table[r] = words[i]
		}
		if len(words[i]) == 1 {
			table[rune(words[i][0])] = words[i]
		}
	}
	return table
}

func normalizeDiacritics(s string) string {
	var b strings.Builder
	marks := false // whether a mark here belongs to a letter of the table
	for _, r := range s {
		plain, known := diacritics[r]
		switch {
		case known:
			b.WriteString(plain)
		case marks && r >= 0x300 && r <= 0x36f:
			continue
		default:
			b.WriteRune(r)
		}
		marks = known
	}
	return b.String()
}

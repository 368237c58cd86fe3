package mapping

import (
	"strings"
	"testing"
)

func TestNamesAreCapitalizedAsDotNetDoes(t *testing.T) {
	t.Parallel()
	evaluates(t, Environment{}, Attributes{"empty": ""}, [][2]string{
		{`PCase("mary-ann o'neil")`, "Mary-Ann O'neil"}, // an apostrophe does not end a word
		{`PCase("'tis x_y 3rd")`, "'Tis X_Y 3Rd"},
		{`PCase("éVA (ÅSA)")`, "Éva (Åsa)"},
		{`PCase("mary-ann smith", " ")`, "Mary-ann Smith"},
		{`PCase("MARY-ANN", "")`, "Mary-Ann"}, // no separators are the default ones
		{`PCase([missing])`, "null"}, {`PCase([empty])`, ""},
	})
}

// Source: the functions page, the table of NormalizeDiacritics.
func TestDiacriticsAreTakenOff(t *testing.T) {
	t.Parallel()
	evaluates(t, Environment{}, nil, [][2]string{
		{`NormalizeDiacritics("äàâãåáąă ÇČĆ éèêëęěėē ïîìíı łñő ßœøæ ŠŚȘ ťț üűů ÿ žźż")`, "aaaaaaaa CCC eeeeeeee iiiii lno ssoeoeae SSS tt uuu y zzz"},
		{`NormalizeDiacritics("ÆØŒİ")`, "AEOEOEI"},
		{"NormalizeDiacritics(\"Zoe\u0308 a\u0331 a\u0304\u0301 e\u030a\u0304 x\u0331\")", "Zoe a a e x\u0331"}, //nolint:dupword // letters; x is not in the table
		{`NormalizeDiacritics("đ þ 日本")`, "đ þ 日本"},
		{`NormalizeDiacritics([missing])`, "null"},
	})
}

func TestRegularExpressionsReadAsInDotNet(t *testing.T) {
	t.Parallel()
	evaluates(t, Environment{}, Attributes{"pattern": "[aeiou]", "group": "x", "long": string(make([]byte, maxPatternText+1)), "hostile": strings.Repeat("a", 60) + "!"}, [][2]string{
		{`Replace("a1٣b", , "\\d", , "#", , )`, "a##b"}, // digits of all of Unicode
		{`Replace("é-ß_1", , "\\w", , "x", , )`, "x-xxx"},
		{`Replace("é-ß", , "[^\\w]", , "x", , )`, "éxß"},
		{`Replace("a b", , "[\\s]\\W?", , "", , )`, "ab"},
		{`Replace("a\\d", , "\\\\d", , "", , )`, "a"},
		{`Replace("ab", , "(a)(?<n>b)", , "$2${n}$1$&$$$9${x}$", , )`, "bbaab$$9${x}$"},
		{`Replace("ab", , "(?'n'a)", "n", "x", , )`, "xb"},
		{`Replace("ab", , "a(?#a comment)b", , "x", , )`, "x"},
		{`Replace("a[b", , "[[]", , "", , )`, "ab"},
		{`Replace("a]b", , "[]]", , "", , )`, "ab"},
		{`Replace("aäb", , "\\u00e4", , "", , )`, "ab"},
		{`Replace("ab", , "(x)|a", "1", "y", , )`, "ab"}, // the group takes no part
		{`Replace("ab", , [pattern], , "", , )`, "b"},
		{`Replace("none", , "x", , "y", , )`, "none"},
		{`Replace([missing], , "x", , "y", , )`, "null"},
		{`Replace([missing], , "(?<g>.)", "g", , "ab", )`, "a"},
		{`Replace([missing], , "(?<g>x)", "g", , "ab", )`, "null"},
		{`Replace([missing], , "(?<g>x)", "g", , [missing], )`, "null"},
		{`Replace("here", , "(?<g>.)", "g", , "ab", )`, "here"},
		{`Replace("a", , "(", , "", , )`, "Replace argument 3: the regular expression \"(\" is not valid: missing closing )"},
		{`Replace("a", , "a", "g", "", , )`, `Replace argument 4: the regular expression has no group "g"`},
		{`Replace("a", , "a", [group], "", , )`, `Replace argument 4: the regular expression has no group "x"`},
		{`Replace("abac", , "a(?=b)", , "x", , )`, "xbac"},
		{`Replace("aba", , "a(?!b)", , "x", , )`, "abx"},
		{`Replace("baca", , "(?<=c)a", , "x", , )`, "bacx"},
		{`Replace("baca", , "(?<!b)a", , "x", , )`, "bacx"},
		{`Replace("ääb", , "(?<=ä)(?<n>ä)", "n", "ö", , )`, "äöb"}, // characters of more than one byte
		{`Replace("aab", , "(a)\\1", , "$1", , )`, "ab"},
		{`Replace("aab", , "(b)|(?<n>a)\\k<n>", "n", "x", , )`, "xab"}, // the first group takes no part
		{`Replace("abba", , "(?<n>b)\\k<n>", , "[${n}$1]", , )`, "a[bb]a"},
		{`Replace("aa", , "(?>a+)a", , "x", , )`, "aa"}, // an atomic group gives nothing back
		{`Replace("a-b", , "[\\W]", , "", , )`, "ab"},
		{`Replace("xay", , "[a-z-[x]]", , "", , )`, "x"},
		{`Replace([missing], , "(?<=\\+)(?<g>\\d+)", "g", , "+49 1", )`, "49"},
		{`Replace([missing], , "(?<=\\+)(?<g>\\d+)", "g", , "49 1", )`, "null"},
		{`Replace("a", , "(?=a", , "", , )`, "looking ahead, (?=…), is not built here"}, // nor is it valid for the other engine
		{`Replace("a", , "(?=a)", "g", "", , )`, `Replace argument 4: the regular expression has no group "g"`},
		{`Replace([hostile], , "^(?=(a+)+$)a", , "", , )`, "takes too long for this text and was stopped after 250ms"},
		{`Replace("a", , "a\\", , "", , )`, "it ends with a backslash"},
		{`Replace("a", , "\\u12", , "", , )`, "four hexadecimal digits"},
		{`Replace("a", , "a", , , , )`, "Replace argument 5: neither a replacement nor a replacement attribute is given"},
		{`Replace("a", , "a", , , [b], )`, "Replace argument 4: the group to take from the replacement attribute is not given"},
		{`Replace("a", "a", "a", , "b", , )`, "Replace argument 3: both a text to replace and a regular expression"},
		{`Replace("a", "a", , "g", "b", , )`, "Replace argument 4: a group needs a regular expression"},
		{`Replace([long], , "a", , "", , )`, "Replace argument 1: a text of 65537 bytes is too long"},
	})
}

// What sources and descriptions leave open, both ways.
func TestWhatTheDocumentationLeavesOpen(t *testing.T) {
	t.Parallel()
	src := Attributes{"empty": "", "two": []string{"a", "b"}}
	evaluates(t, Environment{}, src, [][2]string{
		{`Append([missing], "x")`, "null"}, {`Prepend("x", [missing])`, "null"},
		{`Coalesce([empty], "x")`, ""},
		{`Item([two], 3)`, "null"},
		{`Item(Split(" a , b ", ","), 2)`, "b"},
	})
	evaluates(t, Environment{Choices: Choices{AppendTakesNullAsEmpty: true, CoalesceSkipsEmpty: true, ItemOutOfRangeFails: true, SplitKeepsBlanks: true}}, src, [][2]string{
		{`Append([missing], "x")`, "x"}, {`Prepend("x", [missing])`, "x"},
		{`Coalesce([empty], "x")`, "x"}, {`Coalesce([empty], [empty])`, ""},
		{`Item([two], 3)`, "Item argument 2: there are 2 values, the first is 1, got 3"}, {`Item([missing], 3)`, "null"},
		{`Item(Split(" a , b ", ","), 2)`, " b "},
	})
}

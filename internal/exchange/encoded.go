package exchange

import (
	"bytes"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxEncodedByte is the most bytes one byte of a secret can take in a form that matchEncoded knows, "&#x0000027;".
const maxEncodedByte = 11

// matchEncoded says whether the secret, of two bytes at least, stands at b[at:] and where it ends. Each byte may stand as itself or as URLs and
// forms (once or twice), JSON strings and HTML write it, in any mixture: encoders differ in what they leave alone.
func matchEncoded(b []byte, at int, secret []byte) (end int, ok bool) {
	switch c := b[at]; {
	case c == secret[0] && bytes.HasPrefix(b[at:], secret):
		return at + len(secret), true
	case escape(c):
	case c != secret[0], at+1 >= len(b), b[at+1] != secret[1] && !escape(b[at+1]):
		return 0, false
	}
	// ends[k] holds where the first k bytes of the secret can end.
	ends := make(map[int][]int, 8)
	ends[0] = []int{at}
	for k := range secret {
		here := ends[k]
		delete(ends, k)
		if len(here) == 0 {
			if len(ends) == 0 {
				return 0, false
			}
			continue
		}
		char, size := utf8.DecodeRune(secret[k:])
		for _, p := range here {
			for _, q := range byteForms(b, p, secret[k]) {
				reach(ends, k+1, q)
			}
			if q := runeForm(b, p, char); q > 0 && (char != utf8.RuneError || size > 1) {
				reach(ends, k+size, q)
			}
		}
	}
	if last := ends[len(secret)]; len(last) > 0 {
		return slices.Max(last), true
	}
	return 0, false
}

// escape says whether a form of a byte other than itself can begin with c.
func escape(c byte) bool { return c == '%' || c == '\\' || c == '&' || c == '+' }

func reach(ends map[int][]int, k, q int) {
	if !slices.Contains(ends[k], q) {
		ends[k] = append(ends[k], q)
	}
}

// jsonShort are the two-character escapes of RFC 8259 §7 that do not show the character itself.
var jsonShort = map[byte]byte{'\n': 'n', '\t': 't', '\r': 'r', '\b': 'b', '\f': 'f'}

// byteForms gives where byte c ends when it stands at b[p:] in one of its forms.
func byteForms(b []byte, p int, c byte) []int {
	if p >= len(b) {
		return nil
	}
	var ends []int
	if b[p] == c || c == ' ' && b[p] == '+' {
		ends = append(ends, p+1)
	}
	switch rest := b[p+1:]; b[p] {
	case '%':
		if hexByte(rest) == int(c) {
			ends = append(ends, p+3)
		}
		if bytes.HasPrefix(rest, []byte("25")) && hexByte(rest[2:]) == int(c) {
			ends = append(ends, p+5)
		}
	case '\\':
		if len(rest) > 0 && (rest[0] == c || jsonShort[c] != 0 && rest[0] == jsonShort[c]) {
			ends = append(ends, p+2)
		}
	}
	return ends
}

var htmlNames = map[string]rune{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

// runeForm gives where char ends when it stands at b[p:] as an escape of JSON or HTML, 0 when it does not.
func runeForm(b []byte, p int, char rune) int {
	if p >= len(b) {
		return 0
	}
	switch b[p] {
	case '\\':
		unit := jsonUnit(b[p:])
		if unit == char {
			return p + 6
		}
		if utf16.IsSurrogate(unit) && len(b) > p+6 && utf16.DecodeRune(unit, jsonUnit(b[p+6:])) == char {
			return p + 12
		}
	case '&':
		name, _, found := bytes.Cut(b[p+1:min(len(b), p+maxEncodedByte)], []byte(";"))
		if found && htmlChar(string(name)) == char {
			return p + 2 + len(name)
		}
	}
	return 0
}

func htmlChar(name string) rune {
	if len(name) < 2 || name[0] != '#' {
		if c, ok := htmlNames[name]; ok {
			return c
		}
		return -1
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseInt(digits, base, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}

// jsonUnit reads \uXXXX, -1 when there is none.
func jsonUnit(b []byte) rune {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return -1
	}
	high, low := hexByte(b[2:]), hexByte(b[4:])
	if high < 0 || low < 0 {
		return -1
	}
	return rune(high<<8 | low)
}

// hexByte reads two hexadecimal digits, -1 when there are none.
func hexByte(b []byte) int {
	if len(b) < 2 {
		return -1
	}
	n, err := strconv.ParseUint(string(b[:2]), 16, 8)
	if err != nil {
		return -1
	}
	return int(n)
}

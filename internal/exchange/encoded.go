package exchange

import (
	"bytes"
	"encoding/hex"
	"slices"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// maxBackslashes is the longest run of backslashes that is read as one escape: JSON text in JSON text in JSON text writes a
// backslash with eight.
const maxBackslashes = 8

// maxEncodedByte is the most bytes one byte of a secret can take in a form that matchEncoded knows: that run and "u0027".
const maxEncodedByte = maxBackslashes + 5

// matchEncoded says whether the secret, of two bytes at least, stands at b[at:] and where it ends. Each byte may stand as itself or as URLs and
// forms (once or twice), JSON strings (also within each other) and HTML write it, in any mixture: encoders differ in what they
// leave alone.
func matchEncoded(b []byte, at int, secret []byte) (end int, ok bool) {
	switch c := b[at]; {
	case c == secret[0] && bytes.HasPrefix(b[at:], secret):
		return at + len(secret), true
	case escape(c):
		if first, _ := utf8.DecodeRune(secret); len(byteForms(b, at, secret[0])) == 0 && runeForm(b, at, first) == 0 {
			return 0, false // as nearly always
		}
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
		if hexByte(rest) == rune(c) {
			ends = append(ends, p+3)
		}
		if bytes.HasPrefix(rest, []byte("25")) && hexByte(rest[2:]) == rune(c) {
			ends = append(ends, p+5)
		}
	case '\\':
		for n := range backslashes(b[p:]) {
			if q := p + n + 1; q < len(b) && (b[q] == c || jsonShort[c] != 0 && b[q] == jsonShort[c]) {
				ends = append(ends, q+1)
			}
		}
	}
	return ends
}

// backslashes counts those b begins with, up to maxBackslashes.
func backslashes(b []byte) int {
	n := 0
	for n < min(len(b), maxBackslashes) && b[n] == '\\' {
		n++
	}
	return n
}

var htmlNames = map[string]rune{"amp": '&', "lt": '<', "gt": '>', "quot": '"', "apos": '\''}

// runeForm gives where char ends when it stands at b[p:] as an escape of JSON or HTML, 0 when it does not.
func runeForm(b []byte, p int, char rune) int {
	if p >= len(b) {
		return 0
	}
	switch b[p] {
	case '\\':
		unit, q := jsonUnit(b, p)
		if unit == char {
			return q
		}
		if utf16.IsSurrogate(unit) {
			if low, end := jsonUnit(b, q); utf16.DecodeRune(unit, low) == char {
				return end
			}
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

// jsonUnit reads \uXXXX at b[p:] and gives where it ends, -1 when there is none.
func jsonUnit(b []byte, p int) (unit rune, end int) {
	n := backslashes(b[p:])
	digits := p + n + 1
	if n == 0 || len(b) < digits+4 || b[digits-1] != 'u' {
		return -1, p
	}
	high, low := hexByte(b[digits:]), hexByte(b[digits+2:])
	if high < 0 || low < 0 {
		return -1, p
	}
	return high<<8 | low, digits + 4
}

// hexByte reads two hexadecimal digits, -1 when there are none.
func hexByte(b []byte) rune {
	if len(b) < 2 {
		return -1
	}
	var n [1]byte
	if _, err := hex.Decode(n[:], b[:2]); err != nil {
		return -1
	}
	return rune(n[0])
}

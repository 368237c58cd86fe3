package mapping

import (
	"fmt"
	"io"
	"strings"

	"github.com/google/uuid"
)

// randomFunctions return something else at every evaluation, so they are for rows that apply during creation only, and never match.
// Source: the functions page, Guid and RandomString.
func randomFunctions() []function {
	return []function{
		{name: "Guid", run: newGUID},
		{name: "RandomString", params: append(params(required, "Length", "MinimumNumbers", "MinimumSpecialCharacters", "MinimumCapital",
			"MinimumLowerCase"), params(optional, "CharactersToAvoid")...), run: randomString},
	}
}

func newGUID(c *call) (any, error) {
	id, err := uuid.NewRandomFromReader(c.in.env.random())
	if err != nil {
		return nil, c.fail(-1, "no randomness: %v", err)
	}
	return id.String(), nil
}

// maxRandomString is the documented limit of RandomString.
const maxRandomString = 256

// randomClasses are the characters RandomString draws from, in the order of its minima.
// Source: learn.microsoft.com/windows/security/threat-protection/security-policy-settings/password-must-meet-complexity-requirements.
var randomClasses = [...]string{
	"0123456789", `~!@#$%^&*_-+=` + "`" + `|\(){}[]:;"'<>,.?/`, "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz",
}

// randomString draws the minimum of each class, fills up, and shuffles. It fills up from the classes that have a minimum, so that
// RandomString(6,3,0,0,3) has digits and small letters only, as documented; from letters and digits when none has one.
func randomString(c *call) (any, error) {
	var numbers [1 + len(randomClasses)]int
	for i := range numbers {
		n, _, err := c.number(i)
		if err != nil {
			return nil, err
		}
		if n < 0 || n > maxRandomString {
			return nil, c.fail(i, "needs a number from 0 to %d, got %d", maxRandomString, n)
		}
		numbers[i] = int(n)
	}
	length, minima := numbers[0], numbers[1:]
	avoid, _, err := c.text(1 + len(randomClasses))
	if err != nil {
		return nil, err
	}
	d := draw{random: c.in.env.random()}
	var all string
	for i, class := range randomClasses {
		class = without(class, avoid)
		if minima[i] > 0 && class == "" {
			return nil, c.fail(i+1, "every character of this kind is to be avoided")
		}
		if minima[i] > 0 {
			all += class //nolint:perfsprint // four classes
		}
		d.add(class, minima[i])
	}
	if len(d.text) > length {
		return nil, c.fail(0, "a length of %d is less than the minima together, %d", length, len(d.text))
	}
	if all == "" {
		all = without(randomClasses[0]+randomClasses[2]+randomClasses[3], avoid)
	}
	if all == "" && length > 0 {
		return nil, c.fail(1+len(randomClasses), "every character is to be avoided")
	}
	d.add(all, length-len(d.text))
	d.shuffle()
	if d.err != nil {
		return nil, c.fail(-1, "no randomness: %v", d.err)
	}
	return string(d.text), nil
}

// without returns text without the characters to avoid.
func without(text, avoid string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(avoid, r) {
			return -1
		}
		return r
	}, text)
}

// draw draws ASCII characters.
type draw struct {
	random io.Reader
	text   []byte
	err    error
}

func (d *draw) add(class string, n int) {
	for range n {
		d.text = append(d.text, class[d.below(len(class))])
	}
}

func (d *draw) shuffle() {
	for i := len(d.text) - 1; i > 0; i-- {
		j := d.below(i + 1)
		d.text[i], d.text[j] = d.text[j], d.text[i]
	}
}

// maxDraws bounds how often a source of randomness may return what cannot be used.
const maxDraws = 1000

// below returns a number from 0 to n-1, each as likely as the others; n is at most 256.
func (d *draw) below(n int) int {
	var b [1]byte
	for range maxDraws {
		if d.err != nil {
			return 0
		}
		if _, d.err = io.ReadFull(d.random, b[:]); d.err == nil && int(b[0]) < 256/n*n {
			return int(b[0]) % n
		}
	}
	if d.err == nil {
		d.err = fmt.Errorf("draw a number below %d: the source of randomness repeats itself", n)
	}
	return 0
}

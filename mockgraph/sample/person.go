package sample

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// person is who somebody is; where she stands in the company is a matter of [org].
type person struct {
	given, surname, display string
	local                   string // of the user name, such as sean.o'neil
	nickname                string // the same without what a mailNickname must not have
	office                  *office
}

// cast are the people every tenant begins with, so that small ones too have names that are hard to handle: an apostrophe, hyphens,
// writing from right to left, no spaces, one letter, and a name that comes twice. They stand behind the head of the company.
var cast = []struct{ city, culture, given, surname, login string }{
	{"Dublin", "ga", "Siobhán", "O'Neil", ""},
	{"Paris", "fr", "Jean-Luc", "Delacroix-Petit", ""},
	{"Cairo", "ar", "محمد", "الخطيب", ""},
	{"Tokyo", "ja", "花子", "山田", ""},
	{"Hanoi", "vi", "Yến", "Lê", "y"},
	{"London", "ga", "Siobhán", "O'Neil", ""},
	{"Tel Aviv", "he", "אביגיל", "כרמלי", ""},
	{"Stockholm", "sv", "Åsa", "Öhman", "a"},
	{"Seattle", "zh", "雪", "欧阳", "x"},
	{"Lagos", "yo", "Ọláníyì", "Ọdúnsì", ""},
	{"Mexico City", "es", "Ma. José", "Benítez Rojas", ""},
	{"Amsterdam", "nl", "Femke", "van 't Hof", ""},
}

// namer makes people and sees to it that no two have the same user name.
type namer struct {
	random *rand.Rand
	world  *world
	used   map[string]int // how many nicknames there are that begin so
}

// actor returns a person of the cast.
func (n *namer) actor(i int) person {
	role := cast[i]
	c := n.world.culture(role.culture)
	return n.person(n.world.office(role.city), c, find(c.given, role.given), find(c.surnames, role.surname), role.login)
}

func find(all []name, text string) name {
	for _, each := range all {
		if each.text == text {
			return each
		}
	}
	return name{text: text}
}

// anybody returns a person of any office; the first of the table are the largest.
func (n *namer) anybody() person {
	return n.colleague(n.world.offices[min(n.random.IntN(len(n.world.offices)), n.random.IntN(len(n.world.offices)))])
}

// colleague returns a person of an office.
func (n *namer) colleague(o *office) person {
	c := o.cultures[n.random.IntN(len(o.cultures))]
	return n.person(o, c, c.given[n.random.IntN(len(c.given))], c.surnames[n.random.IntN(len(c.surnames))], "")
}

func (n *namer) person(o *office, c *culture, given, surname name, login string) person {
	p := person{given: given.text, surname: surname.text, local: login, office: o}
	switch c.order {
	case "sg":
		p.display = surname.text + given.text
	case "s g":
		p.display = surname.text + " " + given.text
	default:
		p.display = given.text + " " + surname.text
	}
	if login == "" {
		p.local = given.login + "." + surname.login
	}
	p.nickname = strings.ReplaceAll(p.local, "'", "")
	n.used[p.nickname]++
	if times := n.used[p.nickname]; times > 1 { // no login ends in a digit of its own
		number := strconv.Itoa(times)
		p.local, p.nickname = p.local+number, p.nickname+number
	}
	return p
}

// digits puts random digits into a pattern.
func digits(random *rand.Rand, pattern string) string {
	b := []byte(pattern)
	for i := range b {
		if b[i] == '#' {
			b[i] = "0123456789"[random.IntN(10)]
		}
	}
	return string(b)
}

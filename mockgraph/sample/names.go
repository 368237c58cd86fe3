package sample

import (
	_ "embed" // the tables
	"strings"
	"sync"
)

//go:embed data/cultures.txt
var cultureText string

//go:embed data/offices.txt
var officeText string

//go:embed data/departments.txt
var departmentText string

// name is a name as its owner writes it, and its ASCII form in lower case for user names.
type name struct{ text, login string }

type culture struct {
	code            string
	order           string // of the display name: "g s", "s g" or "sg"
	given, surnames []name
}

// office is a place of work; "" for what it has not.
type office struct {
	city, state, postalCode, street, country, code, language, phone, mobile string
	cultures                                                                []*culture // who works there; several times who are many
}

type department struct {
	name, head, manager string
	staff               []string // titles of the others
}

// world is all tables, in the order of their files.
type world struct {
	cultures    []*culture
	offices     []*office
	departments []*department
}

// theWorld is read when a tenant is first filled.
var theWorld = sync.OnceValue(func() *world {
	w := &world{}
	for f := range rows(cultureText, 4) {
		w.cultures = append(w.cultures, &culture{f[0], f[1], names(f[2]), names(f[3])})
	}
	for f := range rows(officeText, 10) {
		o := &office{city: f[0], state: f[1], postalCode: f[2], street: f[3], country: f[4], code: f[5], language: f[6], phone: f[7], mobile: f[8]}
		for code := range strings.FieldsSeq(f[9]) {
			if c := w.culture(code); c != nil {
				o.cultures = append(o.cultures, c)
			}
		}
		w.offices = append(w.offices, o)
	}
	for f := range rows(departmentText, 4) {
		w.departments = append(w.departments, &department{f[0], f[1], f[2], strings.Split(f[3], ",")})
	}
	return w
})

// rows yields the lines of a table with that many fields, - for an empty one; comments are left out.
func rows(text string, fields int) func(yield func([]string) bool) {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(text) {
			row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
			for i := range row {
				if row[i] == "-" {
					row[i] = ""
				}
			}
			if len(row) == fields && !yield(row) {
				return
			}
		}
	}
}

func names(list string) []name {
	var all []name
	for each := range strings.SplitSeq(list, ",") {
		text, ascii, given := strings.Cut(each, "=")
		if !given {
			ascii = plain.Replace(text)
		}
		all = append(all, name{text, strings.ToLower(ascii)})
	}
	return all
}

// plain writes Latin letters without their marks, and names as one word.
var plain = strings.NewReplacer(
	" ", "", ".", "", "Á", "A", "À", "A", "Â", "A", "Å", "A", "Ä", "A", "á", "a", "à", "a", "â", "a", "ã", "a", "å", "a", "ä", "a", "ă", "a", "ą", "a",
	"Č", "C", "Ç", "C", "č", "c", "ç", "c", "ć", "c", "ď", "d", "É", "E", "È", "E", "é", "e", "è", "e", "ê", "e", "ë", "e", "ě", "e", "ę", "e",
	"ğ", "g", "Í", "I", "İ", "I", "í", "i", "î", "i", "ï", "i", "ı", "i", "Ł", "L", "ł", "l", "ñ", "n", "ń", "n", "ň", "n",
	"Ó", "O", "Ö", "O", "Ø", "O", "ó", "o", "ò", "o", "ô", "o", "õ", "o", "ö", "o", "ő", "o", "ø", "o", "Ř", "R", "Ř", "R", "ř", "r",
	"Š", "S", "Ś", "S", "Ş", "S", "Ș", "S", "š", "s", "ś", "s", "ş", "s", "ș", "s", "Ț", "T", "ț", "t", "ť", "t",
	"Ú", "U", "Ü", "U", "ú", "u", "ù", "u", "ü", "u", "ů", "u", "ű", "u", "ý", "y", "Ž", "Z", "Ż", "Z", "ž", "z", "ż", "z", "ź", "z",
)

func (w *world) culture(code string) *culture {
	for _, c := range w.cultures {
		if c.code == code {
			return c
		}
	}
	return nil
}

func (w *world) office(city string) *office {
	for _, o := range w.offices {
		if o.city == city {
			return o
		}
	}
	return nil
}

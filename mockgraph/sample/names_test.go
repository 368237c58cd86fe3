package sample

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestTablesAreReadWhole(t *testing.T) {
	t.Parallel()
	w := theWorld()
	for _, each := range []struct {
		text string
		rows int
	}{{cultureText, len(w.cultures)}, {officeText, len(w.offices)}, {departmentText, len(w.departments)}} {
		lines := 0
		for line := range strings.Lines(each.text) {
			if !strings.HasPrefix(line, "#") {
				lines++
			}
		}
		if lines != each.rows || lines < 10 {
			t.Errorf("%d rows of %d lines", each.rows, lines)
		}
	}
	for _, o := range w.offices {
		if o.city == "" || o.street == "" || o.postalCode == "" || len(o.code) != 2 || !strings.HasSuffix(o.language, "-"+o.code) || len(o.cultures) == 0 {
			t.Errorf("office %+v", o)
		}
	}
	for _, share := range shares {
		if share >= len(w.departments) {
			t.Errorf("share of department %d", share)
		}
	}
}

// What a user name is made of is ASCII, and ends in no digit, so that a number behind it makes another one.
func TestNamesHaveAnASCIIForm(t *testing.T) {
	t.Parallel()
	login := regexp.MustCompile(`^[a-z][a-z'-]*[a-z]$`)
	for _, c := range theWorld().cultures {
		if !slices.Contains([]string{"g s", "s g", "sg"}, c.order) || len(c.given) < 10 || len(c.surnames) < 10 {
			t.Errorf("culture %s: order %q, %d given names, %d surnames", c.code, c.order, len(c.given), len(c.surnames))
		}
		for _, all := range [][]name{c.given, c.surnames} {
			seen := map[string]bool{}
			for _, each := range all {
				if !login.MatchString(each.login) || seen[each.text] {
					t.Errorf("culture %s: %s is %q", c.code, each.text, each.login)
				}
				seen[each.text] = true
			}
		}
	}
}

func TestTheCastIsInTheTables(t *testing.T) {
	t.Parallel()
	w := theWorld()
	for _, each := range cast {
		c, o := w.culture(each.culture), w.office(each.city)
		if c == nil || o == nil {
			t.Fatalf("%+v: no such culture or office", each)
		}
		if find(c.given, each.given).login == "" || find(c.surnames, each.surname).login == "" || !slices.Contains(o.cultures, c) {
			t.Errorf("%+v", each)
		}
	}
}

// Countries without telephone numbers for fiction get none of their own.
func TestTelephonesLieInRangesKeptForFiction(t *testing.T) {
	t.Parallel()
	kept := map[string]*regexp.Regexp{
		"US": regexp.MustCompile(`^\+1 \d{3} 555 01##$`), "GB": regexp.MustCompile(`^\+44 (20 7946 0###|7700 900###)$`),
		"FR": regexp.MustCompile(`^\+33 (1 99 00 ## ##|6 39 98 ## ##)$`), "DE": regexp.MustCompile(`^\+49 (89 99998 ###|171 39200 ##)$`),
		"SE": regexp.MustCompile(`^\+46 (8 465 004 ##|70 174 06 [1-9]#)$`), "AU": regexp.MustCompile(`^\+61 2 5550 ####$`),
	}
	for _, o := range theWorld().offices {
		for _, number := range []string{o.phone, o.mobile} {
			if number != "" && (kept[o.code] == nil || !kept[o.code].MatchString(number)) {
				t.Errorf("%s: %s", o.city, number)
			}
		}
	}
}

func TestTheTreeHasAPlaceForEverybody(t *testing.T) {
	t.Parallel()
	for employees := range 400 {
		o := newOrg(theWorld().departments, employees)
		reports, leads := map[string]int{}, map[string]bool{}
		for e := range employees {
			at := o.place(e)
			id := string(rune('a' + e))
			if (at.manager == "") != (e == 0) || at.title == "" {
				t.Fatalf("%d employees: number %d is %+v", employees, e, at)
			}
			reports[at.manager]++
			leads[id] = at.leads
			o.join(at, id)
		}
		for i, u := range o.units {
			if len(u.ids) != u.size || u.size == 0 {
				t.Errorf("%d employees: department %d has %d people of %d", employees, i, len(u.ids), u.size)
			}
		}
		for id, n := range reports {
			if id != "" && (!leads[id] || n > span+len(o.units)) {
				t.Errorf("%d employees: %d report to %s, who leads: %t", employees, n, id, leads[id])
			}
		}
	}
}

package sample

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// writer makes the users and groups of one batch.
type writer struct {
	*filling
	*directory.Batch

	user   directory.Properties // of the user at hand; used again for the next one
	leaves int                  // employees so far who lead nobody
	number int                  // of the last employee
}

// add makes the user at hand.
func (w *writer) add(withPassword bool) (string, error) {
	name, _ := w.user["userPrincipalName"].(string)
	if withPassword {
		w.user["passwordProfile"] = directory.PasswordProfile{Password: Password(w.seed, name)}
	}
	o, err := w.Create(directory.User, w.user)
	var refusal *directory.Error
	if errors.As(err, &refusal) && refusal.Target == "passwordProfile" && !withPassword {
		w.passwords = true // the directory requires them
		return w.add(true)
	}
	if err != nil {
		return "", fmt.Errorf("create user %s: %w", name, err)
	}
	clear(w.user)
	return o.ID(), nil
}

func (w *writer) everybody() error {
	for i := range int(w.size) {
		var err error
		switch {
		case i == 0:
			err = w.administrator()
		case isGuest(i):
			err = w.guest()
		default:
			err = w.employee()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// administrator makes the account that comes with a tenant.
func (w *writer) administrator() (err error) {
	w.user["userPrincipalName"] = "admin@" + w.initial
	w.user["mailNickname"] = "admin"
	w.user["displayName"] = w.company + " Administrator"
	w.user["accountEnabled"] = true
	w.user["usageLocation"] = "US"
	w.user["preferredLanguage"] = "en-US"
	w.admin, err = w.add(true)
	return err
}

// partners are the companies guests come from, names of Microsoft's own documentation on domains nobody can have.
var partners = [...]struct{ company, domain string }{
	{"Fabrikam", "fabrikam.example"}, {"Northwind Traders", "northwind.example"}, {"Adatum", "adatum.example"}, {"Tailspin Toys", "tailspin.example"},
}

// guest makes a user who signs in at another company.
// Source: learn.microsoft.com/entra/external-id/user-properties.
func (w *writer) guest() error {
	p := w.names.anybody()
	partner := partners[w.random.IntN(len(partners))]
	w.user["userPrincipalName"] = p.nickname + "_" + partner.domain + "#EXT#@" + w.initial
	w.user["mailNickname"] = p.nickname + "_" + partner.domain + "#EXT#"
	w.user["displayName"] = p.display + " (" + partner.company + ")"
	w.user["accountEnabled"] = true
	w.user["mail"] = p.nickname + "@" + partner.domain
	w.user["userType"] = "Guest"
	w.user["creationType"] = "Invitation"
	w.user["externalUserState"] = "Accepted"
	if len(w.guests)%3 == 1 {
		w.user["externalUserState"] = "PendingAcceptance"
	}
	w.user["externalUserStateChangeDateTime"] = w.now
	w.user["companyName"] = partner.company
	id, err := w.add(w.passwords && w.size > MaxPasswords)
	if len(w.guests) < told {
		w.guests = append(w.guests, id)
	}
	return err
}

// The rounds in which employees who are told in full differ from the others.
const (
	disabledEvery, firstDisabled     = 29, 2 // of those who lead nobody: 3 % of all
	unmailedEvery, firstUnmailed     = 20, 4
	syncedEvery, firstSynced         = 8, 3
	attributedEvery, firstAttributed = 6, 1
)

func turn(i, every, first int) bool { return i%every == first }

// employee makes the next one and gives her post to her.
func (w *writer) employee() error {
	e := w.number
	w.number++
	var p person
	if e > 0 && e <= len(cast) {
		p = w.names.actor(e - 1)
	} else {
		p = w.names.anybody()
	}
	at := w.org.place(e)
	m := member{unit: at.unit, leads: at.leads, enabled: true, mailed: at.leads || !turn(e, unmailedEvery, firstUnmailed)}
	if !at.leads {
		m.enabled = !turn(w.leaves, disabledEvery, firstDisabled)
		w.leaves++
	}
	w.describe(p, at, &m)
	if e < told {
		m.synced = turn(e, syncedEvery, firstSynced)
		w.detail(p, at, &m)
	}
	id, err := w.add(w.passwords)
	if err != nil {
		return err
	}
	w.org.join(at, id)
	if m.id = id; e < told {
		w.staff = append(w.staff, m)
	}
	if at.manager == "" {
		return nil
	}
	return w.SetManager(id, at.manager)
}

// describe says of an employee what is said of all.
func (w *writer) describe(p person, at post, m *member) {
	w.user["userPrincipalName"] = p.local + "@" + w.domain
	w.user["mailNickname"] = p.nickname
	w.user["displayName"] = p.display
	w.user["accountEnabled"] = m.enabled
	w.user["givenName"] = p.given
	w.user["surname"] = p.surname
	w.user["jobTitle"] = at.title
	w.user["department"] = "Executive"
	if at.unit != nil {
		w.user["department"] = at.unit.name
	}
	w.user["employeeId"] = strconv.Itoa(1_000_000 + w.number) // from 1000001 on
	w.user["city"] = p.office.city
	w.user["country"] = p.office.country
	w.user["usageLocation"] = p.office.code
	w.user["officeLocation"] = p.office.city + digits(w.random, " #/##")
	if m.mailed {
		w.user["mail"] = p.local + "@" + w.domain
	}
}

// maxFormer bounds how many employees have left.
const maxFormer = 5

// former makes employees who have left and are in the recycle bin, one for each hundred users, and one in small tenants.
func (w *writer) former() error {
	if len(w.staff) < 2 {
		return nil
	}
	for range min(max(int(w.size)/100, 1), maxFormer) {
		p := w.names.anybody()
		at := post{unit: w.staff[1].unit, manager: w.org.head, title: w.staff[1].unit.staff[0]}
		m := member{unit: at.unit, mailed: true}
		w.number++
		w.describe(p, at, &m)
		id, err := w.add(w.passwords)
		if err != nil {
			return err
		}
		if err := w.SetManager(id, at.manager); err != nil {
			return err
		}
		if err := w.Delete(id); err != nil {
			return err
		}
	}
	return nil
}

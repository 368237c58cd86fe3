package sample

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// projects are the Microsoft 365 groups, one for each 25 users.
var projects = [...]string{"Aurora", "Basalt", "Cobalt", "Dune", "Ember", "Fjord", "Glacier", "Harbor", "Iris", "Juniper", "Kestrel", "Lagoon"}

// team is how many members a project has at most.
const team = 12

// made is a group and who belongs to it; "" as an owner is left out.
type made struct {
	name, nickname, description string
	team                        bool // a Microsoft 365 group, a security group otherwise
	owners, members             []string
}

// group makes one and returns its id.
func (w *writer) group(g made) (string, error) {
	p := directory.Properties{
		"displayName": g.name, "mailNickname": g.nickname, "description": g.description, "mailEnabled": g.team, "securityEnabled": !g.team,
	}
	if g.team {
		address := g.nickname + "@" + w.domain
		p["groupTypes"], p["visibility"] = []string{"Unified"}, "Private"
		p["mail"], p["proxyAddresses"] = address, []string{"SMTP:" + address}
	}
	o, err := w.Create(directory.Group, p)
	if err != nil {
		return "", err
	}
	for _, owner := range g.owners {
		if owner == "" {
			continue
		}
		if err := w.AddOwner(o.ID(), owner); err != nil {
			return "", err
		}
	}
	for _, each := range g.members {
		if err := w.AddMember(o.ID(), each); err != nil {
			return "", err
		}
	}
	return o.ID(), nil
}

// groups makes all but the dynamic one.
func (w *writer) groups() error {
	everyone := w.employees(func(*member) bool { return true })
	staff, err := w.group(made{name: "All Staff", nickname: "all-staff", description: w.staffDescription(), owners: []string{w.admin}, members: everyone})
	if err != nil {
		return err
	}
	outside, err := w.group(made{name: "External Partners", nickname: "external-partners", description: "Guests of other companies", owners: []string{w.admin}, members: w.guests})
	if err != nil {
		return err
	}
	units, err := w.departments()
	if err != nil {
		return err
	}
	for _, each := range []made{
		{name: "Everyone", nickname: "everyone", description: "All staff and all guests", owners: []string{w.admin}, members: []string{staff, outside}},
		{name: "Retired Project", nickname: "retired-project", description: "Nobody is left", owners: []string{w.admin}},
		{name: "Book Club", nickname: "book-club", description: "Meets on Tuesdays", team: true, owners: []string{w.org.head}, members: some(everyone, 4)},
		{name: "Book Club", nickname: "book-club-access", description: "Opens the door of the library", owners: []string{w.admin}, members: some(everyone, 3)},
	} {
		if _, err := w.group(each); err != nil {
			return err
		}
	}
	if err := w.nest(units); err != nil {
		return err
	}
	if w.dynamic != "" {
		if err := w.AddOwner(w.dynamic, w.admin); err != nil {
			return err
		}
	}
	return w.projects(everyone)
}

func (w *writer) staffDescription() string {
	if w.number > told {
		return "The employees of the first offices; those hired in bulk are not in it"
	}
	return "All employees"
}

// departments makes a group for each department and returns their ids by name.
func (w *writer) departments() (map[string]string, error) {
	ids := map[string]string{}
	for i := range w.org.units {
		u := &w.org.units[i]
		id, err := w.group(made{
			name: u.name, nickname: nickname(u.name), description: "Department " + u.name, owners: some(u.ids, 1),
			members: w.employees(func(m *member) bool { return m.unit == u }),
		})
		if err != nil {
			return nil, err
		}
		ids[u.name] = id
	}
	return ids, nil
}

// nest makes groups of the groups of departments, two levels of them.
func (w *writer) nest(units map[string]string) error {
	var divisions []string
	for _, division := range []struct {
		name  string
		units []string
	}{
		{"Commercial", []string{"Sales", "Marketing", "Customer Service"}},
		{"Corporate", []string{"IT", "Human Resources", "Finance", "Legal", "Operations"}},
		{"Products", []string{"Engineering", "Research"}},
	} {
		var members []string
		for _, each := range division.units {
			if id, ok := units[each]; ok {
				members = append(members, id)
			}
		}
		if len(members) == 0 {
			continue
		}
		id, err := w.group(made{name: division.name, nickname: nickname(division.name), description: "Division " + division.name, owners: []string{w.org.head}, members: members})
		if err != nil {
			return err
		}
		divisions = append(divisions, id)
	}
	_, err := w.group(made{name: "All Divisions", nickname: "all-divisions", description: "Groups of groups", owners: []string{w.admin}, members: divisions})
	return err
}

// projects makes teams of people from everywhere, guests among them.
func (w *writer) projects(everyone []string) error {
	if len(everyone) == 0 {
		return nil
	}
	for i := range min(max(int(w.size)/25, 1), len(projects)) {
		var members []string
		chosen := map[string]bool{}
		take := func(id string) {
			if !chosen[id] {
				chosen[id] = true
				members = append(members, id)
			}
		}
		for range team {
			take(everyone[w.random.IntN(len(everyone))])
		}
		if len(w.guests) > 0 {
			take(w.guests[i%len(w.guests)])
		}
		if _, err := w.group(made{
			name: "Project " + projects[i], nickname: nickname("project " + projects[i]), description: "Team of project " + projects[i], team: true,
			owners: members[:1], members: members,
		}); err != nil {
			return err
		}
	}
	return nil
}

func nickname(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), " ", "-")
}

// some returns the first ids, as far as there are that many.
func some(ids []string, n int) []string { return ids[:min(n, len(ids))] }

package sample

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// told is how many employees a tenant has in full, with everything that takes memory.
const told = 1_200

// filling is a tenant on its way.
type filling struct {
	directory *directory.Directory
	size      Size
	seed      uint64
	random    *rand.Rand
	world     *world
	names     *namer
	org       *org

	company         string
	domain, initial string // of people; of the administrator and the guests
	now             time.Time
	free            bool                         // the plan has neither P1 nor P2
	passwords       bool                         // everybody needs one
	subscriptions   map[string]*directory.Object // by part number

	admin, dynamic string   // ids
	staff          []member // the employees who are told in full
	guests         []string
}

// member is what groups, licences and applications ask of an employee.
type member struct {
	id                             string
	unit                           *orgUnit // nil for the head of the company
	leads, enabled, mailed, synced bool
}

// Fill puts a sample tenant into a directory that has no users yet. The same seed and size give the same directory if it was made with
// [Options] of that seed, on the same tenant and plan, with a clock that stands still. An error leaves a directory that is filled in part.
func Fill(d *directory.Directory, size Size, seed uint64) error {
	if size < 1 || size > Max {
		return fmt.Errorf("fill directory: %d users, a tenant has 1 to %d", int(size), Max)
	}
	if n := d.Snapshot().Count(directory.User); n > 0 {
		return fmt.Errorf("fill directory: it has %d users already", n)
	}
	t := newFilling(d, size, seed)
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"dynamic group", t.dynamicGroup}, {"subscriptions", t.subscribe}, {"people", t.people}, {"licences", t.license}, {"roles", t.roles}, {"applications", t.applications},
	} {
		if err := step.do(); err != nil {
			return fmt.Errorf("fill directory: %s: %w", step.what, err)
		}
	}
	d.Process()
	return nil
}

func newFilling(d *directory.Directory, size Size, seed uint64) *filling {
	w := theWorld()
	random := rand.New(rand.NewPCG(seed, peopleStream))
	t := &filling{
		directory: d, size: size, seed: seed, random: random, world: w,
		names: &namer{random, w, map[string]int{"admin": 1}},
		org:   newOrg(w.departments, int(size)-1-guests(int(size))),
		now:   d.Snapshot().Time().UTC().Truncate(time.Second), passwords: size <= MaxPasswords,
		subscriptions: map[string]*directory.Object{},
		company:       "Contoso", domain: "contoso.example", initial: "contoso.example",
	}
	for _, each := range d.Snapshot().VerifiedDomains() {
		if each.IsDefault {
			t.domain = each.Name
		}
		if each.IsInitial {
			t.initial = each.Name
		}
	}
	for each := range d.Snapshot().Objects(directory.Organization) {
		t.company = each.String("displayName")
	}
	return t
}

// dynamicGroup makes the group that finds its members itself, and tells by it whether the plan has such groups.
func (t *filling) dynamicGroup() error {
	o, err := t.directory.Create(directory.Group, directory.Properties{
		"displayName": "Human Resources (dynamic)", "mailNickname": "human-resources-dynamic", "mailEnabled": false, "securityEnabled": true,
		"description": "Everybody in Human Resources, by rule", "groupTypes": []string{"DynamicMembership"},
		"membershipRule": `user.department -eq "Human Resources" -and user.accountEnabled -eq true`, "membershipRuleProcessingState": "On",
	})
	var refusal *directory.Error
	if errors.As(err, &refusal) && refusal.Code == directory.CodeDenied {
		t.free = true
		return nil
	}
	if err == nil {
		t.dynamic = o.ID()
	}
	return err
}

// people makes users and groups as one write.
func (t *filling) people() error {
	return t.directory.Batch(func(b *directory.Batch) error {
		w := &writer{filling: t, Batch: b, user: directory.Properties{}}
		if err := w.everybody(); err != nil {
			return err
		}
		if err := w.former(); err != nil {
			return err
		}
		return w.groups()
	})
}

// employees returns those told in full for whom a condition holds.
func (t *filling) employees(condition func(m *member) bool) []string {
	var ids []string
	for i := range t.staff {
		if condition(&t.staff[i]) {
			ids = append(ids, t.staff[i].id)
		}
	}
	return ids
}

// officer returns the id of an employee who can carry an administrator's role, another one for each number: those of the first
// department, then the head of the company; the administrator herself in a tenant that has nobody else.
func (t *filling) officer(number int) string {
	able := t.employees(func(m *member) bool { return m.enabled && m.unit != nil && m.unit == &t.org.units[0] })
	if able = append(able, t.org.head); number < len(able) && able[number] != "" {
		return able[number]
	}
	return t.admin
}

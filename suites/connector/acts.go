package connector

import (
	"context"
	"fmt"
	"maps"

	"github.com/rehearse-id/rehearse/internal/exchange"
	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// The checks that own what others take for given.
const (
	createUser  = "connector.create.user"
	createGroup = "connector.group.created"
	addMember   = "connector.group.member-reference"
	assign      = "connector.licence.assign"
)

// Person is a user of the tenant.
type Person struct {
	ID, Name, Display string
	Made              Result // of the connector's creating her; zero for who was there before
}

// Needs skips the check when the connector does not declare an operation.
func (r *Rig) Needs(operations ...Operation) {
	for _, o := range operations {
		if !r.target.description.Has(o) {
			r.Skip("the connector does not declare the operation " + string(o))
		}
	}
}

// NeedsFeature skips the check when the connector does not declare a feature.
func (r *Rig) NeedsFeature(f Feature) {
	if !r.target.description.Declares(f) {
		r.Skip("the connector does not declare the feature " + string(f))
	}
}

// NeedsAttribute skips the check when the connector does not write one of the attributes.
func (r *Rig) NeedsAttribute(t Type, names ...string) {
	for _, name := range names {
		if !r.target.description.Writes(t, name) {
			r.Skip("the connector does not declare the attribute " + name + " of a " + string(t))
		}
	}
}

// Description is what the connector says of itself.
func (r *Rig) Description() Description { return r.target.description }

// Person is the attributes of somebody new: her name, those of the others that the connector declares, and those given.
func (r *Rig) Person(more map[string]any) map[string]any {
	w := r.names.person()
	p := map[string]any{
		"userPrincipalName": w.upn(), "displayName": w.display(), "mailNickname": w.nick, "givenName": w.given, "surname": w.family, "password": password, "usageLocation": "DE",
	}
	maps.DeleteFunc(p, func(name string, _ any) bool {
		return name != "userPrincipalName" && !r.target.description.Writes(User, name)
	})
	maps.Copy(p, more)
	return p
}

// Create tells the connector to create a user with these attributes, and judges nothing.
func (r *Rig) Create(ctx context.Context, attributes map[string]any) Result {
	return r.Do(ctx, Request{Operation: Create, Type: User, Attributes: attributes})
}

// Hire has the connector create somebody. She is given: without her the check is blocked.
func (r *Rig) Hire(ctx context.Context, more map[string]any) *Person {
	return r.hire(ctx, r.Person(more))
}

// hire has the connector create somebody with these attributes and no others.
func (r *Rig) hire(ctx context.Context, attributes map[string]any) *Person {
	o := r.Create(ctx, attributes)
	name, _ := attributes["userPrincipalName"].(string)
	display, _ := attributes["displayName"].(string)
	if o.Err != nil {
		r.blockBut(createUser, "the connector did not create "+name+": "+o.Err.Error(), o.Shown()...)
	}
	if _, live := r.User(o.Answer.ID); !live {
		r.blockBut(createUser, fmt.Sprintf("the connector said that it created %s with the id %q, which no user of the tenant has", name, o.Answer.ID), o.Shown()...)
	}
	return &Person{ID: o.Answer.ID, Name: name, Display: display, Made: o}
}

// Team has the connector create a security group. It is given: without it the check is blocked.
func (r *Rig) Team(ctx context.Context) (id string) {
	r.Needs(AddMember)
	o := r.Do(ctx, Request{Operation: Create, Type: Group, Attributes: r.Group(nil)})
	if o.Err != nil {
		r.blockBut(createGroup, "the connector did not create a group: "+o.Err.Error(), o.Shown()...)
	}
	if _, live := r.GroupOf(o.Answer.ID); !live {
		r.blockBut(createGroup, fmt.Sprintf("the connector said that it created a group with the id %q, which no group of the tenant has", o.Answer.ID), o.Shown()...)
	}
	return o.Answer.ID
}

// Group is the attributes of a new security group: its name, those of the others that the connector declares, and those given.
func (r *Rig) Group(more map[string]any) map[string]any {
	tag := r.names.text(6)
	p := map[string]any{"displayName": "Crew " + tag, "mailNickname": "crew-" + tag, "mailEnabled": false, "securityEnabled": true}
	maps.DeleteFunc(p, func(name string, _ any) bool {
		return name != "displayName" && !r.target.description.Writes(Group, name)
	})
	maps.Copy(p, more)
	return p
}

// Colleague makes a user in the tenant without the connector.
func (r *Rig) Colleague(more directory.Properties) *Person {
	w := r.names.person()
	p := directory.Properties{
		"userPrincipalName": w.upn(), "displayName": w.display(), "mailNickname": w.nick, "givenName": w.given, "surname": w.family, "accountEnabled": true, "usageLocation": "DE",
		"passwordProfile": directory.PasswordProfile{Password: password},
	}
	maps.Copy(p, more)
	o := must(r.Tenant.Directory().Create(directory.User, p))
	return &Person{ID: o.ID(), Name: o.String("userPrincipalName"), Display: o.String("displayName")}
}

// Crew makes a security group in the tenant without the connector, with these members.
func (r *Rig) Crew(more directory.Properties, members ...*Person) (id string) {
	tag := r.names.text(6)
	p := directory.Properties{"displayName": "Crew " + tag, "mailNickname": "crew-" + tag, "mailEnabled": false, "securityEnabled": true}
	maps.Copy(p, more)
	d := r.Tenant.Directory()
	g := must(d.Create(directory.Group, p))
	for _, m := range members {
		check(d.AddMember(g.ID(), m.ID))
	}
	return g.ID()
}

// Colleagues are several of [Rig.Colleague].
func (r *Rig) Colleagues(n int) []*Person {
	all := make([]*Person, n)
	for i := range all {
		all[i] = r.Colleague(nil)
	}
	return all
}

// IDs are the object ids of people.
func IDs(people []*Person) []string {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	return ids
}

// Update tells the connector to change attributes of a user, and judges nothing.
func (r *Rig) Update(ctx context.Context, who *Person, attributes map[string]any) Result {
	r.Needs(Update)
	return r.Do(ctx, Request{Operation: Update, Type: User, ID: who.ID, Attributes: attributes})
}

// blockBut blocks the check by another; the check that is blamed fails itself.
func (r *Rig) blockBut(by, reason string, evidence ...*exchange.Exchange) {
	if r.Spec().ID == by {
		return
	}
	r.Block(by, reason, evidence...)
}

// Snapshot is the tenant as it is now.
func (r *Rig) Snapshot() *directory.Snapshot { return r.Tenant.Directory().Snapshot() }

// User returns a live user of the tenant.
func (r *Rig) User(id string) (*directory.Object, bool) { return r.live(id, directory.User) }

// GroupOf returns a live group of the tenant.
func (r *Rig) GroupOf(id string) (*directory.Object, bool) { return r.live(id, directory.Group) }

func (r *Rig) live(id string, t directory.Type) (*directory.Object, bool) {
	o, ok := r.Snapshot().Object(id)
	return o, ok && o.Type() == t
}

// populate puts people and groups into the tenant whom the connector has no business with.
func (r *Rig) populate() error {
	d := r.Tenant.Directory()
	for range bystanders {
		r.people = append(r.people, r.Colleague(directory.Properties{"jobTitle": "Bystander", "department": "Elsewhere", "businessPhones": []string{"+49 30 000"}}))
	}
	for _, name := range []string{"Elsewhere", "Nowhere"} {
		g, err := d.Create(directory.Group, directory.Properties{"displayName": name, "mailNickname": name, "mailEnabled": false, "securityEnabled": true})
		if err != nil {
			return fmt.Errorf("create group %s: %w", name, err)
		}
		for _, p := range r.people {
			if err := d.AddMember(g.ID(), p.ID); err != nil {
				return fmt.Errorf("add to group %s: %w", name, err)
			}
		}
		r.groups = append(r.groups, g.ID())
	}
	return nil
}

// bystanders is how many people there are besides.
const bystanders = 4

// Bystanders are the people who are in the tenant from the beginning, and nobody's business.
func (r *Rig) Bystanders() []*Person { return r.people }

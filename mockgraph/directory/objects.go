package directory

import "fmt"

// Create makes an object. Required are, of a user: userPrincipalName, displayName, mailNickname, accountEnabled; of a group:
// displayName, mailNickname, mailEnabled, securityEnabled (groupTypes ["Unified"] makes it a Microsoft 365 group); of a service
// principal: displayName (an appId is made when none is given). The error is an [*Error] when Graph would refuse.
func (d *Directory) Create(t Type, p Properties) (*Object, error) {
	n, ok := numberOf(t)
	if !ok {
		return nil, fmt.Errorf("create object: type %q is unknown", t)
	}
	var made *Object
	err := d.write(func(x *tx) error {
		table := schema[n]
		values, err := table.read(p, x)
		if err != nil {
			return err
		}
		if err := table.settable(values); err != nil {
			return err
		}
		if err := table.complete(values, x); err != nil {
			return err
		}
		o := (&Object{id: x.identify(table, values), table: table}).with(values)
		if err := x.unused(o.id); err != nil {
			return err
		}
		if err := x.unique(o); err != nil {
			return err
		}
		o.sequence = x.record(Change{Operation: Created, Type: t, ObjectID: o.id})
		x.putLive(nil, o)
		made = o
		return nil
	})
	return made, err
}

// identify returns the id of a new object.
func (x *tx) identify(t *table, values map[int]any) string {
	if t.identify != nil {
		return fold(t.identify(x, values))
	}
	return x.newID()
}

// unused refuses an id that is taken, which only a faulty source of ids brings about.
func (x *tx) unused(id string) error {
	_, live := x.view.Object(id)
	if _, recycled := x.view.Deleted(id); live || recycled || id == "" {
		return fmt.Errorf("create object: id %q is taken or empty", id)
	}
	return nil
}

// Update changes the properties given and leaves the others: nil clears, a collection is replaced whole. It returns the
// object as it is afterwards. Values that are there already change nothing, and nothing is logged when no value changes.
func (d *Directory) Update(id string, p Properties) (*Object, error) {
	var made *Object
	err := d.write(func(x *tx) error {
		before, err := x.object(id)
		if err != nil {
			return err
		}
		values, err := before.table.read(p, x)
		if err != nil {
			return err
		}
		names, err := before.table.diff(before, values)
		if err != nil {
			return err
		}
		made = before
		if len(names) == 0 {
			return nil
		}
		o := before.with(values)
		if err := x.unique(o); err != nil {
			return err
		}
		o.sequence = x.record(Change{Operation: Updated, Type: o.Type(), ObjectID: o.id, Properties: names})
		x.putLive(before, o)
		made = o
		return nil
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

// Delete removes an object: users, service principals and Microsoft 365 groups go to the recycle bin with their properties,
// memberships, manager and assignments, which nobody sees until they are restored; security groups are gone at once (see
// [WithSecurityGroupRecycling]).
func (d *Directory) Delete(id string) error {
	return d.write(func(x *tx) error {
		before, err := x.object(id)
		if err != nil {
			return err
		}
		for _, r := range relations {
			for l := range x.view.visibleLinks(r, before.id, false) {
				x.recordLink(LinkRemoved, l)
			}
		}
		o := before.with(nil)
		o.deleted = x.now.UnixNano()
		o.sequence = x.record(Change{Operation: Deleted, Type: o.Type(), ObjectID: o.id})
		x.dropLive(before)
		if before.table.recycles(before) || x.d.recycleSecurity {
			x.w.recycled[o.table.number].put(o)
			return nil
		}
		x.forget(o)
		return nil
	})
}

// Restore brings an object back from the recycle bin under the same id. It is refused when a unique value, such as the
// userPrincipalName, is taken meanwhile.
func (d *Directory) Restore(id string) (*Object, error) {
	var made *Object
	err := d.write(func(x *tx) error {
		before, err := x.recycled(id)
		if err != nil {
			return err
		}
		o := before.with(nil)
		o.deleted = 0
		if err := x.unique(o); err != nil {
			return err
		}
		o.sequence = x.record(Change{Operation: Restored, Type: o.Type(), ObjectID: o.id})
		x.w.recycled[o.table.number].drop(before)
		x.putLive(nil, o)
		x.refresh()
		for _, r := range relations {
			for l := range x.view.visibleLinks(r, o.id, false) {
				x.recordLink(LinkAdded, l)
			}
		}
		made = o
		return nil
	})
	return made, err
}

// Purge removes an object from the recycle bin for ever.
func (d *Directory) Purge(id string) error {
	return d.write(func(x *tx) error {
		o, err := x.recycled(id)
		if err != nil {
			return err
		}
		x.w.recycled[o.table.number].drop(o)
		x.forget(o)
		return nil
	})
}

// Expire purges what has been in the recycle bin for longer than [Retention] by the directory's clock and returns how many
// objects that were.
func (d *Directory) Expire() int {
	var old []*Object
	err := d.write(func(x *tx) error {
		limit := x.now.Add(-Retention).UnixNano()
		for _, table := range schema {
			for o := range x.view.DeletedObjects(table.typ) {
				if o.deleted < limit {
					old = append(old, o)
				}
			}
		}
		for _, o := range old {
			x.w.recycled[o.table.number].drop(o)
			x.forget(o)
		}
		return nil
	})
	if err != nil {
		return 0
	}
	return len(old)
}

// forget logs the end of an object that is in no tree any more and drops its links.
func (x *tx) forget(o *Object) {
	x.refresh()
	var links []link
	for _, r := range relations {
		for _, forward := range []bool{true, false} {
			for l := range x.view.links(r, o.id, forward) {
				links = append(links, l)
			}
		}
	}
	for _, l := range links {
		x.dropLink(l)
	}
	x.record(Change{Operation: Purged, Type: o.Type(), ObjectID: o.id})
}

package directory

import (
	"fmt"
	"slices"
)

// Create makes an object. Required are, of a user: userPrincipalName, displayName, mailNickname, accountEnabled; of a group:
// displayName, mailNickname, mailEnabled, securityEnabled (groupTypes ["Unified"] makes it a Microsoft 365 group); of an
// application: displayName; of a service principal: displayName (an appId is made when none is given; see
// [Directory.CreateServicePrincipal] for that of an application of this tenant); of a domain: id. The error is an [*Error] when
// Graph would refuse.
func (d *Directory) Create(t Type, p Properties) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		made, err = x.create(t, p)
		return err
	})
	return made, err
}

func (x *tx) create(t Type, p Properties) (*Object, error) { return x.createAs(t, p, knownAs{}) }

// knownAs is what the directory gives a new object itself; an empty member lets it choose.
type knownAs struct{ id, appID string }

func (x *tx) createAs(t Type, p Properties, as knownAs) (*Object, error) {
	n, ok := numberOf(t)
	if !ok {
		return nil, fmt.Errorf("create object: type %q is unknown", t)
	}
	table := schema[n]
	values, err := table.read(nil, p, x)
	if err != nil {
		return nil, err
	}
	if err := table.settable(values); err != nil {
		return nil, err
	}
	if as.appID != "" {
		values.put(table.ordinals["appId"], as.appID)
	}
	o, err := x.insert(table, values, as.id)
	x.done(values)
	return o, err
}

// insert makes an object of values that are in the form objects keep them, with an id of its own when none is given.
func (x *tx) insert(table *table, values *draft, id string) (*Object, error) {
	if err := table.complete(values, x); err != nil {
		return nil, err
	}
	if err := x.digest(table, nil, values); err != nil {
		return nil, err
	}
	if id == "" {
		id = x.identify(table, values)
	}
	o := (&Object{id: id, table: table}).with(values)
	if err := x.judge(nil, o); err != nil {
		return nil, err
	}
	if err := x.unused(o.id); err != nil {
		return nil, err
	}
	if err := x.unique(nil, o); err != nil {
		return nil, err
	}
	o.sequence = x.record(Change{Operation: Created, Type: table.typ, ObjectID: o.id})
	x.putLive(nil, o)
	return o, x.follow(nil, o)
}

// identify returns the id of a new object.
func (x *tx) identify(t *table, values *draft) string {
	switch t.typ {
	case Domain:
		return fold(text(values.value(t.ordinals["id"])))
	case OAuth2PermissionGrant:
		return t.composed(x, values, "clientId", "resourceId", "principalId")
	case SubscribedSku:
		return x.tenantID() + "_" + text(values.value(t.ordinals["skuId"]))
	case Organization:
		if id := x.tenantID(); id != "" {
			return id
		}
	default: // the others have ids that mean nothing
	}
	return x.newID()
}

// unused refuses an id that is taken, which only a faulty source of ids brings about.
func (x *tx) unused(id string) error {
	_, live := x.live(id)
	if _, recycled := x.view.Deleted(id); live || recycled || id == "" {
		return fmt.Errorf("create object: id %q is taken or empty", id)
	}
	return nil
}

// Update changes the properties given and leaves the others: nil clears, a collection is replaced whole. It returns the
// object as it is afterwards. Values that are there already change nothing, and nothing is logged when no value changes.
func (d *Directory) Update(id string, p Properties) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		made, err = x.update(id, p)
		return err
	})
	if err != nil {
		return nil, err
	}
	return made, nil
}

func (x *tx) update(id string, p Properties) (*Object, error) {
	before, err := x.object(id)
	if err != nil {
		return nil, err
	}
	values, err := before.table.read(before, p, x)
	if err != nil {
		return nil, err
	}
	if err := before.table.changeable(before, values); err != nil {
		return nil, err
	}
	o, err := x.change(before, values)
	x.done(values)
	return o, err
}

// change gives an object values that are in the form objects keep them.
func (x *tx) change(before *Object, values *draft) (*Object, error) {
	if err := x.digest(before.table, before, values); err != nil {
		return nil, err
	}
	names := before.table.diff(before, values)
	if len(values.values) == 0 {
		return before, nil
	}
	o := before.with(values)
	if err := x.judge(before, o); err != nil {
		return nil, err
	}
	if err := x.unique(before, o); err != nil {
		return nil, err
	}
	o.sequence = x.record(Change{Operation: Updated, Type: o.Type(), ObjectID: o.id, Properties: names})
	x.putLive(before, o)
	return o, x.follow(before, o)
}

// set is change by property name, for what the directory itself writes.
func (x *tx) set(before *Object, p Properties) (*Object, error) {
	values := x.draft()
	for name, v := range p {
		i, ok := before.table.ordinal(name)
		if !ok {
			return nil, fmt.Errorf("change %s: property %s is unknown", before.id, name)
		}
		values.put(i, v)
	}
	o, err := x.change(before, values)
	x.done(values)
	return o, err
}

// setOne is set for one property, by the name the table has for it.
func (x *tx) setOne(before *Object, name string, v any) (*Object, error) {
	values := x.draft()
	values.put(before.table.ordinals[name], v)
	o, err := x.change(before, values)
	x.done(values)
	return o, err
}

// Delete removes an object: users, applications, service principals, Microsoft 365 groups and security groups of the cloud (see
// [WithoutSecurityGroupRecycling]) go to the recycle bin with their properties, memberships, manager and assignments, which nobody
// sees until they are restored; distribution, mail-enabled security and synchronized groups are gone at once. With an application
// goes its service principal, with a service principal or a user the permission grants it is part of; the seats of a user's
// licences are free again.
func (d *Directory) Delete(id string) error {
	return d.write(func(x *tx) error { return x.delete(id) })
}

func (x *tx) delete(id string) error {
	before, err := x.object(id)
	if err != nil {
		return err
	}
	if err := x.deletable(before); err != nil {
		return err
	}
	var heirs []string
	if before.Type() == Group && before.has(before.table.ordinals["assignedLicenses"]) {
		heirs = slices.Collect(x.view.Members(before.id))
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
	if x.recycles(before) {
		x.putRecycled(o)
	} else {
		x.forget(o)
	}
	if err := x.dropInherited(before, heirs); err != nil {
		return err
	}
	return x.leave(before)
}

// recycles says whether a deleted object goes to the recycle bin.
func (x *tx) recycles(o *Object) bool {
	return o.table.recycles(o) && (!x.d.purgeSecurity || o.Type() != Group || isMicrosoft365(o))
}

// Restore brings an object back from the recycle bin under the same id. It is refused when a unique value, such as the
// userPrincipalName, is taken meanwhile; then p may give another. The service principal of a restored application stays in
// the recycle bin.
func (d *Directory) Restore(id string) (*Object, error) { return d.RestoreWith(id, nil) }

// RestoreWith restores an object with some properties changed, such as a userPrincipalName that is free.
func (d *Directory) RestoreWith(id string, p Properties) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		made, err = x.restore(id, p)
		return err
	})
	return made, err
}

func (x *tx) restore(id string, p Properties) (*Object, error) {
	before, err := x.recycled(id)
	if err != nil {
		return nil, err
	}
	if before.Type() == OAuth2PermissionGrant {
		if end := x.absentEnd(before); end != "" {
			return nil, notFound(end)
		}
	}
	values, err := before.table.read(before, p, x)
	if err != nil {
		return nil, err
	}
	if err := before.table.changeable(before, values); err != nil {
		return nil, err
	}
	o := before.with(values)
	o.deleted = 0
	if len(values.values) > 0 {
		if err := x.judge(before, o); err != nil {
			return nil, err
		}
	}
	if err := x.unique(nil, o); err != nil {
		return nil, err
	}
	o.sequence = x.record(Change{Operation: Restored, Type: o.Type(), ObjectID: o.id})
	x.dropRecycled(before)
	x.putLive(nil, o)
	for _, r := range relations {
		for _, forward := range []bool{true, false} {
			for l := range x.view.visibleLinks(r, o.id, forward) {
				if forward || l.from != l.to { // not twice for who is her own manager
					x.recordLink(LinkAdded, l)
				}
			}
		}
	}
	return x.comeBack(o)
}

// Purge removes an object from the recycle bin for ever.
func (d *Directory) Purge(id string) error {
	return d.write(func(x *tx) error {
		o, err := x.recycled(id)
		if err != nil {
			return err
		}
		x.purge(o)
		return nil
	})
}

func (x *tx) purge(o *Object) {
	x.dropRecycled(o)
	x.forget(o)
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
			if _, still := x.w.recycled[o.table.number].view().get(o); still { // not gone along with another
				x.purge(o)
			}
		}
		return nil
	})
	if err != nil {
		return 0
	}
	return len(old)
}

// forget logs the end of an object that is in no tree any more and drops its links and its grants.
func (x *tx) forget(o *Object) {
	var links []*link
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
	x.gone = append(x.gone, o.id)
	for _, g := range slices.Collect(x.view.DeletedObjects(OAuth2PermissionGrant)) {
		if concerns(g, o.id) {
			x.purge(g)
		}
	}
}

package directory

// Batch is many writes that become visible together, or not at all. It is valid inside the function that got it only.
type Batch struct{ x *tx }

// Batch runs a function whose writes are one: readers see none of them before it returns, and none at all when it returns an error.
// Seeding a tenant this way is several times as fast as object by object, and leaves one past snapshot.
func (d *Directory) Batch(fill func(b *Batch) error) error {
	return d.write(func(x *tx) error {
		x.remember()
		return fill(&Batch{x})
	})
}

// View returns the state with the batch's own writes so far. It changes with them and must not be kept.
func (b *Batch) View() *Snapshot { return b.x.view }

// Unchanged refuses with [CodeConcurrency] an object that another write has changed since the caller read it, so that what was worked
// out from its old values is not written over the new ones.
func (b *Batch) Unchanged(o *Object) error {
	now, err := b.x.object(o.id)
	if err == nil && now != o {
		return &Error{
			Code: CodeConcurrency, Target: o.id,
			Message: "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
		}
	}
	return err
}

// Create is [Directory.Create].
func (b *Batch) Create(t Type, p Properties) (*Object, error) { return b.x.create(t, p) }

// Update is [Directory.Update].
func (b *Batch) Update(id string, p Properties) (*Object, error) { return b.x.update(id, p) }

// Delete is [Directory.Delete].
func (b *Batch) Delete(id string) error { return b.x.delete(id) }

// RemovePassword is [Directory.RemovePassword].
func (b *Batch) RemovePassword(id, keyID string) error { return b.x.removePassword(id, keyID) }

// CreateServicePrincipal is [Directory.CreateServicePrincipal].
func (b *Batch) CreateServicePrincipal(appID string, p Properties) (*Object, error) {
	return b.x.createServicePrincipal(appID, p, knownAs{})
}

// AddMember is [Directory.AddMember].
func (b *Batch) AddMember(group, member string) error { return b.x.addMember(group, member) }

// AddOwner is [Directory.AddOwner].
func (b *Batch) AddOwner(object, owner string) error { return b.x.addOwner(object, owner) }

// SetManager is [Directory.SetManager].
func (b *Batch) SetManager(user, manager string) error { return b.x.setManager(user, manager) }

// Assign is [Directory.Assign].
func (b *Batch) Assign(principal, resource, appRole string) (Assignment, error) {
	return b.x.assign(principal, resource, appRole)
}

// AssignLicenses is [Directory.AssignLicenses].
func (b *Batch) AssignLicenses(user string, add []AssignedLicense, remove []string) (*Object, error) {
	return b.x.assignLicenses(user, add, remove)
}

package directory

import "slices"

// concerns says whether a grant names an object.
func concerns(grant *Object, id string) bool {
	return grant.text(grant.table.ordinals["clientId"]) == id || grant.text(grant.table.ordinals["resourceId"]) == id || grant.text(grant.table.ordinals["principalId"]) == id
}

// judgeGrant asks for a client and a resource that are service principals, and for a user exactly when the grant is for one.
// Source: learn.microsoft.com/graph/api/oauth2permissiongrant-post.
func (x *tx) judgeGrant(before, o *Object) error {
	if before != nil {
		return nil
	}
	for _, name := range []string{"clientId", "resourceId", "principalId"} {
		id, want := o.String(name), ServicePrincipal
		if name == "principalId" {
			want = User
			if (o.String("consentType") == "Principal") != (id != "") {
				return badRequest(name, "One or more property values specified are invalid.")
			}
			if id == "" {
				continue
			}
		}
		if other, ok := x.view.Object(id); !ok || other.Type() != want {
			return notFound(id)
		}
	}
	if _, taken := x.view.Object(o.id); taken {
		return &Error{Code: CodeSameKey, Message: "Permission entry already exists.", Target: o.id}
	}
	if old, ok := x.view.Deleted(o.id); ok {
		x.purge(old)
	}
	return nil
}

// grantsOf returns the live grants that name an object.
func (x *tx) grantsOf(id string) []*Object {
	var all []*Object
	for _, name := range []string{"clientId", "resourceId", "principalId"} {
		for g := range x.view.Seek(OAuth2PermissionGrant, name, id) {
			if !slices.Contains(all, g) {
				all = append(all, g)
			}
		}
	}
	return all
}

// dropGrants takes the grants of an object that is gone away too.
func (x *tx) dropGrants(id string) error {
	_, recycled := x.view.Deleted(id)
	for _, g := range x.grantsOf(id) {
		if err := x.delete(g.id); err != nil {
			return err
		}
		if !recycled {
			if old, ok := x.view.Deleted(g.id); ok {
				x.purge(old)
			}
		}
	}
	return nil
}

// restoreGrants brings back the grants of an object that came back, as far as their other ends are live.
func (x *tx) restoreGrants(id string) error {
	for _, g := range slices.Collect(x.view.DeletedObjects(OAuth2PermissionGrant)) {
		if concerns(g, id) && x.absentEnd(g) == "" {
			if _, err := x.restore(g.id, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// absentEnd returns the id of an object a grant names that is not live, "" for none.
func (x *tx) absentEnd(g *Object) string {
	for _, name := range []string{"clientId", "resourceId", "principalId"} {
		if end := g.String(name); end != "" && !x.view.isLive(end) {
			return end
		}
	}
	return ""
}

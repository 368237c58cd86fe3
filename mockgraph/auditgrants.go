package mockgraph

import (
	"encoding/json"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// assigned is the application and the principal of an app-role assignment that began or ended.
func assigned(a *auditing) []directory.TargetResource {
	found, ok := a.before.Assignment(a.otherKey())
	if !ok {
		if found, ok = a.after.Assignment(a.answeredID()); !ok {
			return itself(a)
		}
	}
	resource, principal := a.either(found.ResourceID), a.either(found.PrincipalID)
	if resource == nil || principal == nil {
		return itself(a)
	}
	a.named = principal
	first := resourceOf(resource)
	value := found.AppRoleID
	for _, role := range resource.AppRoles() {
		if role.ID == found.AppRoleID && role.Value != "" {
			value = role.Value
		}
	}
	first.ModifiedProperties = []directory.ModifiedProperty{{DisplayName: "AppRole.Value", NewValue: quotedText(value)}}
	return []directory.TargetResource{first, resourceOf(principal)}
}

// granted is the resource and the client of a delegated permission grant, with the scopes.
func granted(a *auditing) []directory.TargetResource {
	id := a.call.vars["id"]
	if id == "" {
		id = a.answeredID()
	}
	var scopes [2]string
	var known *directory.Object
	for i, s := range []*directory.Snapshot{a.before, a.after} {
		if o, ok := s.Object(id); ok {
			known, scopes[i] = o, o.String("scope")
		}
	}
	if known == nil {
		return nil
	}
	var all []directory.TargetResource
	for _, name := range []string{"resourceId", "clientId"} {
		if o := a.either(known.String(name)); o != nil {
			all = append(all, resourceOf(o))
		}
	}
	if len(all) > 0 {
		all[0].ModifiedProperties = []directory.ModifiedProperty{{
			DisplayName: "DelegatedPermissionGrant.Scope", OldValue: quotedText(scopes[0]), NewValue: quotedText(scopes[1]),
		}}
	}
	return all
}

// either finds an object before the call or after it.
func (a *auditing) either(id string) *directory.Object {
	o, ok := a.after.Object(id)
	if !ok {
		o, _ = a.before.Object(id)
	}
	return o
}

// invited is the user an invitation made.
func invited(a *auditing) []directory.TargetResource {
	var body struct {
		InvitedUser struct {
			ID string `json:"id"`
		} `json:"invitedUser"`
	}
	if json.Unmarshal(a.call.reply.body, &body) != nil {
		return nil
	}
	if o := a.either(strings.ToLower(body.InvitedUser.ID)); o != nil {
		return []directory.TargetResource{resourceOf(o)}
	}
	return nil
}

// instantiated is the service principal a template made.
func instantiated(a *auditing) []directory.TargetResource {
	var body struct {
		ServicePrincipal struct {
			ID string `json:"id"`
		} `json:"servicePrincipal"`
	}
	if json.Unmarshal(a.call.reply.body, &body) != nil {
		return nil
	}
	if o := a.either(strings.ToLower(body.ServicePrincipal.ID)); o != nil {
		return []directory.TargetResource{resourceOf(o)}
	}
	return nil
}

// roleGiven is the principal and the role of an assignment that began.
func roleGiven(a *auditing) []directory.TargetResource {
	made, ok := a.after.RoleAssignment(a.answeredID())
	return a.rolePair(made, ok, false)
}

// roleTaken is the same of one that ended.
func roleTaken(a *auditing) []directory.TargetResource {
	was, ok := a.before.RoleAssignment(a.call.vars["id"])
	return a.rolePair(was, ok, true)
}

func (a *auditing) rolePair(of directory.RoleAssignment, known, ended bool) []directory.TargetResource {
	if !known {
		return nil
	}
	a.subject, _ = a.after.Lookup(directory.DirectoryRole, "roleTemplateId", of.RoleDefinitionID)
	return a.pair(of.PrincipalID, ended)
}

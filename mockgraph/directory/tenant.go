package directory

import (
	"fmt"
	"slices"
	"strings"
)

// Plan is the edition of Entra ID a tenant has.
type Plan uint8

// The editions.
const (
	PlanP2 Plan = iota
	PlanP1
	PlanFree // no groups in applications, no dynamic groups
)

// WithPlan sets the edition, P2 by default. Without P1 or P2 groups cannot be assigned to applications and cannot be dynamic.
// Source: learn.microsoft.com/entra/identity/enterprise-apps/assign-user-or-group-access-portal.
func WithPlan(p Plan) Option { return func(d *Directory) { d.plan = p } }

// WithTenant makes the tenant itself: its organization with that id and its initial domain, such as contoso.onmicrosoft.com. A
// directory without it has neither, and takes user names on any domain.
func WithTenant(id, displayName, initialDomain string) Option {
	return func(d *Directory) { d.founding = &founding{fold(id), displayName, fold(initialDomain)} }
}

type founding struct{ id, name, domain string }

// found makes the organization and its domain.
func (d *Directory) found(f founding) error {
	return d.write(func(x *tx) error {
		if _, err := x.create(Organization, Properties{"displayName": f.name}); err != nil {
			return err
		}
		_, err := x.create(Domain, Properties{
			"id": f.domain, "isInitial": true, "isDefault": true, "isVerified": true, "supportedServices": []string{"Email", "OfficeCommunicationsOnline"},
		})
		return err
	})
}

// tenantID is the id of the organization, "" when there is none.
func (x *tx) tenantID() string {
	if x.d.founding != nil {
		return x.d.founding.id
	}
	return x.view.TenantID()
}

// TenantID returns the id of the organization, "" when there is none.
func (s *Snapshot) TenantID() string {
	for o := range s.Objects(Organization) {
		return o.id
	}
	return ""
}

// VerifiedDomains returns the verified domains as the organization shows them, in the order of their names.
func (s *Snapshot) VerifiedDomains() []VerifiedDomain {
	var all []VerifiedDomain
	for d := range s.Objects(Domain) {
		if d.Bool("isVerified") {
			all = append(all, VerifiedDomain{
				Capabilities: strings.Join(d.Strings("supportedServices"), ", "), IsDefault: d.Bool("isDefault"), IsInitial: d.Bool("isInitial"),
				Name: d.id, Type: d.String("authenticationType"),
			})
		}
	}
	return all
}

// VerifyDomain makes a domain a verified one.
// Source: learn.microsoft.com/graph/api/domain-verify.
func (d *Directory) VerifyDomain(name string) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		o, err := x.object(name)
		if err != nil {
			return err
		}
		if o.Type() != Domain {
			return notFound(name)
		}
		made, err = x.set(o, Properties{"isVerified": true})
		return err
	})
	return made, err
}

// followDomain keeps one domain the default.
func (x *tx) followDomain(o *Object) error {
	if !o.Bool("isDefault") {
		return nil
	}
	for _, other := range slices.Collect(x.view.Objects(Domain)) {
		if other.id != o.id && other.Bool("isDefault") {
			if _, err := x.set(other, Properties{"isDefault": false}); err != nil {
				return err
			}
		}
	}
	return nil
}

// deletableDomain refuses the initial domain and one that users, groups or applications still use.
// Source: learn.microsoft.com/graph/api/domain-delete.
func (x *tx) deletableDomain(o *Object) error {
	used := o.Bool("isInitial") || o.Bool("isDefault")
	for u := range x.view.Objects(User) {
		if used = used || strings.HasSuffix(fold(u.String("userPrincipalName")), "@"+o.id); used {
			break
		}
	}
	for a := range x.view.Objects(Application) {
		if used {
			break
		}
		used = slices.ContainsFunc(a.strings("identifierUris"), func(uri string) bool { return strings.Contains(fold(uri), "//"+o.id) })
	}
	if used {
		return badRequest(o.id, "Domain '%s' cannot be deleted because it is in use or is the initial or default domain.", o.id)
	}
	return nil
}

// RoleTemplate is a role every tenant can activate.
type RoleTemplate struct{ ID, DisplayName, Description string }

// RoleTemplates returns the built-in roles, by name.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference.
func RoleTemplates() []RoleTemplate {
	return []RoleTemplate{
		{"9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator", "Can create and manage all aspects of app registrations and enterprise apps."},
		{"158c047a-c907-4556-b7ef-446551a6b5f7", "Cloud Application Administrator", "Can create and manage all aspects of app registrations and enterprise apps except App Proxy."},
		{"88d8e3e3-8f55-4a1e-953a-9b9898b8876b", "Directory Readers", "Can read basic directory information."},
		{"62e90394-69f5-4237-9190-012177145e10", "Global Administrator", "Can manage all aspects of Microsoft Entra ID and Microsoft services that use it."},
		{"f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader", "Can read everything that a Global Administrator can, but not update anything."},
		{"fdd7a751-b60b-444a-984c-02652fe8fa1c", "Groups Administrator", "Can manage all aspects of groups and group settings."},
		{"95e79109-95c0-4d8e-aee3-d01accf2d47b", "Guest Inviter", "Can invite guest users."},
		{"729827e3-9c14-49f7-bb1b-9608f156bbb8", "Helpdesk Administrator", "Can reset passwords for non-administrators."},
		{"4d6ac14f-3453-41d0-bef9-a3e0c569773a", "License Administrator", "Can manage product licenses on users and groups."},
		{"7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "Privileged Authentication Administrator", "Can reset authentication methods of any user."},
		{"e8611ab8-c189-46e8-94e1-60213ab1f814", "Privileged Role Administrator", "Can manage role assignments."},
		{"fe930be7-5e62-47db-91af-98c3a49a38b1", "User Administrator", "Can manage all aspects of users and groups."},
	}
}

const messageRoleConflict = "A conflicting object with one or more of the specified property values is present in the directory."

// ActivateRole makes the directory role of a template.
// Source: learn.microsoft.com/graph/api/directoryrole-post-directoryroles.
func (d *Directory) ActivateRole(template string) (made *Object, err error) {
	err = d.write(func(x *tx) error {
		if _, taken := x.view.Lookup(DirectoryRole, "roleTemplateId", template); taken {
			return badRequest("roleTemplateId", messageRoleConflict)
		}
		made, err = x.activate(template)
		return err
	})
	return made, err
}

func (x *tx) activate(template string) (*Object, error) {
	for _, each := range RoleTemplates() {
		if strings.EqualFold(each.ID, template) {
			return x.create(DirectoryRole, Properties{"displayName": each.DisplayName, "description": each.Description, "roleTemplateId": each.ID})
		}
	}
	return nil, &Error{Code: CodeNotFound, Message: fmt.Sprintf("Role template '%s' does not exist.", template), Target: template}
}

// AssignRole makes a user, a service principal or a group that may carry roles a member of a directory role, given by its id or its
// template's; a role that is not active yet is activated.
// Source: learn.microsoft.com/graph/api/rbacapplication-post-roleassignments.
func (d *Directory) AssignRole(principal, role string) error {
	return d.write(func(x *tx) error {
		o, ok := x.view.role(role)
		if !ok {
			made, err := x.activate(role)
			if err != nil {
				return err
			}
			o = made
		}
		_, p, l, err := x.pair(RoleMembers, o.id, principal)
		if err != nil {
			return err
		}
		if p.Type() != User && p.Type() != ServicePrincipal && (p.Type() != Group || !p.Bool("isAssignableToRole")) {
			return badRequest(p.id, "Only role-assignable groups, users and service principals can be assigned to a role.")
		}
		if _, exists := x.view.forward.get(l); exists {
			return badRequest(p.id, messageRoleConflict)
		}
		x.putLink(l)
		x.recordLink(LinkAdded, l)
		return nil
	})
}

// UnassignRole ends the membership in a directory role.
func (d *Directory) UnassignRole(principal, role string) error {
	return d.write(func(x *tx) error {
		o, ok := x.view.role(role)
		if !ok {
			return notFound(role)
		}
		_, p, l, err := x.pair(RoleMembers, o.id, principal)
		if err != nil {
			return err
		}
		if _, exists := x.view.forward.get(l); !exists {
			return notFound(p.id)
		}
		x.dropLink(l)
		x.recordLink(LinkRemoved, l)
		return nil
	})
}

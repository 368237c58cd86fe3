package refconnector

import "slices"

// Permissions returns the application permissions of Microsoft Graph that the connector needs, the least privileged that serve all it
// does, in alphabetical order:
//
//   - Group.ReadWrite.All makes, changes and deletes groups and their members,
//   - Organization.Read.All reads the organization when the configuration is tested,
//   - User-PasswordProfile.ReadWrite.All changes passwords, which User.ReadWrite.All alone does not allow,
//   - User.ReadWrite.All does the rest: accounts, managers, licences, sessions, restoring.
//
// Source: learn.microsoft.com/graph/permissions-reference and the page of each method.
func Permissions() []string {
	return []string{"Group.ReadWrite.All", "Organization.Read.All", "User-PasswordProfile.ReadWrite.All", "User.ReadWrite.All"}
}

// Permissions returns what this connector asks an administrator to consent to: [Permissions], unless a fault asks for others.
func (c *Connector) Permissions() []string {
	asked := Permissions()
	for _, h := range c.hooks {
		if h.permissions != nil {
			asked = h.permissions(asked)
		}
	}
	return slices.Clone(asked)
}

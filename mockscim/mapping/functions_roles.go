package mapping

import "strings"

// roleTable is one function per role format.
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes, "Provisioning a role to a
// SCIM app".
func roleTable() []function {
	var list []function
	for _, format := range RoleFormats() {
		list = append(list, function{name: string(format), params: params(required, "source"), run: roleFunction(format)})
	}
	return list
}

func roleFunction(format RoleFormat) func(*call) (any, error) {
	return func(c *call) (any, error) {
		v, err := c.value(0)
		if err != nil || v == nil {
			return nil, err
		}
		roles, ok := v.([]Role)
		if !ok {
			return nil, c.fail(0, "needs the attribute [appRoleAssignments]")
		}
		if format != AssertiveRoles && len(roles) == 0 {
			return null, nil
		}
		if format == SingleRole {
			roles = roles[:1]
		}
		return Roles{Format: format, Roles: append([]Role(nil), roles...)}, nil
	}
}

func roleFunctions() string {
	var names []string
	for _, format := range RoleFormats() {
		names = append(names, string(format))
	}
	return strings.Join(names, ", ")
}

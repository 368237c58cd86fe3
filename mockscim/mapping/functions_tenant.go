package mapping

// tenantFunctions ask more than one object's values.
// Source: the functions page; learn.microsoft.com/graph/api/synchronization-synchronizationschema-functions.
func tenantFunctions() []function {
	return []function{
		{name: "AppRoleAssignments", params: params(required, "source"), run: appRoleAssignments},
		{name: "DefaultDomain", run: defaultDomain},
		{name: "Redact", params: params(required, "value"), run: func(c *call) (any, error) { return c.value(0) }},
		{
			name: "SelectUniqueValue", params: params(required, "uniqueValueRule1", "uniqueValueRule2"), repeat: 1, run: selectUniqueValue,
		},
	}
}

// appRoleAssignments lists the roles by name. What the function returns is not documented.
func appRoleAssignments(c *call) (any, error) {
	v, err := c.value(0)
	if err != nil || empty(v) {
		return nil, err
	}
	roles, ok := v.([]Role)
	if !ok {
		return nil, c.fail(0, "needs the attribute [appRoleAssignments]")
	}
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = role.Text()
	}
	return names, nil
}

func defaultDomain(c *call) (any, error) {
	if c.in.env.DefaultDomain == "" {
		return null, nil
	}
	return c.in.env.DefaultDomain, nil
}

// selectUniqueValue evaluates one rule after the other and takes the first value the target does not have. When it has them all the
// object fails, and is tried again.
func selectUniqueValue(c *call) (any, error) {
	if c.in.env.IsTaken == nil {
		return nil, c.fail(-1, "it is for applications of Active Directory; this one cannot be asked for unique values")
	}
	for i := range c.node.args {
		value, ok, err := c.text(i)
		if err != nil {
			return nil, err
		}
		if !ok || value == "" {
			continue
		}
		taken, err := c.in.env.IsTaken(c.in.target, value)
		if err != nil {
			return nil, c.fail(i, "cannot ask whether the value is taken: %v", err)
		}
		if !taken {
			return value, nil
		}
	}
	return nil, c.fail(-1, "every value is taken in the target or empty")
}

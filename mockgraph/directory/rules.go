package directory

import "strings"

// digest looks into values before they become part of an object: what must not be kept as it came is replaced.
func (x *tx) digest(t *table, before *Object, values *draft) error {
	if t.typ == User {
		return x.takePassword(before, values)
	}
	return nil
}

// judge refuses an object that breaks a rule over several properties or objects; before is nil for a new one.
func (x *tx) judge(before, o *Object) error {
	switch o.Type() {
	case User:
		return x.judgeUser(before, o)
	case Group:
		return x.judgeGroup(before, o)
	case AdministrativeUnit:
		return x.judgeRule(before, o)
	case Application:
		return x.judgeApplication(before, o)
	case OAuth2PermissionGrant:
		return x.judgeGrant(before, o)
	default:
		return nil
	}
}

// follow does what a creation or a change brings along in other objects.
func (x *tx) follow(before, o *Object) error {
	switch o.Type() {
	case Group:
		if before != nil && isDynamic(o) && !isDynamic(before) {
			x.dropMembers(Members, o.id)
		}
	case AdministrativeUnit:
		if before != nil && isDynamic(o) && !isDynamic(before) {
			x.dropMembers(UnitMembers, o.id)
		}
	case Application:
		if before != nil {
			return x.followApplication(o)
		}
	case Domain:
		return x.followDomain(o)
	default: // nothing follows
	}
	return nil
}

// deletable refuses to delete what others need.
func (x *tx) deletable(o *Object) error {
	switch o.Type() {
	case Domain:
		return x.deletableDomain(o)
	case Group:
		if licenses := Value[[]AssignedLicense](o, "assignedLicenses"); len(licenses) > 0 && x.d.keepLicensedGroups {
			return badRequest(o.id, "The group cannot be deleted because it has licenses assigned to it.")
		}
	case Organization:
		return denied(o.id)
	default: // everybody else may go
	}
	return nil
}

// leave does what the end of an object brings along in others.
func (x *tx) leave(o *Object) error {
	switch o.Type() {
	case User:
		if err := x.releaseSeats(o); err != nil {
			return err
		}
	case Application:
		if p, ok := x.view.Lookup(ServicePrincipal, "appId", o.String("appId")); ok {
			return x.delete(p.id)
		}
		return nil
	case ServicePrincipal:
	default:
		return nil
	}
	return x.dropGrants(o.id)
}

// comeBack does what the return of an object brings along in others and in itself.
func (x *tx) comeBack(o *Object) (*Object, error) {
	if err := x.restoreGrants(o.id); err != nil {
		return nil, err
	}
	if o.Type() == User {
		return x.retakeSeats(o)
	}
	return o, nil
}

func denied(target string) error {
	return &Error{Code: CodeDenied, Message: "Insufficient privileges to complete the operation.", Target: target}
}

// judgeUser asks that the name stands on a domain of the tenant. A directory without domains takes any.
func (x *tx) judgeUser(before, o *Object) error {
	name := o.String("userPrincipalName")
	if before != nil && strings.EqualFold(name, before.String("userPrincipalName")) || x.view.Count(Domain) == 0 {
		return nil
	}
	_, domain, _ := strings.Cut(name, "@")
	if d, ok := x.live(domain); ok && d.Type() == Domain && d.Bool("isVerified") {
		return nil
	}
	return &Error{
		Code: CodeBadRequest, Target: "userPrincipalName", Detail: DetailInvalidValue,
		Message: "The domain portion of the userPrincipalName property is invalid. You must use one of the verified domain names in your organization.",
	}
}

// judgeGroup asks for a rule that can be read, and a group that carries roles to be static.
func (x *tx) judgeGroup(before, o *Object) error {
	if err := x.judgeRule(before, o); err != nil {
		return err
	}
	if o.Bool("isAssignableToRole") && (isDynamic(o) || !o.Bool("securityEnabled")) {
		return badRequest("isAssignableToRole", "One or more property values specified are invalid.")
	}
	return nil
}

// judgeRule asks what is dynamic for a rule that can be read, and everybody else for none.
func (x *tx) judgeRule(before, o *Object) error {
	rule := o.String("membershipRule")
	if before == nil || rule != before.String("membershipRule") || isDynamic(o) != isDynamic(before) {
		if isDynamic(o) {
			if x.d.plan == PlanFree {
				return denied(o.id)
			}
			if _, err := parseRule(rule); err == nil {
				return nil
			}
		} else if rule == "" {
			return nil
		}
		return badRequest("membershipRule", "One or more property values specified are invalid.")
	}
	return nil
}

func (x *tx) dropMembers(r Relation, id string) {
	var members []*link
	for l := range x.view.links(r, id, true) {
		members = append(members, l)
	}
	for _, l := range members {
		x.recordLink(LinkRemoved, l)
		x.dropLink(l)
	}
}

package refconnector

import (
	"context"
	"fmt"
)

// Class is a kind of object, under ConnId's name for it.
type Class string

// The classes of objects.
const (
	Account Class = "__ACCOUNT__" // a user of the tenant
	Group   Class = "__GROUP__"
)

// set is Graph's entity set of the class.
func (c Class) set() string {
	if c == Group {
		return "groups"
	}
	return "users"
}

// The special attributes of ConnId. The others have Graph's own names; [Attributes] lists them.
const (
	nameAttribute     = "__NAME__"
	passwordAttribute = "__PASSWORD__"
	enableAttribute   = "__ENABLE__"
	licenceAttribute  = "azureLicense"
	managerAttribute  = "manager"
)

// Attributes are the values of an object: string, bool, []string, or nil, which clears.
//
// Accounts have __NAME__ (the user principal name; a bare name gets the configured domain), __PASSWORD__, __ENABLE__ (bool), mailNickname,
// displayName, userPrincipalName, givenName, surname, mail, usageLocation (two letters), azureLicense (one SKU id or several: the direct
// licences the account shall have), jobTitle, department, companyName, employeeId, employeeType, officeLocation, streetAddress, city,
// state, postalCode, country, mobilePhone, faxNumber, businessPhones ([]string), otherMails ([]string), preferredLanguage,
// employeeHireDate (RFC 3339, or a date alone), ageGroup, consentProvidedForMinor, manager (object id) and
// onPremisesExtensionAttributes.extensionAttribute1 to 15.
//
// Groups have __NAME__ (or displayName), description, mailNickname, mailEnabled, securityEnabled, groupTypes ([]string).
//
// An attribute without a value is not in what is read.
type Attributes map[string]any

// Object is a user or group as it was read.
type Object struct {
	Class      Class
	ID         string // Graph's object id
	Name       string // user principal name or display name
	Attributes Attributes
}

// Filter selects the objects whose attribute has the value (of a collection: one of its values). The zero value selects all.
type Filter struct {
	Attribute string // "id" or one of [Attributes]
	Value     string // bools are "true" and "false"
}

// Change is one difference since the last [Connector.Sync].
type Change struct {
	Object  Object // of a deleted one the id alone
	Deleted bool
}

// Restarted is the error of [Connector.Sync] when its token was too old: what it returns besides is not the difference but all objects
// that exist, and what is not among them is gone. The new token is good.
// Source: learn.microsoft.com/graph/delta-query-overview, synchronization reset.
type Restarted struct { //nolint:errname // it says what happened; most of what is returned with it is good
	Class  Class
	Reason string // Graph's words
}

func (e *Restarted) Error() string {
	return fmt.Sprintf("read changes of %s: the token has expired, so these are all of them: %s", e.Class.set(), e.Reason)
}

// operation is what a method was asked to do, and what came of it.
type operation struct {
	name       string // test, create, update, enable, disable, delete, restore, addMembers, removeMembers, setLicences, read, search, sync
	class      Class
	id         string
	attributes Attributes
	members    []string
	add        []string // licences
	remove     []string // licences
	filter     Filter
	token      string // of changes

	wanted  *wanted        // what the attributes ask for, once they were read
	current map[string]any // the object as Graph answered it before a change

	made    string // id of the created object
	objects []Object
	changes []Change
	next    string // token
}

// step is one part of an operation.
type step struct {
	name string
	do   func(ctx context.Context) error
}

// run carries out an operation, bent by the faults.
func (c *Connector) run(ctx context.Context, o *operation, do func(context.Context, *operation) error) error {
	next := func(ctx context.Context) error { return do(ctx, o) }
	for _, h := range c.hooks {
		if h.operation != nil {
			inner := next
			next = func(ctx context.Context) error { return h.operation(ctx, c, o, inner) }
		}
	}
	return next(ctx)
}

// walk carries out the steps of an operation until one fails.
func (c *Connector) walk(ctx context.Context, o *operation, steps []step) error {
	for _, s := range c.bendSteps(o, steps) {
		if err := s.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

package permission

import (
	"slices"
	"strings"
)

// userWriter is a permission that reaches properties of a user in PATCH.
type userWriter struct {
	permission string
	also       string   // needed beside it; "" is nothing
	delegated  bool     // counts with a user signed in only
	own        bool     // reaches the signed-in user only
	properties []string // those it reaches; nil are all but the guarded
}

// userWriters are in the order of what they give, least first.
// Source: learn.microsoft.com/graph/api/user-update, permissions and permissions for specific scenarios.
var userWriters = []userWriter{
	{permission: "User.EnableDisableAccount.All", also: "User.Read.All", properties: []string{"accountEnabled"}},
	{permission: "User-PasswordProfile.ReadWrite.All", properties: []string{"passwordProfile"}},
	{permission: "User.ManageIdentities.All", properties: []string{"identities"}},
	{permission: "User-Phone.ReadWrite.All", properties: []string{"businessPhones", "mobilePhone"}},
	{permission: "User-Mail.ReadWrite.All", properties: []string{"otherMails"}},
	{permission: "User.ReadWrite", delegated: true, own: true},
	{permission: "User.ReadWrite.All"},
	{permission: "Directory.ReadWrite.All"},
	{permission: "Directory.AccessAsUser.All", delegated: true, properties: []string{"passwordProfile"}},
}

// guarded are properties no broad permission reaches: they need one that names them.
// Source: learn.microsoft.com/graph/api/user-update: passwordProfile needs User-PasswordProfile.ReadWrite.All.
var guarded = []string{"passwordProfile"}

// heldElsewhere are properties of the profile, kept by SharePoint, which an app-only token does not write.
// Source: learn.microsoft.com/graph/api/user-update.
var heldElsewhere = []string{
	"aboutMe", "birthday", "hireDate", "interests", "mySite", "pastProjects", "preferredName", "responsibilities", "schools", "skills",
}

// DeniedUserWrites returns which of the properties named in the body of PATCH /users/{id} the caller's permissions do not reach,
// in the order given; nil when they reach all. Any denied name makes the whole request a 403. self says that the target is the
// signed-in user.
//
// Names are Graph's; letter case and what follows a slash (onPremisesExtensionAttributes/extensionAttribute1) do not matter, and
// annotations (@odata.type) are never denied. Setting a password for a user that is being created needs no permission beyond
// that for POST /users: this is about updates.
func DeniedUserWrites(c Caller, self bool, properties []string) []string {
	var denied []string
	for _, name := range properties {
		if _, ok := userWriterFor(c, self, name); !ok {
			denied = append(denied, name)
		}
	}
	return denied
}

// UsedForUserWrites returns the permissions the caller needs for the properties named, the least privileged of those held for
// each, each once and in the order of the properties. Denied properties add nothing.
func UsedForUserWrites(c Caller, self bool, properties []string) []string {
	var used []string
	for _, name := range properties {
		w, ok := userWriterFor(c, self, name)
		for _, permission := range []string{w.permission, w.also} {
			if ok && permission != "" && !slices.Contains(used, permission) {
				used = append(used, permission)
			}
		}
	}
	return used
}

// userWriterFor finds the least privileged permission held that reaches a property. An annotation needs none.
func userWriterFor(c Caller, self bool, property string) (userWriter, bool) {
	if annotation(property) {
		return userWriter{}, true
	}
	property = first(property)
	if c.AppOnly && containsFold(heldElsewhere, property) {
		return userWriter{}, false
	}
	for _, w := range userWriters {
		if w.reaches(property) && w.counts(c, self) {
			return w, true
		}
	}
	return userWriter{}, false
}

func (w userWriter) counts(c Caller, self bool) bool {
	return c.holds(w.permission) && (w.also == "" || c.holds(w.also)) && (!w.delegated || !c.AppOnly) && (!w.own || self)
}

func (w userWriter) reaches(property string) bool {
	if w.properties == nil {
		return !containsFold(guarded, property)
	}
	return containsFold(w.properties, property)
}

// annotation tells @odata.type and manager@odata.bind from properties.
func annotation(name string) bool { return strings.Contains(name, "@") }

// first is the property of a path: onPremisesExtensionAttributes of onPremisesExtensionAttributes/extensionAttribute1.
func first(path string) string {
	name, _, _ := strings.Cut(path, "/")
	return name
}

func containsFold(names []string, name string) bool {
	return slices.ContainsFunc(names, func(each string) bool { return strings.EqualFold(each, name) })
}

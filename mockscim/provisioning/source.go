package provisioning

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
)

// sourceObject shows an object of the directory under the names of Entra's mapping editor, which are older than Graph's.
type sourceObject struct {
	*directory.Object

	scope scope
	// soft is what IsSoftDeleted says: unassigned, out of scope, in the recycle bin, or blocked from signing in.
	// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes, "IsSoftDeleted".
	soft bool
}

// sourceNames gives the Graph name of mapping-editor names that differ from it, if only in case; the keys are in lower case.
var sourceNames = map[string]string{
	"mobile":                       "mobilePhone",
	"physicaldeliveryofficename":   "officeLocation",
	"facsimiletelephonenumber":     "faxNumber",
	"facsimile-telephonenumber":    "faxNumber",
	"companyname":                  "companyName",
	"surname":                      "surname",
	"givenname":                    "givenName",
	"originaluserprincipalname":    "userPrincipalName",
	"displayname":                  "displayName",
	"jobtitle":                     "jobTitle",
	"mailnickname":                 "mailNickname",
	"employeeid":                   "employeeId",
	"preferredlanguage":            "preferredLanguage",
	"streetaddress":                "streetAddress",
	"postalcode":                   "postalCode",
	"usagelocation":                "usageLocation",
	"othermails":                   "otherMails",
	"othermail":                    "otherMails",
	"proxyaddresses":               "proxyAddresses",
	"usertype":                     "userType",
	"accountenabled":               "accountEnabled",
	"passwordpolicies":             "passwordPolicies",
	"immutableid":                  "onPremisesImmutableId",
	"dirsyncenabled":               "onPremisesSyncEnabled",
	"onpremisessecurityidentifier": "onPremisesSecurityIdentifier",
	"securityenabled":              "securityEnabled",
	"mailenabled":                  "mailEnabled",
}

// sourceComputed are the attributes that are not a property of the object.
var sourceComputed = map[string]func(sourceObject) any{
	"id":                 func(s sourceObject) any { return s.ID() },
	"objectid":           func(s sourceObject) any { return s.ID() },
	"issoftdeleted":      func(s sourceObject) any { return boolean(s.soft) },
	"telephonenumber":    func(s sourceObject) any { return first(s.Strings("businessPhones")) },
	"userprincipalname":  func(s sourceObject) any { return text(withoutGuestSuffix(s.String("userPrincipalName"))) },
	"manager":            func(s sourceObject) any { id, _ := s.scope.snap.Manager(s.ID()); return text(id) },
	"sipproxyaddress":    func(s sourceObject) any { return s.sipAddress() },
	"approleassignments": func(s sourceObject) any { return s.scope.roles(s.ID()) },
	// Memberships go out one by one, not as a value of the group.
	"members": func(sourceObject) any { return nil },
}

// Attribute implements [mapping.Source].
func (s sourceObject) Attribute(name string) any {
	var few [64]byte
	folded := appendLower(few[:0], name)
	if compute, ok := sourceComputed[string(folded)]; ok {
		return compute(s)
	}
	if number, ok := bytes.CutPrefix(folded, extensionPrefix); ok {
		return s.extensionAttribute(string(number))
	}
	if known, ok := sourceNames[string(folded)]; ok {
		name = known
	}
	value := s.Property(name)
	switch v := value.(type) {
	case string:
		if v == "" {
			return nil
		}
		return value
	case []string:
		if len(v) == 0 {
			return nil
		}
		return value
	case bool:
		return value
	case time.Time:
		if v.IsZero() {
			return nil
		}
		return v.UTC().Format("2006-01-02T15:04:05Z")
	default:
		return nil
	}
}

var extensionPrefix = []byte("extensionattribute")

// appendLower appends a name in lower case. One that is not ASCII has no row in the tables, however it is written.
func appendLower(to []byte, name string) []byte {
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		to = append(to, c)
	}
	return to
}

// extensionAttribute is one of the fifteen attributes of Exchange, by its number as text.
func (s sourceObject) extensionAttribute(number string) any {
	e, ok := s.Property("onPremisesExtensionAttributes").(directory.ExtensionAttributes)
	n, err := strconv.Atoi(number)
	if !ok || err != nil {
		return nil
	}
	all := [...]*string{
		e.ExtensionAttribute1, e.ExtensionAttribute2, e.ExtensionAttribute3, e.ExtensionAttribute4, e.ExtensionAttribute5,
		e.ExtensionAttribute6, e.ExtensionAttribute7, e.ExtensionAttribute8, e.ExtensionAttribute9, e.ExtensionAttribute10,
		e.ExtensionAttribute11, e.ExtensionAttribute12, e.ExtensionAttribute13, e.ExtensionAttribute14, e.ExtensionAttribute15,
	}
	if n < 1 || n > len(all) || all[n-1] == nil {
		return nil
	}
	return text(*all[n-1])
}

// sipAddress is the first address of a user's proxyAddresses for voice and messages.
func (s sourceObject) sipAddress() any {
	for _, address := range s.Strings("proxyAddresses") {
		if len(address) > 4 && strings.EqualFold(address[:4], "sip:") {
			return address[4:]
		}
	}
	return nil
}

// text is nil for an empty string: an attribute without a value is null.
func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func first(values []string) any {
	if len(values) == 0 {
		return nil
	}
	return text(values[0])
}

// boolean writes a boolean as the mapping editor's functions compare it.
func boolean(b bool) any {
	if b {
		return "True"
	}
	return "False"
}

// withoutGuestSuffix gives a guest's name as the mapping editor shows userPrincipalName: without #EXT# and the tenant's
// domain, which originalUserPrincipalName keeps.
// Source: learn.microsoft.com/entra/identity/app-provisioning/how-provisioning-works, B2B guest users.
func withoutGuestSuffix(upn string) string {
	if i := strings.Index(upn, "#EXT#@"); i > 0 {
		return upn[:i]
	}
	return upn
}

var _ mapping.Source = sourceObject{}

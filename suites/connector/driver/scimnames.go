package driver

import (
	"maps"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockscim/scim"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// attributes are the SCIM attributes of Graph's properties: Entra's default mapping, and the two that it has no row for.
// Sources: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, default user and group mapping;
// RFC 7643 section 4.1.1 for active and password.
var attributes = map[connector.Type]map[string]string{
	connector.User: {
		"userPrincipalName": "userName", "displayName": "displayName", "mailNickname": "externalId", "accountEnabled": "active", "password": "password",
		"givenName": "name.givenName", "surname": "name.familyName", "jobTitle": "title", "mail": `emails[type eq "work"].value`, "preferredLanguage": "preferredLanguage",
		"officeLocation": `addresses[type eq "work"].formatted`, "streetAddress": `addresses[type eq "work"].streetAddress`, "city": `addresses[type eq "work"].locality`,
		"state": `addresses[type eq "work"].region`, "postalCode": `addresses[type eq "work"].postalCode`, "country": `addresses[type eq "work"].country`,
		"businessPhones": `phoneNumbers[type eq "work"].value`, "mobilePhone": `phoneNumbers[type eq "mobile"].value`, "faxNumber": `phoneNumbers[type eq "fax"].value`,
		"employeeId": scim.EnterpriseURN + ":employeeNumber", "department": scim.EnterpriseURN + ":department", "manager": scim.EnterpriseURN + ":manager",
	},
	connector.Group: {"displayName": "displayName", "mailNickname": "externalId"},
}

// unsaid are Graph's properties that a SCIM group has no attribute for: a gateway chooses them itself.
var unsaid = []string{"mailEnabled", "securityEnabled"}

// names are the SCIM attributes of a type, with what the options say otherwise.
func (s settings) attributesOf(t connector.Type) map[string]string {
	all := maps.Clone(attributes[t])
	for name, path := range s.names[t] {
		if path == "" {
			delete(all, name)
			continue
		}
		all[name] = path
	}
	return all
}

// WithAttribute names the SCIM attribute of a property of Graph's, such as usageLocation and
// urn:example:2.0:User:usageLocation; "" leaves it out. Those of Entra's default mapping are there.
func WithAttribute(t connector.Type, property, path string) Option {
	return func(s *settings) {
		if s.names == nil {
			s.names = map[connector.Type]map[string]string{}
		}
		if s.names[t] == nil {
			s.names[t] = map[string]string{}
		}
		s.names[t][property] = path
	}
}

// assumed is what is taken for granted of a gateway.
func (s *SCIM) assumed() connector.Description {
	d := connector.Description{
		Name: "SCIM gateway", Instances: 1, Reusable: true,
		Operations: []connector.Operation{
			connector.Create, connector.Update, connector.Disable, connector.Enable, connector.Delete, connector.AddMember, connector.RemoveMember, connector.Search,
		},
		Attributes: map[connector.Type][]string{},
	}
	if s.settings.licences != "" {
		d.Operations = append(d.Operations, connector.AssignLicense, connector.RemoveLicense)
	}
	for _, t := range []connector.Type{connector.User, connector.Group} {
		d.Attributes[t] = slices.Sorted(maps.Keys(s.settings.attributesOf(t)))
	}
	return d
}

// single says whether a SCIM attribute holds one value of a property that has several.
func single(path string) bool { return strings.Contains(path, "[") }

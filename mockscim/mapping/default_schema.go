package mapping

import (
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// Names of the directories of a non-gallery application's schema.
const (
	SourceDirectory = "Azure Active Directory"
	TargetDirectory = "customappsso"
)

// DefaultSchema returns the schema a new non-gallery application begins with: both directories with their attributes, and one rule with the
// mappings of [DefaultUsers] and [DefaultGroups]. newID makes the ids of directories and rule; the id of the schema is the job's, which the
// caller sets.
// Sources: learn.microsoft.com/graph/api/resources/synchronization-synchronizationschema;
// learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes, lists of supported attributes.
func DefaultSchema(newID func() string, opts ...Option) synchronization.Schema {
	users, groups := DefaultUsers(opts...), DefaultGroups()
	return synchronization.Schema{
		Version: "v1.0",
		Directories: synchronization.Collection[synchronization.DirectoryDefinition]{
			{ID: newID(), Name: SourceDirectory, ReadOnly: true, Version: "v1.0", Objects: synchronization.Collection[synchronization.ObjectDefinition]{
				{Name: users.SourceObjectName, Attributes: definitions(sourceUser)},
				{Name: groups.SourceObjectName, Attributes: definitions(sourceGroup)},
			}},
			{ID: newID(), Name: TargetDirectory, Version: "v1.0", Objects: synchronization.Collection[synchronization.ObjectDefinition]{
				{Name: users.TargetObjectName, Attributes: definitions(targetUser() + rolesOf + enterprise(users.TargetObjectName))},
				{Name: groups.TargetObjectName, Attributes: definitions(targetGroup + " members:reference,multivalued,of=" + users.TargetObjectName)},
			}},
		},
		SynchronizationRules: synchronization.Collection[synchronization.Rule]{{
			ID: newID(), Name: "USER_OUTBOUND_USER", Priority: 1, Editable: true, SourceDirectoryName: SourceDirectory, TargetDirectoryName: TargetDirectory,
			ObjectMappings: synchronization.Collection[synchronization.ObjectMapping]{users, groups},
		}},
	}
}

// The attributes of both directories, separated by blanks; what follows a colon is how it differs from an optional text that can be read
// and written. A sub-attribute in brackets is written with ~ for a blank.
const (
	sourceUser = `objectId:anchor,readonly userPrincipalName originalUserPrincipalName accountEnabled:boolean IsSoftDeleted:readonly
		appRoleAssignments:multivalued city companyName country creationType department dirSyncEnabled:boolean displayName employeeId
		employeeHireDate:datetime employeeLeaveDateTime:datetime employeeType extensionAttribute1 extensionAttribute2 extensionAttribute3
		extensionAttribute4 extensionAttribute5 extensionAttribute6 extensionAttribute7 extensionAttribute8 extensionAttribute9
		extensionAttribute10 extensionAttribute11 extensionAttribute12 extensionAttribute13 extensionAttribute14 extensionAttribute15
		facsimileTelephoneNumber givenName immutableId jobTitle mail mailNickname manager:reference,of=User mobile
		onPremisesDistinguishedName onPremisesSamAccountName onPremisesSecurityIdentifier onPremisesUserPrincipalName otherMails:multivalued
		passwordProfile.password physicalDeliveryOfficeName postalCode preferredLanguage proxyAddresses:multivalued showInAddressList:boolean
		sipProxyAddress state streetAddress surname telephoneNumber usageLocation userType`
	sourceGroup = `objectId:anchor,readonly displayName description dirSyncEnabled:boolean mail mailEnabled:boolean mailNickname
		members:reference,multivalued,of=User onPremisesSecurityIdentifier proxyAddresses:multivalued securityEnabled:boolean IsSoftDeleted:readonly`
	targetGroup = `id:anchor,readonly,required,exact displayName:required externalId`
	rolesOf     = ` roles:multivalued roles[primary~eq~"True"].display roles[primary~eq~"True"].value roles[primary~eq~"True"].type`
)

// targetUser are the core attributes, with the types of multi-valued ones that the mapping editor offers.
// Source: learn.microsoft.com/entra/identity/app-provisioning/customize-application-attributes; RFC 7643 section 4.1 for the types.
func targetUser() string {
	var b strings.Builder
	b.WriteString(`id:anchor,readonly,required,exact userName:required externalId active:boolean displayName nickName profileUrl title userType
		preferredLanguage locale timezone name.givenName name.familyName name.formatted name.middleName name.honorificPrefix name.honorificSuffix`)
	for _, list := range []struct{ name, types, parts string }{
		{"emails", "work home other", "value display primary:boolean"},
		{"phoneNumbers", "work mobile fax home pager other", "value"},
		{"addresses", "work home other", "formatted streetAddress locality region postalCode country primary:boolean"},
	} {
		for kind := range strings.FieldsSeq(list.types) {
			for part := range strings.FieldsSeq(list.parts) {
				b.WriteString(" " + list.name + `[type~eq~"` + kind + `"].` + part)
			}
		}
	}
	return b.String()
}

// enterprise are the attributes of the enterprise extension. Source: RFC 7643 section 4.3.
func enterprise(user string) string {
	var b strings.Builder
	for name := range strings.FieldsSeq("employeeNumber costCenter organization division department manager") {
		b.WriteString(" " + enterpriseURN + "/" + name)
	}
	return b.String() + ":reference,of=" + user
}

// definitions reads a list of attributes. An attribute of the extension has a slash for the last colon of its name.
func definitions(list string) synchronization.Collection[synchronization.AttributeDefinition] {
	var out synchronization.Collection[synchronization.AttributeDefinition]
	for word := range strings.FieldsSeq(list) {
		urn, rest := "", word
		if strings.HasPrefix(word, enterpriseURN) {
			urn, rest = enterpriseURN+":", strings.TrimPrefix(word, enterpriseURN+"/")
		}
		name, traits, _ := strings.Cut(rest, ":")
		a := synchronization.AttributeDefinition{
			Name: urn + strings.ReplaceAll(name, "~", " "), Type: synchronization.TypeString, Mutability: synchronization.ReadWrite,
		}
		kinds, of, reference := strings.Cut(traits, "of=")
		for trait := range strings.SplitSeq(kinds, ",") {
			if set, ok := attributeTraits[trait]; ok {
				set(&a)
			}
		}
		if reference {
			property := "id"
			if !strings.Contains(of, ":") {
				property = "objectId"
			}
			a.ReferencedObjects = synchronization.Collection[synchronization.ReferencedObject]{{ReferencedObjectName: of, ReferencedProperty: property}}
		}
		out = append(out, a)
	}
	return out
}

var attributeTraits = map[string]func(*synchronization.AttributeDefinition){
	"anchor":      func(a *synchronization.AttributeDefinition) { a.Anchor = true },
	"readonly":    func(a *synchronization.AttributeDefinition) { a.Mutability = synchronization.ReadOnly },
	"required":    func(a *synchronization.AttributeDefinition) { a.Required = true },
	"exact":       func(a *synchronization.AttributeDefinition) { a.CaseExact = true },
	"multivalued": func(a *synchronization.AttributeDefinition) { a.Multivalued = true },
	"boolean":     func(a *synchronization.AttributeDefinition) { a.Type = synchronization.TypeBoolean },
	"datetime":    func(a *synchronization.AttributeDefinition) { a.Type = synchronization.TypeDateTime },
	"reference":   func(a *synchronization.AttributeDefinition) { a.Type = synchronization.TypeReference },
}

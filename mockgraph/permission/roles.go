package permission

import "strings"

// Template ids of the directory roles this package knows. The id of a role's template is the id of its definition as well.
// Source: learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference, all roles.
const (
	ApplicationAdministrator              = "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3"
	ApplicationDeveloper                  = "cf1c38e5-3621-4004-a7cb-879624dced7c"
	AuthenticationAdministrator           = "c4e39bd9-1100-46d3-8c65-fb160da0071f"
	CloudApplicationAdministrator         = "158c047a-c907-4556-b7ef-446551a6b5f7"
	DirectoryReaders                      = "88d8e3e3-8f55-4a1e-953a-9b9898b8876b"
	DirectoryWriters                      = "9360feb5-f418-4baa-8175-e2a00bac4301"
	DomainNameAdministrator               = "8329153b-31d0-4727-b945-745eb3bc5f31"
	GlobalAdministrator                   = "62e90394-69f5-4237-9190-012177145e10"
	GlobalReader                          = "f2ef992c-3afb-46b9-b7cf-a126ee74c451"
	GroupsAdministrator                   = "fdd7a751-b60b-444a-984c-02652fe8fa1c"
	GuestInviter                          = "95e79109-95c0-4d8e-aee3-d01accf2d47b"
	HelpdeskAdministrator                 = "729827e3-9c14-49f7-bb1b-9608f156bbb8"
	LicenseAdministrator                  = "4d6ac14f-3453-41d0-bef9-a3e0c569773a"
	MessageCenterReader                   = "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b"
	PasswordAdministrator                 = "966707d0-3269-4727-9be2-8c3a10f19b9d" //nolint:gosec // the id of a role, no secret
	PrivilegedAuthenticationAdministrator = "7be44c8a-adaf-4e2a-84d6-ab2649e08a13"
	PrivilegedRoleAdministrator           = "e8611ab8-c189-46e8-94e1-60213ab1f814"
	ReportsReader                         = "4a5d8f65-41da-4de4-8968-e035b65339cf"
	SecurityAdministrator                 = "194ae4cb-b126-40b2-bd5b-6091b380977d"
	SecurityReader                        = "5d6b6bb7-de71-4623-b4af-96380a352509"
	UsageSummaryReportsReader             = "75934031-6c7e-415a-99d7-48dbd49e875e"
	UserAdministrator                     = "fe930be7-5e62-47db-91af-98c3a49a38b1"
	UserExperienceSuccessManager          = "27460883-1df1-4691-b032-3b79643e5e63"
)

// roles is a set of directory roles.
type roles uint32

const (
	applicationAdmin roles = 1 << iota
	applicationDeveloper
	authenticationAdmin
	cloudApplicationAdmin
	directoryReaders
	directoryWriters
	domainNameAdmin
	globalAdmin
	globalReader
	groupsAdmin
	guestInviter
	helpdeskAdmin
	licenseAdmin
	messageCenterReader
	passwordAdmin
	privilegedAuthAdmin
	privilegedRoleAdmin
	reportsReader
	securityAdmin
	securityReader
	usageSummaryReader
	userAdmin
	userExperienceManager
	otherRole // any role that is not named here
)

var roleByTemplate = map[string]roles{
	ApplicationAdministrator: applicationAdmin, ApplicationDeveloper: applicationDeveloper, AuthenticationAdministrator: authenticationAdmin,
	CloudApplicationAdministrator: cloudApplicationAdmin, DirectoryReaders: directoryReaders, DirectoryWriters: directoryWriters,
	DomainNameAdministrator: domainNameAdmin, GlobalAdministrator: globalAdmin, GlobalReader: globalReader, GroupsAdministrator: groupsAdmin,
	GuestInviter: guestInviter, HelpdeskAdministrator: helpdeskAdmin, LicenseAdministrator: licenseAdmin, MessageCenterReader: messageCenterReader,
	PasswordAdministrator: passwordAdmin, PrivilegedAuthenticationAdministrator: privilegedAuthAdmin, PrivilegedRoleAdministrator: privilegedRoleAdmin,
	ReportsReader: reportsReader, SecurityAdministrator: securityAdmin, SecurityReader: securityReader, UsageSummaryReportsReader: usageSummaryReader,
	UserAdministrator: userAdmin, UserExperienceSuccessManager: userExperienceManager,
}

// readRoles reads template ids, whatever their letter case.
func readRoles(templates []string) roles {
	var set roles
	for _, template := range templates {
		role, known := roleByTemplate[template]
		if !known {
			role, known = roleByTemplate[strings.ToLower(template)]
		}
		if !known {
			role = otherRole
		}
		set |= role
	}
	return set
}

func (r roles) any(of roles) bool  { return r&of != 0 }
func (r roles) only(of roles) bool { return r&^of == 0 }

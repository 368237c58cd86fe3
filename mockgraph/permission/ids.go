package permission

import (
	"slices"
	"strings"
)

// Permission is one of Microsoft Graph's permissions with the ids it is granted under.
type Permission struct {
	Name        string
	Delegated   string // id of the oauth2PermissionScope; "" when there is none
	Application string // id of the appRole; "" when there is none
	// UserConsent says that users may consent to the delegated permission for themselves (type User); else an administrator
	// has to (type Admin). LicenseAssignment.ReadWrite.All counts as Admin: the source has it as User, which its effect belies.
	UserConsent bool
}

// AppID is the application id of Microsoft Graph, whose permissions these are.
const AppID = "00000003-0000-0000-c000-000000000000"

// permissions are those a tenant of this product grants, by name.
// Source: github.com/microsoftgraph/microsoft-graph-devx-content, permissions/permissions-descriptions.json and
// permissions/new/provisioningInfo.json, August 2026; learn.microsoft.com/graph/permissions-reference.
var permissions = []Permission{
	{"AdministrativeUnit.Read.All", "3361d15d-be43-4de6-b441-3c746d05163d", "134fd756-38ce-4afd-ba33-e9623dbe66c2", false},
	{"AdministrativeUnit.ReadWrite.All", "7b8a2d34-6b3f-4542-a343-54651608ad81", "5eb59dd3-1da2-4329-8733-9dabdc435916", false},
	{"APIConnectors.Read.All", "1b6ff35f-31df-4332-8571-d31ea5a4893f", "b86848a7-d5b1-41eb-a9b4-54a4e6306e97", false},
	{"Application.Read.All", "c79f8feb-a9db-4090-85f9-90d820caa0eb", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", false},
	{"Application.ReadWrite.All", "bdfbf15f-ee85-4955-8675-146e8e5296b5", "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9", false},
	{"Application.ReadWrite.OwnedBy", "", "18a4783c-866b-4cc7-a460-3d5e5662c884", false},
	{"AppRoleAssignment.ReadWrite.All", "84bccea3-f856-4a8a-967b-dbe0a3d53a64", "06b708a9-e830-4db3-a914-8e69da51d44f", false},
	{"AuditLog.Read.All", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20", "b0afded3-3588-46d8-8b3d-9842eff778da", false},
	{"DelegatedPermissionGrant.ReadWrite.All", "41ce6ca6-6826-4807-84f1-1c82854f7ee5", "8e8e4742-1d95-4f68-9d56-6ee75648c72a", false},
	{"Directory.AccessAsUser.All", "0e263e50-5827-48a4-b97c-d940288653c7", "", false},
	{"Directory.Read.All", "06da0dbc-49e2-44d2-8312-53f166ab848a", "7ab1d382-f21e-4acd-a863-ba3e13f7da61", false},
	{"Directory.ReadWrite.All", "c5366453-9fb0-48a5-a156-24f0c49a4b84", "19dbc75e-c2e2-444c-a770-ec69d8559fc7", false},
	{"Domain.Read.All", "2f9ee017-59c1-4f1d-9472-bd5529a7b311", "dbb9058a-0e50-45d7-ae91-66909b5d4664", false},
	{"Domain.ReadWrite.All", "0b5d694c-a244-4bde-86e6-eb5cd07730fe", "7e05723c-0bb0-42da-be95-ae9f08a6e53c", false},
	{"email", "64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0", "", true},
	{"Group.Create", "", "bf7b1a76-6e77-406b-b258-bf5c7720e98f", false},
	{"Group.Read.All", "5f8c59db-677d-491f-a6b8-5f174b11ec1d", "5b567255-7703-4780-807c-7be8301ae99b", false},
	{"Group.ReadWrite.All", "4e46008b-f24c-477d-8fff-7bb4ec7aafe0", "62a82d76-70ea-41e2-9197-370581804d09", false},
	{"GroupMember.Read.All", "bc024368-1153-4739-b217-4326f2e966d0", "98830695-27a2-44f7-8c18-0c3ebc9698f6", false},
	{"GroupMember.ReadWrite.All", "f81125ac-d3b7-4573-a3b2-7099cc39df9e", "dbaae8cf-10b5-4b86-a4a1-f871c94c6695", false},
	{"LicenseAssignment.Read.All", "f395577a-0960-456b-979f-7228de0c5996", "e2f98668-2877-4f38-a2f4-8202e0717aa1", false},
	{"LicenseAssignment.ReadWrite.All", "f55016cc-149c-447e-8f21-7cf3ec1d6350", "5facf0c1-8979-4e95-abcf-ff3d079771c0", false},
	{"Member.Read.Hidden", "f6a3db3e-f7e8-4ed2-a414-557c8c9830be", "658aa5d8-239f-45c4-aa12-864f4fc7e490", false},
	{"offline_access", "7427e0e9-2fba-42fe-b0c0-848c9e6a8182", "", true},
	{"openid", "37f7f235-527c-4136-accd-4a02d197296e", "", true},
	{"Organization.Read.All", "4908d5b9-3fb2-4b1e-9336-1888b7937185", "498476ce-e0fe-48b0-b801-37ba7e2685c6", false},
	{"Organization.ReadWrite.All", "46ca0847-7e6b-426e-9775-ea810a948356", "292d869f-3427-49a8-9dab-8c70152b74e9", false},
	{"Policy.Read.All", "572fea84-0151-49b2-9301-11cb16974376", "246dd0d5-5bd0-4def-940b-0421030a5b68", false},
	{"Policy.ReadWrite.ApplicationConfiguration", "b27add92-efb2-4f16-84f5-8108ba77985c", "be74164b-cff1-491c-8741-e671cb536e13", false},
	{"PrivilegedAccess.Read.AzureAD", "b3a539c9-59cb-4ad5-825a-041ddbdc2bdb", "4cdc2547-9148-4295-8d11-be0db1391d6b", false},
	{"PrivilegedAccess.Read.AzureADGroup", "d329c81c-20ad-4772-abf9-3f6fdb7e5988", "01e37dc9-c035-40bd-b438-b2879c4870a6", false},
	{"PrivilegedAccess.ReadWrite.AzureADGroup", "32531c59-1f32-461f-b8df-6f8a3b89f73b", "2f6817f8-7b12-4f0f-bc18-eeaf60705a9e", false},
	{"profile", "14dad69e-099b-42c9-810b-d002981feec1", "", true},
	{"ProfilePhoto.ReadWrite.All", "f5b24df7-511e-48bb-ae88-643f023b55e1", "27baa7f6-5dfb-4ba8-b1d3-1e812c143013", false},
	{"RoleManagement.Read.All", "48fec646-b2ba-4019-8681-8eb31435aded", "c7fbd983-d9aa-4fa7-84b8-17382c103bc4", false},
	{"RoleManagement.Read.Directory", "741c54c3-0c1e-44a1-818b-3f97ab4e8c83", "483bed4a-2ad3-4361-a73b-c83ccdbdc53c", false},
	{"RoleManagement.ReadWrite.Directory", "d01b97e9-cbc0-49fe-810a-750afd5527a3", "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", false},
	{"Synchronization.Read.All", "7aa02aeb-824f-4fbe-a3f7-611f751f5b55", "5ba43d2f-fa88-4db2-bd1c-a67c5f0fb1ce", false},
	{"Synchronization.ReadWrite.All", "7bb27fa3-ea8f-4d67-a916-87715b6188bd", "9b50c33d-700f-43b1-b2eb-87e89b703581", false},
	{"User-PasswordProfile.ReadWrite.All", "56760768-b641-451f-8906-e1b8ab31bca7", "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7", false},
	{"User.DeleteRestore.All", "4bb440cd-2cf2-4f90-8004-aa2acd2537c5", "eccc023d-eccf-4e7b-9683-8813ab36cecc", false},
	{"User.EnableDisableAccount.All", "f92e74e7-2563-467f-9dd0-902688cb5863", "3011c876-62b7-4ada-afa2-506cbbecc68c", false},
	{"User.Invite.All", "63dd7cd9-b489-4adf-a28c-ac38b9a0f962", "09850681-111b-4a89-9bed-3f2cae46d706", false},
	{"User.ManageIdentities.All", "637d7bec-b31e-4deb-acc9-24275642a2c9", "c529cfca-c91b-489c-af2b-d92990b66ce6", false},
	{"User.Read", "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "", true},
	{"User.Read.All", "a154be20-db9c-4678-8ab7-66f6cc099a59", "df021288-bdef-4463-88db-98f22de89214", false},
	{"User.ReadBasic.All", "b340eb25-3456-403f-be2f-af7a0d370277", "97235f07-e226-4f63-ace3-39588e11d3a1", true},
	{"User.ReadWrite", "b4e74841-8e56-480b-be8b-910348b18b4c", "", true},
	{"User.ReadWrite.All", "204e0828-b5ca-4ad8-b9f3-f32a958e7cc4", "741f803b-c850-494e-b5df-cde7c675a1ca", false},
	{"User.RevokeSessions.All", "fc30e98b-8810-4501-81f5-c20a3196387b", "77f3a031-c388-4f99-b373-dc68676a979e", false},
}

// Permissions returns Microsoft Graph's permissions that a tenant of this product grants, by name. The slice is the caller's.
func Permissions() []Permission { return slices.Clone(permissions) }

// Names are the names of [Permissions].
func Names() []string {
	names := make([]string, len(permissions))
	for i, p := range permissions {
		names[i] = p.Name
	}
	return names
}

// Named returns a permission by its name, whatever the letter case.
func Named(name string) (Permission, bool) {
	for _, p := range permissions {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return Permission{}, false
}

// ByID returns a permission by the id of its scope or of its role; application says which of the two it is.
func ByID(id string) (p Permission, application, ok bool) {
	for _, p := range permissions {
		if id != "" && (strings.EqualFold(p.Delegated, id) || strings.EqualFold(p.Application, id)) {
			return p, strings.EqualFold(p.Application, id), true
		}
	}
	return Permission{}, false, false
}

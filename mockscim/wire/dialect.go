package wire

// Dialect is the way Entra writes requests.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
type Dialect string

// The dialects. Default is what every job speaks whose tenant URL carries no flag; the other is named like its flag, see
// [ParseTenantURL]. They differ in the bodies of PATCH requests only.
const (
	Default    Dialect = "default"
	AADOptSCIM Dialect = "aadOptscim062020"
)

// Dialects returns all dialects, the default first.
func Dialects() []Dialect { return []Dialect{Default, AADOptSCIM} }

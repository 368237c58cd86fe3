package wire

import "fmt"

// Dialect is the way Entra writes requests.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-config-problem-scim-compatibility.
type Dialect string

// The dialects. Default is what every job speaks whose tenant URL carries no flag.
const (
	Default    Dialect = "default"
	AADOptSCIM Dialect = "aadOptscim062020"
)

// Options are the choices documentation leaves open, and the dialect. The zero value is what documentation and captured
// requests say most often.
type Options struct {
	// Dialect is [Default] when empty. This cut composes no other.
	Dialect Dialect
	// MembersPerPatch is the number of members one PATCH adds or removes. 0 is 1, as reported for non-gallery applications
	// (github.com/grokability/snipe-it/pull/19115); no number is documented.
	MembersPerPatch int
	// MemberOperations gives each member of a PATCH an operation of its own instead of one operation with an array.
	MemberOperations bool
	// MemberRef adds "$ref":null to each member, as the documentation's sample does and captured requests do not.
	MemberRef bool
	// CoreGroupSchemaOnly leaves the non-standard ADSCIM URI out of the schemas of a new group. The documentation's sample
	// has it; its compatibility page says it was removed in 2018.
	CoreGroupSchemaOnly bool
	// EmptyRolesOnCreate writes "roles":[] when a user without roles is created, as one documented sample does.
	EmptyRolesOnCreate bool
	// RoleDisplayName is the member that carries a role's display name where an array of roles is written. Empty: as
	// documented, displayName in a POST and display in the PATCH of AssertiveAppRoleAssignmentsComplex.
	RoleDisplayName string
	// Booleans and Integers name further target attributes (by path, in any case) whose text is written as a JSON boolean or
	// number in a POST. active and every primary are booleans already. In a PATCH all values are text.
	Booleans, Integers []string
}

// Limits of Options.
const maxMembersPerPatch = 100_000

// NewComposer returns a composer, or an error when the options name something that cannot be composed.
func NewComposer(o Options) (*Composer, error) {
	switch o.Dialect {
	case "":
		o.Dialect = Default
	case Default:
	case AADOptSCIM:
		return nil, fmt.Errorf("compose requests: the dialect %s is not built yet", o.Dialect)
	default:
		return nil, fmt.Errorf("compose requests: unknown dialect %q, known are %s and %s", o.Dialect, Default, AADOptSCIM)
	}
	if o.MembersPerPatch < 0 || o.MembersPerPatch > maxMembersPerPatch {
		return nil, fmt.Errorf("compose requests: %d members per PATCH, want 1 to %d", o.MembersPerPatch, maxMembersPerPatch)
	}
	if o.MembersPerPatch == 0 {
		o.MembersPerPatch = 1
	}
	c := &Composer{options: o, kinds: map[string]jsonKind{"active": boolean}}
	for kind, paths := range map[jsonKind][]string{boolean: o.Booleans, integer: o.Integers} {
		for _, path := range paths {
			c.kinds[fold(path)] = kind
		}
	}
	return c, nil
}

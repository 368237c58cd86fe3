package suites

// Stage is the part of a life in the target a check belongs to. The second part of a check's id names it.
type Stage string

// The stages: connecting, the seven of the provisioning life cycle, and what belongs to none of them.
const (
	Connect    Stage = "connect"
	Create     Stage = "create"
	Sync       Stage = "sync"
	Group      Stage = "group"
	Disable    Stage = "disable"
	Reactivate Stage = "reactivate"
	Licence    Stage = "licence"
	Quarantine Stage = "quarantine"

	// Setup and Delete are of the life of a Graph connector: it is configured first, and it deletes and restores.
	Setup  Stage = "setup"
	Delete Stage = "delete"

	// Standard and those after it are beside the life cycle.
	Standard    Stage = "rfc"       // what the standard asks of every endpoint
	Listing     Stage = "gallery"   // the tests that Microsoft runs before it lists an application
	Validation  Stage = "validator" // the tests of Microsoft's SCIM validator
	Defence     Stage = "security"  // credentials, authorisation, hostile input
	Performance Stage = "load"      // many objects, many requests
	Conduct     Stage = "requests"  // what holds of every request that a connector makes
)

var stageOrder = [...]struct {
	stage Stage
	title string
}{
	{Connect, "connect"},
	{Setup, "set-up"},
	{Create, "create"},
	{Sync, "attribute sync"},
	{Group, "group push"},
	{Disable, "disable"},
	{Reactivate, "reactivate"},
	{Licence, "licence assign"},
	{Delete, "delete and restore"},
	{Quarantine, "quarantine"},
	{Standard, "the standard"},
	{Listing, "gallery listing"},
	{Validation, "SCIM validator"},
	{Defence, "security"},
	{Performance, "load"},
	{Conduct, "every request"},
}

// Stages returns all stages in the order in which they are run and reported.
func Stages() []Stage {
	stages := make([]Stage, len(stageOrder))
	for i, s := range stageOrder {
		stages[i] = s.stage
	}
	return stages
}

// Title returns the stage in words, such as "attribute sync"; an unknown stage is its own title.
func (s Stage) Title() string {
	if i := s.index(); i < len(stageOrder) {
		return stageOrder[i].title
	}
	return string(s)
}

// Before says whether s comes before other. Unknown stages come last.
func (s Stage) Before(other Stage) bool { return s.index() < other.index() }

func (s Stage) index() int {
	for i, known := range stageOrder {
		if known.stage == s {
			return i
		}
	}
	return len(stageOrder)
}

// Pack is a set of checks that is chosen as a whole. A check can be in several.
type Pack string

// The packs.
const (
	Lifecycle Pack = "lifecycle" // what Entra's provisioning service does to a target
	Dialect   Pack = "dialect"   // the forms in which Entra writes its requests
	Gallery   Pack = "gallery"   // what Microsoft asks of applications in its gallery
	Validator Pack = "validator" // what Microsoft's SCIM validator asks
	RFC       Pack = "rfc"       // RFC 7643 and RFC 7644 beyond what Entra uses
	Load      Pack = "load"      // many objects, many requests
	Security  Pack = "security"  // credentials, authorisation, hostile input
	Requests  Pack = "requests"  // what holds of every request that a connector makes
)

// Packs returns all packs in their order.
func Packs() []Pack {
	return []Pack{Lifecycle, Dialect, Gallery, Validator, RFC, Load, Security, Requests}
}

// DefaultPacks returns the packs that run when none is chosen: all but [Load].
func DefaultPacks() []Pack {
	return []Pack{Lifecycle, Dialect, Gallery, Validator, RFC, Security, Requests}
}

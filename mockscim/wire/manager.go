package wire

// ManagerForm is the way a manager is written in a PATCH.
type ManagerForm string

// The forms of a manager, newest first.
const (
	// ManagerText is the id as text, under the URN: captured in github.com/Captain-P-Goldfish/SCIM-SDK/issues/686, and sent
	// by the Logic App validation template of github.com/AzureAD/SCIMReferenceCode. An empty text takes the manager away.
	ManagerText ManagerForm = ""
	// ManagerObject is {"value":"<id>"} under the URN, as scimvalidator.microsoft.com sends it; {"value":""} takes it away.
	ManagerObject ManagerForm = "object"
	// ManagerReference is [{"$ref":"<ReferenceBase>/Users/<id>","value":"<id>"}] under the path manager, as an older sample of
	// learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups shows it. How it is taken
	// away the sample does not show: here with an empty text.
	ManagerReference ManagerForm = "reference"
)

// managerStep writes a manager. It is never folded: with the flag it keeps its path as well.
func (c *Composer) managerStep(s step, value any) step {
	id, isText := value.(string)
	s.value, s.alone = value, true
	switch {
	case !isText:
	case c.options.Manager == ManagerObject:
		s.value = (&object{}).set("value", id)
	case c.options.Manager == ManagerReference:
		s.path = "manager"
		if id != "" {
			s.value = []any{(&object{}).set("$ref", c.options.ReferenceBase+resource(users, id)).set("value", id)}
		}
	}
	return s
}

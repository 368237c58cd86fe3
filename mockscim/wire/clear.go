package wire

// ClearForm is what is sent for a target attribute whose source has lost its value.
type ClearForm string

// The forms of clearing. Entra's documentation says that null values are not provisioned, so that the target keeps what it has;
// its gallery validation and captured requests know other forms.
// Sources: learn.microsoft.com/entra/identity/app-provisioning/known-issues for the first;
// github.com/AzureAD/SCIMReferenceCode, Logic App validation template, SCIM_Null_Update_Test, for the next two;
// github.com/AzureAD/SCIMReferenceCode/pull/87 for the last.
const (
	ClearNothing   ClearForm = ""       // no operation
	ClearEmptyText ClearForm = "empty"  // replaced by ""
	ClearNull      ClearForm = "null"   // replaced by null
	ClearRemove    ClearForm = "remove" // removed; the operation names the old value where [Change] Have is text
)

// clear says what is sent for a change without a value.
func (c *Composer) clear(s step, change Change) (step, bool) {
	if !change.Present {
		return s, false
	}
	switch c.options.Clear {
	case ClearEmptyText:
		if isManager(change.Path) {
			return c.managerStep(s, ""), true
		}
		s.value = ""
	case ClearNull:
		s.value, s.alone = nil, s.alone || isManager(change.Path)
	case ClearRemove:
		s.act, s.alone = removes, true
		have, known := change.Have.(string)
		s.value, s.bare = have, !known
	default:
		return s, false
	}
	return s, true
}

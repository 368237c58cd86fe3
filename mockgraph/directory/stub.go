package directory

func assignedLicenses(*Object) any    { return nil }
func assignedPlans(*Object) any       { return nil }
func securityIdentifier(*Object) any  { return nil }
func completeAPI(*tx, any) bool       { return true }
func validAccess(*tx, any) bool       { return true }
func validWeb(*tx, any) bool          { return true }
func validSPA(*tx, any) bool          { return true }
func validPublicClient(*tx, any) bool { return true }
func (x *tx) tenantID() string        { return "" }

// CheckPassword says whether a password is the user's; false for a user without one.
func (s *Snapshot) CheckPassword(user, password string) bool {
	o, ok := s.Object(user)
	return ok && o.Type() == User && secretHash(get[string](o, "passwordHash")).matches(password)
}

package directory

import (
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"iter"
	"slices"
	"strings"
)

// RoleAssignment is a membership in a directory role as role management shows it.
// Source: learn.microsoft.com/graph/api/resources/unifiedroleassignment.
type RoleAssignment struct {
	ID               string `json:"id"`
	PrincipalID      string `json:"principalId"`
	RoleDefinitionID string `json:"roleDefinitionId"` // of the role's template
	DirectoryScopeID string `json:"directoryScopeId"` // "/", the whole directory
}

// wholeDirectory ends the ids of assignments over the whole directory.
const wholeDirectory = "-1"

// RoleAssignmentID returns the id of a role assignment over the whole directory, "" when one of the two is no GUID.
func RoleAssignmentID(roleTemplate, principal string) string {
	id, ok := joinedID(fold(roleTemplate), fold(principal))
	if !ok {
		return ""
	}
	return id + wholeDirectory
}

// RoleAssignments returns all role assignments in the order of their ids. It costs what there are of them, however many users there
// are.
func (s *Snapshot) RoleAssignments() iter.Seq[RoleAssignment] {
	return func(yield func(RoleAssignment) bool) {
		var all []RoleAssignment
		for role := range s.Objects(DirectoryRole) {
			all = s.appendAssignments(all, role)
		}
		inOrder(all)(yield)
	}
}

// RoleAssignmentsByRole returns the assignments of a directory role, given by its id or its template's, in the order of their ids.
func (s *Snapshot) RoleAssignmentsByRole(role string) iter.Seq[RoleAssignment] {
	return func(yield func(RoleAssignment) bool) {
		if o, ok := s.role(role); ok {
			inOrder(s.appendAssignments(nil, o))(yield)
		}
	}
}

// RoleAssignmentsByPrincipal returns the assignments of a user, group or service principal itself, in the order of their ids.
func (s *Snapshot) RoleAssignmentsByPrincipal(principal string) iter.Seq[RoleAssignment] {
	return func(yield func(RoleAssignment) bool) {
		var all []RoleAssignment
		for role := range s.RolesOf(principal) {
			if o, ok := s.Object(role); ok {
				all = append(all, assignmentOf(o, foldID(principal)))
			}
		}
		inOrder(all)(yield)
	}
}

// RoleAssignment returns a role assignment by its id, which letter case matters in.
func (s *Snapshot) RoleAssignment(id string) (RoleAssignment, bool) {
	joined, ok := strings.CutSuffix(id, wholeDirectory)
	if !ok {
		return RoleAssignment{}, false
	}
	guids, ok := splitID(joined)
	if !ok || len(guids) != 2 {
		return RoleAssignment{}, false
	}
	role, ok := s.Lookup(DirectoryRole, "roleTemplateId", guids[0])
	if !ok || !s.HasMember(role.id, guids[1]) {
		return RoleAssignment{}, false
	}
	return assignmentOf(role, guids[1]), true
}

func (s *Snapshot) appendAssignments(all []RoleAssignment, role *Object) []RoleAssignment {
	for principal := range s.RoleMembers(role.id) {
		all = append(all, assignmentOf(role, principal))
	}
	return all
}

func assignmentOf(role *Object, principal string) RoleAssignment {
	template := role.String("roleTemplateId")
	return RoleAssignment{RoleAssignmentID(template, principal), principal, template, "/"}
}

func inOrder(all []RoleAssignment) iter.Seq[RoleAssignment] {
	slices.SortFunc(all, func(a, b RoleAssignment) int { return cmp.Compare(a.ID, b.ID) })
	return slices.Values(all)
}

// role finds a directory role by its id or its template's.
func (s *Snapshot) role(role string) (*Object, bool) {
	if o, ok := s.Object(role); ok && o.Type() == DirectoryRole {
		return o, true
	}
	return s.Lookup(DirectoryRole, "roleTemplateId", role)
}

// IsPrivileged says whether a user holds a directory role, herself or as a member of a group that carries one. Only privileged callers
// may change such users. Groups inside such groups carry nothing.
// Source: learn.microsoft.com/graph/api/resources/users, who can perform sensitive actions;
// learn.microsoft.com/entra/identity/role-based-access-control/groups-concept.
func (s *Snapshot) IsPrivileged(user string) bool {
	for range s.RolesOf(user) {
		return true
	}
	for group := range s.ends(Members, user, false) {
		for range s.RolesOf(group) {
			return true
		}
	}
	return false
}

// splitID is the reverse of joinedID.
func splitID(id string) (guids []string, ok bool) {
	const size = 16
	b, err := base64.RawURLEncoding.Strict().DecodeString(id)
	if err != nil || len(b)%size != 0 {
		return nil, false
	}
	for g := range slices.Chunk(b, size) {
		t := hex.EncodeToString([]byte{g[3], g[2], g[1], g[0], g[5], g[4], g[7], g[6]}) + hex.EncodeToString(g[8:])
		guids = append(guids, t[:8]+"-"+t[8:12]+"-"+t[12:16]+"-"+t[16:20]+"-"+t[20:])
	}
	return guids, true
}

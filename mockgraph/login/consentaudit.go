package login

import (
	"encoding/json"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
)

// auditConsent writes a consent into the tenant's audit log. user is who it is for, "" for everybody; by is who gave it.
// Source: learn.microsoft.com/entra/identity/monitoring-health/reference-audit-activities, Consent to application.
func (s *Server) auditConsent(principal *directory.Object, wishes []wish, user, by string) {
	var names []string
	for _, w := range wishes {
		for _, scope := range w.scopes {
			names = append(names, scope.Value)
		}
		if user == "" {
			for _, role := range w.roles {
				names = append(names, role.Value)
			}
		}
	}
	e := directory.DirectoryAudit{
		ActivityDisplayName: "Consent to application", Category: "ApplicationManagement", LoggedByService: "Core Directory", OperationType: "Assign",
		Result: "success", CorrelationID: s.options.ids(),
		TargetResources: []directory.TargetResource{{
			ID: principal.ID(), DisplayName: principal.String("displayName"), Type: "ServicePrincipal",
			ModifiedProperties: []directory.ModifiedProperty{
				{DisplayName: "ConsentContext.IsAdminConsent", NewValue: quoted(map[bool]string{true: "True", false: "False"}[user == ""])},
				{DisplayName: "ConsentContext.OnBehalfOfAll", NewValue: quoted(map[bool]string{true: "True", false: "False"}[user == ""])},
				{DisplayName: "ConsentAction.Permissions", NewValue: quoted(strings.Join(names, " "))},
			},
		}},
	}
	if u, known := s.directory.Snapshot().Object(by); known {
		e.InitiatedBy.User = &directory.UserIdentity{ID: u.ID(), UserPrincipalName: u.String("userPrincipalName")}
	}
	s.directory.Audit(e)
}

// quoted is a string as JSON text.
func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil { // strings always marshal
		return `""`
	}
	return string(text)
}

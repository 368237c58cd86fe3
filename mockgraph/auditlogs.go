package mockgraph

import (
	"iter"
	"net/http"
	"slices"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// auditLogRoutes are the routes of the audit, sign-in and provisioning logs, newest entry first.
// Source: learn.microsoft.com/graph/api/resources/azure-ad-auditlog-overview.
func auditLogRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/auditLogs/directoryAudits", serve: listAudits},
		{method: http.MethodGet, template: "/auditLogs/directoryAudits/{id}", serve: getAudit},
		{method: http.MethodGet, template: "/auditLogs/signIns", emulated: "sign-ins at this tenant's login host; risk, device and conditional access are not judged", serve: listSignIns},
		{method: http.MethodGet, template: "/auditLogs/signIns/{id}", emulated: "as the list", serve: getSignIn},
		{method: http.MethodGet, template: "/auditLogs/provisioning", serve: listProvisioning},
		{method: http.MethodGet, template: "/auditLogs/customSecurityAttributeAudits"},
		{method: http.MethodGet, template: "/auditLogs/signUps"},
	}
}

// maxLogPage is the largest page of a log, and the size of one without $top.
// Source: learn.microsoft.com/graph/api/signin-list.
const maxLogPage = 1000

func logCollection(of *odata.Schema, newest string) odata.Collection {
	return odata.Collection{Schema: of, MaxTop: maxLogPage, PageSize: maxLogPage, DefaultOrder: newest + " desc"}
}

// nullable is a string whose emptiness is null in JSON.
type nullable string

// MarshalJSON writes null for nothing.
func (n nullable) MarshalJSON() ([]byte, error) {
	if n == "" {
		return []byte("null"), nil
	}
	return appendString(nil, string(n)), nil
}

// field is a member of a complex value that filters may name.
func field(name string, kind directory.Kind, members ...directory.Property) directory.Property {
	return directory.Property{Name: name, Kind: kind, DefaultSelect: true, Fields: members}
}

// enum is a member whose values are those of an enumeration, besides the one that stands for what is to come.
func enum(name string, members ...string) directory.Property {
	p := field(name, directory.String)
	p.Enum = append(slices.Clone(members), "unknownFutureValue")
	return p
}

// named are members that are strings.
func named(names ...string) []directory.Property {
	all := make([]directory.Property, 0, len(names))
	for _, name := range names {
		all = append(all, field(name, directory.String))
	}
	return all
}

func many(p directory.Property) directory.Property {
	p.Collection = true
	return p
}

// auditSchema lists the properties of directoryAudit.
// Source: learn.microsoft.com/graph/api/resources/directoryaudit.
var auditSchema = sync.OnceValue(func() *odata.Schema {
	modified := many(field("modifiedProperties", directory.Complexes, named("displayName", "oldValue", "newValue")...))
	return odata.NewSchema("directoryAudit", true,
		field("id", directory.String), field("category", directory.String), field("correlationId", directory.String), enum("result", "success", "failure", "timeout"),
		field("resultReason", directory.String), field("activityDisplayName", directory.String), field("activityDateTime", directory.DateTime),
		field("loggedByService", directory.String), field("operationType", directory.String),
		field("initiatedBy", directory.Complex,
			field("user", directory.Complex, named("id", "displayName", "userPrincipalName", "ipAddress")...),
			field("app", directory.Complex, named("appId", "displayName", "servicePrincipalId", "servicePrincipalName")...)),
		many(field("targetResources", directory.Complexes, append(named("id", "displayName", "type", "userPrincipalName", "groupType"), modified)...)),
		many(field("additionalDetails", directory.Complexes, named("key", "value")...)),
	)
})

// auditEntry is an entry of the audit log as Graph writes it.
type auditEntry struct{ entry directory.DirectoryAudit }

// ID returns the id.
func (a auditEntry) ID() string { return a.entry.ID }

// Property returns a member by Graph's name.
func (a auditEntry) Property(name string) any {
	switch e := a.entry; name {
	case "category":
		return e.Category
	case "correlationId":
		return e.CorrelationID
	case "result":
		return e.Result
	case "resultReason":
		return e.ResultReason
	case "activityDisplayName":
		return e.ActivityDisplayName
	case "activityDateTime":
		return e.ActivityDateTime
	case "loggedByService":
		return e.LoggedByService
	case "operationType":
		return e.OperationType
	case "initiatedBy":
		return initiatorOf(e.InitiatedBy)
	case "targetResources":
		return targetsOf(e.TargetResources)
	case "additionalDetails":
		if len(e.AdditionalDetails) > 0 {
			return e.AdditionalDetails
		}
	}
	return nil
}

// auditInitiator is initiatedBy in JSON.
type auditInitiator struct {
	User *auditUser `json:"user"`
	App  *auditApp  `json:"app"`
}

type auditUser struct {
	ID                nullable `json:"id"`
	DisplayName       nullable `json:"displayName"`
	UserPrincipalName nullable `json:"userPrincipalName"`
	IPAddress         nullable `json:"ipAddress"`
}

type auditApp struct {
	AppID                nullable `json:"appId"`
	DisplayName          nullable `json:"displayName"`
	ServicePrincipalID   nullable `json:"servicePrincipalId"`
	ServicePrincipalName nullable `json:"servicePrincipalName"`
}

func initiatorOf(by directory.AuditInitiator) auditInitiator {
	var i auditInitiator
	if u := by.User; u != nil {
		i.User = &auditUser{nullable(u.ID), nullable(u.DisplayName), nullable(u.UserPrincipalName), nullable(u.IPAddress)}
	}
	if a := by.App; a != nil {
		i.App = &auditApp{nullable(a.AppID), nullable(a.DisplayName), nullable(a.ServicePrincipalID), nullable(a.ServicePrincipalName)}
	}
	return i
}

// auditTarget is an element of targetResources in JSON.
type auditTarget struct {
	ID                 nullable        `json:"id"`
	DisplayName        nullable        `json:"displayName"`
	Type               nullable        `json:"type"`
	UserPrincipalName  nullable        `json:"userPrincipalName"`
	GroupType          nullable        `json:"groupType"`
	ModifiedProperties []auditModified `json:"modifiedProperties"`
}

type auditModified struct {
	DisplayName nullable `json:"displayName"`
	OldValue    nullable `json:"oldValue"`
	NewValue    nullable `json:"newValue"`
}

func targetsOf(all []directory.TargetResource) any {
	if len(all) == 0 {
		return nil
	}
	targets := make([]auditTarget, 0, len(all))
	for _, r := range all {
		t := auditTarget{nullable(r.ID), nullable(r.DisplayName), nullable(r.Type), nullable(r.UserPrincipalName), nullable(r.GroupType), []auditModified{}}
		for _, m := range r.ModifiedProperties {
			t.ModifiedProperties = append(t.ModifiedProperties, auditModified{nullable(m.DisplayName), nullable(m.OldValue), nullable(m.NewValue)})
		}
		targets = append(targets, t)
	}
	return targets
}

func (c *call) audits() iter.Seq[odata.Record] {
	return func(yield func(odata.Record) bool) {
		for _, e := range slices.Backward(c.t.dir.Audits()) {
			if c.kept(e.ActivityDateTime) && !yield(auditEntry{e}) {
				return
			}
		}
	}
}

const auditSet = "auditLogs/directoryAudits"

func listAudits(c *call) error {
	return c.listOver(logCollection(auditSchema(), "activityDateTime"), auditSet, c.audits())
}

func getAudit(c *call) error {
	return c.entityAmong(odata.Collection{Schema: auditSchema()}, auditSet, c.vars["id"], c.audits())
}

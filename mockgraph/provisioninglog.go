package mockgraph

import (
	"encoding/json"
	"iter"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// provisioningSchema lists the properties of provisioningObjectSummary. action and statusInfo are older names of two of them.
// Source: learn.microsoft.com/graph/api/resources/provisioningobjectsummary; …/api/provisioningobjectsummary-list for filters.
var provisioningSchema = sync.OnceValue(func() *odata.Schema {
	identity := named("id", "displayName", "identityType")
	system := named("id", "displayName")
	status := []directory.Property{
		enum("status", "success", "failure", "skipped", "warning"),
		field("errorInformation", directory.JSON, named("errorCode", "reason", "additionalDetails", "errorCategory", "recommendedAction")...),
	}
	hidden := func(p directory.Property) directory.Property {
		p.DefaultSelect = false
		return p
	}
	return odata.NewSchema("provisioningObjectSummary", true,
		field("id", directory.String), field("activityDateTime", directory.DateTime), field("tenantId", directory.String), field("jobId", directory.String),
		field("cycleId", directory.String), field("changeId", directory.String), enum("provisioningAction", "other", "create", "delete", "disable", "update", "stagedDelete"),
		hidden(field("action", directory.String)), field("durationInMilliseconds", directory.Integer),
		field("initiatedBy", directory.JSON, append(named("id", "displayName"), enum("initiatorType", "user", "application", "system"))...),
		field("servicePrincipal", directory.JSON, system...), field("sourceSystem", directory.JSON, system...), field("targetSystem", directory.JSON, system...),
		field("sourceIdentity", directory.JSON, identity...), field("targetIdentity", directory.JSON, identity...),
		field("provisioningStatusInfo", directory.JSON, status...), hidden(field("statusInfo", directory.JSON, status...)),
		hidden(field(entryNumber, directory.Integer)),
		many(field("provisioningSteps", directory.JSON)), many(field("modifiedProperties", directory.JSON, named("displayName", "oldValue", "newValue")...)),
	)
})

// entryNumber is no property of Graph's: it orders entries of the same moment, because a tenant's clock may stand still.
const entryNumber = "entryNumber"

// provisioned is an entry of the provisioning log. Its body is read once, when a member is first asked for.
type provisioned struct {
	record  directory.ProvisioningRecord
	number  int
	members map[string]any
}

// ID returns the id.
func (p *provisioned) ID() string { return p.record.ID }

// Property returns a member by Graph's name.
func (p *provisioned) Property(name string) any {
	if p.members == nil {
		p.members = map[string]any{}
		_ = json.Unmarshal(p.record.Content(), &p.members) // a body that is no object has no members
	}
	switch name {
	case "activityDateTime":
		if text, ok := p.members[name].(string); ok {
			if at, err := time.Parse(time.RFC3339, text); err == nil {
				return at
			}
		}
		return p.record.Time
	case "durationInMilliseconds":
		if n, ok := p.members[name].(float64); ok {
			return int(n)
		}
	case entryNumber:
		return p.number
	case "action":
		name = "provisioningAction"
	case "statusInfo":
		name = "provisioningStatusInfo"
	}
	return p.members[name]
}

func (c *call) provisioningRecords() iter.Seq[odata.Record] {
	return func(yield func(odata.Record) bool) {
		for number, each := range c.t.dir.LatestProvisioning() {
			if c.kept(each.Time) && !yield(&provisioned{record: each, number: number}) {
				return
			}
		}
	}
}

func listProvisioning(c *call) error {
	log := logCollection(provisioningSchema(), "activityDateTime")
	log.TieOrder = entryNumber + " desc"
	return c.listOver(log, "auditLogs/provisioning", c.provisioningRecords())
}

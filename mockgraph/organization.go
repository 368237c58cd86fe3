package mockgraph

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// organizationRoutes are the routes of /organization and /domains.
// Source: learn.microsoft.com/graph/api/resources/organization, …/domain.
func organizationRoutes() []route {
	return append([]route{
		{method: http.MethodGet, template: "/organization", serve: listOrganization},
		{method: http.MethodGet, template: "/organization/{id}", serve: getOrganization},
		{method: http.MethodPatch, template: "/organization/{id}", serve: updateOrganization},
		{method: http.MethodPatch, template: "/organization", serve: updateOrganization, rule: "/organization/{id}"},
		{method: http.MethodGet, template: "/organization/{id}/branding"},
		{method: http.MethodGet, template: "/organization/{id}/certificateBasedAuthConfiguration"},
	}, domainRoutes()...)
}

// organization is the tenant itself with what follows from its domains and subscriptions.
type organization struct {
	*directory.Object

	view *directory.Snapshot
}

// Property returns a property, also one of those that follow.
func (o organization) Property(name string) any {
	switch name {
	case "verifiedDomains":
		return o.view.VerifiedDomains()
	case "assignedPlans":
		return o.assignedPlans()
	case "provisionedPlans":
		return o.provisionedPlans()
	case "mobileDeviceManagementAuthority":
		return "unknown" // no device management here, and the property cannot be null
	}
	return o.Object.Property(name)
}

// companyPlan is an element of assignedPlans.
type companyPlan struct {
	AssignedDateTime *time.Time `json:"assignedDateTime"`
	CapabilityStatus string     `json:"capabilityStatus"`
	Service          string     `json:"service"`
	ServicePlanID    string     `json:"servicePlanId"`
}

func (o organization) assignedPlans() any {
	var all []companyPlan
	for _, p := range o.view.AssignedPlans() {
		all = append(all, companyPlan{nil, p.CapabilityStatus, p.Service, p.ServicePlanID})
	}
	if all == nil {
		return nil
	}
	return all
}

// provisionedPlan is an element of provisionedPlans.
type provisionedPlan struct {
	CapabilityStatus   string `json:"capabilityStatus"`
	ProvisioningStatus string `json:"provisioningStatus"`
	Service            string `json:"service"`
}

func (o organization) provisionedPlans() any {
	if kept := o.Object.Property("provisionedPlans"); kept != nil {
		return kept
	}
	var all []provisionedPlan
	for _, p := range o.view.AssignedPlans() {
		each := provisionedPlan{"Enabled", "Success", p.Service}
		if !slices.Contains(all, each) {
			all = append(all, each)
		}
	}
	if all == nil {
		return nil
	}
	return all
}

// organizationSchema is the directory's table with what follows from the rest of the tenant.
var organizationSchema = sync.OnceValue(func() *odata.Schema {
	rows := directory.Table(directory.Organization)
	for i := range rows {
		rows[i].DefaultSelect = rows[i].DefaultSelect || rows[i].Name == "defaultUsageLocation"
	}
	return odata.NewSchema("organization", false, append(rows,
		directory.Property{Name: "assignedPlans", Kind: directory.Complexes, Collection: true, DefaultSelect: true},
		directory.Property{Name: "verifiedDomains", Kind: directory.Complexes, Collection: true, DefaultSelect: true},
		directory.Property{Name: "mobileDeviceManagementAuthority"},
	)...)
})

func (c *call) organizations() []odata.Record {
	var all []odata.Record
	for o := range c.view.Objects(directory.Organization) {
		all = append(all, organization{o, c.view})
	}
	return all
}

func listOrganization(c *call) error {
	return c.listOver(odata.Collection{Schema: organizationSchema(), Unpaged: true}, "organization", slices.Values(c.organizations()))
}

func getOrganization(c *call) error {
	return c.entityAmong(odata.Collection{Schema: organizationSchema()}, "organization", strings.ToLower(c.vars["id"]), slices.Values(c.organizations()))
}

// organizationWritable are the properties Graph changes; the others are changed in the portal, or not at all. It is never written.
// Source: learn.microsoft.com/graph/api/organization-update.
var organizationWritable = map[string]bool{
	"defaultusagelocation": true, "marketingnotificationemails": true, "privacyprofile": true, "securitycompliancenotificationmails": true,
	"securitycompliancenotificationphones": true, "technicalnotificationmails": true,
}

func updateOrganization(c *call) error {
	key := c.vars["id"]
	if key == "" {
		key = c.t.ID()
	}
	before, err := c.fresh(directory.Organization, key)
	if err != nil {
		return err
	}
	members, err := c.members()
	if err != nil {
		return err
	}
	for name := range members {
		lower := strings.ToLower(name)
		_, derived := organizationDerived[lower]
		if p, known := directory.PropertyOf(directory.Organization, name); lower != "id" && (derived || known && !organizationWritable[strings.ToLower(p.Name)]) {
			return readOnly(name)
		}
	}
	body, err := c.content(directory.Organization, before)
	if err != nil {
		return err
	}
	if err := c.change(before, body.properties); err != nil {
		return err
	}
	return c.noContent()
}

// organizationDerived are the properties the table does not have. It is never written.
var organizationDerived = map[string]struct{}{"assignedplans": {}, "verifieddomains": {}, "mobiledevicemanagementauthority": {}}

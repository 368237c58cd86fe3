package directory

import (
	"encoding/base64"
	"iter"
	"slices"
	"strings"
)

// assignedLicenses derives a user's licences from its rows: those that are on, with the plans no source enables.
func assignedLicenses(o *Object) any {
	var all []AssignedLicense
	for _, s := range get[[]LicenseAssignmentState](o, "licenseAssignmentStates") {
		if !strings.HasPrefix(s.State, LicenseActive) {
			continue
		}
		i := slices.IndexFunc(all, func(l AssignedLicense) bool { return l.SkuID == s.SkuID })
		if i < 0 {
			all = append(all, AssignedLicense{SkuID: s.SkuID, DisabledPlans: slices.Clone(s.DisabledPlans)})
			continue
		}
		all[i].DisabledPlans = slices.DeleteFunc(all[i].DisabledPlans, func(p string) bool { return !slices.Contains(s.DisabledPlans, p) })
	}
	return orNil(all)
}

// assignedPlans derives the service plans from the licences.
func assignedPlans(o *Object) any {
	var all []AssignedPlan
	for _, s := range get[[]LicenseAssignmentState](o, "licenseAssignmentStates") {
		if !strings.HasPrefix(s.State, LicenseActive) {
			continue
		}
		for _, p := range catalogue()[s.SkuID].Plans {
			if !slices.Contains(s.DisabledPlans, p.ServicePlanID) && !slices.ContainsFunc(all, func(a AssignedPlan) bool { return a.ServicePlanID == p.ServicePlanID }) {
				all = append(all, AssignedPlan{AssignedDateTime: s.LastUpdatedDateTime, CapabilityStatus: "Enabled", Service: serviceOf(p.ServicePlanName), ServicePlanID: p.ServicePlanID})
			}
		}
	}
	return orNil(all)
}

// serviceOf names the service behind a plan, as far as its name tells.
func serviceOf(plan string) string {
	for _, each := range [][2]string{
		{"EXCHANGE", "exchange"}, {"SHAREPOINT", "SharePoint"}, {"ONEDRIVE", "SharePoint"}, {"TEAMS", "TeamspaceAPI"}, {"MCO", "MicrosoftCommunicationsOnline"},
		{"YAMMER", "YammerEnterprise"}, {"INTUNE", "SCO"}, {"AAD_", "AADPremiumService"}, {"RMS_", "RMSOnline"}, {"OFFICESUBSCRIPTION", "MicrosoftOffice"}, {"SWAY", "Sway"},
	} {
		if strings.HasPrefix(plan, each[0]) {
			return each[1]
		}
	}
	return plan
}

// LicenseDetail is one licence of a user with the state of its plans.
// Source: learn.microsoft.com/graph/api/resources/licensedetails.
type LicenseDetail struct {
	ID            string        `json:"id"`
	SkuID         string        `json:"skuId"`
	SkuPartNumber string        `json:"skuPartNumber"`
	ServicePlans  []ServicePlan `json:"servicePlans"`
}

// LicenseDetails returns the licences a user has, nil for none.
func (s *Snapshot) LicenseDetails(user string) []LicenseDetail {
	u, ok := s.Object(user)
	if !ok {
		return nil
	}
	var all []LicenseDetail
	for _, l := range Value[[]AssignedLicense](u, "assignedLicenses") {
		sku, ok := s.Lookup(SubscribedSku, "skuId", l.SkuID)
		if !ok {
			continue
		}
		plans := Value[[]ServicePlan](sku, "servicePlans")
		for i := range plans {
			if slices.Contains(l.DisabledPlans, plans[i].ServicePlanID) {
				plans[i].ProvisioningStatus = "Disabled"
			}
		}
		id, ok := joinedID(u.id, l.SkuID)
		if !ok {
			id = base64.RawURLEncoding.EncodeToString([]byte(u.id + l.SkuID))
		}
		all = append(all, LicenseDetail{id, l.SkuID, sku.String("skuPartNumber"), plans})
	}
	return all
}

// MembersWithLicenseErrors returns the ids of a group's members who could not get all the licences it gives.
func (s *Snapshot) MembersWithLicenseErrors(group string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for member := range s.Members(group) {
			o, ok := s.Object(member)
			if ok && hasErrorFrom(o, foldID(group)) && !yield(member) {
				return
			}
		}
	}
}

func hasErrorFrom(u *Object, group string) bool {
	return slices.ContainsFunc(get[[]LicenseAssignmentState](u, "licenseAssignmentStates"), func(s LicenseAssignmentState) bool {
		return s.AssignedByGroup != nil && *s.AssignedByGroup == group && s.State == LicenseError
	})
}

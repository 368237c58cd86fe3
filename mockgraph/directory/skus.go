package directory

import (
	_ "embed" // the catalogue
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Sku is a licence Microsoft sells, with its service plans.
type Sku struct {
	ID, PartNumber, Name string
	Plans                []ServicePlan
}

// skuText is made by the command in data/generate.
//
//go:embed data/skus.txt
var skuText string

// catalogue is read when it is first asked for: most directories never are.
var catalogue = sync.OnceValue(func() map[string]Sku {
	var plans []ServicePlan
	all := map[string]Sku{}
	for line := range strings.Lines(skuText) {
		field := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		switch {
		case field[0] == "plan" && len(field) == 3:
			p := ServicePlan{ServicePlanID: field[1], ServicePlanName: field[2], ProvisioningStatus: "Success", AppliesTo: "User"}
			if p.ServicePlanName == "EXCHANGE_S_FOUNDATION" {
				p.AppliesTo = "Company"
			}
			plans = append(plans, p)
		case field[0] == "sku" && len(field) == 5:
			sku := Sku{ID: field[1], PartNumber: field[2], Name: field[3]}
			for number := range strings.FieldsSeq(field[4]) {
				if i, err := strconv.Atoi(number); err == nil && i < len(plans) {
					sku.Plans = append(sku.Plans, plans[i])
				}
			}
			all[sku.ID] = sku
		}
	}
	return all
})

// FindSku returns a licence by its id or its part number, whatever the letter case.
// Source: learn.microsoft.com/entra/identity/users/licensing-service-plan-reference.
func FindSku(idOrPartNumber string) (Sku, bool) {
	sku, ok := catalogue()[fold(idOrPartNumber)]
	if !ok {
		for _, each := range catalogue() {
			if strings.EqualFold(each.PartNumber, idOrPartNumber) && (!ok || each.ID < sku.ID) {
				sku, ok = each, true
			}
		}
	}
	sku.Plans = slices.Clone(sku.Plans)
	return sku, ok
}

// Skus returns all licences of the catalogue in the order of their ids.
func Skus() []Sku {
	all := make([]Sku, 0, len(catalogue()))
	for _, each := range catalogue() {
		each.Plans = slices.Clone(each.Plans)
		all = append(all, each)
	}
	slices.SortFunc(all, func(a, b Sku) int { return strings.Compare(a.ID, b.ID) })
	return all
}

// PlanRules say which service plans need others, and which cannot stand together, by name.
type PlanRules struct {
	Needs     map[string][]string // the plan needs one of those
	Exclusive [][]string          // no two plans of one set
}

// WithPlanRules replaces the rules for service plans, [DefaultPlanRules] otherwise.
func WithPlanRules(r PlanRules) Option { return func(d *Directory) { d.planRules = r } }

// DefaultPlanRules returns a few rules that are known. The service's own are not published, and are laxer today than they were.
func DefaultPlanRules() PlanRules {
	return PlanRules{
		Needs: map[string][]string{
			"SHAREPOINTWAC": {
				"SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE", "SHAREPOINTDESKLESS", "ONEDRIVESTANDARD", "ONEDRIVEENTERPRISE", "ONEDRIVE_BASIC",
				"SHAREPOINTSTANDARD_EDU", "SHAREPOINTENTERPRISE_EDU", "ONEDRIVE_BASIC_P2", "ONEDRIVECLIPCHAMP", "SHAREPOINTENTERPRISE_MIDMARKET", "SHAREPOINTLITE",
			},
			"MCOEV": {"MCOSTANDARD", "MCOSTANDARD_MIDMARKET", "MCOSTANDARD_GOV", "MCO_TEAMS_IW", "MCOIMP"},
		},
		Exclusive: [][]string{{"EXCHANGE_S_STANDARD", "EXCHANGE_S_ENTERPRISE"}, {"SHAREPOINTSTANDARD", "SHAREPOINTENTERPRISE"}},
	}
}

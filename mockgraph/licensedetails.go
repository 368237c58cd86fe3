package mockgraph

import (
	"iter"
	"net/url"
	"sync"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// licenseDetail is a licence of a user as a list shows it.
type licenseDetail struct{ value directory.LicenseDetail }

// ID returns the id.
func (d licenseDetail) ID() string { return d.value.ID }

// Property returns a member by Graph's name.
func (d licenseDetail) Property(name string) any {
	switch name {
	case "skuId":
		return d.value.SkuID
	case "skuPartNumber":
		return d.value.SkuPartNumber
	case "servicePlans":
		return d.value.ServicePlans
	}
	return nil
}

// licenseDetailSchema lists the properties of licenseDetails. The list takes no $filter.
// Source: learn.microsoft.com/graph/api/resources/licensedetails.
var licenseDetailSchema = sync.OnceValue(func() *odata.Schema {
	return odata.NewSchema("licenseDetails", false,
		directory.Property{Name: "id", DefaultSelect: true},
		directory.Property{Name: "skuId", Kind: directory.Guid, DefaultSelect: true},
		directory.Property{Name: "skuPartNumber", DefaultSelect: true},
		directory.Property{Name: "servicePlans", Kind: directory.Complexes, Collection: true, DefaultSelect: true},
	)
})

// licenseDetails are the licences of the user of the path, and the name of the set.
func (c *call) licenseDetails() (iter.Seq[odata.Record], string, error) {
	user, err := c.find(directory.User, c.vars["id"])
	if err != nil {
		return nil, "", err
	}
	items := func(yield func(odata.Record) bool) {
		for _, each := range c.view.LicenseDetails(user.ID()) {
			if !yield(licenseDetail{each}) {
				return
			}
		}
	}
	return items, c.keyed("users") + "/licenseDetails", nil
}

// keyed names a set with the key of the path, as it was written: users('ada%40contoso.example').
func (c *call) keyed(set string) string { return set + "('" + url.QueryEscape(c.vars["id"]) + "')" }

func listLicenseDetails(c *call) error {
	items, set, err := c.licenseDetails()
	if err != nil {
		return err
	}
	return c.listOver(odata.Collection{Schema: licenseDetailSchema(), Unpaged: true}, set, items)
}

func getLicenseDetail(c *call) error {
	items, set, err := c.licenseDetails()
	if err != nil {
		return err
	}
	return c.entityAmong(odata.Collection{Schema: licenseDetailSchema()}, set, c.vars["detail"], items)
}

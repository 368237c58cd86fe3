package mockgraph

import (
	"bytes"
	"encoding/json"
	"iter"
	"net/http"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/directory"
	"github.com/rehearse-id/rehearse/mockgraph/odata"
)

// licenseRoutes are the routes of licences: subscriptions of the tenant, and what users and groups have of them.
// Buying has no route in Graph: it is [directory.Directory.Subscribe].
// Source: learn.microsoft.com/graph/api/resources/subscribedsku, …/api/user-assignlicense, …/api/group-assignlicense.
func licenseRoutes() []route {
	return []route{
		{method: http.MethodGet, template: "/subscribedSkus", serve: listSubscribedSkus},
		{method: http.MethodGet, template: "/subscribedSkus/{id}", serve: getSubscribedSku},
		{method: http.MethodPost, template: "/users/{id}/assignLicense", serve: assignUserLicense},
		{method: http.MethodPost, template: "/users/{id}/reprocessLicenseAssignment", serve: reprocessLicenses},
		{method: http.MethodGet, template: "/users/{id}/licenseDetails", serve: listLicenseDetails},
		{method: http.MethodGet, template: "/users/{id}/licenseDetails/{detail}", serve: getLicenseDetail, rule: "/users/{id}/licenseDetails"},
		{method: http.MethodPost, template: "/groups/{id}/assignLicense", serve: assignGroupLicense},
		{method: http.MethodGet, template: "/groups/{id}/membersWithLicenseErrors", serve: listMembersWithLicenseErrors},
	}
}

func listSubscribedSkus(c *call) error {
	for name := range c.query {
		option := strings.ToLower(strings.TrimPrefix(name, "$"))
		if !collectionOptions[option] {
			continue
		}
		if !c.t.options.lenientSkus {
			return &directory.Error{Code: directory.CodeUnsupported, Target: "$" + option, Message: "'$" + option + "' is not supported by the service for resource 'SubscribedSku'."}
		}
		delete(c.query, name)
	}
	return c.list(odata.Collection{Type: directory.SubscribedSku, Unpaged: true}, "subscribedSkus")
}

// collectionOptions are the query options of lists that subscribedSkus does not have. It is never written.
var collectionOptions = map[string]bool{
	"filter": true, "search": true, "orderby": true, "top": true, "skip": true, "skiptoken": true, "count": true, "expand": true, "apply": true,
}

func getSubscribedSku(c *call) error {
	o, err := c.find(directory.SubscribedSku, c.vars["id"])
	if err != nil {
		return err
	}
	return c.entity(o, "subscribedSkus")
}

// licenseChange is the body of both actions called assignLicense.
type licenseChange struct {
	add    []directory.AssignedLicense
	remove []string
}

// licenseChange reads the body. Both parameters must be there; empty collections will do.
func (c *call) licenseChange() (licenseChange, error) {
	members, err := c.members()
	if err != nil {
		return licenseChange{}, err
	}
	var absent []string
	for _, name := range []string{"addLicenses", "removeLicenses"} {
		if _, given := members[name]; !given {
			absent = append(absent, name)
		}
	}
	if len(absent) > 0 {
		return licenseChange{}, &directory.Error{
			Code:    directory.CodeBadRequest,
			Message: "One or more parameters of the operation 'assignLicense' are missing from the request payload. The missing parameters are: " + strings.Join(absent, ", ") + ".",
		}
	}
	var change licenseChange
	if change.add, err = addedLicenses(members["addLicenses"]); err != nil {
		return change, err
	}
	if !isArray(members["removeLicenses"]) || json.Unmarshal(members["removeLicenses"], &change.remove) != nil {
		return change, badValue("removeLicenses")
	}
	return change, guids(change.remove)
}

func addedLicenses(raw json.RawMessage) ([]directory.AssignedLicense, error) {
	var items []struct {
		SkuID         *string  `json:"skuId"`
		DisabledPlans []string `json:"disabledPlans"`
	}
	if !isArray(raw) || json.Unmarshal(raw, &items) != nil {
		return nil, badValue("addLicenses")
	}
	licenses := make([]directory.AssignedLicense, 0, len(items))
	for _, item := range items {
		if item.SkuID == nil {
			return nil, badValue("skuId")
		}
		if err := guids(append([]string{*item.SkuID}, item.DisabledPlans...)); err != nil {
			return nil, err
		}
		licenses = append(licenses, directory.AssignedLicense{SkuID: *item.SkuID, DisabledPlans: item.DisabledPlans})
	}
	return licenses, nil
}

func isArray(raw json.RawMessage) bool { return bytes.HasPrefix(bytes.TrimSpace(raw), []byte("[")) }

// guids refuses ids that are none, in the words of the reader of the payload.
func guids(ids []string) error {
	for _, id := range ids {
		if !isGUID(id) {
			return &directory.Error{
				Code: directory.CodeBadRequest, Message: "Cannot convert a primitive value to the expected type 'Edm.Guid'. See the inner exception for more details.",
			}
		}
	}
	return nil
}

func assignUserLicense(c *call) error {
	user, err := c.fresh(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	change, err := c.licenseChange()
	if err != nil {
		return err
	}
	after, err := c.t.dir.AssignLicenses(user.ID(), change.add, change.remove)
	if err != nil {
		return err
	}
	return c.entityOf(http.StatusOK, c.snapshot(), after, "users", nil)
}

func reprocessLicenses(c *call) error {
	user, err := c.fresh(directory.User, c.vars["id"])
	if err != nil {
		return err
	}
	after, err := c.t.dir.ReprocessLicenses(user.ID())
	if err != nil {
		return err
	}
	return c.entityOf(http.StatusOK, c.snapshot(), after, "users", nil)
}

// assignGroupLicense answers before anything is processed: what members get shows later, on them.
func assignGroupLicense(c *call) error {
	group, err := c.fresh(directory.Group, c.vars["id"])
	if err != nil {
		return err
	}
	change, err := c.licenseChange()
	if err != nil {
		return err
	}
	after, err := c.t.dir.AssignGroupLicenses(group.ID(), change.add, change.remove)
	if err != nil {
		return err
	}
	c.setHeader("Location", c.t.location(c.origin, after))
	return c.entityOf(http.StatusAccepted, c.snapshot(), after, "groups", nil)
}

func listMembersWithLicenseErrors(c *call) error {
	group, err := c.find(directory.Group, c.vars["id"])
	if err != nil {
		return err
	}
	return c.listOver(odata.Collection{}, "directoryObjects", c.objects(c.view.MembersWithLicenseErrors(group.ID())))
}

// objects are the live objects with some ids.
func (c *call) objects(ids iter.Seq[string]) iter.Seq[odata.Record] {
	return func(yield func(odata.Record) bool) {
		for id := range ids {
			if o, ok := c.view.Object(id); ok && !yield(o) {
				return
			}
		}
	}
}

package refconnector

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// SetLicences gives an account licences and takes others away, by SKU id, in one request, so that it is never without between the two. What
// the account has already, lacks already, or has from a group is left alone. A licence needs a usage location: the account's, or the
// configured one, which is written first; without either the error is [MissingUsageLocation] and nothing was written.
// Source: learn.microsoft.com/graph/api/user-assignlicense.
func (c *Connector) SetLicences(ctx context.Context, id string, add, remove []string) error {
	return c.run(ctx, &operation{name: "setLicences", class: Account, id: id, add: add, remove: remove}, c.setLicences)
}

func (c *Connector) setLicences(ctx context.Context, o *operation) error {
	if err := checkID(o.id); err != nil {
		return err
	}
	add, err := skus(o.add)
	if err != nil {
		return err
	}
	remove, err := skus(o.remove)
	if err != nil {
		return err
	}
	has, err := c.licensed(ctx, o, o.id)
	if err != nil {
		return err
	}
	has.add = lacking(add, has.direct)
	has.remove = common(remove, has.direct)
	c.outdated(has, add, func(sku string) bool { return slices.Contains(remove, sku) })
	return c.assign(ctx, o, has)
}

// wantLicences makes the direct licences of an account those an update asks for.
func (c *Connector) wantLicences(ctx context.Context, o *operation) error {
	has, err := c.licensed(ctx, o, o.id)
	if err != nil {
		return err
	}
	if location := o.wanted.text("usageLocation"); location != "" {
		has.location = location
	}
	has.add = lacking(lacking(*o.wanted.licences, has.direct), has.inherited)
	has.remove = lacking(has.direct, *o.wanted.licences)
	c.outdated(has, *o.wanted.licences, func(sku string) bool { return !slices.Contains(*o.wanted.licences, sku) })
	return c.assign(ctx, o, has)
}

// assignment is a change of an account's licences, and what is known of those it has.
type assignment struct {
	id        string
	location  string   // usage location of the account
	direct    []string // SKU ids
	inherited []string // from groups
	add       []string
	remove    []string
}

// licensed reads the licences of an account and where they come from.
// Source: learn.microsoft.com/graph/api/resources/licenseassignmentstate.
func (c *Connector) licensed(ctx context.Context, o *operation, id string) (*assignment, error) {
	a, err := c.do(ctx, &call{
		o: o, purpose: "read licences", method: http.MethodGet, path: objectPath(Account, id), about: []string{id},
		query: query{{"$select", "id,usageLocation,assignedLicenses,licenseAssignmentStates"}},
	})
	if err != nil {
		return nil, err
	}
	var found struct {
		UsageLocation string `json:"usageLocation"`
		Assigned      []any  `json:"assignedLicenses"`
		States        []struct {
			SKU   string  `json:"skuId"`
			Group *string `json:"assignedByGroup"`
		} `json:"licenseAssignmentStates"`
	}
	if err := a.decode(&found); err != nil {
		return nil, err
	}
	has := &assignment{id: id, location: found.UsageLocation}
	for _, s := range found.States {
		if sku := strings.ToLower(s.SKU); s.Group == nil {
			has.direct = append(has.direct, sku)
		} else {
			has.inherited = append(has.inherited, sku)
		}
	}
	if len(found.States) == 0 {
		has.direct = skuIDs(found.Assigned)
	}
	if written, ok := c.recent.value(c.now(), id, "usageLocation"); ok && has.location == "" {
		has.location, _ = written.(string)
	}
	return has, nil
}

// outdated corrects a change by what this connector assigned a moment ago: the replica that was read may not have it. unwanted says which
// licences written a moment ago are to go.
func (c *Connector) outdated(has *assignment, asked []string, unwanted func(sku string) bool) {
	for _, sku := range asked {
		if wrote, ok := c.recent.value(c.now(), has.id, licenceKey+sku); ok && wrote == false && !slices.Contains(has.add, sku) && !slices.Contains(has.inherited, sku) {
			has.add = append(has.add, sku)
		}
	}
	for _, sku := range c.recent.trues(c.now(), has.id, licenceKey) {
		if unwanted(sku) && !slices.Contains(has.remove, sku) {
			has.remove = append(has.remove, sku)
		}
	}
}

// licenceKey begins the names under which [recents] remembers licences: true is given, false taken away.
const licenceKey = licenceAttribute + ":"

func errNoLocation(name string) *Error {
	return &Error{
		Code: MissingUsageLocation, Target: "usageLocation",
		Message: fmt.Sprintf("assign licence to %s: the account has no usageLocation, and none is configured; a licence needs a country of two letters", name),
	}
}

// assign carries out a change of licences.
func (c *Connector) assign(ctx context.Context, o *operation, a *assignment) error {
	all, err := c.bendAssigned(ctx, o, a)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := c.assignOne(ctx, o, one); err != nil {
			return err
		}
	}
	return nil
}

func (c *Connector) assignOne(ctx context.Context, o *operation, a *assignment) error {
	if len(a.add)+len(a.remove) == 0 {
		return nil
	}
	if len(a.add) > 0 && a.location == "" {
		if c.config.UsageLocation == "" {
			return errNoLocation(a.id)
		}
		if err := c.write(ctx, &operation{name: o.name, class: Account}, a.id, map[string]any{"usageLocation": c.config.UsageLocation}); err != nil {
			return err
		}
	}
	add := []any{}
	for _, sku := range a.add {
		add = append(add, map[string]any{"skuId": sku, "disabledPlans": []string{}})
	}
	_, err := c.do(ctx, &call{
		o: o, purpose: "assign licences", method: http.MethodPost, path: objectPath(Account, a.id) + "/assignLicense", about: []string{a.id},
		body:  map[string]any{"addLicenses": add, "removeLicenses": append([]string{}, a.remove...)}, // both must be there
		there: func(ctx context.Context) (*answer, error) { return c.assigned(ctx, o, a) },
	})
	if isUnlicensed(err) { // somebody else took it away
		if a.remove = nil; len(a.add) > 0 {
			return c.assignOne(ctx, o, a)
		}
		return nil
	}
	if err == nil {
		wrote := map[string]any{}
		for _, sku := range a.remove {
			wrote[licenceKey+sku] = false
		}
		for _, sku := range a.add {
			wrote[licenceKey+sku] = true
		}
		c.recent.wrote(c.now(), a.id, wrote)
	}
	return err
}

func isUnlicensed(err error) bool {
	return err != nil && strings.Contains(err.Error(), "does not have a corresponding license")
}

// assigned asks whether a lost assignLicense was carried out; to repeat it would fail where it removes.
func (c *Connector) assigned(ctx context.Context, o *operation, a *assignment) (*answer, error) {
	has, err := c.licensed(ctx, o, a.id)
	if err != nil || len(lacking(a.add, has.direct)) > 0 || len(common(a.remove, has.direct)) > 0 {
		return nil, err
	}
	return &answer{status: http.StatusOK, header: http.Header{}, body: []byte("{}")}, nil
}

// lacking are the elements of a that b has not.
func lacking(a, b []string) []string {
	var rest []string
	for _, s := range a {
		if !slices.Contains(b, s) {
			rest = append(rest, s)
		}
	}
	return rest
}

// common are the elements of a that b has too.
func common(a, b []string) []string { return lacking(a, lacking(a, b)) }

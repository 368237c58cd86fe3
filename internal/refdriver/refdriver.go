// Package refdriver drives the reference connector within the process, for runs without a connector of one's own and for the proof of the checks.
package refdriver

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/refconnector"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// Driver drives reference connectors.
type Driver struct {
	faults, permissions []string
}

// New returns a driver of connectors with these faults. The error names those nearest to an unknown one.
func New(faults ...string) (*Driver, error) {
	const nowhere = "00000000-0000-4000-8000-000000000000"
	asking, err := refconnector.New(refconnector.Config{ // which is asked for its permissions only
		Authority: "https://login.microsoftonline.com/" + nowhere + "/oauth2/authorize", ClientID: nowhere, ClientSecret: "none", TenantID: nowhere,
		Domain: "contoso.onmicrosoft.com", BasePassword: "Curtain-Up-2026", ResourceURI: "https://graph.microsoft.com", RedirectURI: "https://localhost",
	}, refconnector.WithFaults(faults...))
	if err != nil {
		return nil, fmt.Errorf("make the reference connector: %w", err)
	}
	return &Driver{slices.Clone(faults), asking.Permissions()}, nil
}

// instances is how many reference connectors work side by side: they share nothing.
const instances = 16

// Describe says what the reference connector can do: everything.
func (d *Driver) Describe(context.Context) (connector.Description, error) {
	return connector.Description{
		Name: "the reference connector", Operations: connector.Operations(), Features: []connector.Feature{connector.RevokesSessions, connector.Retries},
		Permissions: d.permissions, Instances: instances,
	}, nil
}

// Connect makes a connector.
func (d *Driver) Connect(_ context.Context, c connector.Configuration) (connector.Connector, error) {
	opts := []refconnector.Option{refconnector.WithTransport(c.Transport), refconnector.WithFaults(d.faults...)}
	if c.Now != nil {
		opts = append(opts, refconnector.WithNow(c.Now))
	}
	if c.Sleep != nil {
		opts = append(opts, refconnector.WithSleep(c.Sleep))
	}
	made, err := refconnector.New(refconnector.Config{
		Authority: c.Authority, ClientID: c.ClientID, ClientSecret: c.ClientSecret, Domain: c.TenantDomain, BasePassword: c.BasePassword,
		RedirectURI: c.RedirectURI, ResourceURI: c.ResourceURI, TenantID: c.TenantID, BaseUserName: c.BaseUserName,
	}, opts...)
	if err != nil {
		return nil, fmt.Errorf("make the reference connector: %w", err)
	}
	return driven{made}, nil
}

// Close does nothing: there is nothing to end.
func (d *Driver) Close() error { return nil }

// driven is a connector that is told what to do in the words of the suites.
type driven struct{ connector *refconnector.Connector }

// Close does nothing.
func (driven) Close() error { return nil }

// Do carries out a request.
func (d driven) Do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	answer, err := d.do(ctx, r)
	return answer, inWords(err)
}

func (d driven) do(ctx context.Context, r connector.Request) (connector.Answer, error) {
	var none connector.Answer
	c, class := d.connector, classOf(r.Type)
	switch r.Operation {
	case connector.Test:
		return none, c.Test(ctx)
	case connector.Create:
		id, err := c.Create(ctx, class, attributesOf(r))
		return connector.Answer{ID: id}, err
	case connector.Update:
		return none, c.Update(ctx, class, r.ID, attributesOf(r))
	case connector.Disable, connector.Enable:
		return none, c.SetEnabled(ctx, r.ID, r.Operation == connector.Enable)
	case connector.Delete:
		return none, c.Delete(ctx, class, r.ID)
	case connector.Restore:
		return none, c.Restore(ctx, r.ID)
	case connector.AddMember:
		return none, c.AddMembers(ctx, r.ID, r.Members...)
	case connector.RemoveMember:
		return none, c.RemoveMembers(ctx, r.ID, r.Members...)
	case connector.AssignLicense:
		return none, c.SetLicences(ctx, r.ID, r.Licenses, r.Instead)
	case connector.RemoveLicense:
		return none, c.SetLicences(ctx, r.ID, nil, r.Licenses)
	case connector.Search:
		return d.search(ctx, class, r.Filter)
	case connector.Sync:
		return d.sync(ctx, class, r.Token)
	default:
		return none, &connector.Error{Code: connector.NotSupported, Message: "there is no operation " + string(r.Operation)}
	}
}

func (d driven) search(ctx context.Context, class refconnector.Class, f *connector.Filter) (connector.Answer, error) {
	if f != nil && f.Attribute == "id" {
		o, err := d.connector.Read(ctx, class, f.Value)
		if err != nil {
			return connector.Answer{}, err
		}
		return connector.Answer{Objects: []connector.Object{shown(o)}}, nil
	}
	var filter refconnector.Filter
	if f != nil {
		filter = refconnector.Filter{Attribute: connID(class, f.Attribute), Value: f.Value}
	}
	found, err := d.connector.Search(ctx, class, filter)
	var a connector.Answer
	for _, o := range found {
		a.Objects = append(a.Objects, shown(o))
	}
	return a, err
}

func (d driven) sync(ctx context.Context, class refconnector.Class, token string) (connector.Answer, error) {
	changes, next, err := d.connector.Sync(ctx, class, token)
	a := connector.Answer{Token: next}
	if _, restarted := errors.AsType[*refconnector.Restarted](err); restarted {
		a.Restarted, err = true, nil
	}
	for _, change := range changes {
		o := shown(change.Object)
		o.Deleted = change.Deleted
		a.Objects = append(a.Objects, o)
	}
	return a, err
}

func classOf(t connector.Type) refconnector.Class {
	if t == connector.Group {
		return refconnector.Group
	}
	return refconnector.Account
}

// The names by which the reference connector knows what Graph calls otherwise.
var special = map[string]string{"password": "__PASSWORD__", "accountEnabled": "__ENABLE__"}

const (
	name       = "__NAME__"
	extensions = "onPremisesExtensionAttributes"
)

func connID(class refconnector.Class, graph string) string {
	switch {
	case special[graph] != "":
		return special[graph]
	case class == refconnector.Account && graph == "userPrincipalName", class == refconnector.Group && graph == "displayName":
		return name
	case strings.HasPrefix(graph, "extensionAttribute"):
		return extensions + "." + graph
	}
	return graph
}

func attributesOf(r connector.Request) refconnector.Attributes {
	class, all := classOf(r.Type), refconnector.Attributes{}
	for graph, value := range r.Attributes {
		all[connID(class, graph)] = value
	}
	if len(r.Licenses) > 0 {
		all["azureLicense"] = r.Licenses
	}
	return all
}

func shown(o refconnector.Object) connector.Object {
	s := connector.Object{ID: o.ID, Attributes: map[string]any{}}
	for conn, value := range o.Attributes {
		s.Attributes[graphName(o.Class, conn)] = value
	}
	return s
}

func graphName(class refconnector.Class, conn string) string {
	for graph, other := range special {
		if conn == other {
			return graph
		}
	}
	if conn == name && class == refconnector.Group {
		return "displayName"
	}
	if conn == name {
		return "userPrincipalName"
	}
	return strings.TrimPrefix(conn, extensions+".")
}

// codes are the reference connector's codes in the words of the suites.
var codes = map[refconnector.Code]connector.Code{
	refconnector.AlreadyExists: connector.AlreadyExists, refconnector.UnknownObject: connector.UnknownObject, refconnector.InvalidAttribute: connector.InvalidAttribute,
	refconnector.PasswordPolicy: connector.PasswordPolicy, refconnector.Unauthorized: connector.Unauthorized, refconnector.Forbidden: connector.Forbidden,
	refconnector.LicenceUnavailable: connector.LicenseRefused, refconnector.MissingUsageLocation: connector.NoUsageLocation,
	refconnector.Throttled: connector.Throttled, refconnector.Unavailable: connector.Unavailable,
}

func inWords(err error) error {
	e, ok := errors.AsType[*refconnector.Error](err)
	if !ok {
		return err
	}
	code, known := codes[e.Code]
	if !known {
		code = connector.OtherError
	}
	return &connector.Error{Code: code, Message: e.Message}
}

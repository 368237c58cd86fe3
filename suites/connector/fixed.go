package connector

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/rehearse-id/rehearse/mockgraph"
)

// Fixed is what all checks have in common for a connector that cannot be configured anew: a gateway or a server with a configuration file. They run one
// after another, each on an empty tenant of its own behind the same addresses. A check that needs another configuration, such as a wrong secret, is
// skipped. What is "" follows from the seed, or is any free port.
type Fixed struct {
	TenantID, ClientID, ClientSecret string // two GUIDs and a secret
	Origin, Proxy                    string // addresses to listen on, such as 127.0.0.1:8443

	// Tell is called once something listens there, before the connector is asked anything: to start it, or to show somebody what it is to be told and wait
	// until it is there. Its error ends [Open]. Nil is nothing.
	Tell func(ctx context.Context, c Configuration) error
}

// complete fills in what follows from the seed.
func (f *Fixed) complete(seed uint64) *Fixed {
	n := newNames(seed, "")
	return &Fixed{
		TenantID: cmp.Or(f.TenantID, n.uuid()), ClientID: cmp.Or(f.ClientID, n.uuid()), ClientSecret: cmp.Or(f.ClientSecret, n.text(32)),
		Origin: f.Origin, Proxy: f.Proxy, Tell: f.Tell,
	}
}

// addresses are where a lane listens.
type addresses struct{ origin, proxy string }

// addresses of the only lane, or of any.
func (f *Fixed) addresses() addresses {
	const free = "127.0.0.1:0"
	if f == nil {
		return addresses{free, free}
	}
	return addresses{cmp.Or(f.Origin, free), cmp.Or(f.Proxy, free)}
}

// register registers the connector's application in the tenant of a check. Its secret is the same in all: each further one would be looked for in
// everything that is recorded.
func (t *Target) register(tenant *mockgraph.Tenant, ids func() string) (mockgraph.Client, error) {
	if t.config.Fixed == nil {
		c := mockgraph.Client{ID: ids(), ObjectID: ids(), PrincipalID: ids(), Secret: newNames(t.config.Seed, application).text(secretLength)}
		return c, tenant.RegisterAs(application, c, t.permissions()...)
	}
	return t.config.Fixed.register(tenant, t.config.Seed, t.permissions())
}

const secretLength = 40

const application = "Connector"

func (f *Fixed) register(tenant *mockgraph.Tenant, seed uint64, permissions []string) (mockgraph.Client, error) {
	n := newNames(seed, application)
	c := mockgraph.Client{ID: f.ClientID, ObjectID: n.uuid(), PrincipalID: n.uuid(), Secret: f.ClientSecret}
	return c, tenant.RegisterAs(application, c, permissions...)
}

// configuration is what a connector is told of a tenant.
func configuration(tenantID string, app mockgraph.Client, baseUser, admin, adminPassword string) Configuration {
	return Configuration{
		TenantID: tenantID, TenantDomain: tenantDomain, ClientID: app.ID, ClientSecret: app.Secret,
		Authority: "https://login.microsoftonline.com/" + tenantID + "/oauth2/authorize", ResourceURI: "https://graph.microsoft.com",
		RedirectURI: redirectURI, BasePassword: password, BaseUserName: baseUser, UserName: admin, Password: adminPassword,
	}
}

// tell hands out the configuration.
func (t *Target) tell(ctx context.Context) error {
	if t.config.Fixed.Tell == nil {
		return nil
	}
	c, err := t.Configuration()
	if err == nil {
		err = t.config.Fixed.Tell(ctx, c)
	}
	if err != nil {
		return fmt.Errorf("tell the connector its tenant: %w", err)
	}
	return nil
}

// Configuration is what a connector that is configured by hand is to be told: that of all checks. It is there with [Config.Fixed] only.
func (t *Target) Configuration() (Configuration, error) {
	f := t.config.Fixed
	if f == nil {
		return Configuration{}, errors.New("tell the configuration: each check has its own")
	}
	base := newNames(t.config.Seed, "").person() // the first person of each tenant
	c := configuration(f.TenantID, mockgraph.Client{ID: f.ClientID, Secret: f.ClientSecret}, base.upn(), mockgraph.AdministratorName+"@"+tenantDomain, mockgraph.AdministratorPassword)
	for _, l := range t.all {
		l.tell(&c)
	}
	return c, nil
}

package driver

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/mockscim/wire"
	"github.com/rehearse-id/rehearse/suites/connector"
)

// SCIM drives a gateway that has a SCIM face: see [NewSCIM].
type SCIM struct {
	settings settings
	token    string
	client   *wire.Client
	composer *wire.Composer
	ids      ids
	network  *network
}

var (
	_ connector.Driver    = (*SCIM)(nil)
	_ connector.Recording = (*SCIM)(nil)
)

// NewSCIM returns a driver that sends a gateway the requests that Entra's provisioning service sends, and so has it do what it does in Graph. The
// address is a tenant URL as in Entra's portal, with the flag aadOptscim062020 for that dialect; token is the bearer token.
//
// A gateway cannot be told its tenant in SCIM. It is configured by hand, once: give [connector.Config] the option Fixed, so that all checks meet the
// same tenant id and application, and show the user what [Environment] says of [connector.Target.Configuration].
//
// Operations become: create POST, update PATCH after GET, disable and enable PATCH of active, delete DELETE, addMember and removeMember PATCH of a
// group, search GET with a filter. Attributes have the names of Entra's default mapping. Test, restore, sync and licences are not declared, unless
// by [WithDescription] and [WithLicenses].
func NewSCIM(tenantURL, token string, opts ...Option) (*SCIM, error) {
	s := settled(opts)
	transport := http.RoundTripper(wire.NewTransport())
	if s.client != nil && s.client.Transport != nil {
		transport = s.client.Transport
	}
	reached := &network{base: transport}
	client, err := wire.NewClient(wire.Config{TenantURL: tenantURL, Token: token, Transport: reached, MaxBody: int64(s.maxLine)})
	if err != nil {
		return nil, fmt.Errorf("open gateway: %w", err)
	}
	composer, err := wire.NewComposer(wire.Options{Dialect: client.Dialect(), Clear: wire.ClearRemove})
	if err != nil {
		return nil, fmt.Errorf("open gateway: %w", err)
	}
	return &SCIM{settings: s, client: client, composer: composer, network: reached, token: token}, nil
}

// Await waits until the gateway answers at all, so that it can be started once its tenant is there. The error is that of ctx.
func (s *SCIM) Await(ctx context.Context) error {
	ticker := time.NewTicker(awaitPace)
	defer ticker.Stop()
	for {
		if _, err := s.client.Do(ctx, wire.Request{Method: http.MethodGet, Target: "/ServiceProviderConfig"}); err == nil {
			return nil
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return fmt.Errorf("await the gateway: %w", ctx.Err())
		}
	}
}

// awaitPace is how often a gateway is asked whether it is there.
const awaitPace = 200 * time.Millisecond

// Describe says what a gateway can do.
func (s *SCIM) Describe(context.Context) (connector.Description, error) {
	if s.settings.description != nil {
		return *s.settings.description, nil
	}
	return s.assumed(), nil
}

// Connect returns the gateway as it is.
func (s *SCIM) Connect(context.Context, connector.Configuration) (connector.Connector, error) {
	return &scimConnector{s}, nil
}

// Close closes the connections to the gateway, which goes on running.
func (s *SCIM) Close() error {
	s.client.Close()
	return nil
}

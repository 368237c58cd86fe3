package mockscim

import (
	"errors"
	"net/http"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/mapping"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// configuration is everything Graph says about a job.
type configuration struct {
	schema   synchronization.Schema
	settings []synchronization.Setting
	interval time.Duration // 0: that of the service
	secrets  []synchronization.Secret
}

// ready makes a configuration ready for the engine. What is wrong with it is refused.
func (s *Service) ready(c configuration) (*wire.Client, []provisioning.Option, error) {
	client, err := s.client(c.secrets)
	if err != nil {
		return nil, nil, err
	}
	scope, err := scopeOptions(c.secrets, c.settings, s.mailer)
	if err != nil {
		return nil, nil, err
	}
	own, err := settingOptions(c.settings)
	if err != nil {
		return nil, nil, err
	}
	mappings, err := mappingOptions(c.schema)
	if err != nil {
		return nil, nil, err
	}
	opts := append(append([]provisioning.Option{}, s.options...), provisioning.WithInterval(c.interval))
	return client, append(append(append(opts, scope...), own...), mappings...), nil
}

// client makes the client that saved credentials ask for; one that reaches nobody when there is no address yet.
func (s *Service) client(secrets []synchronization.Secret) (*wire.Client, error) {
	config := wire.Config{TenantURL: "https://not-saved.invalid", Transport: unsaved{}}
	if address := secretValue(secrets, "BaseAddress"); address != "" {
		config = s.clients(wire.Config{TenantURL: address})
		config.TenantURL = address
		config.Token, config.Tokens = s.tokens(secrets, config.Transport)
	}
	client, err := wire.NewClient(config)
	if err != nil {
		return nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "BaseAddress: %s.", err)
	}
	return client, nil
}

// unsaved is the transport of a job without an address.
type unsaved struct{}

var errUnsaved = errors.New("no tenant URL was saved: the secret BaseAddress is missing")

// RoundTrip never sends anything.
func (unsaved) RoundTrip(*http.Request) (*http.Response, error) { return nil, errUnsaved }

// mappingOptions are what a schema says: its mappings, and which attributes of the target are no texts or heed letter case.
func mappingOptions(schema synchronization.Schema) ([]provisioning.Option, error) {
	rules, err := mapping.CompileSchema(schema)
	if err != nil {
		return nil, synchronization.Refuse(synchronization.Invalid, "InvalidSchema", "%s", err)
	}
	disabled := synchronization.ObjectMapping{} // what a schema does not map is not provisioned
	users, groups := disabled, disabled
	if m := rules.From("User"); m != nil {
		users = m.Definition()
	}
	if m := rules.From("Group"); m != nil {
		groups = m.Definition()
	}
	opts := []provisioning.Option{provisioning.WithUserMapping(users), provisioning.WithGroupMapping(groups)}
	for _, d := range schema.Directories {
		if d.Name != mapping.TargetDirectory {
			continue
		}
		for _, o := range d.Objects {
			for _, a := range o.Attributes {
				if a.CaseExact && !a.Anchor {
					opts = append(opts, provisioning.WithCaseExact(a.Name))
				}
			}
		}
	}
	return opts, nil
}

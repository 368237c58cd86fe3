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
	expires  time.Time     // zero: never
	secrets  []synchronization.Secret
	of       func() Application // whose requests they are
}

// ready makes a configuration ready for the engine. What is wrong with it is refused; what is wrong with its schema, the engine says.
func (s *Service) ready(c configuration) (*wire.Client, []provisioning.Option, error) {
	client, err := s.client(c.secrets, c.of)
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
	opts := append(append([]provisioning.Option{}, s.options...), provisioning.WithInterval(c.interval), provisioning.WithExpiration(c.expires), provisioning.WithSchema(c.schema))
	return client, append(append(opts, scope...), own...), nil
}

// client makes the client that saved credentials ask for. Without an address yet it sends nothing; whoever would send asks [addressed] before.
func (s *Service) client(secrets []synchronization.Secret, of func() Application) (*wire.Client, error) {
	config := wire.Config{TenantURL: "https://unaddressed.invalid", Transport: unaddressed{}}
	if address := secretValue(secrets, addressKey); address != "" {
		config = s.clients(wire.Config{TenantURL: address, PerSecond: s.perSecond})
		config.TenantURL = address
		fetching := s.fetching(config.Transport, secrets, of)
		if config.Transport == nil {
			config.Transport = s.transport(address)
		}
		config.Transport = s.overheard(config.Transport, secrets, of)
		config.Token, config.Tokens = s.tokens(secrets, fetching)
	}
	client, err := wire.NewClient(config)
	if err != nil {
		return nil, synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "BaseAddress: %s.", err)
	}
	return client, nil
}

// addressKey is the secret with the tenant URL.
const addressKey = "BaseAddress"

// unaddressed is the transport of a job without an address.
type unaddressed struct{}

// RoundTrip never sends anything.
func (unaddressed) RoundTrip(*http.Request) (*http.Response, error) { return nil, addressed(nil) }

// addressed refuses to send anything for an application whose address is not known.
func addressed(secrets []synchronization.Secret) error {
	if secretValue(secrets, addressKey) != "" {
		return nil
	}
	return synchronization.Refuse(synchronization.Invalid, "CredentialsMissing",
		"The credentials of the application are missing: nothing is known of its %s (the tenant URL). PUT it to synchronization/secrets first.", addressKey)
}

// engine makes a job of the engine from a configuration. It sends nothing. A schema that cannot be run is refused with everything that is
// wrong and where it stands.
func (s *Service) engine(principal string, c configuration, more ...provisioning.Option) (*provisioning.Job, error) {
	var made *provisioning.Job
	if c.of == nil {
		c.of = func() Application { return s.application(principal, made.ID()) }
	}
	client, opts, err := s.ready(c)
	if err != nil {
		return nil, err
	}
	opts = append(s.watched(principal, func() string { return made.ID() }, opts), provisioning.WithClock(s.clock), provisioning.WithIDs(s.newID))
	opts = append(opts, more...)
	made, err = provisioning.NewJob(s.dir, principal, client, opts...)
	if problems, ok := errors.AsType[mapping.Problems](err); ok {
		return nil, synchronization.Refuse(synchronization.Invalid, "InvalidSchema", "%s", problems)
	}
	return made, err
}

package mockscim

import (
	"context"
	"slices"
	"strings"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// locationKey says where client id and secret stand in the request for a token. It is kept with the secrets, among which Graph has no such key.
const locationKey = "credentialLocationInRequest"

// SetConnectivity changes the parameters given and leaves the rest of what is saved.
func (s *Service) SetConnectivity(ctx context.Context, principal string, parameters []synchronization.Setting) error {
	before := s.saved(principal)
	after := before
	for _, p := range parameters {
		if len(p.Value) > maxSecret {
			return synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "The parameter %s is longer than %d bytes.", shortened(p.Name), maxSecret)
		}
		key := p.Name
		if secret, ok := synchronization.SecretOf(p.Name); ok {
			key = secret
		}
		after = withSecret(after, key, p.Value)
	}
	if where := secretValue(after, locationKey); where != "" && !strings.EqualFold(where, "Header") && !strings.EqualFold(where, "Body") {
		return synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "%s is %q; it takes Header or Body.", locationKey, shortened(where))
	}
	if grant := secretValue(after, "AuthenticationType"); grant != "" && !strings.EqualFold(grant, clientCredentialsGrant) && !strings.EqualFold(grant, "AuthenticationToken") {
		return synchronization.Refuse(synchronization.Invalid, "InvalidConfiguration", "authenticationType is %q; it takes %s or AuthenticationToken.", shortened(grant), clientCredentialsGrant)
	}
	return s.save(ctx, principal, before, after)
}

// withoutLocation leaves out what is no secret of Graph's.
func withoutLocation(secrets []synchronization.Secret) []synchronization.Secret {
	return slices.DeleteFunc(slices.Clone(secrets), func(one synchronization.Secret) bool { return one.Key == locationKey })
}

package provisioning

import (
	"context"

	"github.com/rehearse-id/rehearse/mockscim/wire"
)

// WithReferenceChecks asks whether a user has a manager, and a group a member, already before either is written, and writes nothing when it has.
// Off by default: the documentation describes these requests (filter=id eq … and manager eq …), captured ones lack them. A check that is
// refused fails the reference, which is tried again.
// Source: learn.microsoft.com/entra/identity/app-provisioning/use-scim-to-provision-users-and-groups, "If the service is configured to …
// check whether reference attributes exist".
func WithReferenceChecks() Option { return func(s *settings) { s.referenceChecks = true } }

// holds asks the target whether it has a reference already.
func (c *cycle) holds(ctx context.Context, check wire.Request) (bool, error) {
	response, err := c.read(ctx, check)
	if err != nil {
		return false, err
	}
	list, err := wire.ReadList(response)
	return err == nil && len(list.Resources) > 0, err
}

// unknownMembers drops the members a group has already, and remembers them as written.
func (c *cycle) unknownMembers(ctx context.Context, l *link, members []member) ([]member, error) {
	if !c.referenceChecks {
		return members, nil
	}
	var missing []member
	for _, m := range members {
		has, err := c.holds(ctx, c.wires.MemberCheck(l.anchor, m.anchor))
		switch {
		case err != nil:
			return nil, err
		case has:
			c.change(func(*memory) { l.written(m) })
		default:
			missing = append(missing, m)
		}
	}
	return missing, nil
}

// written remembers that a group has a member in the target.
func (l *link) written(m member) {
	if l.members == nil {
		l.members = map[string]string{}
	}
	l.members[m.object] = m.anchor
}
